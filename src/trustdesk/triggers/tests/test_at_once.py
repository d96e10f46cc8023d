"""Several workers hear and look at the same time."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support.tests.makers import asked
from trustdesk.triggers import actions
from trustdesk.triggers.models import Run, Trial
from trustdesk.triggers.snapshots import Happened
from trustdesk.triggers.tests.makers import hear, in_force, notes, trigger
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.real, pytest.mark.slow]


def at_once(*calls):
    """Call all at the same time, each over a connection of its own; returns what they raised."""
    ready, wrong = threading.Barrier(len(calls), timeout=30), []

    def run(call):
        try:
            ready.wait()
            call()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(call,)) for call in calls]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    return wrong


def test_one_fact_heard_by_three_makes_it_act_once(real_db):
    now = clock()
    jonas = actor_for(makers.staff("lead", name="Jonas"))
    made = in_force(jonas, now, "Once", "opened", "", ("note", "Once."))
    one = asked(now)
    fact = next(fact.id for fact in of_subject(one.id) if fact.kind == "case.opened")

    def listen():
        with transaction.atomic():
            actions.hear(happened=Happened("opened", one.id, fact), at=now, now=now)

    assert at_once(listen, listen, listen) == []
    assert notes(one.id) == ["Once."]
    assert Run.objects.filter(trigger_id=made).count() == 1


def test_three_workers_look_at_what_waits_and_act_once(real_db):
    now = clock()
    jonas = actor_for(makers.staff("lead", name="Jonas"))
    in_force(jonas, now, "Old", "waited", "", ("note", "Old."), status="new", hours=1)
    opened = [asked(now) for _ in range(5)]
    hear(now)

    def look():
        actions.wait_due(now=now + timedelta(hours=2))

    assert at_once(look, look, look) == []
    look()
    assert [notes(one.id) for one in opened] == [["Old."]] * 5


def test_two_who_try_it_at_once_begin_one_trial(real_db):
    now = clock()
    jonas = actor_for(makers.staff("lead", name="Jonas"))
    made = actions.write(actor=jonas, written=trigger(), now=now)

    def begin():
        actions.try_on_past(actor=jonas, trigger_id=made, days=7, now=now)

    wrong = at_once(begin, begin)
    assert [type(one).__name__ for one in wrong] == ["Invalid"]
    assert Trial.objects.filter(trigger_id=made).count() == 1
