"""Notices meet reviews: each joins the one that is open for its item, or opens one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.review import routing
from trustdesk.review.actions.opening import open_review, open_review_of, put_in_place
from trustdesk.review.facts import NoticeTooLate, ReviewNoticed, ReviewOpened
from trustdesk.review.models import Review
from trustdesk.review.rules import with_notice


class Verdict(Protocol):
    """The newest verdict of an item, as far as a review cares: hits tell places in the text, not words."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def hits(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def undecided(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def decided_at(self) -> datetime | None: ...


# Who judges by machine lies beside reviews: config.wiring says whom to ask for the newest verdict of an item.
newest_verdict: list[Callable[[UUID], Verdict | None]] = []


def is_noticed(item_id: UUID) -> bool:
    """Is a review open that somebody outside asked for?"""
    return Review.objects.filter(item_id=item_id, state=Review.State.OPEN, golden=None).exclude(noticed={}).exists()


def follow_unasked(*, actor: Actor, item_id: UUID, now: datetime, **verdict: Any) -> UUID | None:
    """A machine lets the newer version be; the review that people asked for goes on, about that version."""
    return open_review(actor=actor, item_id=item_id, because=Review.Because.NOTICE, now=now, **verdict)


@action(right="-")
def join_notice(
    *, actor: Actor, item_id: UUID, category: str, lane: int, weight: float, at: datetime, now: datetime
) -> UUID | None:
    """Open a review of an item's newest version because somebody reported it, or add the notice to the open one: the more
    urgent lane counts, the earlier due time, and the weight raises the score. None when there is nothing left to review."""
    item = content.items([item_id])[item_id]
    if item.withdrawn_at is not None:
        record(NoticeTooLate(item=item_id), actor=actor, at=now)
        return None
    found = next((ask(item_id) for ask in newest_verdict), None)
    said = found if found is not None and found.version == item.version and found.decided_at else None
    review = open_review_of(item_id)
    told = with_notice(
        review.noticed if review is not None else {}, category=category, lane=lane, weight=weight, at=at.isoformat()
    )
    hits = review.hits if review is not None else list(said.hits) if said is not None else []
    place = routing.place(item, hits=hits, unscreened=False, noticed=told)
    if review is not None:
        Review.objects.filter(id=review.id).update(noticed=told)
        with suppress(work.NotWaiting):  # between two judgements nothing waits; what waits next takes its place anew
            put_in_place(actor=actor, work_id=review.work_id, place=place, now=now)
        record(ReviewNoticed(item=item_id, review=review.id, count=told["count"], lane=place.lane), actor=actor, at=now)
        return review.id
    work_id = work.open_work(
        actor=actor,
        kind=routing.KIND,
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
    made = Review.objects.create(
        work_id=work_id,
        item_id=item_id,
        version_no=item.version,
        verdict=said.id if said is not None else None,
        hits=hits,
        undecided=list(said.undecided) if said is not None else [],
        screened_at=(said.decided_at if said is not None else None) or now,
        because=Review.Because.NOTICE,
        noticed=told,
        opened_at=now,
    )
    record(
        ReviewOpened(item=item_id, review=made.id, work=work_id, version=item.version, because="notice"),
        actor=actor,
        at=now,
    )
    return made.id
