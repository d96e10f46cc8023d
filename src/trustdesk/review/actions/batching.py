"""A batch: taken together, decided card by card, taken back together. Each card has a transaction of its own."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.decisions.actions import Ground, ItemChanged
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import ClaimLost, NothingWaiting
from trustdesk.review.actions.deciding import decide, undo
from trustdesk.review.batches import Answer
from trustdesk.review.models import Review


@dataclass(frozen=True)
class Choice:
    """What was chosen for one card, about the version that was seen; `key` is made by whoever chooses."""

    review: UUID
    version: int
    outcome: str
    key: UUID
    clauses: tuple[Ground, ...] = ()
    author_note: str = ""


@action(right="review.decide")
def claim_batch(*, actor: Actor, queue: str, limit: int, now: datetime) -> None:
    """Take up to `limit` more of a queue. Raises NothingWaiting."""
    work.claim_many(actor=actor, queues=[queue], limit=limit, now=now)


def fill(*, actor: Actor, queue: str, limit: int, now: datetime) -> None:
    """The same, where nothing is an answer too."""
    if limit > 0:
        with suppress(NothingWaiting):
            claim_batch(actor=actor, queue=queue, limit=limit, now=now)


def decide_batch(*, actor: Actor, choices: Sequence[Choice], now: datetime) -> list[Answer]:
    """Decide card by card; an answer for each, in order. What one meets keeps no other from being decided."""
    actor.require("review.decide")
    return [_decide_one(actor, choice, now) for choice in choices]


def _decide_one(actor: Actor, choice: Choice, now: datetime) -> Answer:
    try:
        made = decide(
            actor=actor,
            review_id=choice.review,
            version=choice.version,
            outcome=choice.outcome,
            clauses=choice.clauses,
            author_note=choice.author_note,
            key=choice.key,
            now=now,
        )
    except ClaimLost as lost:
        return Answer(choice.review, "lost", lost.message)
    except ItemChanged as changed:
        return Answer(choice.review, "changed", changed.message)
    except Refusal as refusal:
        return Answer(choice.review, "refused", " ".join(refusal.fields.values()) or refusal.message)
    return Answer(choice.review, "decided", undo_until=made.undo_until)


def undo_batch(*, actor: Actor, reviews: Iterable[UUID], now: datetime) -> int:
    """Take back what can still be taken back of a batch just decided; returns how many were."""
    actor.require("review.decide")
    undone = 0
    for review in reviews:
        with suppress(Refusal):
            undo(actor=actor, review_id=review, now=now)
            undone += 1
    return undone


def release_batch(*, actor: Actor, work_ids: Iterable[UUID], now: datetime) -> None:
    """Give back what is held and not decided."""
    for work_id in work_ids:
        with suppress(ClaimLost):
            _release(actor=actor, work_id=work_id, now=now)


@action(right="review.decide")
def _release(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    work.release(actor=actor, work_id=work_id, now=now)


def works_of(reviews: Iterable[UUID]) -> list[UUID]:
    """The works of these reviews; one query."""
    return list(Review.objects.filter(id__in=list(reviews)).values_list("work_id", flat=True))
