"""Many cases changed at once: begun, stopped, begun again for what was left as it is. `bulking` gives each its turn."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.macros import queries as macros
from trustdesk.support import queries, rules
from trustdesk.support.actions.assigning import takes_cases
from trustdesk.support.bulking import BULK_JOB, Chosen, changes_of
from trustdesk.support.facts import BulkBegun, BulkCancelled
from trustdesk.support.models import Bulk, BulkTurn
from trustdesk.support.refusals import BulkOver, NoSuchBulk
from trustdesk.support.rules import Changes


@action(right="support.answer")
def begin_bulk(*, actor: Actor, chosen: Sequence[Chosen], changes: Changes, now: datetime) -> UUID:
    """Begin to change these cases one by one, each as its chooser saw it. With a saved reply nothing is done before
    `rules.UNDO_WINDOW` is over: until then stopping it takes back all of it. Returns the bulk.

    Raises Invalid (chosen, status, priority, add_tags, remove_tags, queue, to, until, macro), Forbidden.
    """
    if actor.kind != "staff" or people.is_partner(UUID(actor.id)):
        raise Forbidden(_("Partner teams cannot change many cases at once."))
    wrong = _wrong(actor, changes, now)
    cases = queries.views_of(one.case for one in chosen)
    mine = [one for one in dict.fromkeys(chosen) if one.case in cases]
    mine = [one for one in mine if queries.may_see(cases[one.case], actor=actor, right="support.answer")]
    if len({one.case for one in mine}) > rules.MOST_AT_ONCE:
        wrong["chosen"] = too_many()
    elif not mine:
        wrong["chosen"] = _("Choose at least one case.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    begins_at = now + rules.UNDO_WINDOW if changes.macro else now
    row = Bulk.objects.create(
        actor=actor.label, staff_id=UUID(actor.id), changes=asdict(changes), made_at=now, begins_at=begins_at
    )
    once = {one.case: one for one in mine}
    BulkTurn.objects.bulk_create(
        BulkTurn(bulk=row, case_id=one.case, number=number, version=one.version, seen=one.seen)
        for number, one in enumerate(once.values(), start=1)
    )
    record(BulkBegun(bulk=row.id, cases=len(once), what=changes.what), actor=actor, at=now)
    app.configure_task(BULK_JOB, queue="support", schedule_at=begins_at).defer(bulk=str(row.id))
    return row.id


@action(right="support.answer")
def cancel_bulk(*, actor: Actor, bulk_id: UUID, now: datetime) -> None:
    """Stop: what had no turn keeps none, what was done stays. By who began it, or who manages cases. Raises NoSuchBulk,
    BulkOver."""
    row = _own(bulk_id, actor, lock=True)
    if row.state != Bulk.State.RUNNING:
        raise BulkOver
    Bulk.objects.filter(id=row.id).update(state=Bulk.State.CANCELLED, ended_at=now)
    stopped = BulkTurn.objects.filter(bulk=row, state=BulkTurn.State.WAITING).update(state=BulkTurn.State.STOPPED)
    record(BulkCancelled(bulk=row.id, stopped=stopped), actor=actor, at=now)


def retry_bulk(*, actor: Actor, bulk_id: UUID, now: datetime) -> UUID:
    """Begin again for the cases that were left as they are or had no turn, as they are now. What was said in them counts as
    read only as far as it was read the first time: a reply is still not sent over something new. Raises NoSuchBulk,
    Invalid, BulkOver (it goes on)."""
    row = _own(bulk_id, actor, lock=False)
    if row.state == Bulk.State.RUNNING:
        raise BulkOver(_("It goes on. Stop it first."))
    left = BulkTurn.objects.filter(bulk=row, state__in=[BulkTurn.State.SKIPPED, BulkTurn.State.STOPPED])
    turns = list(left.order_by("number"))
    cases = queries.views_of(one.case_id for one in turns)
    chosen = [Chosen(one.case_id, cases[one.case_id].version, one.seen) for one in turns if one.case_id in cases]
    return begin_bulk(actor=actor, chosen=chosen, changes=changes_of(row.changes), now=now)


def too_many() -> str:
    """Why more cases than may be changed at once are refused, and what to do."""
    most = {"n": rules.MOST_AT_ONCE}
    return _("At most %(n)s cases at once. Narrow the list down, or choose them in several goes.") % most


def _own(bulk_id: UUID, actor: Actor, *, lock: bool) -> Bulk:
    rows = Bulk.objects.select_for_update() if lock else Bulk.objects.all()
    row = rows.filter(id=bulk_id).first()
    if row is None or (row.actor != actor.label and not actor.may("support.manage")):
        raise NoSuchBulk
    return row


def _wrong(actor: Actor, changes: Changes, now: datetime) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not changes.what:
        wrong["status"] = _("Choose what is to be changed.")
    if changes.status and changes.status not in rules.SETTABLE:
        wrong["status"] = _("Choose a status.")
    if changes.priority and changes.priority not in rules.PRIORITIES:
        wrong["priority"] = _("Choose a priority.")
    for name in ("add_tags", "remove_tags"):
        if why := rules.tags_of(getattr(changes, name))[1]:
            wrong[name] = why
    if changes.queue and changes.queue not in {one.code for one in work.queues() if takes_cases(one) and one.takes_new}:
        wrong["queue"] = _("Choose a queue.")
    if changes.to and changes.to != "-" and people.actor_by_id(UUID(changes.to)) is None:
        wrong["to"] = _("Choose a colleague.")
    if changes.until:
        if not now < datetime.fromisoformat(changes.until) <= now + rules.LONGEST_REST:
            wrong["until"] = _("Choose a time within a year.")
        elif changes.status in rules.ENDED:
            wrong["until"] = _("What is resolved or closed cannot be put away.")
    if changes.macro:
        macros.one(actor, UUID(changes.macro))  # NotFound
    return wrong
