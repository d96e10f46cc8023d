"""The pages of procedures, through the front door."""

from uuid import uuid4

import pytest
from django.test import Client

from trustdesk.kernel.base.timesource import now as clock
from trustdesk.procedures import actions, queries
from trustdesk.procedures.tests.makers import SHORT, person, started
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


def signed_in(*roles, name="Sari", language="en"):
    client = Client()
    client.force_login(makers.staff(*(roles or ("reviewer",)), name=name, language=language))
    return client


def test_a_procedure_is_done_from_the_panel_and_odd_input_is_refused():
    at = clock()
    case, run = started(person(name="Rina"), at)
    client = signed_in()
    panel = client.get(f"/procedures/cases/{case}").content.decode()
    assert "Never ask for" in panel
    assert "Their password" in panel
    base = f"/procedures/runs/{run}"
    for path, given in (
        ("tick", {"step": "look", "answer": "done", "seen": "1"}),  # nothing was ticked
        ("tick", {"step": "look", "answer": "maybe", "seen": "1", "checked": "yes"}),
        ("tick", {"step": "look", "answer": "done", "seen": "9" * 30, "checked": "yes"}),
        ("tick", {"step": "look", "answer": "done", "seen": "1", "checked": "yes", "note": "x" * 501}),
        ("tick", {"step": "look", "answer": "done", "seen": "1", "checked": "yes", "note": "12345678"}),
        ("stop", {"seen": "1"}),
        ("proof", {"document": "tattoo", "showed": "x"}),
        ("proof", {"document": "id_card", "showed": "x", "file": "x"}),
        ("words", {}),
    ):
        assert client.post(f"{base}/{path}", given).status_code == 422, (path, given)
    assert client.post(f"{base}/tick", {"step": "paper", "answer": "done", "seen": "1"}).status_code == 409
    told = {"step": "look", "answer": "done", "seen": "1", "checked": "yes", "note": "<i>fine</i>"}
    answer = client.post(f"{base}/tick", told)
    assert answer["Location"] == f"/cases/{case}"
    assert client.post(f"{base}/tick", told).status_code == 412
    panel = client.get(f"/procedures/cases/{case}").content.decode()
    assert "&lt;i&gt;fine" in panel
    assert "Leave it out" in panel
    assert client.post(f"{base}/tick", {"step": "more", "answer": "skipped", "seen": "2"}).status_code == 303
    assert client.post(f"{base}/words").status_code == 303
    assert client.post(f"{base}/proof", {"document": "id_card", "showed": "Name fits"}).status_code == 303
    assert "looked at, not kept" in client.get(f"/procedures/cases/{case}").content.decode()
    assert client.post(f"/procedures/runs/{uuid4()}/tick", told).status_code == 404
    assert client.post(f"/procedures/proofs/{uuid4()}/forget").status_code == 404
    assert client.post(f"/procedures/cases/{case}/start", {"code": "no\x00ne"}).status_code == 404
    assert client.get("/procedures/nothing").status_code == 404
    auditor = signed_in("auditor", name="Ines")
    assert "hx-post" not in auditor.get(f"/procedures/cases/{case}").content.decode()
    assert auditor.post(f"{base}/tick", told).status_code == 403


def test_a_lead_writes_a_version_and_a_mistake_loses_nothing():
    actions.load_shipped(now=clock())
    client = signed_in("lead", name="Jonas")
    page = client.get("/procedures/").content.decode()
    assert "Hacked account" in page
    page = client.get("/procedures/identity").content.decode()
    assert "A whole card number" in page
    assert "Jangan" not in page.split("<aside")[0]
    assert client.get("/procedures/identity/edit").status_code == 200
    answer = client.post("/procedures/new", {"source": SHORT.replace("fits,", "fits!,"), "number": "0"})
    assert answer.status_code == 422
    assert "Small letters, digits and _" in answer.content.decode()
    assert "fits!" in answer.content.decode()
    assert client.post("/procedures/new", {"source": SHORT, "number": "0"}).status_code == 303
    assert client.post("/procedures/short/edit", {"source": SHORT, "number": "1"})["Location"] == "/procedures/short"
    assert client.post("/procedures/short/edit", {"source": SHORT, "number": "1"}).status_code == 422
    assert queries.by_code("short").number == 2
    assert client.post("/procedures/new", {"source": "a: &x [*x]", "number": "0"}).status_code == 422
    theirs = signed_in("reviewer", name="Budi", language="id").get("/procedures/identity").content.decode()
    assert "Nomor kartu lengkap" in theirs
    assert signed_in().get("/procedures/new").status_code == 403
