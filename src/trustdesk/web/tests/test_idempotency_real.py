"""Twins on real connections."""

import json
import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from trustdesk.kernel.ledger.models import FactRow
from trustdesk.web import idempotency
from trustdesk.web.tests import api_urls, makers

pytestmark = [
    pytest.mark.real,
    pytest.mark.usefixtures("real_db"),
    pytest.mark.urls("trustdesk.web.tests.api_urls"),
]


def call_in_thread(secret, name, key):
    box = []

    def run():
        try:
            box.append(
                Client().post(
                    "/api/test/things",
                    json.dumps({"name": name}),
                    content_type="application/json",
                    headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key},
                )
            )
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()

    def join():
        thread.join(30)
        return box[0]

    return join


def made():
    return FactRow.objects.filter(kind="test.thing_made").count()


@pytest.fixture(autouse=True)
def _gate():
    api_urls.entered.clear()
    api_urls.go.clear()
    yield
    api_urls.go.set()


def test_twins_happen_once_and_get_one_answer():
    secret, key, before = makers.key("items:write"), uuid4().hex, made()
    joins = [call_in_thread(secret, "lamp", key) for _ in range(6)]
    answers = [join() for join in joins]
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.content for answer in answers}) == 1
    assert made() == before + 1


def test_a_twin_waits_for_a_slow_first_one_then_says_that_it_is_in_progress(monkeypatch):
    secret, key, before = makers.key("items:write"), uuid4().hex, made()
    first = call_in_thread(secret, "slow", key)
    assert api_urls.entered.wait(20)
    monkeypatch.setattr(idempotency, "PATIENCE", 0.2)
    late = call_in_thread(secret, "slow", key)()
    assert (late.status_code, late.json()["code"]) == (409, "in_progress")
    assert late["Retry-After"] == "1"
    monkeypatch.setattr(idempotency, "PATIENCE", 20)
    patient = call_in_thread(secret, "slow", key)
    api_urls.go.set()
    assert first().content == patient().content
    assert made() == before + 1
