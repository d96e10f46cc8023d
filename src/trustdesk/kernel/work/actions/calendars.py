"""Business calendars: made, changed, archived, and the clocks that go by them planned anew, a batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.actions.clock_rows import OPEN, follow, line_up, plan, states
from trustdesk.kernel.work.facts import CalendarArchived, CalendarSet
from trustdesk.kernel.work.models import Calendar, Clock, Queue
from trustdesk.kernel.work.refusals import CalendarInUse, NoSuchCalendar
from trustdesk.kernel.work.rules.calendar import BadCalendar, BusinessCalendar, NeverOpen, add, parse


@action(right="-")
def set_calendar(
    *,
    actor: Actor,
    code: str,
    name: str,
    zone: str,
    slots: Mapping[str, Sequence[Sequence[str]]],
    now: datetime,
    holidays: Iterable[date] = (),
    version: int | None = None,
) -> UUID:
    """Make a calendar or change it; the worker plans the open clocks that go by it anew (`replan_due`).

    `slots` as `rules.calendar.parse` reads them. With `version` (0: it must be new) somebody else's change is refused.
    Raises Invalid (code, slots), Stale.
    """
    if not code or not name.strip():
        raise Invalid(fields={"code": "Give a code and a name."})
    closed = sorted(set(holidays))
    try:
        hours = parse(zone=zone, slots=slots, holidays=closed)
    except BadCalendar as error:
        raise Invalid(str(error), fields={"slots": str(error)}) from error
    row = Calendar.objects.select_for_update().filter(code=code).first()
    if version is not None and (row.version if row else 0) != version:
        raise Stale
    going = _going_by(row) if row else Clock.objects.none()
    _reachable(hours, going, now)
    new = row is None
    row = row or Calendar(code=code, version=0)
    row.name, row.zone, row.holidays = name.strip(), zone, closed
    row.slots = {day: [list(slot) for slot in of_day] for day, of_day in slots.items()}
    row.version += 1
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError as error:  # two made one of this code at once
        raise Stale from error
    record(CalendarSet(calendar=row.id, code=code, clocks=going.count()), actor=actor, at=now)
    return row.id


@action(right="-")
def archive_calendar(*, actor: Actor, code: str, archived: bool, now: datetime) -> None:
    """Offer it no more, or again. Raises NoSuchCalendar, CalendarInUse (a queue or an open clock goes by it)."""
    row = Calendar.objects.select_for_update().filter(code=code).first()
    if row is None or (row.archived_at is not None) == archived:
        raise NoSuchCalendar
    if archived and (Queue.objects.filter(calendar=row).exists() or _going_by(row).exists()):
        raise CalendarInUse
    row.archived_at = now if archived else None
    row.version += 1
    row.save(update_fields=["archived_at", "version"])
    record(CalendarArchived(calendar=row.id, code=code, archived=archived), actor=actor, at=now)


def replan_due(*, now: datetime, limit: int = 200) -> int:
    """Plan open clocks anew whose calendar has changed since; returns how many. The worker calls it again at once."""
    # Asked of the rows themselves: a clock that started by the old calendar while it was changed is found like the rest.
    stale = Clock.objects.filter(phase__in=OPEN, calendar__isnull=False, calendar_version__lt=F("calendar__version"))
    if not stale.exists():
        return 0
    with transaction.atomic():
        clocks = list(
            stale.select_for_update(of=("self",), skip_locked=True).select_related("calendar").order_by("id")[:limit]
        )
        hours: dict[UUID, BusinessCalendar] = {}
        for clock, state in states(clocks):
            row = clock.calendar
            if row is not None:
                if row.id not in hours:
                    hours[row.id] = parse(zone=row.zone, slots=row.slots, holidays=row.holidays)
                try:
                    plan(clock, state, hours[row.id])
                except Invalid:  # started with a longer target while the calendar was being changed: it keeps its time
                    clock.calendar_version = row.version
        Clock.objects.bulk_update(clocks, ["due_at", "warn_at", "calendar_version"])
        works = {clock.work_id for clock in clocks}
        follow(works)
        if late := {clock.work_id for clock in clocks if clock.breached_at is not None}:
            line_up(late, now=now)  # who has more time now goes back to its own lane
        return len(clocks)


def _going_by(row: Calendar) -> QuerySet[Clock]:
    return Clock.objects.filter(calendar=row, phase__in=OPEN)


def _reachable(hours: BusinessCalendar, going: QuerySet[Clock], now: datetime) -> None:
    """Every target that counts by it must be reached one day, or nothing would ever be late."""
    longest = going.filter(target_business=True).aggregate(longest=Max("target_minutes"))["longest"] or 1
    try:
        add(hours, now, timedelta(minutes=longest))
    except NeverOpen as error:
        said = "This calendar has too little open time for the targets that count by it."
        raise Invalid(said, fields={"slots": said}) from error
