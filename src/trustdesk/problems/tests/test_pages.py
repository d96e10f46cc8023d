"""The pages of problems, through the front door."""

from uuid import uuid4

import pytest
from django.test import Client

from trustdesk.kernel.base.timesource import now as clock
from trustdesk.problems import actions, queries
from trustdesk.problems.models import Problem
from trustdesk.problems.tests.makers import begun, codes, person
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


def signed_in(*roles, name="Jonas"):
    client = Client()
    client.force_login(makers.staff(*(roles or ("lead",)), name=name))
    return client


def test_from_cases_to_a_problem_and_a_mistake_loses_nothing():
    at = clock()
    first, second, third = codes(at)
    client = signed_in()
    page = client.get(f"/problems/new?case={first}").content.decode()
    assert str(second) in page, "what looks alike is offered"
    answer = client.post("/problems/new", {"title": " ", "q": "code", "case": [first, second]})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Say what is wrong" in said
    assert said.count("checked") == 2
    answer = client.post("/problems/new", {"title": "No <b>codes</b>", "q": "login code", "case": [first, second]})
    one = Problem.objects.get()
    assert answer["Location"] == f"/problems/{one.id}"
    page = client.get(f"/problems/{one.id}").content.decode()
    assert "No &lt;b&gt;codes" in page
    assert str(third) in page
    assert "<svg" in page
    panel = client.get(f"/problems/cases/{first}").content.decode()
    assert "No &lt;b&gt;codes" in panel
    assert client.get("/problems/?q=codes").content.decode().count("No &lt;b&gt;") == 1
    assert client.post(f"/problems/{one.id}/cases", {"case": third, "back": first})["Location"] == f"/cases/{first}"


def test_odd_input_is_refused_in_words():
    at = clock()
    ids = codes(at)
    one = begun(person(name="Rina"), ids, at)
    client = signed_in()
    base = f"/problems/{one}"
    for path, given in (
        ("cases", {"case": "x"}),
        ("cases", {"number": "٣"}),
        ("cases", {"number": "9" * 40}),
        ("cases", {}),
        ("state", {"state": "gone", "seen": "open"}),
        ("state", {"state": "fixed", "seen": "open", "fixed_at": "9999-01-01T00:00"}),
        ("change", {"title": "T", "share": "1000", "days": "7", "version": "1"}),
        ("change", {"title": "T\x00", "share": "10", "days": "7", "version": "1", "words": "(("}),
        ("tell", {"kind": "shout", "text": "T"}),
        ("tell", {"kind": "reply", "text": "x" * 9_000}),
    ):
        answer = client.post(f"{base}/{path}", given)
        assert answer.status_code in {412, 422}, (path, given, answer.status_code)
    assert client.get(f"/problems/{uuid4()}").status_code == 404
    assert client.get("/problems/?after=nonsense").status_code == 400
    assert client.get("/problems/new?case=x").status_code == 422
    assert client.get("/problems/new", {"q": '"open'}).status_code == 200
    assert client.get("/problems/", {"q": "x" * 9_000, "which": "<"}).status_code == 200
    assert client.post("/problems/new", {"title": "T", "case": str(uuid4())}).status_code == 404
    assert client.post(f"/problems/tellings/{uuid4()}/stop").status_code == 404


def test_all_are_told_from_the_page_and_reviewers_may_not():
    at = clock()
    one = begun(person(name="Rina"), codes(at), at)
    assert (
        signed_in("reviewer", name="Sari").post(f"/problems/{one}/tell", {"kind": "reply", "text": "T"}).status_code
        == 403
    )
    client = signed_in()
    assert client.post(f"/problems/{one}/tell", {"kind": "reply", "text": "<i>It works.</i>"}).status_code == 303
    (telling,) = queries.tellings_of(one)
    part = client.get(f"/problems/tellings/{telling.id}").content.decode()
    assert "0 of 3" in part
    assert 'hx-trigger="every 2s"' in part
    while actions.tell_due(now=at):
        pass
    part = client.get(f"/problems/tellings/{telling.id}").content.decode()
    assert "3 told" in part
    assert "&lt;i&gt;It works." in part
    assert "every 2s" not in part
    assert client.post(f"/problems/{one}/state", {"state": "fixed", "seen": "open"}).status_code == 303
    assert "Before the fix" in client.get(f"/problems/{one}").content.decode()
    assert client.post(f"/problems/{one}/state", {"state": "closed", "seen": "open"}).status_code == 412
