"""Business hours: when a desk is open, and time counted only while it is.

The clock on the wall decides: the desk is open at an instant when the local time then shown lies in a slot,
start ≤ shown < end. So an hour that daylight saving skips is never open, and an hour that it repeats counts twice.
A slot belongs to the day it starts on, also the part after midnight; a holiday takes away the slots that start on it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_YEARS = 10  # how far ahead is searched for open time before the calendar is called never open

Stretch = tuple[datetime, datetime]  # from (inclusive) until (exclusive), UTC
Slot = tuple[int, int]  # minutes after midnight of its day; an end above 1440 lies on the next day


class BadCalendar(ValueError):
    """A calendar that cannot be: the message says where and why."""


class NeverOpen(ValueError):
    """No open time within ten years."""


@dataclass(frozen=True)
class BusinessCalendar:
    """Slots for each weekday (Monday first), in a zone, without the holidays."""

    zone: ZoneInfo
    slots: tuple[tuple[Slot, ...], ...]
    holidays: frozenset[date] = field(default=frozenset())


def parse(
    *, zone: str, slots: Mapping[str, Sequence[Sequence[str]]], holidays: Iterable[date] = ()
) -> BusinessCalendar:
    """A calendar from what people write: {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "fri": [["22:00", "06:00"]]}.

    An end at or before its start is on the next day; "24:00" is midnight at the end of the day. Raises BadCalendar.
    """
    try:
        found = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadCalendar(f"There is no time zone “{zone}”.") from error
    if unknown := sorted(set(slots) - set(WEEKDAYS)):
        raise BadCalendar(f"There is no weekday “{unknown[0]}”; say one of {', '.join(WEEKDAYS)}.")
    week = tuple(tuple(sorted(_slot(day, pair) for pair in slots.get(day, ()))) for day in WEEKDAYS)
    if not any(week):
        raise BadCalendar("A calendar needs at least one slot.")
    for day, of_day in zip(WEEKDAYS, week, strict=True):
        for earlier, later in pairwise(of_day):
            if later[0] < earlier[1]:
                raise BadCalendar(f"Two slots overlap on {day}.")
    return BusinessCalendar(zone=found, slots=week, holidays=frozenset(holidays))


def _slot(day: str, pair: Sequence[str]) -> Slot:
    if len(pair) != 2:
        raise BadCalendar(f"A slot on {day} needs a start and an end.")
    start, end = (_minutes(day, text) for text in pair)
    if start == _DAY:
        raise BadCalendar(f"A slot on {day} cannot start at 24:00.")
    return start, end if end > start else end + _DAY


def _minutes(day: str, text: str) -> int:
    hours, _, minutes = text.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and len(hours) <= 2 and len(minutes) == 2):
        raise BadCalendar(f"“{text}” on {day} is no time of day; write 09:30.")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > _DAY:
        raise BadCalendar(f"“{text}” on {day} is no time of day; write 09:30.")
    return total


def add(calendar: BusinessCalendar | None, start: datetime, span: timedelta) -> datetime:
    """The instant when `span` of open time has passed since `start` (aware); without a calendar, of plain time.

    Ends exactly at closing time when that is enough, never at the next opening. A zero span ends at `start` itself,
    open or not. Raises NeverOpen.
    """
    if calendar is None or span <= timedelta(0):
        return start.astimezone(UTC) + max(span, timedelta(0))
    left = span
    for opened, closed in open_stretches(calendar, start):
        if left <= closed - opened:
            return opened + left
        left -= closed - opened
    raise NeverOpen(f"{calendar.zone.key}: no {span} of open time within {_YEARS} years of {start}")


def between(calendar: BusinessCalendar | None, start: datetime, end: datetime) -> timedelta:
    """Open time from `start` until `end`; zero when `end` is not later. Without a calendar, plain time."""
    if end <= start:
        return timedelta(0)
    if calendar is None:
        return end - start
    total = timedelta(0)
    for opened, closed in open_stretches(calendar, start, until=end):
        total += min(closed, end) - opened
    return total


def is_open(calendar: BusinessCalendar, at: datetime) -> bool:
    """Is the desk open at this instant?"""
    return any(opened <= at for opened, _ in open_stretches(calendar, at, until=at + timedelta(microseconds=1)))


def open_stretches(calendar: BusinessCalendar, start: datetime, *, until: datetime | None = None) -> Iterator[Stretch]:
    """Open stretches from `start` on, in order and disjoint; ones that touch may come as two. Ends at `until` or in ten years."""
    start = start.astimezone(UTC)
    last = start.astimezone(calendar.zone).date() + timedelta(days=366 * _YEARS)
    # Yesterday's overnight slot may still be open, and a fold across midnight shows yesterday again.
    day = start.astimezone(calendar.zone).date() - timedelta(days=2)
    waiting: list[Stretch] = []
    while day <= last:
        waiting = _merged([*waiting, *_of_day(calendar, day)])
        day += timedelta(days=1)
        # Nothing of `day` or later begins before this instant, whatever the clocks are changed by (an hour or two;
        # where a zone once skipped a whole day, three hours more or less change nothing).
        safe = _at(day, 0, calendar.zone, fold=0) - timedelta(hours=3)
        ready, waiting = _split(waiting, safe)
        for opened, closed in ready:
            if until is not None and opened >= until:
                return
            if closed > start:
                yield max(opened, start), closed
        if until is not None and safe >= until:
            return


def _of_day(calendar: BusinessCalendar, day: date) -> list[Stretch]:
    if day in calendar.holidays:
        return []
    return [
        stretch
        for start, end in calendar.slots[day.weekday()]
        for stretch in _shown_between(day, start, end, calendar.zone)
    ]


def _shown_between(day: date, start: int, end: int, zone: ZoneInfo) -> list[Stretch]:
    """The instants at which clocks in `zone` show a time in [start, end) of `day`: one stretch, or two around a change."""
    edges = [_at(day, minute, zone, fold=fold) for minute in (start, end) for fold in (0, 1)]
    offsets = {_offset(edge, zone) for edge in edges} | {
        _naive(day, minute).replace(tzinfo=zone, fold=fold).utcoffset() or timedelta(0)
        for minute in (start, end)
        for fold in (0, 1)
    }
    opens, closes = (_naive(day, minute).replace(tzinfo=UTC) for minute in (start, end))
    if len(offsets) == 1:
        shift = offsets.pop()
        return [(opens - shift, closes - shift)]
    first, last = opens - max(offsets), closes - min(offsets)
    change = _change_between(first, last, zone)
    before, after = _offset(first, zone), _offset(last, zone)
    stretches = [(opens - before, min(closes - before, change)), (max(opens - after, change), closes - after)]
    return [(opened, closed) for opened, closed in stretches if opened < closed]


def _change_between(first: datetime, last: datetime, zone: ZoneInfo) -> datetime:
    """The instant (to the second) between the two at which the zone's offset changes."""
    before = _offset(first, zone)
    low, high = int(first.timestamp()), int(last.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, UTC), zone) == before:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _naive(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def _at(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> datetime:
    return _naive(day, minute).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _merged(stretches: list[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for opened, closed in sorted(stretches):
        if merged and opened <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closed))
        else:
            merged.append((opened, closed))
    return merged


def _split(stretches: list[Stretch], at: datetime) -> tuple[list[Stretch], list[Stretch]]:
    """What lies before `at`, and what after; a stretch across it is cut."""
    before = [(opened, min(closed, at)) for opened, closed in stretches if opened < at]
    after = [(max(opened, at), closed) for opened, closed in stretches if closed > at]
    return before, after
