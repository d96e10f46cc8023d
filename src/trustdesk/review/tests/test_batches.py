"""A batch: its cards cost the same queries however many they are, each is answered, and leases end with the page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trustdesk.decisions.actions import Ground
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import lapse_claims
from trustdesk.review import actions, batches
from trustdesk.review.actions import batching
from trustdesk.review.actions.batching import Choice
from trustdesk.review.tests import makers
from trustdesk.screening import actions as screening
from trustdesk.web.tests.makers import staff

pytestmark = pytest.mark.django_db
QUEUE = "listings"


@pytest.fixture
def sari(db):
    return actor_for(staff("reviewer", name="Sari"))


@pytest.fixture
def jonas(db):
    return actor_for(staff("lead", name="Jonas"))


def chosen(review, outcome="approve", *, version=1, clauses=()):
    return Choice(review=review, version=version, outcome=outcome, key=uuid4(), clauses=tuple(clauses))


def cost(sari, now) -> int:
    """Queries of all cards; the least of three, for a process looks now and then whether a newer ruleset is there."""
    counted = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            batches.cards(batches.held(QUEUE, actor=sari), actor=sari, now=now)
        counted.append(len(asked))
    return min(counted)


def test_twenty_cards_cost_what_two_cost(sari, now):
    makers.ads(20, now=now)
    batching.claim_batch(actor=sari, queue=QUEUE, limit=2, now=now)
    two = cost(sari, now)
    batching.fill(actor=sari, queue=QUEUE, limit=18, now=now)
    shown = batches.cards(batches.held(QUEUE, actor=sari), actor=sari, now=now)
    assert len({card.review for card in shown}) == 20
    # held (2), reviews, items, versions with media (2), accounts, removals, words of the policies (2)
    assert cost(sari, now) == two <= 11
    assert shown[0].account == "2 years, nothing removed"
    assert shown[0].said


def test_each_card_is_answered_whatever_became_of_the_others(sari, jonas, now):
    fine, gone, edited, bare, later = makers.ads(5, now=now, mark="mixed")
    batching.claim_batch(actor=sari, queue=QUEUE, limit=5, now=now)
    actions.release(actor=sari, review_id=gone, now=now)
    actions.claim_this(actor=jonas, review_id=gone, now=now)
    actions.decide(actor=jonas, review_id=gone, version=1, outcome="approve", now=now)
    changed = makers.ad(2, "mixed", body=makers.ASKS + " Delivery tomorrow.", now=now)
    screening.receive(actor=SYSTEM, submissions=[changed], now=now)
    makers.settle(now)
    clause = Ground("off-platform-contact", 1, "1.4")
    answers = batching.decide_batch(
        actor=sari,
        choices=[
            chosen(fine),
            chosen(gone),
            chosen(edited),
            chosen(bare, "remove"),
            chosen(later, "remove", clauses=[clause]),
        ],
        now=now,
    )
    assert [one.state for one in answers] == ["decided", "lost", "changed", "refused", "decided"]
    assert "Jonas" in answers[1].words
    assert answers[3].words == "Choose the clause this decision rests on."
    assert batches.summed_up(answers) == (
        "2 decided, 1 lost to somebody else, 1 changed by its author, 1 could not be decided."
    )
    # Those that are left, and the lost one once more to say so.
    shown = batches.cards(
        batches.held(QUEUE, actor=sari), actor=sari, now=now, answers={one.review: one for one in answers[1:4]}
    )
    assert [(card.review, card.mine, card.version) for card in shown[:2]] == [(edited, True, 2), (bare, True, 1)]
    assert (shown[-1].review, shown[-1].mine) == (gone, False)
    # Within its window the batch is taken back: its cards are in the same hands.
    assert batching.undo_batch(actor=sari, reviews=[fine, gone, later], now=now + timedelta(seconds=5)) == 2
    assert {card.review for card in batches.cards(batches.held(QUEUE, actor=sari), actor=sari, now=now)} == {
        fine,
        edited,
        bare,
        later,
    }
    assert batching.undo_batch(actor=sari, reviews=[fine], now=now + timedelta(seconds=30)) == 0


def test_a_page_that_goes_away_gives_its_cards_back_and_one_that_returns_keeps_them(sari, now):
    makers.ads(3, now=now)
    batching.claim_batch(actor=sari, queue=QUEUE, limit=3, now=now)
    mine = [place.id for place in batches.held(QUEUE, actor=sari)]
    work.leave_soon(actor=sari, work_ids=mine, now=now)
    at = now + timedelta(seconds=20)
    kept = work.keep_many(actor=sari, work_ids=mine[:1], now=at)
    assert list(kept) == mine[:1]
    assert lapse_claims(now=now + timedelta(seconds=31)) == 2
    assert [place.id for place in batches.held(QUEUE, actor=sari)] == mine[:1]
    assert work.keep_many(actor=sari, work_ids=mine, now=at).keys() == {mine[0]}
    batching.release_batch(actor=sari, work_ids=mine, now=at)
    assert batches.held(QUEUE, actor=sari) == []
