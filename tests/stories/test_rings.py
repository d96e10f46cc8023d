"""A campaign comes in by many hands: rules see it at once, and who is behind it is linked."""

import random
import re
from uuid import UUID

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client

from tests.stories.conftest import Desk
from trustdesk.bench.campaigns import words
from trustdesk.content import queries as content
from trustdesk.decisions.models import Decision, Statement
from trustdesk.kernel.base.refusal import Forbidden
from trustdesk.kernel.base.timesource import now as moment_now
from trustdesk.kernel.ledger import sequencer
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.policy.tests import makers
from trustdesk.review import actions as review
from trustdesk.review import together
from trustdesk.review.models import Joint, JointMember, Review
from trustdesk.screening import likening, replaying
from trustdesk.screening.models import Verdict
from trustdesk.signals import actions as signals
from trustdesk.signals import queries
from trustdesk.signals.models import AccountMark, KeptSketch

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
    then: review
  - name: ring
    clause: "1"
    when: linked_accounts(account, by="phone") >= 3
    then: reject
  - name: asks
    clause: "1"
    when: has(item.text, "xylo")
    then: review
examples:
  - text: "A sofa"
    expect: approve
---
## 1 Rings

None.
"""


@pytest.fixture
def desk(real_db, tmp_path, now) -> Desk:
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
        *["review"] * 7,
    ]
    assert [[hit["rule"] for hit in verdict.hits] for verdict in Verdict.objects.order_by("made_at")] == [
        *[["asks"]] * 4,
        *[["campaign", "asks"]] * 3,
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


@pytest.fixture
def people_of(desk, now):
    """Sari and Jonas, who review, and a browser each."""
    found = {}
    for name in ("sari", "jonas"):
        staff = people.add_staff(
            actor=SYSTEM,
            email=f"{name}@example.com",
            name=name.capitalize(),
            password="correct horse battery",
            roles=["reviewer"],
            languages=["id", "en"],
            markets=["ID", "NO"],
            now=now,
        )
        client = Client()
        client.force_login(Staff.objects.get(id=staff), settings.AUTHENTICATION_BACKENDS[0])
        found[name] = actor_by_id(staff), client
    return found


def settle(desk):
    """The worker's loops, once around."""
    sequencer.sequence()
    desk.deliver(moment_now())
    while likening.follow(now=moment_now()):
        pass
    while signals.grow_clusters(now=moment_now()):
        pass


