"""The life of a backtest. What is judged is cut into parts beforehand, so that processes share it and a restart loses
one part at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from procrastinate.contrib.django import app

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.rows import insert_objects
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy import actions as policy_actions
from trustdesk.policy import queries as policy
from trustdesk.rehearsal.actions.reports import apart, foretold, label
from trustdesk.rehearsal.facts import (
    BacktestCancelled,
    BacktestFailed,
    BacktestFinished,
    BacktestResumed,
    BacktestStarted,
)
from trustdesk.rehearsal.models import Part, Rehearsal, Sample
from trustdesk.rehearsal.refusals import AlreadyOver, BadSpan, NoSuchRehearsal, NothingToRehearseOn
from trustdesk.rehearsal.rules import LONGEST, chunk_size
from trustdesk.rehearsal.tally import merged
from trustdesk.screening import queries as screening

RUN_JOB = "rehearsal.run"
_COUNT_FIRST = 1_000_000_000


@dataclass(frozen=True)
class Started:
    id: UUID
    items: int
    parts: int


def start_backtest(
    *, actor: Actor, version_id: UUID, back: timedelta, now: datetime, runner: str = "desk", target_items: int = 0
) -> Started:
    """Rehearse a version of a policy or a word list on the verdicts of the time `back` from now.

    Compiles before its transaction opens. `target_items`: cut parts for about so many items each, 0 for the usual.
    Raises NoSuchVersion, DoesNotPass (it does not compile), BadSpan, NothingToRehearseOn.
    """
    actor.require("policy.edit")
    ref = policy.version_ref(version_id)
    live = policy.live_content()
    candidate = policy.candidate(version_id, within=live.hash).content
    return _start(
        actor=actor,
        target=ref.kind,
        version=ref.id,
        name=ref.name,
        number=ref.number,
        folder="",
        candidate=candidate,
        live=live,
        back=back,
        runner=runner,
        size=target_items,
        now=now,
    )


def start_folder(*, actor: Actor, path: Path, back: timedelta, now: datetime, target_items: int = 0) -> Started:
    """Rehearse a whole pack as a folder has it. Only a command runs it: the worker may not see the folder.

    Raises DoesNotPass, BadSpan, NothingToRehearseOn.
    """
    actor.require("policy.edit")
    candidate = policy.compiled(policy.folder_content(path)).content
    live = policy.live_content()
    return _start(
        actor=actor,
        target="folder",
        version=None,
        name=path.resolve().name[:200],
        number=0,
        folder=str(path.resolve()),
        candidate=candidate,
        live=live,
        back=back,
        runner="command",
        size=target_items,
        now=now,
    )


def _start(
    *,
    actor: Actor,
    target: str,
    version: UUID | None,
    name: str,
    number: int,
    folder: str,
    candidate: policy.Content,
    live: policy.Content,
    back: timedelta,
    runner: str,
    size: int,
    now: datetime,
) -> Started:
    if not timedelta(0) < back <= LONGEST:
        raise BadSpan
    since = now - back
    [*whole] = screening.spans(since=since, until=now, size=_COUNT_FIRST)
    items = sum(span.items for span in whole)
    if not items:
        raise NothingToRehearseOn
    spans = screening.spans(since=since, until=now, size=size or chunk_size(items))
    made = Rehearsal(
        id=uuid7(),
        mode="history",
        state="waiting",
        runner=runner,
        target=target,
        version=version,
        name=name,
        number=number,
        folder=folder,
        candidate_hash=candidate.hash,
        live_hash=live.hash,
        live_number=policy.number_of(live.hash),
        since=since,
        until=now,
        items=sum(span.items for span in spans),
        asked_by=actor.label,
        made_at=now,
    )
    _store(actor=actor, made=made, spans=spans, now=now)
    return Started(made.id, made.items, len(spans))


@action(right="policy.edit")
def _store(*, actor: Actor, made: Rehearsal, spans: Sequence[screening.Span], now: datetime) -> None:
    made.save(force_insert=True)
    insert_objects(
        Part,
        [
            Part(id=uuid7(), rehearsal_id=made.id, number=number, after=span.after, until=span.until, items=span.items)
            for number, span in enumerate(spans)
        ],
    )
    record(
        BacktestStarted(rehearsal=made.id, version=made.version, what=label(made), items=made.items),
        actor=actor,
        at=now,
    )
    if made.runner == "desk":
        app.configure_task(RUN_JOB, queue="rehearsal").defer(rehearsal=str(made.id))


@action(right="policy.edit")
def cancel_backtest(*, actor: Actor, rehearsal_id: UUID, now: datetime) -> None:
    """Stop a backtest; what was counted so far is thrown away. Raises NoSuchRehearsal, AlreadyOver."""
    row = _row(rehearsal_id)
    moved = Rehearsal.objects.filter(id=row.id, mode="history", state__in=["waiting", "running"]).update(
        state="cancelled", ended_at=now
    )
    if not moved:
        raise AlreadyOver
    Part.objects.filter(rehearsal=row.id).delete()
    record(BacktestCancelled(rehearsal=row.id, what=label(row), done=row.done, items=row.items), actor=actor, at=now)


@action(right="-")
def resume_backtest(*, actor: Actor, rehearsal_id: UUID, now: datetime) -> None:
    """Take up a backtest whose runner was lost: its parts that were begun are begun again. Raises AlreadyOver."""
    row = _row(rehearsal_id)
    moved = Rehearsal.objects.filter(id=row.id, state="running", restarts=row.restarts).update(
        restarts=row.restarts + 1, beat_at=now
    )
    if not moved:
        raise AlreadyOver
    Part.objects.filter(rehearsal=row.id, state="taken").update(state="open", taken_by="")
    record(BacktestResumed(rehearsal=row.id, what=label(row), done=row.done), actor=actor, at=now)


@action(right="-")
def finish_backtest(*, actor: Actor, rehearsal_id: UUID, now: datetime) -> None:
    """Add the parts up into the report. Raises AlreadyOver when it was cancelled meanwhile."""
    row = _row(rehearsal_id)
    parts = Part.objects.filter(rehearsal=row.id, state="done").values_list("report", flat=True)
    whole = merged(part for part in parts if part is not None)
    report, samples = apart(row.id, whole)
    moved = Rehearsal.objects.filter(id=row.id, state="running").update(
        state="done", ended_at=now, done=row.items, changed=whole.changed, report=report
    )
    if not moved:
        raise AlreadyOver
    insert_objects(Sample, samples)
    policy_actions.predict_rate(rates=foretold(row, whole), now=now)
    Part.objects.filter(rehearsal=row.id).delete()
    record(
        BacktestFinished(
            rehearsal=row.id, version=row.version, what=label(row), items=whole.items, changed=whole.changed
        ),
        actor=actor,
        at=now,
    )


@action(right="-")
def fail_backtest(*, actor: Actor, rehearsal_id: UUID, why: str, now: datetime) -> None:
    """Note that it cannot be done. Raises AlreadyOver."""
    row = _row(rehearsal_id)
    moved = Rehearsal.objects.filter(id=row.id, state__in=["waiting", "running"]).update(
        state="failed", ended_at=now, error=why[:1000]
    )
    if not moved:
        raise AlreadyOver
    Part.objects.filter(rehearsal=row.id).delete()
    record(BacktestFailed(rehearsal=row.id, what=label(row), why=why[:200]), actor=actor, at=now)


def processes() -> int:
    """How many processes the worker gives a backtest."""
    return int(settings.REHEARSAL_PROCESSES)


def _row(rehearsal_id: UUID) -> Rehearsal:
    row = Rehearsal.objects.filter(id=rehearsal_id).first()
    if row is None:
        raise NoSuchRehearsal
    return row
