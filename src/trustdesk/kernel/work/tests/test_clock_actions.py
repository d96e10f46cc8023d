from datetime import date, timedelta

import pytest

from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions, queries
from trustdesk.kernel.work.models import ClockEvent, WorkItem
from trustdesk.kernel.work.refusals import CalendarInUse, ClockAlready, NoSuchClock
from trustdesk.kernel.work.rules.calendar import WEEKDAYS
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.kernel.work.tests import makers

pytestmark = pytest.mark.django_db

OFFICE = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS[:5]}


@pytest.fixture
def work(now):
    return makers.work(makers.queue(now), now)


@pytest.fixture
def office(now):
    code = makers.fresh("office")
    actions.set_calendar(actor=SYSTEM, code=code, name="Office", zone="UTC", slots=OFFICE, now=now)
    return code


def verb(name, work, now, clock="first_decision", **given):
    return getattr(actions, f"{name}_clock")(actor=SYSTEM, work_id=work, name=clock, now=now, **given)


def told(work):
    return [fact.kind.removeprefix("work.") for fact in of_subject(work)][1:]


def minutes(count):
    return timedelta(minutes=count)


def the_clock(work):
    return queries.clocks_of([work])[work][0]


def test_a_clock_warns_once_breaches_once_and_is_fulfilled_late(now, work):
    verb("start", work, now, target=Target(60))
    assert queries.view_of(work).due_at == now + minutes(60)
    assert actions.warn_due(now=now + minutes(44)) == 0
    assert [actions.warn_due(now=now + minutes(45)) for _ in range(2)] == [1, 0]
    assert actions.breach_due(now=now + minutes(60)) == 0, "exactly at the due time it is not late"
    assert [actions.breach_due(now=now + minutes(61)) for _ in range(2)] == [1, 0]
    assert verb("fulfil", work, now + minutes(70)) is False
    assert told(work) == ["clock_started", "clock_warned", "clock_breached", "clock_fulfilled"]
    assert the_clock(work).due_at == now + minutes(60)


def test_fulfilled_in_time_is_never_told_late(now, work):
    verb("start", work, now, target=Target(60))
    assert verb("fulfil", work, now + minutes(60)) is True
    assert actions.breach_due(now=now + minutes(600)) == 0
    assert told(work) == ["clock_started", "clock_fulfilled"]


def test_a_late_warning_is_left_out(now, work):
    verb("start", work, now, target=Target(60))
    assert actions.warn_due(now=now + minutes(61)) == 0
    assert actions.breach_due(now=now + minutes(61)) == 1


def test_fulfilling_late_before_the_loop_came_by_tells_the_breach(now, work):
    verb("start", work, now, target=Target(60))
    assert verb("fulfil", work, now + minutes(61)) is False
    assert told(work) == ["clock_started", "clock_breached", "clock_fulfilled"]


def test_the_time_of_pressing_send_counts_though_it_left_later(now, work):
    verb("start", work, now, target=Target(60))
    assert actions.breach_due(now=now + minutes(60) + timedelta(seconds=5)) == 1
    assert verb("fulfil", work, now + minutes(60) + timedelta(seconds=10), at=now + minutes(60)) is True


def test_pausing_stops_the_time_and_the_due_time(now, work, office):
    verb("start", work, now, target=Target(240, business=True), calendar=office)
    assert the_clock(work).due_at == now + minutes(300)  # lunch from 12 to 13
    verb("pause", work, now + minutes(60))
    assert the_clock(work).due_at is None
    assert queries.view_of(work).due_at is None
    assert actions.breach_due(now=now + timedelta(days=9)) == 0
    with pytest.raises(ClockAlready):
        verb("pause", work, now + minutes(61))
    verb("resume", work, now + minutes(60 * 9))  # 18:00: the day is consumed
    assert the_clock(work).due_at == now + timedelta(days=1, hours=3)


def test_a_new_target_keeps_the_start_and_breaches_at_once(now, work):
    verb("start", work, now, target=Target(600))
    verb("retarget", work, now + minutes(90), target=Target(60))
    assert the_clock(work).breached_at == now + minutes(90)
    assert the_clock(work).due_at == now + minutes(60)
    verb("retarget", work, now + minutes(91), target=Target(10))
    assert told(work) == ["clock_started", "clock_breached", "clock_retargeted", "clock_retargeted"]
    with pytest.raises(Invalid, match="needs a calendar"):
        verb("retarget", work, now + minutes(92), target=Target(10, business=True))


def test_one_clock_of_a_name_at_a_time_and_cycles_after_another(now, work):
    verb("start", work, now, target=Target(20), clock="next_reply")
    with pytest.raises(ClockAlready, match="running already"):
        verb("start", work, now, target=Target(20), clock="next_reply")
    verb("fulfil", work, now + minutes(5), clock="next_reply")
    verb("start", work, now + minutes(30), target=Target(20), clock="next_reply")
    assert [clock.phase for clock in queries.clocks_of([work])[work]] == ["fulfilled", "running"]
    with pytest.raises(NoSuchClock):
        verb("fulfil", work, now, clock="resolution")


def test_undo_reopens_the_clock_as_if_nothing_had_been(now, work):
    verb("start", work, now, target=Target(60))
    verb("fulfil", work, now + minutes(30))
    verb("reopen", work, now + minutes(30) + timedelta(seconds=9))
    assert the_clock(work).due_at == now + minutes(60)
    assert actions.breach_due(now=now + minutes(61)) == 1


