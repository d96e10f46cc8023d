"""Service-level clocks: what their events add up to. A clock's state is fold(events), nothing else.

Time counts while the clock runs. The due time is the instant at which the counted time reaches the target; fulfilled
exactly then is in time, a moment later is late. A paused clock is not due. A new target is measured from the same start
over the same running stretches, so a clock may be late at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from trustdesk.kernel.work.rules.calendar import BusinessCalendar, add, between


class Kind(StrEnum):
    ACTIVATE = "activate"
    PAUSE = "pause"
    RESUME = "resume"
    FULFIL = "fulfil"
    REOPEN = "reopen"
    CANCEL = "cancel"
    RETARGET = "retarget"
    WARN = "warn"
    BREACH = "breach"


class Phase(StrEnum):
    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Target:
    """So many minutes, of business or of plain time; `minutes=None` is no target: counted, never due."""

    minutes: int | None
    business: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened to a clock; activate and retarget carry the target."""

    kind: Kind
    at: datetime
    target: Target | None = None


class WrongMoment(ValueError):
    """An event that cannot follow the ones before."""


@dataclass(frozen=True)
class State:
    """What a clock's events add up to. `stretches` are those in which it ran, the last one open while it runs.

    `last_at` is the last event that moved it: a warning or breach is only noted, and a fulfilment may be dated before it
    (sent in time, released after the undo window).
    """

    phase: Phase = Phase.IDLE
    started_at: datetime | None = None
    target: Target = field(default_factory=lambda: Target(None))
    stretches: tuple[tuple[datetime, datetime | None], ...] = ()
    last_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    fulfilled_at: datetime | None = None
    before_fulfilled: Phase | None = None


# What may follow in which phase. Warn and breach are noted while the clock runs.
_ALLOWED: dict[Phase, frozenset[Kind]] = {
    Phase.IDLE: frozenset({Kind.ACTIVATE}),
    Phase.RUNNING: frozenset({Kind.PAUSE, Kind.FULFIL, Kind.CANCEL, Kind.RETARGET, Kind.WARN, Kind.BREACH}),
    Phase.PAUSED: frozenset({Kind.RESUME, Kind.FULFIL, Kind.CANCEL, Kind.RETARGET, Kind.BREACH}),
    Phase.FULFILLED: frozenset({Kind.REOPEN, Kind.RESUME}),
    Phase.CANCELLED: frozenset(),
}


def fold(events: Iterable[Event]) -> State:
    """All events, in order, as one state. Raises WrongMoment."""
    state = State()
    for event in events:
        state = apply(state, event)
    return state


def apply(state: State, event: Event) -> State:
    """The state after one more event. Raises WrongMoment when it may not follow or lies before the last one."""
    if event.kind not in _ALLOWED[state.phase]:
        raise WrongMoment(f"{event.kind} on a clock that is {state.phase}")
    if event.kind is Kind.WARN:
        return replace(state, warned_at=event.at)
    if event.kind is Kind.BREACH:
        if state.breached_at is not None:
            raise WrongMoment("a clock breaches once")
        return replace(state, breached_at=event.at)
    if state.last_at is not None and event.at < state.last_at:
        raise WrongMoment(f"{event.kind} lies before the clock's last event")
    return replace(_moved(state, event), last_at=event.at)


def _moved(state: State, event: Event) -> State:
    match event.kind:
        case Kind.ACTIVATE:
            return replace(
                state,
                phase=Phase.RUNNING,
                started_at=event.at,
                target=event.target or Target(None),
                stretches=((event.at, None),),
            )
        case Kind.PAUSE:
            return replace(state, phase=Phase.PAUSED, stretches=_closed(state, event.at))
        case Kind.RESUME:  # of a fulfilled clock: what it waited for is open again; the time between does not count
            return replace(
                state,
                phase=Phase.RUNNING,
                stretches=(*state.stretches, (event.at, None)),
                fulfilled_at=None,
                before_fulfilled=None,
            )
        case Kind.FULFIL:
            return replace(
                state,
                phase=Phase.FULFILLED,
                stretches=_closed(state, event.at),
                fulfilled_at=event.at,
                before_fulfilled=state.phase,
            )
        case Kind.REOPEN:  # as if it had never been fulfilled: the time since counts too
            running = state.before_fulfilled is Phase.RUNNING
            last, rest = state.stretches[-1], state.stretches[:-1]
            return replace(
                state,
                phase=Phase.RUNNING if running else Phase.PAUSED,
                stretches=(*rest, (last[0], None)) if running else state.stretches,
                fulfilled_at=None,
                before_fulfilled=None,
            )
        case Kind.CANCEL:
            return replace(state, phase=Phase.CANCELLED, stretches=_closed(state, event.at))
        case _:  # RETARGET
            return replace(state, target=event.target or Target(None))


def _closed(state: State, at: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    return tuple((begun, ended or at) for begun, ended in state.stretches)


def elapsed(state: State, *, calendar: BusinessCalendar | None, now: datetime) -> timedelta:
    """Counted time until `now`, in the unit of the target."""
    hours = calendar if state.target.business else None
    return sum((between(hours, begun, min(ended or now, now)) for begun, ended in state.stretches), start=timedelta(0))


def due_at(state: State, *, calendar: BusinessCalendar | None) -> datetime | None:
    """When the target is reached if the clock keeps running; None without a target or while paused within it.

    A clock that ran past its target before it was paused or re-targeted was due inside an earlier stretch.
    """
    return None if state.target.minutes is None else _reached(state, state.target.minutes, calendar)


def warn_at(state: State, *, calendar: BusinessCalendar | None, warn_minutes: int) -> datetime | None:
    """When to warn: so many minutes (in the target's unit) before it is due. None when the target is no longer than that."""
    minutes = state.target.minutes
    if minutes is None or not 0 < warn_minutes < minutes or due_at(state, calendar=calendar) is None:
        return None
    return _reached(state, minutes - warn_minutes, calendar)


def is_late(state: State, *, calendar: BusinessCalendar | None, now: datetime) -> bool:
    """Has the clock run past its target? Exactly at the due time it has not."""
    due = due_at(state, calendar=calendar)
    if due is None:
        return False
    return (state.fulfilled_at or now) > due


def _reached(state: State, minutes: int, calendar: BusinessCalendar | None) -> datetime | None:
    hours = calendar if state.target.business else None
    left = timedelta(minutes=minutes)
    for begun, ended in state.stretches:
        if ended is None:
            return add(hours, begun, left)
        counted = between(hours, begun, ended)
        if left <= counted:
            # Used up exactly at a pause, it is due when it resumes; at closing time, before the pause, it was due then.
            reached = add(hours, begun, left)
            if reached < ended or (state.phase is Phase.FULFILLED and ended == state.fulfilled_at):
                return reached
        left -= counted
    return None
