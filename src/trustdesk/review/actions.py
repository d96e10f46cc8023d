"""Changing reviews: open, claim, decide, skip, note, undo, close."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.decisions import actions as decisions
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.policy import queries as policy
from trustdesk.review.facts import ReviewClosed, ReviewDecided, ReviewMoved, ReviewOpened, ReviewUndone
from trustdesk.review.models import Review
from trustdesk.review.queries import hits_in_words
from trustdesk.review.rules import place_of

KIND = "review"
OUTCOMES = ("approve", "remove", "limit", "hold")


@dataclass(frozen=True)
class Decided:
    """A decision just made, and until when it can be undone."""

    decision: UUID
    review: UUID
    outcome: str
    undo_until: datetime


@action(right="-")
def open_review(
    *,
    actor: Actor,
    item_id: UUID,
    version: int,
    verdict: UUID,
    because: str,
    hits: Sequence[Mapping[str, Any]],
    undecided: Sequence[Mapping[str, Any]],
    screened_at: datetime,
    now: datetime,
) -> UUID | None:
    """Open a review of an item's newest version, or bring the open one up to it. None when the version is history."""
    item = content.items([item_id])[item_id]
    if item.version != version or item.withdrawn_at is not None:
        record(
            ReviewClosed(item=item_id, review=verdict, reason="a newer version or a withdrawal came first"),
            actor=actor,
            at=now,
        )
        return None
    place = place_of(
        kind=item.kind,
        hits=hits,
        severities=policy.severities(),
        expected_views=item.expected_views,
        unscreened=because == Review.Because.UNSCREENED,
        queue_for=policy.queue_code_for,
        lane_of=policy.lane_of,
    )
    open_one = Review.objects.select_for_update().filter(item_id=item_id, state=Review.State.OPEN).first()
    if open_one is not None:
        Review.objects.filter(id=open_one.id).update(
            version_no=version,
            verdict=verdict,
            because=because,
            hits=list(hits),
            undecided=list(undecided),
            screened_at=screened_at,
        )
        work.reprioritise(
            actor=actor, work_id=open_one.work_id, lane=place.lane, score=place.score, score_parts=place.parts, now=now
        )
        record(ReviewMoved(item=item_id, review=open_one.id, version=version), actor=actor, at=now)
        return open_one.id
    work_id = work.open_work(
        actor=actor,
        kind=KIND,
        queue=place.queue,
        lane=place.lane,
        score=place.score,
        score_parts=place.parts,
        now=now,
        subject_line=item.title or item.external_id,
        category=item.kind,
        language=item.language,
        market=item.market,
        tags=sorted({label for hit in hits for label in hit["labels"]}),
    )
    review = Review.objects.create(
        work_id=work_id,
        item_id=item_id,
        version_no=version,
        verdict=verdict,
        hits=list(hits),
        undecided=list(undecided),
        screened_at=screened_at,
        because=because,
        opened_at=now,
    )
    record(
        ReviewOpened(item=item_id, review=review.id, work=work_id, version=version, because=because),
        actor=actor,
        at=now,
    )
    return review.id


@action(right="-")
def close_unseen(*, actor: Actor, item_id: UUID, reason: str, now: datetime) -> None:
    """Close the open review of an item, if there is one: nobody needs to look any more."""
    review = Review.objects.select_for_update().filter(item_id=item_id, state=Review.State.OPEN).first()
    if review is None:
        raise NotFound("There is no open review of this item.")
    Review.objects.filter(id=review.id).update(state=Review.State.CLOSED)
    work.cancel(actor=actor, work_id=review.work_id, now=now, reason=reason)
    record(ReviewClosed(item=item_id, review=review.id, reason=reason), actor=actor, at=now)


@action(right="review.decide")
def claim_next(*, actor: Actor, now: datetime, queues: Sequence[str] | None = None) -> UUID:
    """Take the next review this person may judge; returns its id. Raises NothingWaiting."""
    claimed = work.claim_next(actor=actor, now=now, queues=queues)
    return _of_work(claimed.work).id


