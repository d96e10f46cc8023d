"""Policies over the API: keys read, draft and check; people approve."""

import json

import pytest
from django.test import Client

from trustdesk.kernel.people.actions import make_key
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.models import PolicyVersion
from trustdesk.policy.tests.makers import CONTACT, CONTACT_ID

CALMER = CONTACT.replace("days(30)", "days(7)")


class Caller:
    def __init__(self, now, *scopes):
        self.client = Client(raise_request_exception=False)
        secret = make_key(actor=SYSTEM, name=" ".join(scopes), scopes=scopes, now=now).secret
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path):
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path, body, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body)
        every = self.headers | headers
        return self.client.post(f"/api/v1{path}", raw, content_type="application/json", headers=every)


@pytest.fixture
def reader(desk, now):
    return Caller(now, "policies:read")


@pytest.fixture
def writer(desk, now):
    return Caller(now, "policies:write")


def test_what_is_in_force(reader):
    told = reader.get("/policies").json()
    assert [each["code"] for each in told["policies"]] == ["contact", "weapons"]
    assert told["ruleset"]["number"] == 1
    whole = reader.get("/policies/contact?language=id").json()
    assert (whole["title"], whole["state"], whole["version"]) == ("Kontak pribadi di iklan", "live", 1)
    assert whole["text"] == CONTACT
    assert whole["clauses"][1]["code"] == "1.1"
    assert reader.get("/policies/contact/versions/1").json()["sha256"] == whole["sha256"]
    assert reader.get("/policies/nothing").status_code == 404
    assert reader.get("/policies/contact/versions/7").status_code == 404


def test_before_the_first_publication(db, now, monkeypatch):
    caller = Caller.__new__(Caller)
    from trustdesk.web.tests import makers

    caller.client, caller.headers = Client(), {"Authorization": f"Bearer {makers.key('policies:read')}"}
    assert caller.get("/policies").json() == {"policies": [], "ruleset": None, "next": None}


def test_a_draft_says_what_is_wrong_with_it(writer):
    answer = writer.post("/policies/contact/versions", {"text": CALMER.replace("account.age", "acount.age")})
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["number"], told["state"]) == (2, "draft")
    (problem,) = [each for each in told["problems"] if each["severity"] == "error"]
    assert (problem["line"], problem["column"], problem["nearest"]) == (14, 29, "account.age")


def test_a_checked_version_waits_for_a_person(writer):
    body = {"text": CALMER, "translations": {"id": CONTACT_ID}, "check": True}
    told = writer.post("/policies/contact/versions", body).json()
    assert told["state"] == "checked"
    assert [each["passed"] for each in told["examples"]] == [True, True]
    assert PolicyVersion.objects.get(number=2).state == "checked"


def test_what_does_not_pass_is_refused_with_every_reason(writer):
    body = {"text": CALMER.replace("expect: approve", "expect: hold"), "check": True}
    answer = writer.post("/policies/contact/versions", body)
    assert answer.status_code == 422
    told = answer.json()
    assert told["code"] == "does_not_pass"
    assert told["problems"] == ["contact: example 2: expected hold, got approve"]
    assert PolicyVersion.objects.get(number=2).state == "draft", "what was written is not lost"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": "x" * 500_000}, "text"),
        ({"text": "no front matter"}, "text"),
        ({"text": CALMER.replace("code: contact", "code: other")}, "text"),
        ({"text": CALMER, "translations": {"nope nope": "x"}}, "translations"),
        ({"text": CALMER, "publish": True}, "publish"),
    ],
)
def test_bad_bodies_name_the_field(writer, body, field):
    answer = writer.post("/policies/contact/versions", body)
    assert answer.status_code == 422, answer.content
    assert any(name.startswith(field) for name in answer.json()["fields"]), answer.json()
    assert not PolicyVersion.objects.filter(number=2).exists()


def test_the_same_key_twice_makes_one_draft(writer):
    body = {"text": CALMER}
    first = writer.post("/policies/contact/versions", body, **{"Idempotency-Key": "a"})
    again = writer.post("/policies/contact/versions", body, **{"Idempotency-Key": "a"})
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert PolicyVersion.objects.filter(policy__code="contact").count() == 2


def test_readers_do_not_write(reader):
    assert reader.post("/policies/contact/versions", {"text": CALMER}).status_code == 403


def test_a_check_finds_and_mends_and_keeps_nothing(writer, reader):
    text = CALMER.replace("account.age", "acount.age")
    told = writer.post("/policies/contact/check", {"text": text}).json()
    (found,) = [each for each in told["problems"] if each["severity"] == "error"]
    assert found["mend"] == {"line": 14, "start": 29, "end": 39, "text": "account.age"}
    assert not told["passes"]
    assert writer.post("/policies/contact/check", {"text": CALMER}).json()["passes"]
    assert writer.post("/policies/contact/check", {}).json()["passes"], "the version in force"
    assert writer.post("/policies/brand-new/check", {"text": "nonsense"}).json()["problems"]
    assert writer.post("/policies/brand-new/check", {}).status_code == 404
    assert reader.post("/policies/contact/check", {"text": CALMER}).status_code == 403
    assert PolicyVersion.objects.count() == 2


def test_a_trial_says_each_rule(reader):
    sample = {"text": "Sofa, call me on +62 812 3456 7890", "account_age": 86400, "language": "en"}
    told = reader.post("/policies/contact/try", {"sample": sample}).json()
    assert (told["outcome"], told["rules"][0]["state"]) == ("reject", "fired")
    assert told["reason"].startswith("Your listing shows “")
    assert told["hits"][0]["evidence"][0]["text"] == "+62 812 3456 7890"
    del sample["account_age"]
    told = reader.post("/policies/contact/try", {"sample": sample}).json()
    assert told["rules"][0]["because"] == [{"source": "account.age < days(30)", "state": "missing", "found": []}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "nonsense"}, 422),
        ({"sample": {"text": "x", "kind": "spaceship"}}, 422),
        ({"sample": {"text": "x", "fields": {"item.nope": 1}}}, 422),
        ({"sample": {"text": "x" * 30_000}}, 422),
        ({"item": "nothing"}, 403),
        ({"color": 1}, 422),
    ],
)
def test_a_trial_refuses_in_words(reader, body, status):
    assert reader.post("/policies/contact/try", body).status_code == status
