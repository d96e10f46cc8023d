from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from trustdesk.kernel.base.action import OutsideAction, SilentAction, action
from trustdesk.kernel.base.fact import KINDS, BadFact, Fact
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger import outbox, queries, reacting, sequencer
from trustdesk.kernel.ledger.actions import erase_personal_values, record, withdraw_deliveries
from trustdesk.kernel.ledger.models import Delivery, FactRow, PersonalValue
from trustdesk.kernel.people.actor import SYSTEM

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class LetterPosted(
    Fact, kind="test.letter_posted", subject="letter", says="{actor} wrote to {to}: {words}", personal=("to",)
):
    letter: UUID
    to: str
    words: str


@action(right="-")
def post(*, actor, now, letter, to="budi@example.com", words="Hello", effective_at=None):
    return record(LetterPosted(letter=letter, to=to, words=words), actor=actor, at=now, effective_at=effective_at)


@pytest.fixture
def heard():
    """A reactor that notes what it hears, and fails when told to."""
    got: list = []

    def listener(*, fact, envelope, now):
        if fact.words == "explode":
            raise RuntimeError("no room in the letter box")
        got.append(fact)

    listener.__module__ = "trustdesk.test.reactors"
    reacting.reacts_to(LetterPosted)(listener)
    yield got
    reacting.forget("test.listener")


def test_an_action_without_a_fact_fails_and_changes_nothing(now):
    @action(right="-")
    def silent(*, actor, now):
        PersonalValue.objects.create(owner="x", value="v", salt="00")

    with pytest.raises(SilentAction):
        silent(actor=SYSTEM, now=now)
    assert not PersonalValue.objects.exists()


def test_a_fact_outside_an_action_is_refused(now):
    with pytest.raises(OutsideAction):
        record(LetterPosted(letter=uuid7(), to="", words=""), actor=SYSTEM, at=now)


def test_verbs_take_keywords_only(now):
    with pytest.raises(TypeError, match="keywords only"):
        post(SYSTEM)


def test_a_fact_kind_needs_its_sentence_and_its_privacy():
    with pytest.raises(BadFact, match="sentence"):
        type("Mute", (Fact,), {"__annotations__": {"thing": str}}, kind="test.mute", subject="thing")
    with pytest.raises(BadFact, match="unknown fields"):
        type(
            "Wrong",
            (Fact,),
            {"__annotations__": {"thing": str}},
            kind="test.wrong",
            subject="thing",
            says="{actor} {nothing}",
            personal=(),
        )
    assert "test.mute" not in KINDS


def test_personal_values_stay_out_of_the_fact_and_can_be_erased(now):
    letter = uuid7()
    post(actor=SYSTEM, now=now, letter=letter)
    row = FactRow.objects.get(subject=str(letter))
    assert "budi" not in str(row.payload)
    told = queries.of_subject(letter)[0]
    assert told.sentence == "system:desk wrote to budi@example.com: Hello"
    erase_personal_values(actor=SYSTEM, owner=str(letter), now=now)
    assert queries.of_subject(letter)[0].sentence == "system:desk wrote to (erased): Hello"


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_fact SET kind = 'x'", "DELETE FROM ledger_fact", "TRUNCATE ledger_fact CASCADE"]
)
def test_the_database_refuses_to_change_history(now, statement):
    post(actor=SYSTEM, now=now, letter=uuid7())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_delivery_reaches_its_reactor_once(now, heard):
    post(actor=SYSTEM, now=now, letter=uuid7())
    assert outbox.deliver_due(reactor="test.listener", now=now) == 1
    assert outbox.deliver_due(reactor="test.listener", now=now) == 0
    assert [fact.to for fact in heard] == ["budi@example.com"]


def test_a_failing_reactor_is_retried_with_back_off_then_dead_and_can_be_revived(now, heard):
    from trustdesk.kernel.ledger.actions import revive_delivery

    post(actor=SYSTEM, now=now, letter=uuid7(), words="explode")
    post(actor=SYSTEM, now=now, letter=uuid7(), words="calm")
    moment = now
    for _ in range(outbox.MOST_TRIES):
        outbox.deliver_due(reactor="test.listener", now=moment)
        assert outbox.deliver_due(reactor="test.listener", now=moment) == 0, "back-off is not kept"
        moment += timedelta(hours=2)
    assert [fact.words for fact in heard] == ["calm"], "one failing fact held up another"
    dead = queries.dead_deliveries()
    assert [d.error for d in dead] == ["RuntimeError: no room in the letter box\n"]
    revive_delivery(actor=SYSTEM, delivery_id=dead[0].id, now=moment)
    assert outbox.deliver_due(reactor="test.listener", now=moment) == 1


def test_held_back_deliveries_can_be_withdrawn_until_they_are_due(now, heard):
    fact = post(actor=SYSTEM, now=now, letter=uuid7(), effective_at=now + timedelta(seconds=10))
    assert outbox.deliver_due(reactor="test.listener", now=now + timedelta(seconds=9)) == 0
    assert withdraw_deliveries(fact_ids=[fact.id], now=now + timedelta(seconds=9))
    assert outbox.deliver_due(reactor="test.listener", now=now + timedelta(hours=1)) == 0
    late = post(actor=SYSTEM, now=now, letter=uuid7(), effective_at=now + timedelta(seconds=10))
    assert not withdraw_deliveries(fact_ids=[late.id], now=now + timedelta(seconds=10))
    assert Delivery.objects.get(fact_id=late.id).withdrawn_at is None


def test_the_sequencer_gives_gapless_positions(now):
    letters = [uuid7() for _ in range(7)]
    for letter in letters:
        post(actor=SYSTEM, now=now, letter=letter)
    # One test transaction: its facts are not below the oldest running transaction, so nothing may be placed yet.
    assert sequencer.sequence() == 0
