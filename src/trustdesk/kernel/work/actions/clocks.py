"""Service-level clocks: start, pause, resume, fulfil, re-target; warn and breach once. Calendars and their re-planning."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Min

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work.facts import (
    CalendarSet,
    ClockBreached,
    ClockFulfilled,
    ClockPaused,
    ClockReopened,
    ClockResumed,
    ClockRetargeted,
    ClockStarted,
    ClockWarned,
)
from trustdesk.kernel.work.models import Calendar, Clock, ClockEvent, WorkItem
from trustdesk.kernel.work.refusals import ClockAlready, NoSuchClock, NoSuchWork
from trustdesk.kernel.work.rules.calendar import BadCalendar, BusinessCalendar, NeverOpen, parse
from trustdesk.kernel.work.rules.clock import (
    Event,
    Kind,
    Phase,
    State,
    Target,
    WrongMoment,
    apply,
    due_at,
    elapsed,
    fold,
    is_late,
    warn_at,
)

_OPEN = (Clock.Phase.RUNNING, Clock.Phase.PAUSED)


@action(right="work.manage")
def set_calendar(
    *,
    actor: Actor,
    code: str,
    name: str,
    zone: str,
    slots: Mapping[str, Sequence[Sequence[str]]],
    now: datetime,
    holidays: Iterable[date] = (),
) -> UUID:
    """Make a calendar or change it; open clocks that go by it are re-planned in the same transaction.

    `slots` as `rules.calendar.parse` reads them. Raises Invalid (code, slots).
    """
    if not code or not name.strip():
        raise Invalid(fields={"code": "Give a code and a name."})
    closed = sorted(set(holidays))
    try:
        hours = parse(zone=zone, slots=slots, holidays=closed)
    except BadCalendar as error:
        raise Invalid(str(error), fields={"slots": str(error)}) from error
    row, _ = Calendar.objects.update_or_create(
        code=code,
        defaults={
            "name": name.strip(),
            "zone": zone,
            "slots": {day: [list(slot) for slot in of_day] for day, of_day in slots.items()},
            "holidays": closed,
        },
    )
    clocks = list(Clock.objects.select_for_update().filter(calendar=row, phase__in=_OPEN).order_by("id"))
    for clock, state in _states(clocks):
        _plan(clock, state, hours)
    Clock.objects.bulk_update(clocks, ["due_at", "warn_at"], batch_size=500)
    _follow({clock.work_id for clock in clocks})
    record(CalendarSet(calendar=row.id, code=code, clocks=len(clocks)), actor=actor, at=now)
    return row.id


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
    found = Calendar.objects.filter(code=calendar).first() if calendar else None
    if calendar and found is None:
        raise Invalid(f"There is no calendar “{calendar}”.", fields={"calendar": f"There is no “{calendar}”."})
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
    _plan(clock, state, _hours(clock))
    try:
        with transaction.atomic():
            clock.save(force_insert=True)
    except IntegrityError as error:  # clock_one_at_a_time
        raise ClockAlready(f"The clock “{name}” is running already.") from error
    _write(clock, state, [event])
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
    hours = _hours(clock)
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
    clock, _ = _move(work_id, name, Event(Kind.REOPEN, now), now=now)
    record(ClockReopened(work=work_id, clock=clock.id, name=name, due_at=clock.due_at), actor=actor, at=now)


@action(right="-")
def retarget_clock(*, actor: Actor, work_id: UUID, name: str, target: Target, now: datetime) -> None:
    """Swap the target; the start stays, so the clock may be late at once, and then says so here.

    Raises NoSuchClock, ClockAlready, Invalid (business minutes without a calendar).
    """
    clock, _ = _move(work_id, name, Event(Kind.RETARGET, now, target), now=now)
    record(ClockRetargeted(work=work_id, clock=clock.id, name=name, due_at=clock.due_at), actor=actor, at=now)


def end_clocks(*, work_id: UUID, now: datetime) -> None:
    """Cancel the open clocks of work that is cancelled; part of the caller's action."""
    for clock, state in _states(list(Clock.objects.select_for_update().filter(work_id=work_id, phase__in=_OPEN))):
        event = Event(Kind.CANCEL, max(now, state.last_at or now))
        _write(clock, apply(state, event), [event])


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
    if kind is Kind.WARN:  # what is late already is told as that
        ripe = ripe.filter(warned_at=None, warn_at__lte=now, due_at__gte=now)
    else:
        ripe = ripe.filter(due_at__lt=now)
    if not ripe.exists():  # an action without a fact is refused
        return 0

    @action(right="-")
    def note(*, actor: Actor, now: datetime) -> int:
        # Locked by another loop or by someone who is ending the clock: stepped over; the next round asks again.
        clocks = list(ripe.select_for_update(skip_locked=True).order_by("due_at")[:limit])
        if not clocks:
            raise _NothingDue
        for clock, state in _states(clocks):
            event = Event(kind, now)
            _write(clock, apply(state, event), [event], follow=False)
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