def test_the_earliest_clock_makes_the_work_due(now, work):
    verb("start", work, now, target=Target(600), clock="resolution")
    verb("start", work, now, target=Target(30), clock="first_reply")
    verb("start", work, now, target=Target(None), clock="work_time")
    assert queries.view_of(work).due_at == now + minutes(30)
    verb("fulfil", work, now + minutes(10), clock="first_reply")
    assert queries.view_of(work).due_at == now + minutes(600)
    verb("fulfil", work, now + minutes(10), clock="resolution")
    assert queries.view_of(work).due_at == now + minutes(600)


def test_cancelled_work_ends_its_clocks(now, work):
    verb("start", work, now, target=Target(30))
    actions.cancel(actor=SYSTEM, work_id=work, now=now + minutes(5), reason="withdrawn")
    assert actions.breach_due(now=now + minutes(500)) == 0
    assert the_clock(work).phase == "cancelled"


def test_editing_a_calendar_plans_open_clocks_anew(now, work, office):
    verb("start", work, now, target=Target(480, business=True), calendar=office)  # Tuesday 9:00, eight hours
    assert the_clock(work).due_at == now + timedelta(days=1, hours=1)
    actions.set_calendar(
        actor=SYSTEM,
        code=office,
        name="Office",
        zone="UTC",
        slots=OFFICE,
        holidays=[date(2026, 3, 11)],
        now=now + minutes(5),
    )
    assert [actions.replan_due(now=now + minutes(5)) for _ in range(2)] == [1, 0]
    assert the_clock(work).due_at == now + timedelta(days=2, hours=1)
    assert queries.view_of(work).due_at == now + timedelta(days=2, hours=1)


def test_what_is_late_no_more_by_a_new_calendar_goes_back_to_its_lane(now, work, office):
    verb("start", work, now, target=Target(60, business=True), calendar=office)
    assert actions.breach_due(now=now + minutes(61)) == 1
    lane = queries.view_of(work).lane
    later = {day: [["15:00", "17:00"]] for day in WEEKDAYS}
    actions.set_calendar(actor=SYSTEM, code=office, name="Office", zone="UTC", slots=later, now=now + minutes(62))
    assert actions.replan_due(now=now + minutes(62)) == 1
    assert the_clock(work).due_at == now + minutes(7 * 60)
    row = WorkItem.objects.get(id=work)
    assert (row.lane, row.own_lane) == (lane, None)
    assert the_clock(work).breached_at is not None, "what was said stays said"


def test_a_calendar_is_changed_by_one_at_a_time_and_archived_when_nothing_goes_by_it(now, work, office):
    given = {"actor": SYSTEM, "code": office, "name": "Office", "zone": "UTC", "slots": OFFICE, "now": now}
    with pytest.raises(Stale):
        actions.set_calendar(**given, version=0)
    actions.set_calendar(**given, version=1)
    with pytest.raises(Stale):
        actions.set_calendar(**given, version=1)
    verb("start", work, now, target=Target(60, business=True), calendar=office)
    closed = [now.date() + timedelta(days=n) for n in range(366 * 11)]
    with pytest.raises(Invalid, match="too little open time"):
        actions.set_calendar(**given, holidays=closed)
    with pytest.raises(CalendarInUse):
        actions.archive_calendar(actor=SYSTEM, code=office, archived=True, now=now)
    verb("cancel", work, now + minutes(1))
    actions.archive_calendar(actor=SYSTEM, code=office, archived=True, now=now)
    assert office not in [one.code for one in queries.calendars()]


def test_a_fulfilled_clock_counts_on_without_the_time_between(now, work):
    verb("start", work, now, target=Target(60))
    verb("fulfil", work, now + minutes(60))
    verb("continue", work, now + minutes(600))
    assert the_clock(work).breached_at is None
    assert the_clock(work).due_at == now + minutes(600), "its time was used up exactly"
    assert actions.breach_due(now=now + minutes(601)) == 1


def test_a_new_calendar_and_warning_come_with_a_new_target(now, work, office):
    verb("start", work, now, target=Target(60))
    verb("retarget", work, now, target=Target(240, business=True), calendar=office, warn_minutes=30)
    assert the_clock(work).due_at == now + minutes(300)
    assert actions.warn_due(now=now + minutes(269)) == 0
    assert actions.warn_due(now=now + minutes(270)) == 1


def test_bad_calendars_and_targets_are_refused_with_the_field(now, work, office):
    for given in ({"zone": "Mars"}, {"slots": {}}, {"slots": {"mon": [["9", "10"]]}}):
        with pytest.raises(Invalid) as refused:
            actions.set_calendar(
                **{"actor": SYSTEM, "code": "x", "name": "X", "zone": "UTC", "slots": OFFICE, "now": now} | given
            )
        assert "slots" in refused.value.fields
    with pytest.raises(Invalid, match="no calendar"):
        verb("start", work, now, target=Target(5), calendar="none")
    with pytest.raises(Invalid, match="needs a calendar"):
        verb("start", work, now, target=Target(5, business=True))
    verb("start", work, now, target=Target(5, business=True), calendar=office)
    with pytest.raises(Invalid, match="too little open time"):
        verb("retarget", work, now, target=Target(2_000_000, business=True))


def test_columns_are_the_fold_of_the_events(now, work, office):
    verb("start", work, now, target=Target(60, business=True), calendar=office)
    for minute, name in ((10, "pause"), (20, "resume"), (30, "fulfil"), (31, "reopen"), (40, "pause"), (50, "fulfil")):
        verb(name, work, now + minutes(minute))
    kinds = ClockEvent.objects.filter(clock_id=the_clock(work).id).order_by("number").values_list("number", "kind")
    assert list(kinds) == list(
        enumerate(["activate", "pause", "resume", "fulfil", "reopen", "pause", "fulfil"], start=1)
    )
