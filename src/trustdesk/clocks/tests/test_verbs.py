"""The verbs on the database: what the kernel's clocks say is what the slow count says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from trustdesk.clocks import actions, queries
from trustdesk.clocks.models import Chain
from trustdesk.clocks.refusals import NoSuchConversation, OpenedAlready
from trustdesk.clocks.rules.metrics import Metric, Status
from trustdesk.clocks.rules.policies import ChainStep, Policy, Priority
from trustdesk.clocks.tests.oracle import Desk
from trustdesk.clocks.tests.test_simulating import ICAL, OFFICE, POLICIES, timelines
from trustdesk.kernel.base.refusal import Forbidden, Invalid, Stale
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions as work_actions
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.models import Clock
from trustdesk.kernel.work.refusals import CalendarInUse
from trustdesk.kernel.work.rules.calendar import parse
from trustdesk.kernel.work.tests import makers

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = dict.fromkeys(Priority, 60)


def minutes(count):
    return timedelta(minutes=count)


def policy(name="All", now=None, calendar=None, **given):
    made = Policy(name=name, **given)
    return actions.set_policy(actor=SYSTEM, policy=made, calendar=calendar, now=now)


def calendar(now, code="office", **given):
    told = {"name": "Office", "zone": "Asia/Jakarta", "slots": OFFICE, "version": 0} | given
    actions.set_calendar(actor=SYSTEM, code=code, now=now, **told)
    return code


def asked(now, **given):
    work = makers.work(makers.queue(now), now)
    with transaction.atomic():
        actions.opened(actor=SYSTEM, work_id=work, now=now, **given)
    return work


def verb(name, work, now, **given):
    with transaction.atomic():
        return getattr(actions, name)(actor=SYSTEM, work_id=work, now=now, **given)


def clock(work, metric):
    return [one for one in work_queries.clocks_of([work])[work] if one.name == metric][-1]


def aim(now):
    while actions.aim_due(now=now):
        pass


def test_the_worked_example(now):
    policy(now=now)
    work = asked(now)
    verb("message_out", work, now + minutes(30), by_person=True)
    verb("status_changed", work, now + minutes(30), status=Status.PENDING)
    assert verb("message_in", work, now + minutes(120)) is Status.OPEN
    verb("message_in", work, now + minutes(125))
    verb("message_out", work, now + minutes(130), by_person=False)
    verb("message_out", work, now + minutes(140), by_person=True)
    verb("status_changed", work, now + minutes(140), status=Status.ON_HOLD)
    verb("message_out", work, now + minutes(240), by_person=True)
    verb("resolved", work, now + minutes(240))
    told = {
        fact.payload["name"]: fact.payload["minutes"]
        for fact in of_subject(work)
        if fact.kind == "work.clock_fulfilled"
    }
    assert told == {"first_reply": 30, "next_reply": 20, "work_time": 50, "requester_wait": 150, "resolution": 240}
    assert queries.conversation_of(work).status == "resolved"


def test_the_first_policy_that_fits_holds_and_a_new_priority_keeps_the_start(now):
    policy("Urgent chat", now, when={"channel": frozenset({"chat"}), "priority": frozenset({"urgent"})}, targets={Metric.FIRST_REPLY: {Priority.URGENT: 10}})  # fmt: skip
    policy("Chat", now, when={"channel": frozenset({"chat"})}, targets={Metric.FIRST_REPLY: HOUR})
    policy("Rest", now, targets={Metric.FIRST_REPLY: dict.fromkeys(Priority, 600)})
    mail, chat = asked(now, channel="mail"), asked(now, channel="chat")
    assert clock(mail, "first_reply").due_at == now + minutes(600)
    assert clock(chat, "first_reply").due_at == now + minutes(60)
    verb("priority_changed", chat, now + minutes(30), priority=Priority.URGENT)
    late = clock(chat, "first_reply")
    assert (late.started_at, late.due_at, late.breached_at) == (now, now + minutes(10), now + minutes(30))
    assert queries.conversation_of(chat).policy == "Urgent chat"
    with pytest.raises(OpenedAlready):
        verb("opened", chat, now)
    nobodys = makers.work(makers.queue(now), now)
    with pytest.raises(NoSuchConversation):
        verb("message_in", nobodys, now)


def test_editing_ordering_and_archiving_plan_open_clocks_anew_in_batches(now):
    first = policy("First", now, targets={Metric.FIRST_REPLY: HOUR})
    second = policy("Second", now, targets={Metric.FIRST_REPLY: dict.fromkeys(Priority, 30)})
    assert [one.out_of_reach for one in queries.policies_in_order()] == [False, True]
    works = [asked(now) for _ in range(3)]
    aim(now)

    def due():
        return {clock(work, "first_reply").due_at - now for work in works}

    assert due() == {minutes(60)}
    longer = Policy(name="First", targets={Metric.FIRST_REPLY: dict.fromkeys(Priority, 90)})
    actions.set_policy(actor=SYSTEM, policy=longer, calendar=None, policy_id=first, version=1, now=now)
    assert [actions.aim_due(now=now, limit=2) for _ in range(3)] == [2, 1, 0]
    assert due() == {minutes(90)}
    actions.move_policy(actor=SYSTEM, policy_id=second, up=True, now=now)
    aim(now)
    assert due() == {minutes(30)}
    actions.archive_policy(actor=SYSTEM, policy_id=second, now=now)
    aim(now)
    assert due() == {minutes(90)}
    actions.restore_policy(actor=SYSTEM, policy_id=second, now=now)
    assert [one.policy.name for one in queries.policies_in_order()] == ["First", "Second"]
    with pytest.raises(Stale):
        actions.set_policy(actor=SYSTEM, policy=longer, calendar=None, policy_id=first, version=1, now=now)
    with pytest.raises(Invalid) as refused:
        policy("Second", now)
    assert "name" in refused.value.fields


def test_an_option_changed_while_open_holds_from_then_on(now):
    one = policy("P", now)
    work = asked(now)
    verb("status_changed", work, now + minutes(10), status=Status.PENDING)
    paused = Policy(name="P", resolution_pauses=frozenset({Status.PENDING}))
    actions.set_policy(actor=SYSTEM, policy=paused, calendar=None, policy_id=one, now=now)
    aim(now + minutes(20))
    assert clock(work, "resolution").phase == "paused"
    verb("status_changed", work, now + minutes(50), status=Status.OPEN)
    verb("resolved", work, now + minutes(60))
    (fact,) = [f for f in of_subject(work) if f.kind == "work.clock_fulfilled" and f.payload["name"] == "resolution"]
    assert fact.payload["minutes"] == 30


def test_a_changed_calendar_and_its_holidays_move_what_is_open(now):
    code = calendar(now)
    policy(
        "Office",
        now,
        calendar=code,
        targets={Metric.FIRST_REPLY: dict.fromkeys(Priority, 480)},
        business=frozenset(Priority),
    )
    at = datetime(2026, 3, 10, 2, tzinfo=UTC)  # Tuesday, 9:00 in Jakarta
    work = asked(at)
    assert clock(work, "first_reply").due_at == datetime(2026, 3, 11, 3, tzinfo=UTC)
    told = {"code": code, "name": "Office", "zone": "Asia/Jakarta", "slots": OFFICE, "actor": SYSTEM, "now": at}
    actions.set_calendar(**told, ical=ICAL, version=1)
    while work_actions.replan_due(now=at):
        pass
    assert clock(work, "first_reply").due_at == datetime(2026, 3, 12, 3, tzinfo=UTC)
    with pytest.raises(CalendarInUse):
        actions.archive_calendar(actor=SYSTEM, code=code, archived=True, now=at)
    with pytest.raises(Invalid) as refused:
        actions.set_calendar(**told, ical="once upon a time", version=2)
    assert "ical" in refused.value.fields
    # Rules without an end are followed further each year.
    assert actions.extend_due(now=at) == 0
    assert actions.extend_due(now=at + timedelta(days=366)) == 1
    (hours,) = [one for one in queries.calendars() if one.calendar.code == code]
    assert "2038-03-11" in hours.calendar.holidays
    assert (hours.listed, hours.ical) == ((), ICAL)
    with pytest.raises(Invalid) as refused:
        policy("No hours", now, targets={Metric.FIRST_REPLY: HOUR}, business=frozenset(Priority))
    assert "calendar" in refused.value.fields
    shut = [date(2026, 1, 1) + timedelta(days=n) for n in range(366 * 12)]
    with pytest.raises(Invalid):
        actions.set_calendar(**told, listed=shut)


def test_after_a_breach_each_step_is_told_once_while_the_clock_runs(now):
    policy("P", now, targets={Metric.REQUESTER_WAIT: HOUR}, steps=(ChainStep(0, "lead"), ChainStep(30, "head")))
    work = asked(now)
    late = now + minutes(61)
    assert work_actions.breach_due(now=late) == 1
    one = Clock.objects.get(work=work, name="requester_wait")
    for _ in range(2):  # deliveries come at least once
        actions.begin_chain(work_id=work, clock_id=one.id, late_since=late)
    assert [actions.step_due(now=late) for _ in range(2)] == [1, 0]
    verb("status_changed", work, late + minutes(10), status=Status.PENDING)
    assert actions.step_due(now=late + minutes(40)) == 0, "nobody is told of what waits for the requester"
    verb("status_changed", work, late + minutes(50), status=Status.OPEN)
    assert [actions.step_due(now=late + minutes(51)) for _ in range(2)] == [1, 0]
    told = [fact.payload["to"] for fact in of_subject(work) if fact.kind == "clocks.step_reached"]
    assert told == ["lead", "head"]
    assert Chain.objects.get(clock=one).next_at is None


def test_only_who_may_keeps_policies(now):
    sari = makers.staff("Sari", now)
    with pytest.raises(Forbidden):
        actions.set_policy(actor=sari, policy=Policy(name="Mine"), calendar=None, now=now)
    with pytest.raises(Forbidden):
        actions.set_calendar(actor=sari, code="mine", name="Mine", zone="UTC", slots=OFFICE, now=now)


NIGHT_AND_DAY = {"sat": [["22:00", "06:00"]], "sun": [["22:00", "06:00"]], "tue": [["08:00", "18:00"]]}


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(POLICIES, timelines())
def test_the_verbs_keep_the_clocks_that_a_minute_by_minute_count_yields(now, made, timeline):
    entries, until = timeline
    start = entries[0].at
    sid = transaction.savepoint()
    try:
        code = calendar(start, zone="Europe/Berlin", slots=NIGHT_AND_DAY)
        actions.set_policy(actor=SYSTEM, policy=made, calendar=code, now=start)
        work = asked(start, status=entries[0].status or Status.NEW)
        for entry in entries[1:]:
            work_actions.breach_due(now=entry.at)  # as the worker would have
            if entry.priority:
                verb("priority_changed", work, entry.at, priority=entry.priority)
            if entry.event == "message_in":
                verb("message_in", work, entry.at)
            elif entry.event == "message_out":
                verb("message_out", work, entry.at, by_person=entry.by_person)
            if entry.status:
                verb("status_changed", work, entry.at, status=entry.status)
        work_actions.breach_due(now=until)
        hours = parse(zone="Europe/Berlin", slots=NIGHT_AND_DAY)
        desk = Desk(made, hours, entries, until, Priority.NORMAL)
        slow = desk.count()
        found = work_queries.clocks_of([work])[work]
        assert sorted(one.name for one in found) == sorted(one.metric for one in slow)
        for metric in Metric:
            mine = [one for one in found if one.name == metric]
            for one, by_hand in zip(mine, [s for s in slow if s.metric is metric], strict=True):
                assert (one.breached_at is not None) == by_hand.breached, one
                assert (one.phase in {"fulfilled", "cancelled"}) == (by_hand.ended is not None), one
                if one.phase == "running" and (due := desk.due(by_hand)) is not None:
                    assert one.due_at == due, one
        for fact in of_subject(work):
            if fact.kind == "work.clock_fulfilled":
                ends = [s for s in slow if s.metric == fact.payload["name"] and s.ended == fact.at and s.met]
                if ends:  # one that was opened again has ended later, too
                    assert fact.payload["minutes"] == len(desk.unit(ends[0]))
    finally:
        transaction.savepoint_rollback(sid)
