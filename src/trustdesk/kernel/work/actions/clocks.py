"""Service-level clocks: verbs that append events, and the loop's rounds that note what is due."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work.actions.clock_rows import OPEN, hours_of, line_up, plan, states, when_due, write
from trustdesk.kernel.work.facts import (
    ClockBreached,
    ClockCancelled,
    ClockFulfilled,
    ClockPaused,
    ClockReopened,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
    ClockWarned,
)
from trustdesk.kernel.work.models import Calendar, Clock, WorkItem
from trustdesk.kernel.work.refusals import ClockAlready, NoSuchClock, NoSuchWork
from trustdesk.kernel.work.rules.clock import Event, Kind, Phase, State, Target, WrongMoment, apply, elapsed, is_late


@action(right="-")
def start_clock(
    *,
    actor: Actor,
    work_id: UUID,
    name: str,
    target: Target,
    now: datetime,
    calendar: str | None = None,
    warn_minutes: int = 15,
    at: datetime | None = None,
) -> UUID:
    """Start the clock `name` of this work, at `at` or now. The work's due time follows its earliest open clock.

    Raises Invalid (calendar), NoSuchWork, ClockAlready when one of this name is running or paused.
    """
    found = _calendar(calendar)
    if target.business and found is None:
        raise Invalid("A target in business minutes needs a calendar.", fields={"calendar": "Name one."})
    if not WorkItem.objects.filter(id=work_id).exists():
        raise NoSuchWork
    clock = Clock(
        work_id=work_id,
        name=name,
        calendar=found,
        target_minutes=target.minutes,
        target_business=target.business,
        warn_minutes=warn_minutes,
        phase=Clock.Phase.RUNNING,
        started_at=at or now,
        version=0,
    )
    event = Event(Kind.ACTIVATE, at or now, target)
    state = apply(State(), event)
    plan(clock, state, hours_of(clock))
    try:
        with transaction.atomic():
            clock.save(force_insert=True)
    except IntegrityError as error:  # clock_one_at_a_time
        raise ClockAlready(gettext("The clock “%(name)s” is running already.") % {"name": name}) from error
    write(clock, state, [event])
    record(ClockStarted(work=work_id, clock=clock.id, name=name, due_at=clock.due_at), actor=actor, at=now)
    return clock.id


@action(right="-")
def pause_clock(*, actor: Actor, work_id: UUID, name: str, now: datetime, at: datetime | None = None) -> None:
    """Stop counting for now. Raises NoSuchClock, ClockAlready."""
    clock, _ = _move(work_id, name, Event(Kind.PAUSE, at or now), now=now)
    record(ClockPaused(work=work_id, clock=clock.id, name=name), actor=actor, at=now)


@action(right="-")
def resume_clock(*, actor: Actor, work_id: UUID, name: str, now: datetime, at: datetime | None = None) -> None:
    """Count on. Raises NoSuchClock, ClockAlready."""
    clock, _ = _move(work_id, name, Event(Kind.RESUME, at or now), now=now)
    record(ClockResumed(work=work_id, clock=clock.id, name=name, due_at=clock.due_at), actor=actor, at=now)


@action(right="-")
def fulfil_clock(*, actor: Actor, work_id: UUID, name: str, now: datetime, at: datetime | None = None) -> bool:
    """What the clock waited for has happened, at `at` (when "send" was pressed) or now. Returns whether in time.

    Raises NoSuchClock, ClockAlready.
    """
    clock, state = _move(work_id, name, Event(Kind.FULFIL, at or now), now=now)
    hours = hours_of(clock)
    in_time = not is_late(state, calendar=hours, now=at or now)
    minutes = elapsed(state, calendar=hours, now=at or now) / timedelta(minutes=1)
    record(
        ClockFulfilled(work=work_id, clock=clock.id, name=name, minutes=round(minutes, 2), in_time=in_time),
        actor=actor,
        at=now,
    )
    return in_time


@action(right="-")
def reopen_clock(*, actor: Actor, work_id: UUID, name: str, now: datetime) -> None:
    """The fulfilment was undone: the clock counts on as if it had never been. Raises NoSuchClock, ClockAlready."""
    clock, _ = _move(work_id, name, Event(Kind.REOPEN, now), now=now, phases=(Clock.Phase.FULFILLED,))
    record(ClockReopened(work=work_id, clock=clock.id, name=name, due_at=clock.due_at), actor=actor, at=now)


@action(right="-")
def continue_clock(*, actor: Actor, work_id: UUID, name: str, now: datetime, at: datetime | None = None) -> None:
    """What the clock waited for is open again: the fulfilled clock counts on. The time between does not count.

    Raises NoSuchClock, ClockAlready.
    """
    clock, _ = _move(work_id, name, Event(Kind.RESUME, at or now), now=now, phases=(Clock.Phase.FULFILLED,))
    record(ClockResumed(work=work_id, clock=clock.id, name=name, due_at=clock.due_at), actor=actor, at=now)


@action(right="-")
def cancel_clock(*, actor: Actor, work_id: UUID, name: str, now: datetime, at: datetime | None = None) -> None:
    """What the clock waited for is not awaited any more. Raises NoSuchClock, ClockAlready."""
    clock, _ = _move(work_id, name, Event(Kind.CANCEL, at or now), now=now)
    record(ClockCancelled(work=work_id, clock=clock.id, name=name), actor=actor, at=now)


@action(right="-")
def retarget_clock(
    *,
    actor: Actor,
    work_id: UUID,
    name: str,
    target: Target,
    now: datetime,
    at: datetime | None = None,
    calendar: str | None = None,
    warn_minutes: int | None = None,
) -> None:
    """Swap the target; the start stays, so the clock may be late at once, and then says so here. Without `calendar` or
    `warn_minutes` it keeps its own.

    Raises NoSuchClock, ClockAlready, Invalid (no such calendar; business minutes without one).
    """
    event = Event(Kind.RETARGET, at or now, target)
    clock, _ = _move(work_id, name, event, now=now, calendar=_calendar(calendar), warn_minutes=warn_minutes)
    record(ClockRetargeted(work=work_id, clock=clock.id, name=name, due_at=clock.due_at), actor=actor, at=now)


def end_clocks(*, work_id: UUID, now: datetime) -> None:
    """Cancel the open clocks of work that is cancelled; part of the caller's action."""
    for clock, state in states(list(Clock.objects.select_for_update().filter(work_id=work_id, phase__in=OPEN))):
        event = Event(Kind.CANCEL, max(now, state.last_at or now))
        write(clock, apply(state, event), [event])


