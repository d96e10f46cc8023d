from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trustdesk.kernel.work.rules.calendar import (
    WEEKDAYS,
    BadCalendar,
    BusinessCalendar,
    NeverOpen,
    add,
    between,
    is_open,
    parse,
)

MINUTE = timedelta(minutes=1)
OFFICE = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS[:5]}
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}


def at(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


# Tuesday 10 March 2026; the zone of Jakarta never changes its clocks.
@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-10T09:00", 60, "2026-03-10T10:00"),
        ("2026-03-10T11:30", 60, "2026-03-10T13:30"),  # across lunch: two slots a day
        ("2026-03-10T09:00", 180, "2026-03-10T12:00"),  # exactly the end of the morning: not 13:00
        ("2026-03-10T16:00", 60, "2026-03-10T17:00"),  # exactly closing time: that day, not the next opening
        ("2026-03-10T16:00", 61, "2026-03-11T09:01"),
        ("2026-03-10T12:30", 30, "2026-03-10T13:30"),  # begins while closed
        ("2026-03-10T20:00", 1, "2026-03-11T09:01"),
        ("2026-03-13T16:30", 60, "2026-03-16T09:30"),  # Friday afternoon to Monday
        ("2026-03-14T10:00", 420, "2026-03-16T17:00"),  # all of Monday
        ("2026-03-18T16:30", 60, "2026-03-20T09:30"),  # Thursday the 19th is a holiday
        ("2026-03-19T10:00", 60, "2026-03-20T10:00"),  # begins on the holiday
        ("2026-03-10T20:00", 0, "2026-03-10T20:00"),  # a zero target is due at once, open or not
    ],
)
def test_deadlines_in_office_hours(start, span, end):
    office = parse(zone="Asia/Jakarta", slots=OFFICE, holidays=[date(2026, 3, 19)])
    assert add(office, at(start, "Asia/Jakarta"), minutes(span)) == at(end, "Asia/Jakarta")


NIGHT = {day: [["22:00", "06:00"]] for day in WEEKDAYS}


@pytest.mark.parametrize(
    ("zone", "slots", "start", "span", "end"),
    [
        # Berlin, 29 March 2026: 02:00 → 03:00. The night shift 22–06 is seven hours long.
        ("Europe/Berlin", NIGHT, "2026-03-28T22:00", 420, "2026-03-29T06:00"),
        ("Europe/Berlin", NIGHT, "2026-03-29T01:30", 60, "2026-03-29T03:30"),
        ("Europe/Berlin", NIGHT, "2026-03-28T22:00", 421, "2026-03-29T22:01"),
        # Berlin, 25 October 2026: 03:00 → 02:00. The night shift is nine hours long.
        ("Europe/Berlin", NIGHT, "2026-10-24T22:00", 540, "2026-10-25T06:00"),
        ("Europe/Berlin", NIGHT, "2026-10-25T01:30", 150, "2026-10-25T03:00"),
        # A slot inside the hour that is skipped never opens that day; the next day it does.
        ("Europe/Berlin", {day: [["02:10", "02:50"]] for day in WEEKDAYS}, "2026-03-29T00:00", 40, "2026-03-30T02:50"),
        # A slot that begins in the skipped hour opens when the clocks have sprung forward.
        ("Europe/Berlin", {day: [["02:30", "04:00"]] for day in WEEKDAYS}, "2026-03-29T00:00", 60, "2026-03-29T04:00"),
        # Round the clock: 23 hours and 25 hours.
        ("America/New_York", ALWAYS, "2026-03-08T00:00", 23 * 60, "2026-03-09T00:00"),
        ("America/New_York", ALWAYS, "2026-11-01T00:00", 25 * 60, "2026-11-02T00:00"),
        # Half an hour on Lord Howe Island.
        ("Australia/Lord_Howe", ALWAYS, "2026-04-05T00:00", 24 * 60 + 30, "2026-04-06T00:00"),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", {day: [["09:00", "17:00"]] for day in WEEKDAYS}, "2011-12-29T16:00", 120, "2011-12-31T10:00"),
        # Saint John's turned its clocks back at 00:01 until 2011, so a moment of the next day came twice.
        (
            "America/St_Johns",
            {day: [["23:00", "24:00"]] for day in WEEKDAYS},
            "2010-11-06T12:00",
            119,
            "2010-11-07T00:00",
        ),
    ],
)
def test_deadlines_across_a_change_of_clocks(zone, slots, start, span, end):
    calendar = parse(zone=zone, slots=slots)
    wanted = at(end, zone, fold=1).astimezone(UTC)  # a time shown twice equals nothing but itself (PEP 495)
    assert add(calendar, at(start, zone), minutes(span)) == wanted
    assert between(calendar, at(start, zone), wanted) == minutes(span)


def test_an_hour_that_comes_twice_counts_twice():
    calendar = parse(zone="Europe/Berlin", slots={"sun": [["02:00", "03:00"]]})
    assert between(
        calendar, at("2026-10-25T00:00", "Europe/Berlin"), at("2026-10-25T12:00", "Europe/Berlin")
    ) == minutes(120)


