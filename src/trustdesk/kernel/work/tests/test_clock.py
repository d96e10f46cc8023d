from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.kernel.work.rules.calendar import WEEKDAYS, parse
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

DAY = datetime(2026, 3, 10, tzinfo=UTC)  # a Tuesday
OFFICE = parse(zone="UTC", slots={day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS[:5]})


def at(text: str, days: int = 0) -> datetime:
    hours, minutes = text.split(":")
    return DAY + timedelta(days=days, hours=int(hours), minutes=int(minutes))


def clock(*events: tuple[str, str], target: int | None = None, business: bool = False, start: str = "09:00") -> State:
    return fold(
        [
            Event(Kind.ACTIVATE, at(start), Target(target, business)),
            *(Event(Kind(kind), at(moment)) for moment, kind in events),
        ]
    )


def minutes_of(state: State, *, now: str = "23:00") -> float:
    return elapsed(state, calendar=OFFICE, now=at(now)) / timedelta(minutes=1)


def test_the_worked_example_of_the_desk():
    """09:00 created; 09:30 reply, pending; 11:00 and 11:05 customer; 11:20 reply, on hold; 13:00 reply, resolved."""
    first_reply = clock(("09:30", "fulfil"))
    next_reply = clock(("11:20", "fulfil"), start="11:00")
    work = clock(("09:30", "pause"), ("11:00", "resume"), ("11:20", "pause"), ("13:00", "fulfil"))
    wait = clock(("09:30", "pause"), ("11:00", "resume"), ("13:00", "fulfil"))
    resolution = clock(("13:00", "fulfil"))
    assert [minutes_of(each) for each in (first_reply, next_reply, work, wait, resolution)] == [30, 20, 50, 150, 240]


def test_a_deadline_at_closing_time_is_that_day_and_meeting_it_exactly_is_in_time():
    state = clock(target=7 * 60, business=True)
    assert due_at(state, calendar=OFFICE) == at("17:00")
    assert not is_late(state, calendar=OFFICE, now=at("17:00"))
    assert is_late(state, calendar=OFFICE, now=at("17:00") + timedelta(microseconds=1))
    met = apply(state, Event(Kind.FULFIL, at("17:00")))
    assert not is_late(met, calendar=OFFICE, now=at("12:00", days=9))
    late = apply(state, Event(Kind.FULFIL, at("08:00", days=1)))
    assert is_late(late, calendar=OFFICE, now=at("12:00", days=9))


def test_a_pause_that_consumes_the_day_leaves_the_rest_for_the_next():
    state = clock(("10:00", "pause"), target=240, business=True)
    assert due_at(state, calendar=OFFICE) is None
    resumed = apply(state, Event(Kind.RESUME, at("17:30")))
    assert due_at(resumed, calendar=OFFICE) == at("13:00", days=1) - timedelta(hours=1)  # 3 h of the next morning
    assert minutes_of(resumed) == 60


def test_a_pause_over_the_whole_day_counts_nothing():
    state = clock(("09:00", "pause"), ("17:00", "resume"), target=60, business=True)
    assert due_at(state, calendar=OFFICE) == at("10:00", days=1)


def test_no_target_counts_and_is_never_due():
    state = clock(("10:00", "pause"), ("11:00", "resume"), target=None)
    assert due_at(state, calendar=OFFICE) is None
    assert warn_at(state, calendar=OFFICE, warn_minutes=15) is None
    assert not is_late(state, calendar=OFFICE, now=at("12:00", days=500))
    assert minutes_of(state, now="12:00") == 120


@pytest.mark.parametrize("start", ["10:00", "20:00"])
def test_a_zero_target_is_due_at_once(start):
    state = clock(target=0, business=True, start=start)
    assert due_at(state, calendar=OFFICE) == at(start)
    assert not is_late(state, calendar=OFFICE, now=at(start))
    assert is_late(state, calendar=OFFICE, now=at(start) + timedelta(seconds=1))
    assert warn_at(state, calendar=OFFICE, warn_minutes=15) is None


def test_a_new_target_keeps_the_start_and_may_be_late_at_once():
    state = clock(("10:00", "pause"), ("11:00", "resume"), target=600)
    assert due_at(state, calendar=None) == at("20:00")
    shorter = apply(state, Event(Kind.RETARGET, at("12:00"), Target(90)))
    assert due_at(shorter, calendar=None) == at("11:30")
    assert is_late(shorter, calendar=None, now=at("12:00"))
    long_gone = apply(state, Event(Kind.RETARGET, at("12:00"), Target(30)))
    assert due_at(long_gone, calendar=None) == at("09:30")
    business = apply(state, Event(Kind.RETARGET, at("12:00"), Target(120, business=True)))
    assert due_at(business, calendar=OFFICE) == at("12:00")
    without = apply(state, Event(Kind.RETARGET, at("12:00"), Target(None)))
    assert due_at(without, calendar=None) is None


