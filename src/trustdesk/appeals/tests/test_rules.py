"""The last day, and what must be on record before anybody's appeals are paused."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.appeals.rules import Record, lacking_for_pause, last_day, open_until
from trustdesk.decisions.dates import add_months

ZONES = ["Asia/Jakarta", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC"]


@pytest.mark.parametrize(
    ("decided", "zone", "last"),
    [
        (datetime(2026, 3, 10, 9, tzinfo=UTC), "Asia/Jakarta", date(2026, 9, 10)),
        (datetime(2025, 8, 31, 9, tzinfo=UTC), "Asia/Jakarta", date(2026, 2, 28)),
        (datetime(2027, 8, 31, 9, tzinfo=UTC), "UTC", date(2028, 2, 29)),
        # In Jakarta it was the 31st already.
        (datetime(2025, 8, 30, 18, tzinfo=UTC), "Asia/Jakarta", date(2026, 2, 28)),
        # The zone's own midnight counts, on the other side of a change of the clocks too.
        (datetime(2026, 7, 15, 4, 30, tzinfo=UTC), "America/New_York", date(2027, 1, 15)),
    ],
)
def test_the_last_day_is_six_calendar_months_on(decided, zone, last):
    assert last_day(decided, zone) == last
    end = open_until(decided, zone)
    assert (end - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() == last
    assert end.astimezone(ZoneInfo(zone)).date() == last + timedelta(days=1)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_the_statement_names_the_same_day(decided, zone):
    assert add_months(decided.astimezone(ZoneInfo(zone)), 6).date() == last_day(decided, zone)
    assert open_until(decided, zone) > decided + timedelta(days=180)


def test_a_pause_costs_nobody_the_right_to_appeal():
    decided = datetime(2026, 3, 10, 9, tzinfo=UTC)
    usual = open_until(decided, "UTC")
    assert open_until(decided, "UTC", paused_until=decided + timedelta(days=30)) == usual
    assert open_until(decided, "UTC", paused_until=usual) == usual + timedelta(days=14)


def test_four_facts_before_a_pause():
    enough = Record(decided=4, unfounded=3)
    assert lacking_for_pause(enough, gravity="Staff were threatened.", warned=True, since_warning=1) == []
    assert lacking_for_pause(Record(9, 2), gravity=" ", warned=False, since_warning=0) == [
        "number",
        "share",
        "gravity",
        "warning",
    ]
    assert lacking_for_pause(enough, gravity="x", warned=True, since_warning=0) == ["since_warning"]
