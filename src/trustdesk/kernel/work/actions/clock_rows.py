"""The rows of clocks: written from their events, planned by their calendars, followed by the work they belong to."""

from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db import connection
from django.db.models import Min

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.work.models import Clock, ClockEvent, WorkItem
from trustdesk.kernel.work.rules.calendar import BusinessCalendar, NeverOpen, parse
from trustdesk.kernel.work.rules.clock import Event, Kind, Phase, State, Target, due_at, elapsed, fold, warn_at
from trustdesk.kernel.work.rules.priority import LATE_LANE, LATE_POINTS

OPEN = (Clock.Phase.RUNNING, Clock.Phase.PAUSED)


def write(clock: Clock, state: State, events: list[Event], *, following: bool = True) -> None:
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
    clock.minutes = None
    if state.phase in {Phase.RUNNING, Phase.PAUSED}:
        plan(clock, state, hours_of(clock))
    elif state.fulfilled_at is not None:
        counted = elapsed(state, calendar=hours_of(clock), now=state.fulfilled_at)
        clock.minutes = counted / timedelta(minutes=1)
    clock.save(force_update=True)  # its row is locked, or new in this transaction
    if following:
        follow({clock.work_id})


def plan(clock: Clock, state: State, hours: BusinessCalendar | None) -> None:
    """Its due time and its warning, by the calendar as it is now."""
    running = state.phase is Phase.RUNNING
    if clock.calendar is not None:
        clock.calendar_version = clock.calendar.version
    clock.due_at = when_due(state, hours) if running else None
    clock.warn_at = warn_at(state, calendar=hours, warn_minutes=clock.warn_minutes) if running else None


def when_due(state: State, hours: BusinessCalendar | None) -> datetime | None:
    try:
        return due_at(state, calendar=hours)
    except NeverOpen as error:
        raise Invalid(
            "This calendar has too little open time for the target.", fields={"calendar": str(error)}
        ) from error


def follow(works: set[UUID]) -> None:
    """Work is due when its earliest open clock is; work whose clocks have all ended keeps the time it had."""
    timed = Clock.objects.filter(work_id__in=works, phase__in=OPEN, target_minutes__isnull=False)
    for row in timed.values("work_id").annotate(due=Min("due_at")):
        WorkItem.objects.filter(id=row["work_id"]).update(due_at=row["due"])


# Work is late while one of its clocks runs past its due time. It moves in front of everything that is not late of LATE_LANE
# and the lanes after it, and back where it was should it get more time.
_LINE_UP = """
UPDATE work_workitem w SET
    own_lane = CASE WHEN s.late THEN w.lane END,
    lane = CASE WHEN s.late THEN %(lane)s ELSE w.own_lane END,
    rank = w.rank + CASE WHEN s.late THEN %(points)s ELSE -%(points)s END
FROM (
    SELECT i.id, EXISTS (SELECT 1 FROM work_clock c WHERE c.work_id = i.id AND c.phase = 'running' AND c.due_at < %(now)s) AS late
    FROM work_workitem i WHERE i.id = ANY(%(works)s) ORDER BY i.id FOR UPDATE
) AS s
WHERE w.id = s.id AND w.ended_at IS NULL
    AND (s.late AND w.own_lane IS NULL AND w.lane >= %(lane)s OR NOT s.late AND w.own_lane IS NOT NULL)
"""


def line_up(works: set[UUID], *, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LINE_UP, {"works": list(works), "now": now, "lane": LATE_LANE, "points": LATE_POINTS})


def hours_of(clock: Clock) -> BusinessCalendar | None:
    row = clock.calendar
    return parse(zone=row.zone, slots=row.slots, holidays=row.holidays) if row else None


def states(clocks: list[Clock]) -> list[tuple[Clock, State]]:
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
