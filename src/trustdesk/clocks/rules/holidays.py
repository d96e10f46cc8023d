"""Holidays out of an iCal file: whole days, once or by rule, without the exceptions. Nothing is fetched.

An event that takes only part of a day is no holiday: it is named in `left_out`, so that whoever brought the file sees it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, vRecur

MOST_BYTES = 1_000_000
MOST_DAYS = 5_000
MOST_RULES = 60
_LONGEST = timedelta(days=62)  # one event; longer is a mistake in the file
_FIRST_YEAR = 1900  # a rule is followed from its first day on: this bounds how far
_ALWAYS = {"FREQ", "INTERVAL", "UNTIL", "COUNT", "WKST"}
_OF_MONTH = _ALWAYS | {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"}
# What a rule may say. By day or week, nothing that might never fit: such a rule is followed to the year 9999 before it
# gives up, in a moment by months, in half a minute by days.
_PARTS = {
    "DAILY": _ALWAYS,
    "WEEKLY": _ALWAYS | {"BYDAY"},
    "MONTHLY": _OF_MONTH,
    "YEARLY": _OF_MONTH | {"BYYEARDAY", "BYWEEKNO", "BYEASTER"},
}


class BadICal(ValueError):
    """A file that cannot be read as iCal, or that no calendar could have: the message says why."""


# The library types a property as any of thirty classes; what is read of one is checked here as it is read.
Event = Any


@dataclass(frozen=True)
class Holidays:
    """Days with their names, in order; what was left out; whether a rule goes on past the last day asked for."""

    days: dict[date, str]
    left_out: tuple[str, ...]
    endless: bool


def read_ical(text: str, *, first: date, last: date, zone: ZoneInfo | None = None) -> Holidays:
    """The holidays from `first` to `last`, both included. Raises BadICal.

    An event with times of day counts when it goes from midnight to midnight in `zone`.
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise BadICal("The file is larger than 1 MB.")
    try:
        found = Calendar.from_ical(text, multiple=True)
        events: list[Event] = [event for one in found for event in one.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadICal(f"This is no iCal file: {' '.join(str(error).split())[:120]}") from error
    if not found or any(one.name != "VCALENDAR" for one in found):
        raise BadICal("This is no iCal file: it has no VCALENDAR.")
    if sum("RRULE" in event for event in events) > MOST_RULES:
        raise BadICal(f"More than {MOST_RULES} rules of days that come back.")
    days: dict[date, str] = {}
    left_out: list[str] = []
    endless = False
    moved = {(str(e.get("UID")), _day(e["RECURRENCE-ID"].dt, zone)) for e in events if "RECURRENCE-ID" in e}
    for event in events:
        name = " ".join(str(event.get("SUMMARY", "")).split())[:80]
        broken = getattr(event, "errors", [])
        if broken:
            raise BadICal(f"“{name}” cannot be read: {broken[0][0]}: {broken[0][1]}")
        if "DTSTART" not in event:
            raise BadICal(f"“{name}” has no first day (DTSTART).")
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        length = _whole_days(event, zone)
        if length is None:
            left_out.append(name)
            continue
        endless = endless or ("RRULE" in event and not _ends(event))
        for begins in _occurrences(event, zone, first - timedelta(days=length), last):
            if "RECURRENCE-ID" not in event and (str(event.get("UID")), begins) in moved:
                continue
            for n in range(length):
                day = begins + timedelta(days=n)
                if first <= day <= last:
                    days.setdefault(day, name)
            if len(days) > MOST_DAYS:
                raise BadICal(f"More than {MOST_DAYS:,} holidays.")
    return Holidays(dict(sorted(days.items())), tuple(left_out), endless)


def _day(value: date | datetime, zone: ZoneInfo | None) -> date:
    return _local(value, zone).date()


def _local(value: date | datetime, zone: ZoneInfo | None) -> datetime:
    """The time on the wall in `zone` (UTC without one); a day is its midnight."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value.astimezone(zone or UTC).replace(tzinfo=None) if value.tzinfo else value


def _whole_days(event: Event, zone: ZoneInfo | None) -> int | None:
    """How many whole days the event takes; None when it takes only part of one."""
    start = event["DTSTART"].dt
    if not isinstance(start, date):
        raise BadICal("A first day (DTSTART) is no date.")
    begins = _local(start, zone)
    if begins.year < _FIRST_YEAR:
        raise BadICal(f"An event begins before {_FIRST_YEAR}.")
    if "DTEND" in event:
        length = _local(event["DTEND"].dt, zone) - begins
    elif "DURATION" in event:
        length = event["DURATION"].dt
    else:
        length = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
    if not isinstance(start, datetime) and length == timedelta(0):
        length = timedelta(days=1)  # some programs write the same day twice
    if length < timedelta(0) or length > _LONGEST:
        raise BadICal(f"The event on {begins.date()} ends before it begins or lasts more than {_LONGEST.days} days.")
    if begins.time() != time() or length < timedelta(days=1) or length % timedelta(days=1):
        return None
    return length.days


def _rules(event: Event) -> list[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _ends(event: Event) -> bool:
    return all("UNTIL" in rule or "COUNT" in rule for rule in _rules(event))


def _occurrences(event: Event, zone: ZoneInfo | None, first: date, last: date) -> Iterator[date]:
    """The first days of the event, from `first` to `last`."""
    begins = _day(event["DTSTART"].dt, zone)
    found = {begins} | set(_listed(event, "RDATE", zone))
    for rule in _rules(event):
        parts = {key.upper(): value for key, value in rule.items()}
        often = str((parts.get("FREQ") or [""])[0])
        odd = set(parts) - _PARTS.get(often, set())
        if often not in _PARTS or odd or parts.get("INTERVAL", [1])[0] < 1:
            raise BadICal(f"A holiday cannot come back “{often}”{' by ' + ', '.join(sorted(odd)) if odd else ''}.")
        until = [_day(one, zone) for one in parts.pop("UNTIL", [])]
        count = [int(one) for one in parts.pop("COUNT", [])]
        text = vRecur(parts).to_ical().decode()
        # A rule that never fits (30 February) would be followed for ever: it ends with what is asked for.
        stop = datetime.combine(min([last, *until]), time())
        try:
            ruled = rrulestr(text, dtstart=datetime.combine(begins, time())).replace(until=stop)
            found |= {day.date() for day in islice(ruled, count[0] if count else None)}
        except (ValueError, TypeError, OverflowError) as error:
            raise BadICal(f"A rule cannot be followed: {text}") from error
    found -= set(_listed(event, "EXDATE", zone))
    return (day for day in sorted(found) if first <= day <= last)


def _listed(event: Event, name: str, zone: ZoneInfo | None) -> Iterator[date]:
    lists = event.get(name, [])
    for one in lists if isinstance(lists, list) else [lists]:
        for each in one.dts:
            value = each.dt
            if isinstance(value, date):
                yield _day(value, zone)
