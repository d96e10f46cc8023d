"""Budi posts faster than he may: exactly what is beyond the limit is refused, however it comes in."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.stories.conftest import Desk
from trustdesk.engine import Argument, Signal
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.tests import makers
from trustdesk.screening import actions as screening
from trustdesk.screening.models import Verdict
from trustdesk.signals import registry
from trustdesk.signals.models import Counter

pytestmark = pytest.mark.real

POLICY = """\
---
code: haste
title: Too many, too fast
labels: [fraud.off_platform_payment]
applies_to: [listing]
reason: Your {kind} came too soon after others.
rules:
  - name: too-fast
    clause: "1"
    when: rate("listings", by=account, per=hours(1)) > 5
    then: reject
  - name: too-alike
    clause: "1"
    when: seen(item.text, within=days(7)) >= 3
    then: limit(kind="demote")
  - name: too-many-of-a-category
    clause: "1"
    when: rate("listings", by=item.category, per=hours(1)) > 8
    then: review
  - name: unkind
    clause: "1"
    when: item.category == "dear" and dreariness(item.text) >= 0.8 and rate("items", by=account, per=hours(1)) <= 1
    then: hold
examples:
  - text: "A sofa"
    expect: approve
---
## 1 Haste

None.
"""


@pytest.fixture
def desk(real_db, tmp_path, now) -> Desk:
    from trustdesk.policy.actions import import_pack

    answers = {"gone": True}

    def dreary(questions):
        if answers["gone"]:
            raise RuntimeError("gone")
        return [0.9] * len(questions)

    registry.declare(Signal("dreariness", (Argument("value", "text"),), cost="model"), dreary)
    try:
        made = makers.make_folder(tmp_path / "pack", policies={"haste.md": POLICY})
        import_pack(actor=SYSTEM, path=made, now=now)
        key = people.make_key(actor=SYSTEM, name="Bazaar", scopes=["items:write"], source="bazaar", now=now).secret
        desk = Desk(key=key, sari=SYSTEM, client=Client())
        desk.answers = answers
        yield desk
    finally:
        registry.forget("dreariness")


def listing(external_id, account="budi", body="", **fields):
    return {
        "external_id": external_id,
        "kind": "listing",
        "market": "ID",
        "account": {"external_id": account},
        "fields": {"title": "A chair", "body": body or f"Number {external_id}", **fields},
    }


def outcomes(results):
    return [result["item"]["verdict"]["outcome"] for result in results]


def total(end, counter="listings"):
    """What a counter came to, by the end of its key."""
    row = Counter.objects.filter(counter=counter, key__endswith=end).first()
    return row.total if row else 0


def test_of_many_at_once_exactly_those_beyond_the_limit_are_rejected(desk):
    """Four connections send two accounts' listings, alone and in batches, in orders of their own."""
    told, start = [], threading.Barrier(4)

    def work(turn):
        hands = Desk(key=desk.key, sari=desk.sari, client=Client())
        start.wait(20)
        try:
            for batch in range(2):
                items = [
                    listing(f"{turn}-{batch}-{n}", ("budi", "amara")[(n + turn) % 2], category=f"c{turn}{batch}")
                    for n in range(4)
                ]
                answer = hands.post("/items/batch", items).json()["results"]
                told.extend(zip([item["account"]["external_id"] for item in items], outcomes(answer), strict=True))
            alone = hands.post("/items?wait=0", listing(f"{turn}-alone", category=f"c{turn}")).json()
            told.append(("budi", alone["verdict"]["outcome"]))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for account, sent in (("budi", 20), ("amara", 16)):
        mine = [outcome for who, outcome in told if who == account]
        assert (len(mine), mine.count("reject")) == (sent, sent - 5)


def test_what_is_refused_or_sent_again_does_not_count(desk):
    desk.post("/items?wait=0", listing("one"), **{"Idempotency-Key": "one"})
    again = desk.post("/items?wait=0", listing("one"), **{"Idempotency-Key": "one"})
    assert again.headers["Idempotent-Replayed"] == "true"
    wrong = {**listing("two"), "market": "XX"}
    refused = desk.post("/items/batch", [wrong, listing("three"), listing("three")]).json()["results"]
    assert [result["status"] for result in refused] == [422, 201, 409]
    assert total("/budi") == 2
    desk.post("/items?wait=0", listing("one", body="An edit"))
    assert total("/budi") == 3, "a new version is a submission too"


def test_twins_are_seen_from_the_fourth_on(desk):
    sent = [listing(f"twin-{n}", f"seller-{n}", body="The very same words", category="twins") for n in range(6)]
    assert outcomes(desk.post("/items/batch", sent).json()["results"]) == ["approve"] * 3 + ["limit"] * 3
    edited = desk.post(
        "/items?wait=0", listing("twin-0", "seller-0", body="the VERY same  words", category="twins")
    ).json()
    assert edited["verdict"]["outcome"] == "limit", "five others by now"


def test_a_rate_by_another_field_is_counted_while_a_rule_asks_for_it(desk):
    sent = [listing(f"bed-{n}", f"seller-{n}", category="beds") for n in range(10)]
    assert outcomes(desk.post("/items/batch", sent).json()["results"]) == ["approve"] * 8 + ["review"] * 2
    assert total("item.category/beds") == 10


def test_who_is_judged_later_is_judged_by_what_was_seen_on_arrival(desk):
    first = desk.post("/items?wait=0", listing("dear", category="dear")).json()
    assert first["status"] == "pending"
    for n in range(3):
        desk.post("/items?wait=0", listing(f"later-{n}"))
    verdict = Verdict.objects.get(item_id=first["id"])
    before = total("/budi", "items")
    at = datetime.now(UTC)
    assert screening.settle(verdict_id=verdict.id, now=at) == "pending"
    desk.answers["gone"] = False
    assert screening.settle(verdict_id=verdict.id, now=at + timedelta(minutes=1)) == "final"
    row = Verdict.objects.get(id=verdict.id)
    assert row.outcome == "hold", "it was the first within the hour when it came"
    assert [value for name, value in row.inputs.items() if name.startswith('rate("items"')] == [1]
    assert total("/budi", "items") == before, "judging again counts nothing"
