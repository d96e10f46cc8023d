"""What happened on the desk becomes an event that a platform can act on without asking back."""

from datetime import timedelta

import pytest

from trustdesk.config import wiring
from trustdesk.decisions.facts import DecisionMade, RestrictionApplied, RestrictionLifted
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger import outbox, reacting
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Source
from trustdesk.policy.facts import PolicyPublished, PolicyRolledBack
from trustdesk.screening.facts import ItemScreened
from trustdesk.webhooks.actions import Target, add_endpoint
from trustdesk.webhooks.models import Event
from trustdesk.webhooks.tests.makers import JONAS

pytestmark = pytest.mark.django_db


@pytest.fixture
def bazaar(now):
    source = Source.objects.create(code=f"bazaar-{uuid7().hex[-8:]}", name="Bazaar")
    add_endpoint(actor=JONAS, target=Target("https://bazaar.example/hooks"), events=["*"], source=source.code, now=now)
    return source


@action(right="-")
def happen(*, actor, fact, now, effective_at=None):
    return record(fact, actor=actor, at=now, effective_at=effective_at)


def told(fact, now, *, later=timedelta(0), effective_at=None):
    """The events that a fact becomes."""
    happen(actor=SYSTEM, fact=fact, now=now, effective_at=effective_at)
    mine = [name for name in reacting.reactor_names() if name.startswith("webhooks.")]
    outbox.deliver_all(now=now + later, reactors=mine)
    return [(event.type, event.data) for event in Event.objects.order_by("id")]


def decision(bazaar, now, **more):
    return DecisionMade(
        **{
            "item": uuid7(),
            "decision": uuid7(),
            "outcome": "remove",
            "version": 2,
            "source": bazaar.id,
            "external_id": "ad-17",
            "item_kind": "ad",
            "account": uuid7(),
            "account_external_id": "budi",
            "status": "rejected",
            "hidden": True,
            "clauses": ("weapons 1.2",),
            "policies": [{"policy": "weapons", "version": 3, "clause": "1.2"}],
            "labels": ("weapons.firearm",),
            "restrictions": [{"kind": "remove", "markets": [], "starts_at": now.isoformat(), "ends_at": None}],
            "made_by": "rule",
            "automated_detection": True,
            "automated_decision": True,
            "effective_at": now,
            "statement_html_url": "https://desk.example/s/x",
            "statement_json_url": "https://desk.example/s/x.json",
            "statement_text": "Dear Budi, we removed your ad.",
            "told_by": "webhook",
            "note": "he did this before",
            **more,
        }
    )


def test_a_decision_is_told_whole_but_without_what_is_only_for_the_desk(bazaar, now):
    fact = decision(bazaar, now)
    ((kind, data),) = told(fact, now)
    assert kind == "decision.made"
    assert data["decision"]["outcome"] == "remove"
    assert data["decision"]["automated"] == {"detection": True, "decision": True}
    assert data["decision"]["clauses"] == ["weapons 1.2"]
    assert data["item"] == {
        "id": str(fact.item),
        "external_id": "ad-17",
        "kind": "ad",
        "source": bazaar.code,
        "version": 2,
        "status": "rejected",
        "hidden": True,
    }
    assert data["account"]["external_id"] == "budi"
    assert data["restrictions"][0]["kind"] == "remove"
    assert data["statement"]["text"] == "Dear Budi, we removed your ad."
    assert "he did this before" not in str(data)


def test_a_decision_without_a_statement_says_so(bazaar, now):
    ((_, data),) = told(decision(bazaar, now, outcome="approve", statement_html_url="", statement_text=""), now)
    assert data["statement"] is None


def test_nothing_is_told_inside_the_undo_window(bazaar, now):
    due = now + timedelta(seconds=10)
    assert told(decision(bazaar, now), now, later=timedelta(seconds=9), effective_at=due) == []
    mine = [name for name in reacting.reactor_names() if name.startswith("webhooks.")]
    outbox.deliver_all(now=due, reactors=mine)
    event = Event.objects.get()
    assert event.at == now, "the event is dated when it happened"
    assert event.deliveries.get().next_at == due


def test_screening_restrictions_and_policies_are_told(bazaar, now):
    common = {"source": bazaar.id, "external_id": "ad-17", "item_kind": "ad"}
    screened = ItemScreened(
        item=uuid7(),
        verdict=uuid7(),
        version=1,
        outcome="review",
        market="ID",
        language="id",
        category="bikes",
        account=uuid7(),
        account_external_id="budi",
        status="in_review",
        hidden=False,
        hits=[{"policy": "weapons", "rule": "gun", "evidence": [{"field": "title", "start": 0, "end": 6}]}],
        undecided=[],
        ruleset="abc",
        expected_views=None,
        **common,
    )
    happen(actor=SYSTEM, fact=screened, now=now)
    applied = RestrictionApplied(
        item=uuid7(), restriction=uuid7(), decision=uuid7(), restriction_kind="disable", scope="everywhere",
        markets=("ID",), starts_at=now, ends_at=None, **common,
    )  # fmt: skip
    happen(actor=SYSTEM, fact=applied, now=now)
    lifted = RestrictionLifted(
        item=uuid7(), restriction=uuid7(), decision=uuid7(), restriction_kind="disable", why="ended", status="live",
        lifted_at=now, **common,
    )  # fmt: skip
    happen(actor=SYSTEM, fact=lifted, now=now)
    published = PolicyPublished(
        policy=uuid7(), code="weapons", title="Weapons", number=3, replaces=0, sha256="ab", ruleset=7,
        ruleset_hash="cd", author="staff:1", approver="staff:2",
    )  # fmt: skip
    happen(actor=SYSTEM, fact=published, now=now)
    found = dict(
        told(
            PolicyRolledBack(
                policy=uuid7(), code="weapons", number=3, to=2, reason="too wide", ruleset=8, ruleset_hash="ef"
            ),
            now,
        )
    )
    assert set(found) == {"item.screened", "restriction.applied", "restriction.lifted", "policy.published"}
    assert Event.objects.filter(type="policy.published").count() == 2
    assert found["item.screened"]["verdict"]["hits"][0]["evidence"] == [{"field": "title", "start": 0, "end": 6}]
    assert found["restriction.applied"]["restriction"]["markets"] == ["ID"]
    assert found["restriction.lifted"]["item"]["status"] == "live"
    assert "staff:" not in str(list(Event.objects.values_list("data")))


def test_another_source_hears_nothing(bazaar, now):
    other = Source.objects.create(code=f"chat-{uuid7().hex[-8:]}", name="Chat")
    assert told(decision(other, now), now) == []


def test_the_slice_is_wired():
    assert "webhooks" in wiring.REACTORS
    for _, seconds, path in wiring.LOOPS:
        assert seconds > 0
        assert callable(wiring.called(path))
