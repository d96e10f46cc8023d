"""Reviews open and close as machines judge: one is open an item, about its newest version."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.actions import NotWaiting
from trustdesk.review import golden, routing, second
from trustdesk.review.facts import ReviewClosed, ReviewMoved, ReviewOpened
from trustdesk.review.models import Review
from trustdesk.review.routing import KIND
from trustdesk.review.rules import Place


@action(right="-")
def open_review(
    *,
    actor: Actor,
    item_id: UUID,
    version: int,
    verdict: UUID | None,
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
            ReviewClosed(item=item_id, review=verdict or item_id, reason="a newer version or a withdrawal came first"),
            actor=actor,
            at=now,
        )
        return None
    open_one = open_review_of(item_id)
    noticed = dict(open_one.noticed) if open_one is not None else {}
    place = routing.place(item, hits=hits, unscreened=because == Review.Because.UNSCREENED, noticed=noticed)
    if open_one is not None and second.begun(open_one):
        # Who judged the version before may judge this one afresh: it is another review.
        _close(actor=actor, review=open_one, reason="a newer version came", now=now)
        open_one = None
    if open_one is not None:
        Review.objects.filter(id=open_one.id).update(
            version_no=version,
            verdict=verdict,
            because=because,
            hits=list(hits),
            undecided=list(undecided),
            screened_at=screened_at,
        )
        put_in_place(actor=actor, work_id=open_one.work_id, place=place, now=now)
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
        harm=place.harm,
        weight=place.weight,
        tags=sorted({label for hit in hits for label in hit["labels"]}),
    )
    routing.start_clock(actor=actor, work_id=work_id, place=place, now=now)
    review = Review.objects.create(
        work_id=work_id,
        item_id=item_id,
        version_no=version,
        verdict=verdict,
        hits=list(hits),
        undecided=list(undecided),
        screened_at=screened_at,
        because=because,
        noticed=noticed,
        opened_at=now,
    )
    record(
        ReviewOpened(item=item_id, review=review.id, work=work_id, version=version, because=because),
        actor=actor,
        at=now,
    )
    golden.bring(actor=actor, review=review, queue=place.queue, lane=place.lane, now=now)
    return review.id


def put_in_place(*, actor: Actor, work_id: UUID, place: Place, now: datetime) -> None:
    """A new verdict or notice, perhaps a new place: it moves there unless somebody holds it; then it only gets the new score."""
    waits = work_queries.views_of([work_id])[work_id]
    given: dict[str, Any] = {
        "lane": place.lane,
        "score": place.score,
        "score_parts": place.parts,
        "harm": place.harm,
        "weight": place.weight,
    }
    moved = False
    if waits.state == "open" and waits.queue != place.queue:
        with suppress(NotWaiting):  # taken at this moment
            work.move(actor=actor, work_id=work_id, queue=place.queue, now=now, **given)
            moved = True
    if not moved:
        work.reprioritise(actor=actor, work_id=work_id, now=now, **given)
    routing.reset_clock(actor=actor, work_id=work_id, place=place, now=now)


def open_review_of(item_id: UUID) -> Review | None:
    return Review.objects.select_for_update().filter(item_id=item_id, state=Review.State.OPEN, golden=None).first()


@action(right="-")
def close_unseen(*, actor: Actor, item_id: UUID, reason: str, now: datetime) -> None:
    """Close the open review of an item, if there is one: nobody needs to look any more."""
    review = open_review_of(item_id)
    if review is None:
        raise NotFound("There is no open review of this item.")
    _close(actor=actor, review=review, reason=reason, now=now)


@action(right="-")
def _close(*, actor: Actor, review: Review, reason: str, now: datetime) -> None:
    Review.objects.filter(id=review.id).update(state=Review.State.CLOSED)
    with suppress(work.NotWaiting):  # between two judgements nothing waits
        work.cancel(actor=actor, work_id=review.work_id, now=now, reason=reason)
    record(ReviewClosed(item=review.item_id, review=review.id, reason=reason), actor=actor, at=now)
