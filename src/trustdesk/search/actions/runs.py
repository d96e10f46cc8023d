"""Beginning and cancelling runs: sweeps, reviews of what was chosen, notes."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.search import finding
from trustdesk.search.asking import Asked
from trustdesk.search.choosing import MOST_AT_ONCE
from trustdesk.search.facts import RunBegun, RunCancelled
from trustdesk.search.models import Run, Turn
from trustdesk.search.running import RUN_JOB


class RunOver(Refusal):
    """It has ended already."""

    code, status = "run_over", 409


@action(right="work.manage")
def begin_sweep(
    *, actor: Actor, asked: Asked, wanted: int, share: float, queue: str, reason: str, now: datetime, seed: str = ""
) -> UUID:
    """Begin to open reviews of a sample of what matches: `wanted` items at most, or of `share` per cent of them (0: a number
    was asked for). The seed that orders the sample is drawn and recorded; give one to draw the same again.

    Raises Invalid (wanted, share, queue, reason), Forbidden.
    """
    fields = _queue(actor, queue, reason)
    if not 1 <= wanted <= MOST_AT_ONCE:
        fields["wanted"] = _("Between 1 and %(n)s.") % {"n": f"{MOST_AT_ONCE:,}"}
    if not 0 <= share <= 100:
        fields["share"] = _("Between 0 and 100 per cent.")
    if fields:
        raise Invalid(_("The sweep could not begin."), fields=fields)
    finding.person_asked(asked, actor=actor)
    run = _run(
        actor, asked, act=Run.Act.SWEEP, now=now, wanted=wanted, share=share, queue=queue, reason=reason,
        seed=seed or secrets.token_hex(16), state=Run.State.CHOOSING,
    )  # fmt: skip
    return _begin(actor, run, now)


@action(right="work.manage")
def begin_reviews(*, actor: Actor, asked: Asked, items: Sequence[UUID], queue: str, reason: str, now: datetime) -> UUID:
    """Begin to open a review of each of these items. Raises Invalid (queue, reason, items), Forbidden."""
    actor.require("items.bulk")
    fields = _queue(actor, queue, reason)
    _check_items(items, fields)
    run = _run(
        actor,
        asked,
        act=Run.Act.REVIEWS,
        now=now,
        wanted=len(items),
        queue=queue,
        reason=reason,
        state=Run.State.RUNNING,
    )
    return _begin(actor, run, now, items)


@action(right="notes.write")
def begin_notes(*, actor: Actor, asked: Asked, items: Sequence[UUID], text: str, now: datetime) -> UUID:
    """Begin to pin the same note to each of these items. Raises Invalid (text, items), Forbidden."""
    actor.require("items.bulk")
    fields: dict[str, str] = {}
    if not 1 <= len(text.strip()) <= 4_000:
        fields["text"] = _("Write between 1 and 4,000 characters.")
    _check_items(items, fields)
    run = _run(actor, asked, act=Run.Act.NOTE, now=now, wanted=len(items), note=text.strip(), state=Run.State.RUNNING)
    return _begin(actor, run, now, items)


@action(right="items.read")
def cancel_run(*, actor: Actor, run_id: UUID, now: datetime) -> None:
    """Stop a run: what has had no turn keeps none, what was done stays. By who began it, or who manages work. Raises
    NotFound, Forbidden, RunOver."""
    run = Run.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise NotFound(_("There is no such run."))
    if run.actor != actor.label:
        actor.require("work.manage")
    if run.state not in {Run.State.CHOOSING, Run.State.RUNNING}:
        raise RunOver
    Run.objects.filter(id=run_id).update(state=Run.State.CANCELLED, ended_at=now)
    stopped = Turn.objects.filter(run=run, state=Turn.State.WAITING).update(state=Turn.State.STOPPED)
    record(RunCancelled(run=run_id, stopped=stopped), actor=actor, at=now)


def _queue(actor: Actor, queue: str, reason: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    if queue not in {one.code for one in work.queues()}:
        fields["queue"] = _("Choose a queue.")
    elif not actor.may("work.manage", queue=queue):
        actor.require("work.manage", queue=queue)
    if not 3 <= len(reason.strip()) <= 300:
        fields["reason"] = _("Say in a few words why.")
    return fields


def _check_items(items: Sequence[UUID], fields: dict[str, str]) -> None:
    if not 1 <= len(items) <= MOST_AT_ONCE:
        fields["items"] = _("Between 1 and %(n)s.") % {"n": f"{MOST_AT_ONCE:,}"}
    if fields:
        raise Invalid(_("It could not begin."), fields=fields)


def _run(actor: Actor, asked: Asked, *, now: datetime, **more: object) -> Run:
    if actor.kind != "staff":
        raise Forbidden(_("Only a member of staff can do this."))
    if people.is_partner(UUID(actor.id)):
        raise Forbidden(_("Partner teams cannot act on many items at once."))
    if more.get("reason"):
        more["reason"] = str(more["reason"]).strip()
    return Run.objects.create(
        actor=actor.label,
        staff_id=UUID(actor.id),
        query=asked.query,
        zone=asked.zone,
        until=now,
        made_at=now,
        started_at=now if more["state"] == Run.State.RUNNING else None,
        **more,
    )


def _begin(actor: Actor, run: Run, now: datetime, items: Sequence[UUID] = ()) -> UUID:
    Turn.objects.bulk_create(
        [Turn(run=run, item=item, number=number) for number, item in enumerate(items, start=1)], batch_size=1_000
    )
    record(
        RunBegun(
            run=run.id,
            act=run.act,
            tab="items",
            query=run.query,
            wanted=run.wanted,
            share=run.share,
            seed=run.seed,
            queue=run.queue,
            reason=run.reason,
        ),
        actor=actor,
        at=now,
    )
    app.configure_task(RUN_JOB, queue="search").defer(run=str(run.id))
    return run.id