def _move(work_id: UUID, name: str, event: Event, *, now: datetime) -> tuple[Clock, State]:
    """Append an event to the clock that is open (for REOPEN: the last fulfilled), and a breach when it passes the due time."""
    phases = [Clock.Phase.FULFILLED] if event.kind is Kind.REOPEN else list(_OPEN)
    clock = (
        Clock.objects.select_for_update(of=("self",))
        .filter(work_id=work_id, name=name, phase__in=phases)
        .select_related("calendar")
        .order_by("-id")
        .first()
    )
    if clock is None:
        raise NoSuchClock
    if event.target is not None and event.target.business and clock.calendar is None:
        raise Invalid("A target in business minutes needs a calendar.", fields={"calendar": "This clock has none."})
    ((_, state),) = _states([clock])
    events = [event]
    try:
        moved = apply(state, event)
    except WrongMoment as error:
        raise ClockAlready(f"The clock “{name}” is {clock.phase}.") from error
    hours = _hours(clock)
    # Judged here and not left to the loop: a paused or fulfilled clock is never looked at again. A new target is judged
    # as it stands now, everything else as it stood at the event.
    judged = moved if event.kind in {Kind.RETARGET, Kind.REOPEN} else state
    seen_at = max(event.at, state.last_at or event.at)
    due = _due(judged, hours)
    if judged.breached_at is None and due is not None and seen_at > due:
        breach = Event(Kind.BREACH, now)
        if judged is moved:
            moved, events = apply(moved, breach), [event, breach]
        else:
            moved, events = apply(apply(state, breach), event), [breach, event]
        record(ClockBreached(work=work_id, clock=clock.id, name=name, due_at=due), actor=SYSTEM, at=now)
    _write(clock, moved, events)
    return clock, moved


def _write(clock: Clock, state: State, events: list[Event], *, follow: bool = True) -> None:
    """Append events and keep their fold in the clock's columns. `clock.version` counts its events."""
    first = clock.version + 1
    ClockEvent.objects.bulk_create(
        ClockEvent(
            clock_id=clock.id,
            number=first + n,
            kind=event.kind.value,
            at=event.at,
            minutes=event.target.minutes if event.target else None,
            business=event.target.business if event.target else False,
        )
        for n, event in enumerate(events)
    )
    clock.version += len(events)
    clock.phase = state.phase.value
    clock.target_minutes, clock.target_business = state.target.minutes, state.target.business
    clock.warned_at, clock.breached_at, clock.fulfilled_at = state.warned_at, state.breached_at, state.fulfilled_at
    if state.phase in {Phase.RUNNING, Phase.PAUSED}:
        _plan(clock, state, _hours(clock))
    clock.save(force_update=True)  # its row is locked, or new in this transaction
    if follow:
        _follow({clock.work_id})


def _plan(clock: Clock, state: State, hours: BusinessCalendar | None) -> None:
    running = state.phase is Phase.RUNNING
    clock.due_at = _due(state, hours) if running else None
    clock.warn_at = warn_at(state, calendar=hours, warn_minutes=clock.warn_minutes) if running else None


def _due(state: State, hours: BusinessCalendar | None) -> datetime | None:
    try:
        return due_at(state, calendar=hours)
    except NeverOpen as error:
        raise Invalid(
            "This calendar has too little open time for the target.", fields={"calendar": str(error)}
        ) from error


def _follow(works: set[UUID]) -> None:
    """Work is due when its earliest open clock is; work whose clocks have all ended keeps the time it had."""
    timed = Clock.objects.filter(work_id__in=works, phase__in=_OPEN, target_minutes__isnull=False)
    for row in timed.values("work_id").annotate(due=Min("due_at")):
        WorkItem.objects.filter(id=row["work_id"]).update(due_at=row["due"])


def _hours(clock: Clock) -> BusinessCalendar | None:
    row = clock.calendar
    return parse(zone=row.zone, slots=row.slots, holidays=row.holidays) if row else None


def _states(clocks: list[Clock]) -> list[tuple[Clock, State]]:
    """Each clock with the fold of its events; one query."""
    rows = ClockEvent.objects.filter(clock__in=[clock.id for clock in clocks]).order_by("clock_id", "number")
    found = {
        clock: fold(
            Event(
                Kind(row.kind),
                row.at,
                Target(row.minutes, row.business) if row.kind in {Kind.ACTIVATE, Kind.RETARGET} else None,
            )
            for row in of_clock
        )
        for clock, of_clock in groupby(rows, key=lambda row: row.clock_id)
    }
    return [(clock, found[clock.id]) for clock in clocks]
