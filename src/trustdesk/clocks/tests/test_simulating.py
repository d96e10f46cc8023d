import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trustdesk.clocks.rules import reading
from trustdesk.clocks.rules.metrics import Metric, Status
from trustdesk.clocks.rules.policies import Policy, Priority, Problems, Traits
from trustdesk.clocks.rules.simulating import Entry, Trial, simulate
from trustdesk.clocks.tests.oracle import Desk, shows_open
from trustdesk.config.cli import main
from trustdesk.kernel.work.rules.calendar import WEEKDAYS, parse

OFFICE = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS[:5]}
NIGHT = {day: [["22:00", "06:00"]] for day in WEEKDAYS}
ICAL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Desk//EN
BEGIN:VEVENT
UID:a
DTSTART;VALUE=DATE:20200311
RRULE:FREQ=YEARLY
SUMMARY:Day of the desk
END:VEVENT
END:VCALENDAR
"""


def tried(timeline, **given):
    """The outcome as JSON; the timeline as (time, event, more) on 10 March 2026, a Tuesday."""
    told = {
        "policy": {"name": "All"},
        "timeline": [
            {"at": at if "T" in at else f"2026-03-10T{at}", "event": event, **more}
            for at, event, *rest in timeline
            for more in [rest[0] if rest else {}]
        ],
    } | given
    trial, zone = reading.read_trial(json.dumps(told))
    return reading.written(simulate(trial), zone, trial.until)


def wrong(**given):
    with pytest.raises(Problems) as refused:
        tried(given.pop("events", [("09:00", "opened")]), **given)
    return refused.value.fields


WORKED = [
    ("09:00", "opened"),
    ("09:30", "message_out", {"by": "person", "status": "pending"}),
    ("11:00", "message_in"),
    ("11:05", "message_in"),
    ("11:20", "message_out", {"by": "person", "status": "on_hold"}),
    ("12:20", "note"),
    ("13:00", "message_out", {"by": "person", "status": "resolved"}),
]


def test_the_worked_example_of_the_desk():
    found = tried(WORKED, calendar="24/7")
    assert found["minutes"] == {
        "first_reply": 30,
        "next_reply": [20],
        "work_time": 50,
        "requester_wait": 150,
        "resolution": 240,
    }
    assert found["breaches"] == found["warnings"] == []
    paused = tried(WORKED, policy={"name": "P", "resolution_pauses": ["pending", "on_hold"]})
    assert paused["minutes"]["resolution"] == 50


def test_targets_warnings_breach_and_steps():
    policy = {
        "name": "Sellers",
        "targets": {"first_reply": {"normal": 60, "urgent": 20}, "resolution": 600},
        "steps": [{"after_minutes": 0, "to": "lead"}, {"after_minutes": 30, "to": "head of desk"}],
    }
    found = tried([("09:00", "opened")], policy=policy, until="2026-03-10T10:20")
    assert found["due"][0] == {"metric": "first_reply", "cycle": 1, "at": "2026-03-10T10:00:00+00:00"}
    assert [(one["metric"], one["at"][11:16]) for one in found["warnings"]] == [("first_reply", "09:45")]
    assert [(one["metric"], one["at"][11:16]) for one in found["breaches"]] == [("first_reply", "10:00")]
    assert [(one["to"], one["at"][11:16]) for one in found["steps"]] == [("lead", "10:00")], (
        "the second is still to come"
    )
    met = tried([("09:00", "opened"), ("10:00", "message_out")], policy=policy)
    assert met["breaches"] == [], "exactly at the due time is in time"
    bot = tried([("09:00", "opened"), ("09:01", "message_out", {"by": "bot"})], policy=policy, until="2026-03-10T10:01")
    assert bot["minutes"]["first_reply"] == 61
    assert len(bot["breaches"]) == 1
    sooner = tried([("09:00", "opened"), ("09:30", "priority_changed", {"priority": "urgent"})], policy=policy)
    assert sooner["clocks"][0]["started_at"] == "2026-03-10T09:00:00+00:00"
    assert sooner["breaches"] == [
        {"metric": "first_reply", "cycle": 1, "at": "2026-03-10T09:30:00+00:00", "due_at": "2026-03-10T09:20:00+00:00"}
    ]


def test_the_first_policy_that_fits_holds_and_a_new_priority_may_choose_another():
    book = [
        {"name": "Urgent mail", "when": {"channel": ["mail"], "priority": ["urgent"]}, "targets": {"first_reply": 10}},
        {"name": "Mail", "when": {"channel": ["mail"]}, "targets": {"first_reply": 100}},
        {"name": "Rest", "targets": {"first_reply": 1000}},
    ]
    events = [("09:00", "opened"), ("09:05", "priority_changed", {"priority": "urgent"})]

    def by(**work):
        return tried(events, policy=book, work=work)

    assert by(channel="mail")["policies"] == ["Mail", "Urgent mail"]
    assert by(channel="mail")["due"][0]["at"][11:16] == "09:10"
    assert by(channel="chat")["policy"] == "Rest"
    with pytest.raises(Problems) as refused:
        tried(events, policy=book[:2], work={"channel": "phone"})
    assert "No policy fits" in refused.value.fields["policy"]


# (zone, slots, opened, target in business minutes, due)
@pytest.mark.parametrize(
    ("zone", "slots", "opened", "target", "due"),
    [
        # Berlin springs forward on 29 March 2026: the night from 22 to 6 is seven hours long; nine in autumn.
        ("Europe/Berlin", NIGHT, "2026-03-28T22:00", 420, "2026-03-29T06:00:00+02:00"),
        ("Europe/Berlin", NIGHT, "2026-10-24T22:00", 540, "2026-10-25T06:00:00+01:00"),
        # Indonesia never changes its clocks.
        ("Asia/Jakarta", NIGHT, "2026-03-28T22:00", 480, "2026-03-29T06:00:00+07:00"),
        ("Asia/Jakarta", NIGHT, "2026-10-24T22:00", 480, "2026-10-25T06:00:00+07:00"),
        # Santiago, in the south: back at midnight of 4 April 2026, forward at midnight of 5 September.
        ("America/Santiago", NIGHT, "2026-04-04T22:00", 540, "2026-04-05T06:00:00-04:00"),
        ("America/Santiago", NIGHT, "2026-09-05T22:00", 420, "2026-09-06T06:00:00-03:00"),
        # Several slots a day; exactly at closing time is that day.
        ("Asia/Jakarta", OFFICE, "2026-03-10T11:30", 60, "2026-03-10T13:30:00+07:00"),
        ("Asia/Jakarta", OFFICE, "2026-03-10T16:00", 60, "2026-03-10T17:00:00+07:00"),
        ("Asia/Jakarta", OFFICE, "2026-03-10T16:00", 61, "2026-03-11T09:01:00+07:00"),
    ],
)
def test_due_times_in_open_hours_and_across_changes_of_clocks(zone, slots, opened, target, due):
    found = tried(
        [(opened, "opened")],
        policy={"name": "P", "targets": {"first_reply": target}, "business": True},
        calendar={"zone": zone, "slots": slots},
    )
    assert found["due"][0]["at"] == due


def test_holidays_from_a_list_and_from_ical():
    ical = ICAL.replace("\n", "\r\n")
    given = {"policy": {"name": "P", "targets": {"first_reply": 480}, "business": ["normal"]}}
    hours = {"zone": "Asia/Jakarta", "slots": OFFICE}
    for closed in ({"holidays": ["2026-03-11"]}, {"ical": ical}):
        found = tried([("09:00", "opened")], calendar=hours | closed, **given)
        assert found["due"][0]["at"] == "2026-03-12T10:00:00+07:00"


def test_what_opens_again_counts_on_and_the_time_resolved_does_not_count():
    found = tried(
        [
            ("09:00", "opened"),
            ("09:10", "resolved"),
            ("12:00", "message_in"),
            ("12:05", "message_out"),
            ("12:10", "resolved"),
        ]
    )
    assert found["minutes"] == {
        "first_reply": 10,
        "next_reply": [5],
        "work_time": 20,
        "requester_wait": 20,
        "resolution": 20,
    }
    assert found["clocks"][0]["phase"] == "cancelled", "resolved without a reply: nobody is owed one"


def test_every_mistake_is_named_by_its_field():
    assert wrong(events=[("09:00", "opened"), ("08:59", "message_in")]) == {
        "timeline[1].at": "Time goes backwards: this lies before the event above it."
    }
    assert "no event “shrug”" in wrong(events=[("09:00", "opened"), ("09:01", "shrug")])["timeline[1].event"]
    assert "no time zone “Mars”" in wrong(calendar={"zone": "Mars", "slots": OFFICE})["calendar.zone"]
    assert "no iCal" in wrong(calendar={"zone": "UTC", "slots": OFFICE, "ical": "once upon a time"})["calendar.ical"]
    assert "no day" in wrong(calendar={"slots": OFFICE, "holidays": ["soon"]})["calendar.holidays[0]"]
    assert "overlap" in wrong(calendar={"slots": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}})["calendar.slots"]
    assert "slots by weekday" in wrong(calendar={"slots": {"mon": "always"}})["calendar.slots"]
    assert "No policy fits" in wrong(policy={"name": "P", "when": {"queue": ["ads"]}})["policy"]
    assert (
        "whole minutes"
        in wrong(policy={"name": "P", "targets": {"first_reply": {"high": 1.5}}})["policy.targets.first_reply.high"]
    )
    assert "no such field" in wrong(policy={"name": "P", "target": {}})["policy.target"]
    assert "The first event is" in wrong(events=[("09:00", "message_in")])["timeline[0].event"]
    assert "no status" in wrong(events=[("09:00", "opened", {"status": "asleep"})])["timeline[0].status"]
    assert (
        "never showed 02:30"
        in wrong(events=[("2026-03-29T02:30", "opened")], calendar={"zone": "Europe/Berlin"})["timeline[0].at"]
    )
    assert set(wrong(events=[("9 o’clock", "opened", {"by": "cat"})], until="later")) == {
        "timeline[0].at",
        "timeline[0].by",
        "until",
    }


def test_the_command(tmp_path, capsys):
    file = tmp_path / "trial.json"
    file.write_text(
        json.dumps(
            {"policy": {"targets": {"first_reply": 30}}, "timeline": [{"at": "2026-03-10T09:00", "event": "created"}]}
        )
    )
    assert main(["clock", "simulate", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["due"][0]["at"] == "2026-03-10T09:30:00+00:00"
    for text, says in (("{", "This is no JSON"), ("[]", "Write an object"), ("{}", "timeline: Write a list")):
        file.write_text(text)
        assert main(["clock", "simulate", str(file)]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert says in told.err
    assert main(["clock", "simulate", str(tmp_path / "none.json")]) == 2


def test_the_example_of_the_guide(tmp_path, capsys):
    guide = (Path(__file__).parents[4] / "docs/support.md").read_text().split("## Clocks")[1]
    given, answer = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)[:2]
    file = tmp_path / "trial.json"
    file.write_text(given)
    assert main(["clock", "simulate", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert json.loads(answer) == {key: told[key] for key in json.loads(answer)}


# ---- against the minute-by-minute count ----

CALENDARS = [
    None,
    parse(zone="Asia/Jakarta", slots=OFFICE),
    parse(zone="Europe/Berlin", slots=NIGHT, holidays=[datetime(2026, 3, 30).date()]),
    parse(zone="America/Santiago", slots={day: [["23:30", "00:30"], ["08:00", "12:00"]] for day in WEEKDAYS}),
]
DAYS = [datetime(2026, 3, 10), datetime(2026, 3, 28), datetime(2026, 10, 24), datetime(2026, 4, 4)]
HAPPENS = st.sampled_from(
    [
        ("message_in", {}),
        ("message_in", {}),
        ("message_out", {}),
        ("message_out", {"by_person": False}),
        ("note", {}),
        ("message_out", {"status": Status.PENDING}),
        *(("status_changed", {"status": status}) for status in Status),
        *(("priority_changed", {"priority": priority}) for priority in (Priority.URGENT, Priority.NORMAL)),
    ]
)
TARGETS = st.dictionaries(
    st.sampled_from(list(Metric)),
    st.fixed_dictionaries(
        {}, optional={priority: st.integers(1, 700) for priority in (Priority.URGENT, Priority.NORMAL)}
    ),
)
POLICIES = st.builds(
    Policy,
    name=st.just("P"),
    targets=TARGETS,
    business=st.sets(st.sampled_from([Priority.URGENT, Priority.NORMAL])).map(frozenset),
    resolution_pauses=st.sets(st.sampled_from([Status.PENDING, Status.ON_HOLD])).map(frozenset),
)


@st.composite
def timelines(draw):
    at = draw(st.sampled_from(DAYS)).replace(tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 1439)))
    entries = [Entry(at, "opened", status=draw(st.sampled_from([None, Status.OPEN, Status.PENDING])))]
    for gap, (event, more) in draw(st.lists(st.tuples(st.integers(0, 400), HAPPENS), max_size=8)):
        at += timedelta(minutes=gap)
        entries.append(Entry(at, event, **more))
    return entries, at + timedelta(minutes=draw(st.integers(0, 900)))


def check(policy, calendar, entries, until):
    outcome = simulate(Trial([policy], Traits(), entries, until, calendar))
    desk = Desk(policy, calendar, entries, until, Priority.NORMAL)
    counted = desk.count()
    assert [one.metric for one in outcome.clocks] == [one.metric for one in counted]
    for one, slow in zip(outcome.clocks, counted, strict=True):
        assert one.minutes == len(desk.unit(slow)), one
        assert (one.breached_at is not None) == slow.breached, one
        assert one.ended_at == slow.ended, one
        due = desk.due(slow)
        if due is not None:
            assert one.due_at == due, one
        elif one.due_at is not None and one.phase == "running":
            assert one.due_at >= until, one


ONE = Policy(
    name="P", targets={Metric.RESOLUTION: {Priority.NORMAL: 60}}, resolution_pauses=frozenset({Status.PENDING})
)
T = datetime(2026, 3, 10, 2, tzinfo=UTC)


@given(POLICIES, st.sampled_from(CALENDARS), timelines())
@example(ONE, None, ([Entry(T, "opened"), Entry(T + timedelta(hours=1), "status_changed", status=Status.PENDING), Entry(T + timedelta(hours=3), "message_in")], T + timedelta(hours=4)))  # fmt: skip
@example(ONE, None, ([Entry(T, "opened"), Entry(T + timedelta(hours=1), "status_changed", status=Status.PENDING), Entry(T + timedelta(hours=3), "message_in")], T + timedelta(hours=3)))  # fmt: skip
def test_clocks_are_what_a_minute_by_minute_count_yields(policy, calendar, timeline):
    check(policy, calendar, *timeline)


def test_the_slow_count_reads_the_wall_clock():
    berlin = CALENDARS[2]
    night = [
        datetime(2026, 3, 28, 22, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC) + timedelta(minutes=n)
        for n in range(480)
    ]
    assert sum(shows_open(berlin, at) for at in night) == 420
