"""The feed of facts, followed from outside."""

import pytest
from django.test import Client

from trustdesk.kernel.ledger import queries, sequencer
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("real_db")]


def get(client, **params):
    return client.get("/api/v1/facts", params)


@pytest.fixture
def reader():
    return Client(headers={"Authorization": f"Bearer {makers.key('facts:read')}"})


def test_a_follower_meets_every_fact_once_and_no_personal_value(reader):
    start = queries.last_position()
    staff = makers.staff("reviewer", name="Sari Wulandari")
    while sequencer.sequence():
        pass
    met, after = [], start
    while True:
        page = get(reader, after=after, limit=2).json()
        if not page["facts"]:
            break
        met += page["facts"]
        after = page["next"]
    assert [fact["position"] for fact in met] == list(range(start + 1, queries.last_position() + 1))
    (joined,) = [fact for fact in met if fact["kind"] == "people.staff_joined" and fact["subject"] == str(staff.pk)]
    assert set(joined["payload"]["name"]) == {"personal", "seal"}
    assert "Sari Wulandari" not in str(met)
    assert get(reader, after=after).json() == {"facts": [], "next": after}


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 1001}, {"after": -1}, {"after": 2**70}, {"after": "x"}, {"from": 1}]
)
def test_a_wrong_question_is_named(reader, wrong):
    answer = get(reader, **wrong)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == set(wrong)