def test_a_campaign_is_decided_at_once_but_for_one_and_taken_back(desk, people_of):
    text = words(random.Random(3), 40)
    for n in range(8):
        body = " ".join([*text[:n], "xylo", *text[n + 1 :], "mail ring@mail.example.com"])
        desk.post("/items?wait=0", listing(f"m{n}", f"hand-{n % 5}", body))
    desk.post("/items?wait=0", listing("other", "somebody", "A chair of oak, hardly used, to be fetched in Bogor"))
    settle(desk)
    _, browser = people_of["sari"]
    jonas, _ = people_of["jonas"]

    listed = browser.get("/clusters/").content.decode()
    (address,) = set(re.findall(r"/clusters/[0-9a-f-]{36}", listed))
    assert browser.get("/clusters/?order=biggest&kind=image").content.decode().count("/clusters/0") == 0
    shown = browser.get(address).content.decode()
    ticks = re.findall(r'name="members"[^>]*value="([0-9a-f-]{36}:\d+)"[^>]*checked', shown)
    assert len(ticks) == 8
    assert "8 alike items" in shown
    assert "by 5 accounts" in shown
    assert "ring@mail.example.com</bdi>" in shown, "who reviews may see what they share"
    assert "<ins" in shown
    items = {item.external_id: item for item in content.items([tick[:36] for tick in ticks]).values()}

    # Budi takes one back, changes another; Jonas has a third in hand; a fourth is an exception.
    desk.post("/items?wait=0", listing("m1", "hand-1", "Something else: a table of teak, fetched in Depok, xylo"))
    settle(desk)
    taken = Review.objects.get(item_id=items["m2"].id, state="open")
    review.claim_this(actor=jonas, review_id=taken.id, now=moment_now())
    sent = [tick for tick in ticks if not tick.startswith(str(items["m7"].id))]
    clause = "rings:1:1"
    letter = browser.get(f"{address}/preview?outcome=remove&clauses={clause}&author_note=").content.decode()
    assert "one of many" in letter
    nothing = browser.post(f"{address}/decide", {"outcome": "remove", "shown": 8, "members": sent})
    assert nothing.status_code == 422, "no clause, no decision"
    assert not Joint.objects.exists()
    said = browser.post(
        f"{address}/decide", {"outcome": "remove", "shown": 8, "members": sent, "clauses": [clause], "author_note": ""}
    )
    assert said.status_code == 303
    joint = Joint.objects.get()
    assert "0 of 7" in browser.get(said["Location"]).content.decode()
    together.decide_members(joint_id=joint.id, clock=moment_now)

    became = {row.item.external_id: row for row in JointMember.objects.select_related("item")}
    assert {name: row.state for name, row in became.items()} == {
        **dict.fromkeys(("m0", "m3", "m4", "m5", "m6"), "decided"),
        "m1": "refused",
        "m2": "refused",
    }
    assert became["m1"].code == "item_changed"
    assert became["m2"].message == "Jonas has this item."
    page = browser.get(said["Location"]).content.decode()
    assert "7 of 7" in page
    assert "Jonas has this item." in page
    assert "1 left out" in page
    decided = Decision.objects.filter(id__in=[row.decision for row in became.values() if row.decision])
    assert decided.count() == 5
    assert set(decided.values_list("outcome", flat=True)) == {"remove"}
    assert Statement.objects.filter(decision__in=decided).count() == 5
    kinds = [fact["kind"] for fact in facts_of(items["m0"].id)]
    assert kinds.count("decision.made") == kinds.count("review.decided") == 1
    assert [fact["kind"] for fact in facts_of(joint.id)] == ["review.joint_begun", "review.joint_ended"]
    together.decide_members(joint_id=joint.id, clock=moment_now)
    assert Decision.objects.filter(outcome="remove").count() == 5, "a job that runs again decides nothing twice"

    # Taken back within two minutes: as at the desk, each by its own undo.
    _, other = people_of["jonas"]
    assert other.post(f"/joint-decisions/{joint.id}/take-back").status_code == 403
    assert browser.post(f"/joint-decisions/{joint.id}/take-back").status_code == 303
    late = became["m0"]
    Decision.objects.filter(id=late.decision).update(effective_at=F("made_at"))
    together.undo_members(joint_id=joint.id, clock=moment_now)
    after = dict(JointMember.objects.values_list("item__external_id", "state"))
    assert [after[name] for name in ("m0", "m1", "m3", "m6")] == ["decided", "refused", "undone", "undone"]
    assert Joint.objects.get().state == "undone"
    again = Review.objects.get(item_id=items["m3"].id, state="open")
    review.claim_this(actor=jonas, review_id=again.id, now=moment_now())
    desk.deliver(moment_now() + together.WINDOW)
    states = {item.external_id: item.status for item in content.items([i.id for i in items.values()]).values()}
    assert states == {**{f"m{n}": "in_review" for n in range(1, 8)}, "m0": "rejected"}
    page = browser.get(said["Location"]).content.decode()
    assert "4 taken back" in page
    assert "has taken effect" in page


def test_items_nobody_was_asked_about_are_decided_too_but_not_by_who_left(desk, people_of):
    text = " ".join(words(random.Random(4), 30))
    made = [desk.post("/items?wait=0", listing(f"n{n}", f"quiet-{n}", text)).json() for n in range(3)]
    settle(desk)
    sari, _ = people_of["sari"]
    (cluster,) = queries.clusters()

    def decide(*names):
        chosen = [(UUID(made[int(name[1])]["id"]), 1) for name in names]
        joint = together.decide_together(
            actor=sari, cluster_id=cluster.id, members=chosen, outcome="approve", now=moment_now()
        )
        together.decide_members(joint_id=joint, clock=moment_now)
        return set(JointMember.objects.filter(joint=joint).values_list("state", "code"))

    assert decide("n0", "n1") == {("decided", "")}
    assert decide("n0") == {("refused", "decided_just_now")}
    Staff.objects.filter(id=sari.id).update(is_active=False)
    assert decide("n2") == {("refused", "forbidden")}
    with pytest.raises(Forbidden):
        together.decide_together(
            actor=SYSTEM, cluster_id=cluster.id, members=[(UUID(made[0]["id"]), 1)], outcome="approve", now=moment_now()
        )


def facts_of(subject):
    from trustdesk.kernel.ledger.queries import of_subject

    return [{"kind": fact.kind} for fact in of_subject(subject)]
