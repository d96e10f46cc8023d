from datetime import date
from zoneinfo import ZoneInfo

import pytest

from trustdesk.clocks.rules.holidays import BadICal, read_ical

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


def days(*events: str, zone: str = "Asia/Jakarta"):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Desk//EN"]
    for n, event in enumerate(events):
        told = event if "UID:" in event else f"UID:{n}\n{event}"
        lines += ["BEGIN:VEVENT", *told.split("\n"), "END:VEVENT"]
    return read_ical("\r\n".join([*lines, "END:VCALENDAR"]), first=FIRST, last=LAST, zone=ZoneInfo(zone))


def said(found):
    return [day.isoformat() for day in found.days]


def test_days_once_for_several_days_and_by_rule():
    found = days(
        "SUMMARY:New year\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY",
        "SUMMARY:Fast\nDTSTART;VALUE=DATE:20260320\nDTEND;VALUE=DATE:20260322",
        "SUMMARY:Third Monday\nDTSTART;VALUE=DATE:20260119\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=3MO;UNTIL=20261231",
        "SUMMARY:Move\nDTSTART;VALUE=DATE:20260601\nDURATION:P2D\nRRULE:FREQ=MONTHLY;COUNT=2",
    )
    assert said(found) == [
        "2026-01-01",
        "2026-01-19",
        "2026-03-20",
        "2026-03-21",
        "2026-06-01",
        "2026-06-02",
        "2026-07-01",
        "2026-07-02",
        "2027-01-01",
    ]
    assert found.days[date(2026, 3, 21)] == "Fast"
    assert found.endless


def test_exceptions_moved_days_and_cancelled_ones():
    found = days(
        "UID:y\nSUMMARY:Feast\nDTSTART;VALUE=DATE:20250510\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20270510",
        "UID:y\nSUMMARY:Feast, moved\nRECURRENCE-ID;VALUE=DATE:20260510\nDTSTART;VALUE=DATE:20260512",
        "SUMMARY:Off\nDTSTART;VALUE=DATE:20260801\nSTATUS:CANCELLED",
        "SUMMARY:Extra\nDTSTART;VALUE=DATE:20260901\nRDATE;VALUE=DATE:20260903,20260905",
    )
    assert said(found) == ["2026-05-12", "2026-09-01", "2026-09-03", "2026-09-05"]


def test_only_whole_days_in_the_calendars_zone_are_holidays():
    found = days(
        "SUMMARY:Half day\nDTSTART;TZID=Asia/Jakarta:20261224T120000\nDTEND;TZID=Asia/Jakarta:20261224T180000",
        "SUMMARY:Night to night\nDTSTART:20261230T170000Z\nDTEND:20261231T170000Z",
    )
    assert said(found) == ["2026-12-31"]
    assert found.left_out == ("Half day",)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("SUMMARY:No day", "no first day"),
        ("DTSTART;VALUE=DATE:20269999", "cannot be read|no iCal"),
        ("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SECONDLY", "cannot come back"),
        ("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SOMETIMES", "cannot"),
        ("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;INTERVAL=0", "cannot"),
        ("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "by BYMONTH, BYMONTHDAY"),
        ("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20251201", "ends before"),
        ("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101", "more than 62"),
        ("DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=DAILY", "before 1900"),
    ],
)
def test_what_cannot_be_read_says_why(event, says):
    with pytest.raises(BadICal, match=says):
        days(event)


@pytest.mark.parametrize("text", ["", "hello", "BEGIN:VCALENDAR", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "\0" * 9])
def test_no_ical_at_all(text):
    with pytest.raises(BadICal):
        read_ical(text, first=FIRST, last=LAST)


def test_a_rule_that_never_fits_ends_and_a_huge_file_is_refused():
    assert said(days("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9")) == [
        "2026-01-01"
    ]
    with pytest.raises(BadICal, match="1 MB"):
        read_ical("X" * 1_000_001, first=FIRST, last=LAST)
