"""POST /backtests and /shadows, as a pipeline meets them."""

import json

import pytest
from django.test import Client

from trustdesk.kernel.base.timesource import source
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy import actions as policy
from trustdesk.rehearsal.models import Rehearsal
from trustdesk.rehearsal.running import run
from trustdesk.rehearsal.tests import makers
from trustdesk.rehearsal.tests.test_backtests import CHAIRS, OLDER


@pytest.fixture
def call(dewi, now):
    key = people.make_key(actor=SYSTEM, name="ci", scopes=["policies:write"], now=now).secret
    client = Client()

    def send(method, path, body=None, **headers):
        with source.fixed(now):
            return client.generic(
                method,
                f"/api/v1{path}",
                json.dumps(body) if body is not None else "",
                content_type="application/json",
                headers={"Authorization": f"Bearer {key}", **headers},
            )

    return send


def test_a_backtest_from_start_to_report(call, dewi, now):
    makers.draft(dewi, now, OLDER, CHAIRS)
    told = call("POST", "/backtests", {"version": "contact@2", "since": "7d"}, **{"Idempotency-Key": "one"})
    assert told.status_code == 201, told.content
    made = told.json()
    assert (made["state"], made["what"], made["items"], made["report"]) == ("waiting", "contact@2", 60, None)
    again = call("POST", "/backtests", {"version": "contact@2", "since": "7d"}, **{"Idempotency-Key": "one"})
    assert again.json()["id"] == made["id"]
    assert Rehearsal.objects.count() == 1
    run(Rehearsal.objects.get().id, processes=0)
    report = call("GET", f"/backtests/{made['id']}").json()["report"]
    assert {(c["old"], c["new"]): c["items"] for c in report["matrix"]} == {
        ("reject", "approve"): 10,
        ("approve", "limit"): 40,
        ("review", "review"): 10,
    }
    assert report["live"]["precision"] == {"hits": 0, "of": 0, "share": None, "low": 0.0, "high": 1.0}
    assert len(report["samples"]) == 50
    assert "Sofa" not in json.dumps(report), "no words of items"


def test_it_is_cancelled_and_what_is_wrong_is_named(call, dewi, now):
    makers.draft(dewi, now, OLDER)
    made = call("POST", "/backtests", {"version": "contact", "since": "7d"}).json()
    assert call("POST", f"/backtests/{made['id']}/cancel").json()["state"] == "cancelled"
    assert call("POST", f"/backtests/{made['id']}/cancel").status_code == 409
    assert call("GET", f"/shadows/{made['id']}").status_code == 404
    assert call("POST", "/backtests", {"version": "contact", "since": "soon"}).json()["code"] == "bad_span"
    assert call("POST", "/backtests", {"version": "nothing"}).status_code == 404
    assert call("POST", "/backtests", {"version": "contact", "more": 1}).status_code == 422


def test_a_shadow_over_the_api(call, dewi, now):
    version = makers.draft(dewi, now, OLDER, ("age: 2 days", "age: 2 hours"))
    assert call("POST", "/shadows", {"version": "contact@2"}).status_code == 409
    policy.check(actor=dewi, version_id=version, now=now)
    made = call("POST", "/shadows", {"version": "contact@2", "days": 3}).json()
    assert (made["mode"], made["state"], made["report"]["items"]) == ("shadow", "running", 0)
    assert call("POST", f"/shadows/{made['id']}/stop").json()["state"] == "done"
