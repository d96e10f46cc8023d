"""The exchange tells of several things at the same moment."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from trustdesk.calls.models import Call, Heard
from trustdesk.calls.tests.makers import Exchange
from trustdesk.support.models import Case
from trustdesk.web.tests import makers


def at_once(*verbs):
    start = Barrier(len(verbs))

    def run(verb):
        start.wait()
        try:
            return verb()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


@pytest.mark.real
@pytest.mark.slow
def test_parallel_deliveries_make_one_call_and_one_case(real_db):
    exchange = Exchange()
    sari = makers.staff("reviewer", name="Sari")
    exchange.rings_at("204", sari)
    told = ["ringing", "answered", "ended", "ringing"]
    answers = at_once(*[lambda event=event: exchange.tell(event, "c1", extension="204") for event in told])
    assert [one.status_code for one in answers] == [200] * 4
    assert (Call.objects.count(), Case.objects.count()) == (1, 1)
    assert Call.objects.get(external_id="c1").state == "ended"
    same = at_once(*[lambda: exchange.tell("ringing", "c2", name="msg_2") for _ in range(4)])
    assert {json.dumps(one.json()) for one in same} == {json.dumps(same[0].json())}
    assert Heard.objects.filter(webhook_id="msg_2").count() == 1
    # Two first calls of one number at the same moment are one case.
    fresh = at_once(*[lambda n=n: exchange.tell("ringing", f"d{n}", number="+6591234567") for n in range(4)])
    assert len({one.json()["case"] for one in fresh}) == 1