def test_a_target_used_up_exactly_at_the_pause_is_due_when_it_resumes():
    state = clock(("10:00", "pause"), target=60)
    assert due_at(state, calendar=None) is None
    resumed = apply(state, Event(Kind.RESUME, at("14:00")))
    assert due_at(resumed, calendar=None) == at("14:00")
    assert due_at(clock(("10:00", "fulfil"), target=60), calendar=None) == at("10:00")


def test_warnings_come_before_in_the_same_unit():
    state = clock(target=240, business=True)  # due 14:00
    assert warn_at(state, calendar=OFFICE, warn_minutes=15) == at("13:45")
    assert warn_at(state, calendar=OFFICE, warn_minutes=90) == at("11:30")  # lunch does not count
    assert warn_at(state, calendar=OFFICE, warn_minutes=240) is None
    assert warn_at(state, calendar=OFFICE, warn_minutes=0) is None


def test_a_night_of_daylight_saving():
    berlin = parse(zone="Europe/Berlin", slots={day: [["22:00", "06:00"]] for day in WEEKDAYS})
    evening = datetime(2026, 3, 28, 23, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    state = fold([Event(Kind.ACTIVATE, evening, Target(6 * 60, business=True))])
    assert due_at(state, calendar=berlin) == datetime(2026, 3, 29, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    plain = fold([Event(Kind.ACTIVATE, evening, Target(6 * 60))])
    assert due_at(plain, calendar=None) == datetime(2026, 3, 29, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def test_undoing_a_fulfilment_lets_it_run_as_if_it_never_was():
    running = clock(("10:00", "fulfil"), ("10:05", "reopen"), target=120)
    assert (running.phase, minutes_of(running, now="10:30")) == (Phase.RUNNING, 90)
    assert due_at(running, calendar=None) == at("11:00")
    paused = clock(("10:00", "pause"), ("10:02", "fulfil"), ("10:05", "reopen"), target=120)
    assert (paused.phase, minutes_of(paused, now="10:30")) == (Phase.PAUSED, 60)


def test_sent_in_time_counts_though_it_was_released_after_the_breach_was_noted():
    state = clock(("10:01", "breach"), ("10:00", "fulfil"), target=60)
    assert state.breached_at == at("10:01")
    assert not is_late(state, calendar=None, now=at("11:00"))


@pytest.mark.parametrize(
    "events",
    [
        [("10:00", "resume")],
        [("10:00", "activate")],
        [("10:00", "pause"), ("11:00", "pause")],
        [("10:00", "fulfil"), ("11:00", "fulfil")],
        [("10:00", "fulfil"), ("11:00", "retarget")],
        [("10:00", "breach"), ("11:00", "breach")],
        [("10:00", "pause"), ("09:30", "resume")],
        [("10:00", "cancel"), ("11:00", "resume")],
        [("10:00", "reopen")],
    ],
)
def test_events_that_cannot_follow_are_refused(events):
    with pytest.raises(WrongMoment):
        clock(*events, target=60)


stretch_lengths = st.lists(st.integers(1, 600), min_size=1, max_size=6)


@given(stretch_lengths, st.integers(0, 2000), st.booleans())
def test_running_until_due_counts_exactly_the_target(lengths, target, business):
    moment = at("08:00")
    state = fold([Event(Kind.ACTIVATE, moment, Target(target, business))])
    for n, length in enumerate(lengths):
        moment += timedelta(minutes=length)
        state = apply(state, Event(Kind.PAUSE if n % 2 == 0 else Kind.RESUME, moment))
    if state.phase is Phase.PAUSED and not is_late(state, calendar=OFFICE, now=moment):
        assert due_at(state, calendar=OFFICE) is None
        state = apply(state, Event(Kind.RESUME, moment + timedelta(minutes=7)))
    due = due_at(state, calendar=OFFICE)
    assert due is not None
    assert elapsed(state, calendar=OFFICE, now=due) == timedelta(minutes=target)


@given(stretch_lengths, st.lists(st.integers(0, 1500), min_size=2, max_size=5, unique=True), st.booleans())
def test_a_longer_target_is_never_due_earlier(lengths, targets, business):
    moment, events = at("08:00"), []
    for n, length in enumerate(lengths * 2):  # an even number: the clock runs at the end
        moment += timedelta(minutes=length)
        events.append(Event(Kind.PAUSE if n % 2 == 0 else Kind.RESUME, moment))
    dues = [
        due_at(fold([Event(Kind.ACTIVATE, at("08:00"), Target(target, business)), *events]), calendar=OFFICE)
        for target in sorted(targets)
    ]
    assert all(shorter <= longer for shorter, longer in pairwise(dues))