class _NothingDue(Refusal):
    """Another worker was faster, or nothing is due."""


def warn_due(*, now: datetime, limit: int = 200) -> int:
    """Warn of clocks that will be due soon, once each; returns how many. The worker calls it every few seconds."""
    return _note_due(Kind.WARN, now=now, limit=limit)


def breach_due(*, now: datetime, limit: int = 200) -> int:
    """Note clocks that are late, once each; returns how many. The worker calls it every few seconds."""
    return _note_due(Kind.BREACH, now=now, limit=limit)


def _note_due(kind: Kind, *, now: datetime, limit: int) -> int:
    ripe = Clock.objects.filter(phase=Clock.Phase.RUNNING, breached_at=None)
    ripe = ripe.filter(work__ended_at=None)  # work just done: its slice is about to say so to the clock
    if kind is Kind.WARN:  # what is late already is told as that
        ripe = ripe.filter(warned_at=None, warn_at__lte=now, due_at__gte=now)
    else:
        ripe = ripe.filter(due_at__lt=now)
    if not ripe.exists():  # an action without a fact is refused
        return 0

    @action(right="-")
    def note(*, actor: Actor, now: datetime) -> int:
        # Locked by another loop or by someone who is ending the clock: stepped over; the next round asks again.
        clocks = list(ripe.select_for_update(of=("self",), skip_locked=True).order_by("due_at")[:limit])
        if not clocks:
            raise _NothingDue
        for clock, state in states(clocks):
            event = Event(kind, now)
            write(clock, apply(state, event), [event], following=False)
        if kind is Kind.BREACH:
            line_up({clock.work_id for clock in clocks}, now=now)
        told = ClockWarned if kind is Kind.WARN else ClockBreached
        record_many(
            [told(work=c.work_id, clock=c.id, name=c.name, due_at=c.due_at) for c in clocks if c.due_at],
            actor=actor,
            at=now,
        )
        return len(clocks)

    try:
        return note(actor=SYSTEM, now=now)
    except _NothingDue:
        return 0


def _calendar(code: str | None) -> Calendar | None:
    found = Calendar.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise Invalid(
            gettext("There is no calendar “%(calendar)s”.") % {"calendar": code},
            fields={"calendar": gettext("There is no “%(code)s”.") % {"code": code}},
        )
    return found


def _move(
    work_id: UUID,
    name: str,
    event: Event,
    *,
    now: datetime,
    phases: Sequence[str] = OPEN,
    calendar: Calendar | None = None,
    warn_minutes: int | None = None,
) -> tuple[Clock, State]:
    """Append an event to the newest clock in one of the phases, and a breach when the event finds it past its due time."""
    clock = (
        Clock.objects.select_for_update(of=("self",))
        .filter(work_id=work_id, name=name, phase__in=phases)
        .select_related("calendar")
        .order_by("-id")
        .first()
    )
    if clock is None:
        raise NoSuchClock
    clock.calendar = calendar or clock.calendar
    clock.warn_minutes = clock.warn_minutes if warn_minutes is None else warn_minutes
    if event.target is not None and event.target.business and clock.calendar is None:
        raise Invalid("A target in business minutes needs a calendar.", fields={"calendar": "This clock has none."})
    ((_, state),) = states([clock])
    events = [event]
    try:
        moved = apply(state, event)
    except WrongMoment as error:
        raise ClockAlready(
            gettext("The clock “%(name)s” is %(phase)s.") % {"name": name, "phase": clock.phase}
        ) from error
    hours = hours_of(clock)
    # Judged here and not left to the loop: a paused or fulfilled clock is never looked at again. A new target is judged
    # as it stands now, everything else as it stood at the event.
    judged = moved if event.kind in {Kind.RETARGET, Kind.REOPEN} else state
    seen_at = max(event.at, state.last_at or event.at)
    due = when_due(judged, hours)
    over = judged.phase is Phase.FULFILLED  # judged when it was
    if judged.breached_at is None and not over and due is not None and seen_at > due:
        breach = Event(Kind.BREACH, now)
        if judged is moved:
            moved, events = apply(moved, breach), [event, breach]
        else:
            moved, events = apply(apply(state, breach), event), [breach, event]
        record(ClockBreached(work=work_id, clock=clock.id, name=name, due_at=due), actor=SYSTEM, at=now)
    write(clock, moved, events)
    if moved.breached_at is not None:
        line_up({work_id}, now=now)
    return clock, moved
