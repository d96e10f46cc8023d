"""Reviews that a person asked for: nothing came in and no rule spoke, somebody wants these items looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.review import routing
from trustdesk.review.facts import ReviewOpened
from trustdesk.review.models import Review
from trustdesk.review.routing import KIND


class UnderReview(Refusal):
    """Somebody is to look at it already."""

    code, status = "under_review", 409


class NothingToReview(Refusal):
    """It was withdrawn, or never screened: there is nothing to look at."""

    code, status = "nothing_to_review", 409


@action(right="work.manage")
def open_for_sweep(
    *,
    actor: Actor,
    item_id: UUID,
    queue: str,
    verdict: UUID | None,
    hits: Sequence[Mapping[str, Any]],
    undecided: Sequence[Mapping[str, Any]],
    screened_at: datetime | None,
    now: datetime,
) -> UUID:
    """Open a review of an item's newest version in this queue, with what its newest verdict says (that of an older version
    says nothing: give no hits). Raises UnderReview, NothingToReview, Forbidden, Invalid (queue)."""
    item = content.items([item_id]).get(item_id)
    if item is None or item.withdrawn_at is not None or verdict is None:
        raise NothingToReview
    actor.require("work.manage", market=item.market, queue=queue)
    # The row of the item is not locked: the constraint “one open per item” has the last word, and the caller's savepoint.
    if Review.objects.filter(item_id=item_id, state=Review.State.OPEN, golden=None).exists():
        raise UnderReview
    place = replace(routing.place(item, hits=hits, unscreened=False), queue=queue)
    work_id = work.open_work(
        actor=actor,
        kind=KIND,
        queue=queue,
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
        tags=["sweep", *sorted({label for hit in hits for label in hit["labels"]})],
    )
    routing.start_clock(actor=actor, work_id=work_id, place=place, now=now)
    review = Review.objects.create(
        work_id=work_id,
        item_id=item_id,
        version_no=item.version,
        verdict=verdict,
        hits=list(hits),
        undecided=list(undecided),
        screened_at=screened_at or now,
        because=Review.Because.SWEEP,
        opened_at=now,
    )
    record(
        ReviewOpened(item=item_id, review=review.id, work=work_id, version=item.version, because="sweep"),
        actor=actor,
        at=now,
    )
    return review.id
