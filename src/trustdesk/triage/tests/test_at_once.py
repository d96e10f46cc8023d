"""Several workers read, two people choose, at the same time."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.people.queries import actor_for
from trustdesk.signals import queries as signals
from trustdesk.support.tests.makers import asked, case
from trustdesk.triage import actions
from trustdesk.triage.models import Judgement, Reading
from trustdesk.triage.tests.test_triage import HEARD, SAID
from trustdesk.web.tests import makers


@pytest.mark.real
@pytest.mark.slow
def test_two_workers_read_and_two_people_choose_at_once(real_db, monkeypatch):
    monkeypatch.setattr(signals, "questions", lambda texts: [SAID] * len(texts))
    now = clock()
    people = [actor_for(makers.staff("reviewer", name=name)) for name in ("Sari", "Jonas")]
    ids = [asked(now).id for _ in range(6)]
    outbox.deliver_all(now=now + timedelta(seconds=1), reactors=HEARD)
    at_once([lambda: actions.read_due(now=now + timedelta(seconds=2))] * 3)
    assert Reading.objects.filter(state="read").count() == 6
    chosen = [(who, value) for who, value in zip(people, ("scammed", "account_hacked"), strict=True)]
    at_once([lambda who=who, value=value: choose(who, ids[0], value, now) for who, value in chosen])
    (kept,) = Judgement.objects.filter(reading__case_id=ids[0])
    assert kept.chosen == case(ids[0]).intent


def choose(who, case_id, value, now):
    actions.choose(actor=who, case_id=case_id, what="intent", value=value, now=now)


def at_once(calls):
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
    assert wrong == []
