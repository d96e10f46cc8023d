"""Two people judge apart: who needs a second, what each answered, when the matter is ended.

A first judgement takes no effect. When it cannot be undone any more, the same review waits again, barred to who judged it;
what was answered is on no page until the end. Two that agree are the second person's decision; where they do not, a
third person decides, barred to both.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from trustdesk.decisions.actions import Ground, TooLate
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.ledger.actions import record, withdraw_deliveries
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.policy import queries as policy
from trustdesk.review.facts import JudgementsCompared, JudgementTakenBack, ReviewJudged
from trustdesk.review.models import Judgement, Review

LAST = 3
BARRED = "you have judged it already"


class JudgedAlready(Refusal):
    """You have judged this already; another person looks at it now."""

    code, status = "judged_already", 409


@dataclass(frozen=True)
class Turn:
    """Whose judgement this is, of the first, second and third; `final`: it ends the matter and becomes a decision."""

    review: UUID
    no: int
    final: bool


@dataclass(frozen=True)
class Answer:
    """What somebody answered, as pages tell it once the matter is ended."""

    no: int
    staff: UUID
    name: str
    outcome: str
    clauses: tuple[dict[str, Any], ...]
    rationale: str
    made_at: datetime


@dataclass(frozen=True)
class Agreement:
    """How often two people who judged apart gave the same answer."""

    compared: int
    agreed: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.agreed / self.compared) if self.compared else None


def in_share(review: UUID, share: float, what: str) -> bool:
    """Is this review in the share (0 to 1)? By a keyed hash of its id: always the same answer, nobody can foretell it."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{what}:{review}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share


def policies_of(hits: Iterable[dict[str, Any]]) -> set[str]:
    """The policies that have a word on a review: those of which a rule hit."""
    return {hit["policy"] for hit in hits}


def turn_of(*, review: Review, staff: UUID, lane: int, outcome: str, clauses: Sequence[Ground] = ()) -> Turn | None:
    """This person's turn at a review they are about to decide; None where one person decides. Raises JudgedAlready.

    The caller's transaction holds the review from here on: a judgement, an undo and the reopening come one after the other.
    """
    Review.objects.select_for_update().get(id=review.id)
    earlier = list(Judgement.objects.filter(review=review, withdrawn_at=None).order_by("no"))
    if not earlier:
        terms = policy.review_terms(policies_of(review.hits) | {ground.policy for ground in clauses})
        # Danger to life never waits for a second person.
        if lane == 0 or not in_share(review.id, terms.double, "second"):
            return None
    if any(one.staff_id == staff for one in earlier):
        raise JudgedAlready
    no = len(earlier) + 1
    mine = _answer(outcome, [asdict(ground) for ground in clauses])
    agreed = no == 2 and mine == _answer(earlier[0].outcome, earlier[0].clauses)
    return Turn(review=review.id, no=no, final=no == LAST or agreed)


def possible(decide: Callable[[], object]) -> None:
    """Raise what would keep this decision from being made: it is made and taken back in the same breath, so that a first
    judgement is held to all that a decision is held to."""
    try:
        with transaction.atomic():
            decide()
            raise _InOneBreath
    except _InOneBreath:
        return


class _InOneBreath(Exception):
    pass


@action(right="-")
def keep(
    *,
    actor: Actor,
    turn: Turn,
    version: int,
    outcome: str,
    now: datetime,
    window: timedelta,
    clauses: Sequence[Ground] = (),
    labels: Sequence[str] = (),
    rationale: str = "",
    author_note: str = "",
    decision: UUID | None = None,
) -> Judgement:
    """Store a judgement. Its fact is heard when it cannot be undone any more, and leads on."""
    row = Judgement(
        review_id=turn.review,
        staff_id=UUID(actor.id),
        no=turn.no,
        version_no=version,
        outcome=outcome,
        clauses=[asdict(ground) for ground in clauses],
        labels=list(labels),
        author_note=author_note,
        rationale=rationale,
        decision=decision,
        made_at=now,
        effective_at=now + window,
    )
    fact = ReviewJudged(judgement=row.id, review=turn.review, no=turn.no)
    row.fact = record(fact, actor=actor, at=now, effective_at=row.effective_at).id
    row.save(force_insert=True)
    return row


@action(right="-")
def undo(*, actor: Actor, review: Review, now: datetime) -> None:
    """Take one's own judgement back within its window. Raises NotFound, TooLate."""
    Review.objects.select_for_update().get(id=review.id)
    mine = Judgement.objects.filter(review=review, staff_id=actor.id, withdrawn_at=None, decision=None).first()
    if mine is None:
        raise NotFound("There is no decided review with this id.")
    _withdraw(mine, now=now)
    work.give_back(actor=actor, work_id=review.work_id, now=now)
    record(JudgementTakenBack(judgement=mine.id, review=review.id), actor=actor, at=now)