@action(right="review.decide")
def claim_this(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """Take one review. Raises NotFound, AlreadyClaimed (names who has it), NotWaiting."""
    work.claim_this(actor=actor, work_id=_get(review_id).work_id, now=now)


@action(right="review.decide")
def release(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """Give a claimed review back for anyone."""
    work.release(actor=actor, work_id=_get(review_id).work_id, now=now)


@action(right="review.decide")
def skip(*, actor: Actor, review_id: UUID, reason: str, now: datetime) -> None:
    """Leave a review to others, saying why; it stays away from this person for a while."""
    if not reason.strip():
        raise Invalid("Say in a few words why you skip it.", fields={"reason": "Say in a few words why you skip it."})
    work.skip(actor=actor, work_id=_get(review_id).work_id, now=now, reason=reason.strip()[:300])


def heartbeat(*, actor: Actor, review_id: UUID, now: datetime) -> datetime:
    """Say "still here"; returns the lease's new end. Raises ClaimLost."""
    actor.require("review.decide")
    return work.heartbeat(actor=actor, work_id=_get(review_id).work_id, now=now)


@action(right="notes.write")
def note(*, actor: Actor, review_id: UUID, about: str, text: str, now: datetime) -> None:
    """Pin a note to the item under review or to its account (`about`: item | account)."""
    item = content.items([_get(review_id).item_id])
    subject = next(iter(item.values()))
    value = str(subject.account if about == "account" else subject.id)
    content_actions.pin_note(actor=actor, subject=about, value=value, text=text, now=now)


@action(right="review.decide")
def decide(
    *,
    actor: Actor,
    review_id: UUID,
    version: int,
    outcome: str,
    now: datetime,
    clauses: Sequence[Ground] = (),
    labels: Sequence[str] = (),
    rationale: str = "",
    author_note: str = "",
    window: timedelta = decisions.UNDO_WINDOW,
) -> Decided:
    """Decide a claimed review about the version that was seen; it can be undone for ten seconds, or the `window` given.

    One transaction: decision with restriction, statement and letter, work done, review decided. Raises NotFound,
    Invalid, ClaimLost (names who has it now), ItemChanged, IncompleteStatement: then nothing is written.
    """
    review = _get(review_id)
    item = content.items([review.item_id])[review.item_id]
    place = work_queries.views_of([review.work_id])[review.work_id]
    actor.require("review.decide", market=item.market, queue=place.queue)
    if outcome not in OUTCOMES:
        raise Invalid("Choose what to do.", fields={"outcome": f"Must be one of {', '.join(OUTCOMES)}."})
    # First the claim: who lost it learns that, whatever else is wrong.
    work.complete(actor=actor, work_id=review.work_id, now=now)
    judged = content.newest_versions([review.item_id])[review.item_id]
    hits = hits_in_words(review.hits, judged) if judged.no == review.version_no else ()
    chosen = {ground.policy for ground in clauses}
    made = decisions.decide(
        actor=actor,
        item_id=review.item_id,
        version=version,
        outcome=outcome,
        now=now,
        grounds=clauses,
        labels=labels or _labels(hits, chosen),
        evidence=[
            {**span, "policy": hit["policy"]} for hit in hits if hit["policy"] in chosen for span in hit["evidence"]
        ],
        automated_detection=bool(hits),
        noticed_at=review.screened_at,
        verdict=review.verdict,
        rationale=rationale,
        author_note=author_note,
        window=window,
    )
    moved = Review.objects.filter(id=review_id, state=Review.State.OPEN).update(
        state=Review.State.DECIDED, decision=made.id
    )
    if not moved:
        raise NotFound("This review was closed while you had it open.")
    record(ReviewDecided(item=review.item_id, review=review_id, decision=made.id, outcome=outcome), actor=actor, at=now)
    return Decided(decision=made.id, review=review_id, outcome=outcome, undo_until=made.effective_at)


@action(right="review.decide")
def undo(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """Take one's own decision back within its window: the review is in the same person's hands again.

    Raises NotFound, Forbidden, TooLate.
    """
    review = Review.objects.filter(id=review_id, state=Review.State.DECIDED).first()
    if review is None or review.decision is None:
        raise NotFound("There is no decided review with this id.")
    decision = review.decision
    decisions.undo(actor=actor, decision_id=decision, now=now)
    Review.objects.filter(id=review_id, decision=decision).update(state=Review.State.OPEN, decision=None)
    work.give_back(actor=actor, work_id=review.work_id, now=now)
    record(ReviewUndone(item=review.item_id, review=review_id, decision=decision), actor=actor, at=now)


def _labels(hits: Sequence[Mapping[str, Any]], policies: set[str]) -> list[str]:
    return list(dict.fromkeys(label for hit in hits if hit["policy"] in policies for label in hit["labels"]))


def _get(review_id: UUID) -> Review:
    review = Review.objects.filter(id=review_id).first()
    if review is None:
        raise NotFound("There is no such review.")
    return review


def _of_work(work_id: UUID) -> Review:
    return Review.objects.get(work_id=work_id)
