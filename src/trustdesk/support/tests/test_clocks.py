"""Any sequence of messages, notes and status changes yields the clocks that a minute-by-minute count yields."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trustdesk.clocks import actions as clocks
from trustdesk.clocks.rules.metrics import Metric, Status
from trustdesk.clocks.rules.policies import Priority
from trustdesk.clocks.rules.simulating import Entry
from trustdesk.clocks.tests.oracle import Desk
from trustdesk.clocks.tests.test_simulating import POLICIES
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.rules.calendar import parse
from trustdesk.support import actions, rules
from trustdesk.support.models import Case
from trustdesk.support.tests.makers import asked, seen, sent, staff, wrote

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
SLOTS = {"tue": [["08:00", "18:00"]], "wed": [["22:00", "06:00"]]}
STEPS = st.one_of(
    st.just(("in", "")),
    st.tuples(st.just("out"), st.sampled_from(["", *rules.SETTABLE])),
    st.tuples(st.just("status"), st.sampled_from(rules.SETTABLE)),
    st.tuples(st.just("priority"), st.sampled_from(rules.PRIORITIES)),
    st.tuples(st.sampled_from(["undone", "note", "automatic", "receipt"]), st.just("")),
)


def step(what, value, case_id, sari, at):
    """Do it; returns what the slow count is told, None for what moves no clock."""
    if what == "in":
        if wrote(case_id, at).case == case_id:
            return Entry(at, "message_in")
    elif what == "out":
        before = Case.objects.values_list("status", flat=True).get(id=case_id)
        sent(case_id, sari, at, then_status=value)
        then = value or ("open" if before == "new" else "")
        ended = before in rules.ENDED  # a reply to what is settled leaves it so
        return Entry(at, "message_out", status=Status(then) if then and not ended else None)
    elif what == "status":
        actions.set_status(actor=sari, case_id=case_id, status=value, now=at)
        return Entry(at, "status_changed", status=Status(value))
    elif what == "priority":
        actions.set_priority(actor=sari, case_id=case_id, priority=value, now=at)
        return Entry(at, "priority_changed", priority=Priority(value))
    elif what == "undone":
        message = actions.reply(actor=sari, case_id=case_id, text="No.", seen=seen(case_id), now=at)
        actions.undo_send(actor=sari, message_id=message, now=at + timedelta(seconds=3))
    elif what == "note":
        actions.note(actor=sari, case_id=case_id, text="Hm.", now=at)
    elif what == "automatic":
        wrote(case_id, at, automatic=True)
    else:
        actions.send_automatic(actor=SYSTEM, case_id=case_id, text="We have it.", now=at)
    return None


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(POLICIES, st.lists(st.tuples(st.integers(1, 300), STEPS), max_size=7), st.integers(1, 600))
def test_the_clocks_of_a_case_are_those_of_a_minute_by_minute_count(policy, steps, rest):
    sid = transaction.savepoint()
    try:
        clocks.set_calendar(
            actor=SYSTEM, code="hours", name="Hours", zone="Europe/Berlin", slots=SLOTS, version=0, now=START
        )
        clocks.set_policy(actor=SYSTEM, policy=policy, calendar="hours", now=START)
        sari = staff("Sari", START)
        one = asked(START)
        entries, at = [Entry(START, "opened")], START
        for gap, (what, value) in steps:
            at += timedelta(minutes=gap)
            work.breach_due(now=at)
            with suppress(Refusal):  # of what is closed, or so already
                if (entry := step(what, value, one.id, sari, at)) is not None:
                    entries.append(entry)
        until = at + timedelta(minutes=rest)
        work.breach_due(now=until)
        (item,) = Case.objects.filter(id=one.id).values_list("work_id", flat=True)
        desk = Desk(policy, parse(zone="Europe/Berlin", slots=SLOTS), entries, until, Priority.NORMAL)
        slow = desk.count()
        found = work_queries.clocks_of([item])[item]
        assert sorted(clock.name for clock in found) == sorted(one.metric for one in slow)
        for metric in Metric:
            mine = [clock for clock in found if clock.name == metric]
            for clock, by_hand in zip(mine, [one for one in slow if one.metric is metric], strict=True):
                assert (clock.breached_at is not None) == by_hand.breached, clock
                assert (clock.phase in {"fulfilled", "cancelled"}) == (by_hand.ended is not None), clock
                if clock.phase == "running" and (due := desk.due(by_hand)) is not None:
                    assert clock.due_at == due, clock
    finally:
        transaction.savepoint_rollback(sid)
