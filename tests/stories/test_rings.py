"""A campaign comes in by many hands: rules see it at once, and who is behind it is linked."""

import random

import pytest
from django.test import Client

from tests.stories.conftest import Desk
from trustdesk.kernel.base.timesource import now as moment_now
from trustdesk.kernel.ledger import sequencer
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.tests import makers
from trustdesk.screening import likening, replaying
from trustdesk.screening.models import Verdict
from trustdesk.signals import actions as signals
from trustdesk.signals import queries
from trustdesk.signals.models import AccountMark, KeptSketch
from trustdesk.signals.tests.campaigns import words

pytestmark = pytest.mark.real

POLICY = """\
---
code: rings
title: The same thing by many hands
labels: [fraud.off_platform_payment]
applies_to: [listing]
reason: Your {kind} is one of many.
rules:
  - name: campaign
    clause: "1"
    when: cluster_size(item.text, within=days(7)) > 4
    then: limit(kind="demote")
  - name: ring
    clause: "1"
    when: linked_accounts(account, by="phone") >= 3
    then: reject
examples:
  - text: "A sofa"
    expect: approve
---
## 1 Rings

None.
"""


@pytest.fixture
def desk(own_db, tmp_path, now) -> Desk:
    from trustdesk.policy.actions import import_pack

    made = makers.make_folder(tmp_path / "pack", policies={"rings.md": POLICY})
    import_pack(actor=SYSTEM, path=made, now=now)
    key = people.make_key(actor=SYSTEM, name="Bazaar", scopes=["items:write"], source="bazaar", now=now).secret
    return Desk(key=key, sari=SYSTEM, client=Client())


def listing(external_id, account, body):
    return {
        "external_id": external_id,
        "kind": "listing",
        "market": "ID",
        "account": {"external_id": account},
        "fields": {"title": "Work from home", "body": body},
    }


def outcome(desk, item):
    return desk.post("/items?wait=0", item).json()["verdict"]["outcome"]


def test_rules_see_a_campaign_and_a_ring_as_they_come_in(desk):
    text = words(random.Random(1), 40)
    bodies = [" ".join([*text[:n], "xylo", *text[n + 1 :]]) for n in range(7)]
    assert [outcome(desk, listing(f"c{n}", f"hand-{n}", body)) for n, body in enumerate(bodies)] == [
        *["approve"] * 4,
        *["limit"] * 3,
    ]
    last = Verdict.objects.order_by("-made_at").first()
    assert last.inputs["cluster_size(item.text, within=days(7))"] == 7
    assert last.inputs['linked_accounts(account, by="phone")'] == 0
    phones = ["0812 3456 7890", "wa.me/6281234567890", "+62 812-3456-7890", "0 8 1 2 3 4 5 6 7 8 9 0", "081234567890"]
    told = [outcome(desk, listing(f"p{n}", f"seller-{n}", f"Chair {n}, call {each}")) for n, each in enumerate(phones)]
    assert told == ["approve"] * 3 + ["reject"] * 2, "the fourth account with this phone, however it is written"
    ringed = Verdict.objects.order_by("-made_at").first()
    assert ringed.inputs['linked_accounts(account, by="phone")'] == 4
    KeptSketch.objects.all().delete()
    AccountMark.objects.all().delete()
    for verdict in (last, ringed):
        assert replaying.replay(verdict.id).equal, "a replay needs no memory"


def test_without_a_rule_that_asks_everything_is_remembered_a_moment_later(desk, tmp_path, now, monkeypatch):
    monkeypatch.setattr(likening, "asked_by", lambda plan: frozenset())
    text = " ".join(words(random.Random(2), 30))
    for n in range(3):
        desk.post("/items?wait=0", listing(f"q{n}", f"quiet-{n}", f"{text} mail to ring{n // 2}@mail.example.com"))
    assert not KeptSketch.objects.exists()
    sequencer.sequence()
    while likening.follow(now=moment_now()):
        pass
    while signals.grow_clusters(now=moment_now()):
        pass
    (cluster,) = queries.clusters()
    assert (cluster.members, cluster.accounts) == (3, 3)
    source = cluster.centre_account.split("/")[0]
    ring = queries.ring_of([f"{source}/quiet-0"])
    assert len(ring.accounts) == 3
    kinds = {(link.left[-1], link.right[-1]): [one.kind for one in link.by] for link in ring.links}
    assert sorted(kinds["0", "1"]) == ["email", "text"]
    before = KeptSketch.objects.count(), AccountMark.objects.count()
    likening.Follower.objects.update(position=0)
    while likening.follow(now=moment_now()):
        pass
    assert (KeptSketch.objects.count(), AccountMark.objects.count()) == before, "told twice, kept once"