def test_a_holiday_takes_the_night_that_starts_on_it_and_leaves_the_one_before():
    calendar = parse(zone="Asia/Jakarta", slots=NIGHT, holidays=[date(2026, 3, 19)])
    assert is_open(calendar, at("2026-03-19T05:59", "Asia/Jakarta"))
    assert not is_open(calendar, at("2026-03-19T22:00", "Asia/Jakarta"))
    assert not is_open(calendar, at("2026-03-20T05:00", "Asia/Jakarta"))


def test_without_a_calendar_all_time_counts():
    start = at("2026-03-28T22:00", "Europe/Berlin")
    assert add(None, start, minutes(480)) == at("2026-03-29T07:00", "Europe/Berlin")
    assert between(None, start, start + minutes(480)) == minutes(480)
    assert between(None, start, start - minutes(1)) == timedelta(0)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"zone": "Mars/Base", "slots": OFFICE}, "no time zone"),
        ({"zone": "../etc/passwd", "slots": OFFICE}, "no time zone"),
        ({"zone": "UTC", "slots": {}}, "at least one slot"),
        ({"zone": "UTC", "slots": {"monday": [["09:00", "10:00"]]}}, "no weekday"),
        ({"zone": "UTC", "slots": {"mon": [["9", "10:00"]]}}, "no time of day"),
        ({"zone": "UTC", "slots": {"mon": [["09:60", "10:00"]]}}, "no time of day"),
        ({"zone": "UTC", "slots": {"mon": [["24:00", "10:00"]]}}, "cannot start at 24:00"),
        ({"zone": "UTC", "slots": {"mon": [["09:00"]]}}, "a start and an end"),
        ({"zone": "UTC", "slots": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "overlap on mon"),
    ],
)
def test_a_bad_calendar_says_what_is_wrong(given, says):
    with pytest.raises(BadCalendar, match=says):
        parse(**given)


def test_a_desk_that_never_opens_is_said_not_searched_for_ever():
    start = date(2026, 1, 1)
    closed = parse(
        zone="UTC",
        slots={"mon": [["09:00", "10:00"]]},
        holidays=[start + timedelta(days=n) for n in range(366 * 10 + 30)],
    )
    with pytest.raises(NeverOpen):
        add(closed, at("2026-01-01T00:00"), minutes(1))


# ---- against a slow reference that looks at the clock on the wall every minute ----

ZONES = [
    "UTC",
    "Asia/Jakarta",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Africa/Cairo",
]
# Days around which these zones change their clocks, and quiet ones.
DAYS = [date(2026, 3, 7), date(2026, 3, 28), date(2026, 4, 4), date(2026, 4, 23), date(2026, 10, 3), date(2026, 10, 24), date(2026, 10, 29), date(2026, 10, 31), date(2010, 11, 6), date(2010, 3, 13), date(2026, 7, 1)]  # fmt: skip


@st.composite
def calendars(draw) -> BusinessCalendar:
    week = []
    for _ in range(7):
        edges = sorted(draw(st.lists(st.integers(0, 1439), max_size=4, unique=True)))
        slots = list(zip(edges[::2], edges[1::2], strict=False))
        if draw(st.booleans()):  # an overnight slot, maybe into the morning slot of the next day
            begin = draw(st.integers((slots[-1][1] if slots else 0), 1439))
            slots.append((begin, 1440 + draw(st.integers(0, begin))))
        week.append(tuple(slot for slot in slots if slot[1] > slot[0]))
    holidays = draw(st.sets(st.sampled_from(DAYS), max_size=2))
    return BusinessCalendar(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))), slots=tuple(week), holidays=frozenset(holidays)
    )


def shows_open(calendar: BusinessCalendar, instant: datetime) -> bool:
    local = instant.astimezone(calendar.zone)
    shown = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return any(
        start <= shown + into < end
        for day, into in ((today, 0), (yesterday, 1440))
        if day not in calendar.holidays
        for start, end in calendar.slots[day.weekday()]
    )


starts = st.builds(
    lambda day, minute: datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE,
    st.sampled_from(DAYS),
    st.integers(-600, 1800),
)


@given(calendars(), starts, st.integers(0, 3000))
def test_time_between_is_what_the_wall_clock_shows(calendar, start, length):
    counted = sum(shows_open(calendar, start + n * MINUTE) for n in range(length))
    assert between(calendar, start, start + length * MINUTE) == minutes(counted)


@given(calendars(), starts, st.integers(1, 900))
def test_a_deadline_is_the_end_of_the_last_minute_needed(calendar, start, span):
    counted = 0
    for n in range(4000):
        counted += shows_open(calendar, start + n * MINUTE)
        if counted == span:
            assert add(calendar, start, minutes(span)) == start + (n + 1) * MINUTE
            return
    if any(calendar.slots):
        assert add(calendar, start, minutes(span)) > start + 4000 * MINUTE


@given(calendars().filter(lambda calendar: any(calendar.slots)), starts, st.integers(0, 20_000), st.integers(0, 59))
@example(parse(zone="Europe/Berlin", slots=NIGHT), at("2026-03-28T22:00", "Europe/Berlin"), 420, 0)
def test_adding_and_measuring_agree(calendar, start, span, seconds):
    length = timedelta(minutes=span, seconds=seconds)
    end = add(calendar, start, length)
    assert between(calendar, start, end) == length
    middle = add(calendar, start, length / 2)
    assert start <= middle <= end
    assert between(calendar, start, middle) + between(calendar, middle, end) == length
