"""Dewi keeps a bank of known scams; items like them are rejected, and what she puts right holds at once."""

import pytest
from django.conf import settings
from django.test import Client

from tests.stories.conftest import Desk
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.policy.refusals import DoesNotPass
from trustdesk.policy.tests import makers
from trustdesk.screening.models import Verdict
from trustdesk.signals import actions

pytestmark = pytest.mark.real

POLICY = """\
---
code: scams
title: Known scams
labels: [fraud.off_platform_payment]
applies_to: [listing]
reason: Your {kind} is known to be a scam.
rules:
  - name: known
    clause: "1"
    when: in_bank(item.text, "known-scams")
    then: reject
examples:
  - text: "A sofa"
    expect: approve
  - text: "Pay the fee"
    lookups: {in_bank: true}
    expect: reject
---
## 1 Scams

None.
"""
SCAM = (
    "Your parcel is waiting at our depot. Pay the small customs fee of Rp 25,000 through this link today, or it goes "
    "back to the sender. Contact our agent on WhatsApp for help."
)


@pytest.fixture
def desk(real_db, tmp_path, now) -> Desk:
    from trustdesk.policy.actions import import_pack

    made = makers.make_folder(tmp_path / "pack", policies={"scams.md": POLICY})
    with pytest.raises(DoesNotPass) as refused:
        import_pack(actor=SYSTEM, path=made, now=now)
    assert 'in_bank knows no bank "known-scams"' in refused.value.problems[0].message
    actions.make_bank(actor=SYSTEM, code="known-scams", title="Known scams", now=now)
    assert import_pack(actor=SYSTEM, path=made, now=now) is not None
    scopes = ["items:write", "banks:write"]
    key = people.make_key(actor=SYSTEM, name="Bazaar", scopes=scopes, source="bazaar", now=now).secret
    people.add_staff(
        actor=SYSTEM,
        email="dewi@example.com",
        name="Dewi",
        password="correct horse battery",
        roles=["policy_owner"],
        languages=["en"],
        markets=[],
        now=now,
    )
    hands = Client()
    hands.force_login(Staff.objects.get(), settings.AUTHENTICATION_BACKENDS[0])
    return Desk(key=key, sari=SYSTEM, client=hands)


def listing(external_id, body):
    return {
        "external_id": external_id,
        "kind": "listing",
        "market": "ID",
        "account": {"external_id": "budi"},
        "fields": {"title": "News", "body": body},
    }


def outcome(desk, external_id, body=SCAM):
    return desk.post("/items?wait=0", listing(external_id, body)).json()["verdict"]["outcome"]


def test_by_key_texts_come_match_and_go(desk):
    assert outcome(desk, "one") == "approve"
    added = desk.post(
        "/banks/known-scams/entries", {"texts": [f"News\n{SCAM}", " "], "why": "reported", "source": "case 7"}
    )
    assert added.status_code == 201, added.content
    [entry] = added.json()["added"]
    assert outcome(desk, "two", SCAM.replace("25,000", "31,000")) == "reject"
    assert (
        outcome(desk, "three", "A sofa, two seats, hardly used. Pick-up in Bandung in the evening, cash please.")
        == "approve"
    )
    kept = Verdict.objects.order_by("id")[1]
    assert kept.inputs['in_bank(item.text, "known-scams")'] is True
    [match] = desk.get(f"/banks/entries/{entry}/matches").json()["matches"]
    assert match["owner"].endswith("listing/two")
    tried = desk.post("/banks/known-scams/try", {"text": SCAM}).json()
    assert (tried["inside"], tried["like"][0]["entry"]) == (True, entry)
    assert desk.post(f"/banks/matches/{match['id']}/judge", {"right": True}).status_code == 204
    [bank] = desk.get("/banks").json()["banks"]
    assert (bank["code"], bank["active"]) == ("known-scams", 1)
    [shown] = desk.get("/banks/known-scams/entries").json()["entries"]
    assert (shown["right"], shown["matches"], shown["source"]) == (1, 1, "case 7")
    assert desk.post(f"/banks/entries/{entry}/remove", {"why": "a mistake"}).json()["state"] == "removed"
    assert outcome(desk, "four") == "approve"
    assert desk.post(f"/banks/entries/{entry}/release", {}).status_code == 404


def test_a_bank_is_made_once_and_answers_in_kind(desk):
    again = desk.post("/banks", {"code": "known-scams", "title": "Again"})
    assert (again.status_code, again.json()["code"]) == (409, "bank_exists")
    made = desk.post("/banks", {"code": "good-words", "title": "Good", "distance": 0})
    assert (made.status_code, made.json()["distance"]) == (201, 0)
    assert desk.post("/banks", {"code": "Bad Code", "title": "Bad"}).status_code == 422
    assert desk.get("/banks/no-such/entries").status_code == 404


def test_dewi_pastes_tries_judges_and_takes_out(desk):
    page, home = desk.client, "/banks/known-scams/"

    def send(path, where=home, **data):
        """Post a form that is taken; what the next page says."""
        sent = page.post(path, data)
        assert sent.status_code == 303, sent.content.decode()
        return page.get(where).content.decode()

    texts = (
        f"News\n{SCAM}\n\nBuy followers now, ten thousand for one dollar, real people, money back guaranteed, ask me."
    )
    said = send(home + "add", texts=texts, apart="paragraph", why="from the weekly list")
    assert "2 texts were added." in said
    assert "from the weekly list" in said
    assert [outcome(desk, f"item {n}") for n in range(4)] == ["reject"] * 4
    tried = page.post(home + "try", {"text": SCAM}).content.decode()
    assert "It is in this bank" in tried
    entry = next(one for one in desk.get("/banks/known-scams/entries").json()["entries"] if one["matches"])
    where = home + entry["id"]
    assert "listing/item 3" in page.get(where).content.decode()
    for match in desk.get(f"/banks/entries/{entry['id']}/matches").json()["matches"][:3]:
        said = send(f"{where}/{match['id']}", where, judged="wrong")
    assert "Too often wrong, stopped" in said
    assert outcome(desk, "after three wrong ones") == "approve"
    assert "It matches again." in send(f"{where}/release", where)
    assert outcome(desk, "after the release") == "reject"
    assert "our own newsletter" in send(f"{where}/remove", where, why="our own newsletter")
    assert outcome(desk, "after it was taken out") == "approve"
    assert page.post(f"{where}/remove", {"why": "again"}).status_code == 404
    good = {"texts": SCAM, "apart": "all", "why": "ours", "negative": "on", "expires": "2020-01-01"}
    assert "This is in the past." in page.post(home + "add", good).content.decode()


def test_the_lists_cost_the_same_for_two_and_for_twenty(desk, now, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(path):
        with CaptureQueriesContext(connection) as seen:
            assert desk.client.get(path).status_code == 200
        return len(seen)

    def add(many, start):
        texts = [f"{SCAM} {n} {n * 7919} unlike number {'x' * n}" for n in range(start, start + many)]
        actions.add_entries(actor=SYSTEM, code="known-scams", texts=texts, why="many", now=now)

    add(2, 0)
    paths = ("/banks/", "/banks/known-scams/")
    few = [cost(path) for path in paths]
    add(20, 2)
    assert [cost(path) for path in paths] == few