@action(right="-")
def undo_final(*, actor: Actor, decision: UUID, now: datetime) -> None:
    """The decision that ended the matter was taken back: so is the judgement. Raises NotFound, TooLate."""
    mine = Judgement.objects.filter(decision=decision, withdrawn_at=None).first()
    if mine is None:
        raise NotFound("One person judged this.")
    _withdraw(mine, now=now)
    record(JudgementTakenBack(judgement=mine.id, review=mine.review_id), actor=actor, at=now)


def _withdraw(mine: Judgement, *, now: datetime) -> None:
    # As with decisions: the condition decides the race with time, the lock on the delivery that with the worker.
    moved = Judgement.objects.filter(id=mine.id, withdrawn_at=None, effective_at__gt=now).update(withdrawn_at=now)
    if not moved or not withdraw_deliveries(fact_ids=[mine.fact], now=now):
        raise TooLate


def lead_on(*, actor: Actor, judgement: UUID, now: datetime) -> None:
    """A judgement stands: its review waits for the next person, or, when it ended the matter, the answers are compared."""
    row = Judgement.objects.select_related("review").filter(id=judgement, withdrawn_at=None).first()
    if row is None:
        return
    if row.decision is not None:
        if row.no > 1:
            _compare(actor=actor, review=row.review, now=now)
        return
    review = Review.objects.select_for_update().get(id=row.review_id)
    if review.state != Review.State.OPEN:
        return  # a newer version came, or a withdrawal
    judged = Judgement.objects.filter(review=review, withdrawn_at=None).values_list("staff_id", flat=True)
    work.reopen(
        actor=actor,
        work_id=review.work_id,
        now=now,
        reason="another person looks",
        barred=dict.fromkeys(judged, BARRED),
    )


@action(right="-")
def _compare(*, actor: Actor, review: Review, now: datetime) -> None:
    rows = list(Judgement.objects.filter(review=review, withdrawn_at=None).order_by("no"))
    names = people.names_of(f"staff:{row.staff_id}" for row in rows)
    for at, first in enumerate(rows):
        for second in rows[at + 1 :]:
            agreed = _answer(first.outcome, first.clauses) == _answer(second.outcome, second.clauses)
            told = [names[f"staff:{row.staff_id}"] for row in (first, second)]
            record(
                JudgementsCompared(
                    item=review.item_id,
                    review=review.id,
                    first=first.staff_id,
                    second=second.staff_id,
                    names=" and ".join(told),
                    agreed=agreed,
                    result="agreed" if agreed else "did not agree",
                ),
                actor=actor,
                at=now,
            )


def kept(review: Review) -> Judgement | None:
    """The newest judgement of a review whose matter is open."""
    if review.state != Review.State.OPEN:
        return None
    return Judgement.objects.filter(review=review, withdrawn_at=None, decision=None).order_by("-no").first()


def begun(review: Review) -> bool:
    """Has anybody judged this open review?"""
    return Judgement.objects.filter(review=review, withdrawn_at=None).exists()


def answers(rows: Iterable[Mapping[str, Any]]) -> tuple[Answer, ...]:
    """Judgements as `judged.judged_by` reads them."""
    return tuple(
        Answer(
            no=row["no"],
            staff=UUID(str(row["staff"])),
            name=row["name"],
            outcome=row["outcome"],
            clauses=tuple(row["clauses"]),
            rationale=row["rationale"],
            made_at=datetime.fromisoformat(row["made_at"]),
        )
        for row in rows
    )


def agreement(*, since: datetime, most: int = 5_000) -> Agreement:
    """First against second, over the newest ended double reviews since then; one query."""
    rows = Judgement.objects.filter(
        withdrawn_at=None, no__lte=2, made_at__gte=since, review__state=Review.State.DECIDED
    ).order_by("-made_at")
    found: dict[UUID, list[tuple[str, tuple[str, str]]]] = {}
    for review, outcome, clauses in rows.values_list("review_id", "outcome", "clauses")[: most * 2]:
        found.setdefault(review, []).append(_answer(outcome, clauses))
    pairs = [pair for pair in found.values() if len(pair) == 2]
    return Agreement(compared=len(pairs), agreed=sum(one == other for one, other in pairs))


def _answer(outcome: str, clauses: Sequence[dict[str, Any]]) -> tuple[str, tuple[str, str]]:
    """What two answers are compared by: the outcome and the leading clause."""
    first = clauses[0] if clauses and outcome != "approve" else {}
    return outcome, (str(first.get("policy", "")), str(first.get("clause", "")))
