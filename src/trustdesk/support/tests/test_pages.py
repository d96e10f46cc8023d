"""The case desk and the API: flat cost, filters in the address, notes that nobody outside is told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions, queries
from trustdesk.support.tests.makers import asked, case, sent, wrote
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def sari(client):
    person = makers.staff("reviewer", name="Sari")
    client.force_login(person)
    return actor_for(person)


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_lists_and_cases_cost_the_same_however_long_they_are(client, sari, now):
    one = asked(now)
    few, short = cost(client, "/cases/"), cost(client, f"/cases/{one.id}")
    for n in range(1, 20):
        asked(now + timedelta(minutes=n), subject=f"Parcel {n}")
        wrote(one.id, now + timedelta(minutes=n), text=f"And {n}?")
    assert cost(client, "/cases/") == few
    assert cost(client, f"/cases/{one.id}") <= short + 1  # other cases of the same requester
    page = client.get("/cases/?q=Parcel+12").content.decode()
    assert "Parcel 12" in page
    assert "Parcel 2<" not in page


def test_a_keyset_of_pages_shows_every_case_once(sari, now):
    made = {asked(now + timedelta(minutes=n)).id for n in range(7)}
    shown, after = [], None
    while True:
        page = queries.listed(actor=sari, wanted=queries.Wanted(status="new"), after=after, limit=3)
        shown += [row.id for row in page.rows]
        if (after := page.next) is None:
            break
    assert made <= set(shown)
    assert len(shown) == len(set(shown))


def test_pages_refuse_what_actions_refuse_and_keep_what_was_typed(client, sari, now):
    one = asked(now)
    wrote(one.id, now)
    answer = client.post(f"/cases/{one.id}/reply", {"text": "Typed long", "seen": "1"}, headers={"HX-Request": "true"})
    assert "Not sent" in answer.content.decode()
    assert queries.drafts_of(one.id, actor=sari) == {"reply": "Typed long"}
    assert client.post(f"/cases/{one.id}/merge", {"into": "999999999"}).status_code == 422
    assert client.post(f"/cases/{one.id}/status", {"status": "new"}).status_code == 422
    assert client.get(f"/cases/{one.number}").headers["Location"] == f"/cases/{one.id}"
    opened = client.post(
        "/cases/new",
        {"name": "Budi", "channel": "phone", "subject": "Asks", "text": "A call.", "priority": "high", "address": ""},
    )
    assert case(opened.headers["Location"].rsplit("/", 1)[1]).channel == "phone"


def test_a_platform_opens_a_case_and_never_reads_a_note(now):
    key = makers.key("cases:write")
    told = {"Authorization": f"Bearer {key}"}
    api = Client()
    answer = api.post(
        "/api/v1/cases",
        {"text": "Where is it?", "name": "Amara", "address": "amara@example.com", "priority": "high"},
        content_type="application/json",
        headers=told,
    )
    assert answer.status_code == 201, answer.content
    opened = answer.json()
    assert (opened["status"], opened["priority"], len(opened["messages"])) == ("new", "high", 1)
    sari = actor_for(makers.staff("reviewer", name="Sari"))
    actions.note(actor=sari, case_id=opened["id"], text="He lies.", now=now)
    again = {"text": "And now?", "external_id": "m-2"}
    for _ in range(2):
        came = api.post(f"/api/v1/cases/{opened['id']}/messages", again, content_type="application/json", headers=told)
        assert came.status_code == 201
    found = api.get(f"/api/v1/cases/{opened['id']}", headers=told)
    assert [message["text"] for message in found.json()["messages"]] == ["Where is it?", "And now?"]
    assert b"He lies" not in found.content
    assert api.get("/api/v1/cases?status=new", headers=told).json()["rows"][0]["messages"] == []
    wrong = api.post("/api/v1/cases", {"text": "x", "priority": "now"}, content_type="application/json", headers=told)
    assert wrong.status_code == 422
    assert sent(opened["id"], sari, now)
