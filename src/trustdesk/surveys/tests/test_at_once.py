"""Several workers ask at the same time."""

import threading

import pytest
from django.db import connection

from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.people.queries import actor_for
from trustdesk.surveys import actions
from trustdesk.surveys.models import Survey
from trustdesk.surveys.tests.test_surveys import LATER, letters, resolved
from trustdesk.web.tests import makers


@pytest.mark.real
@pytest.mark.slow
def test_two_workers_ask_somebody_with_two_cases_once(real_db):
    now = clock()
    sari = actor_for(makers.staff("reviewer", name="Sari"))
    for _ in range(6):
        resolved(sari, now)
    ready, wrong = threading.Barrier(3, timeout=30), []

    def ask():
        try:
            ready.wait()
            actions.ask_due(now=now + LATER)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=ask) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert wrong == []
    assert len(letters()) == 1
    assert sorted(Survey.objects.values_list("state", "why")) == [("asked", ""), *[("dropped", "lately")] * 5]
