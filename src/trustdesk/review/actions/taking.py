"""Reviews in hands: taken, also ahead of the reviewer, kept, given back, skipped, put aside; who is looking."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import AlreadyAhead, AlreadyClaimed, ClaimLost
from trustdesk.review.models import Looking, Review
from trustdesk.review.queries import LOOKING_FOR
from trustdesk.review.routing import KIND

LONGEST_ASIDE = timedelta(days=30)


class DoneAndTakenBack(Refusal):
    """This was decided and then taken back. Decide again if you want it so."""

    code, status = "done_and_taken_back", 409


@action(right="review.decide")
def claim_next(*, actor: Actor, now: datetime, queues: Sequence[str] | None = None) -> UUID:
    """Take the next review this person may judge; returns its id. Raises NothingWaiting."""
    claimed = work.claim_next(actor=actor, now=now, queues=queues, kind=KIND)
    return _of_work(claimed.work).id


def claim_ahead(*, actor: Actor, now: datetime, queues: Sequence[str] | None = None) -> UUID:
    """Take the review that this person will judge next, before it is needed; returns its id, or that of the one taken ahead
    before.

    At most one a person, never of the two most urgent lanes nor while something of those waits for this person, for 60 s
    or as long as the page sends its heartbeat; it is given back unless `open_ahead` follows. Raises NothingWaiting.
    """
    try:
        return _claim_ahead(actor=actor, now=now, queues=queues)
    except AlreadyAhead as waiting:
        return _of_work(waiting.details["work"]).id


@action(right="review.decide")
def _claim_ahead(*, actor: Actor, now: datetime, queues: Sequence[str] | None) -> UUID:
    return _of_work(work.claim_next(actor=actor, now=now, queues=queues, ahead=True, kind=KIND).work).id


def open_ahead(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """What was taken ahead is on screen now: an ordinary claim from here on. One that lapsed unopened and that nobody else
    took is taken again. Raises NotFound, AlreadyClaimed (by somebody else), NotWaiting, BarredFrom."""
    actor.require("review.decide")
    work_id = find(review_id).work_id
    try:
        work.open_ahead(actor=actor, work_id=work_id, now=now)
    except ClaimLost:
        try:
            work.claim_this(actor=actor, work_id=work_id, now=now)
        except AlreadyClaimed as held:
            if not held.details["yours"]:
                raise


def release_ahead(*, actor: Actor, now: datetime) -> None:
    """Give back what was taken ahead and not opened: a break, the end of the session, a closed tab."""
    work.release_ahead(actor=actor, now=now)


@action(right="review.decide")
def claim_this(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """Take one review. Raises NotFound, AlreadyClaimed (names who has it), NotWaiting."""
    work.claim_this(actor=actor, work_id=find(review_id).work_id, now=now)


@action(right="review.decide")
def release(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """Give a claimed review back for anyone."""
    work.release(actor=actor, work_id=find(review_id).work_id, now=now)


def skip(*, actor: Actor, review_id: UUID, reason: str, now: datetime, key: UUID | None = None) -> None:
    """Leave a review to others, saying why; it stays away from this person for a while. Sent twice with one `key`, it
    happens once. Raises NotFound, Invalid, ClaimLost."""
    if not reason.strip():
        raise Invalid("Say in a few words why you skip it.", fields={"reason": "Say in a few words why you skip it."})
    try:
        _skip(actor=actor, review_id=review_id, reason=reason.strip()[:300], now=now, key=key)
    except ClaimLost:
        if not was_done(review_id, key):
            raise


@action(right="review.decide")
def _skip(*, actor: Actor, review_id: UUID, reason: str, now: datetime, key: UUID | None) -> None:
    work.skip(actor=actor, work_id=find(review_id).work_id, now=now, reason=reason)
    _remember(review_id, key)


def put_aside(
    *, actor: Actor, review_id: UUID, until: datetime, now: datetime, reason: str = "", key: UUID | None = None
) -> None:
    """Put the work aside until a time; then it waits for anyone again. Nothing about the item changes: to keep it from
    its audience is a decision (outcome hold). Raises NotFound, Invalid (until), ClaimLost."""
    if until > now + LONGEST_ASIDE:
        raise Invalid("At most 30 days.", fields={"until": "At most 30 days."})
    try:
        _put_aside(actor=actor, review_id=review_id, until=until, reason=reason.strip()[:300], now=now, key=key)
    except ClaimLost:
        if not was_done(review_id, key):
            raise


@action(right="review.decide")
def _put_aside(*, actor: Actor, review_id: UUID, until: datetime, reason: str, now: datetime, key: UUID | None) -> None:
    work.hold(actor=actor, work_id=find(review_id).work_id, until=until, now=now, reason=reason)
    _remember(review_id, key)


def heartbeat(*, actor: Actor, review_id: UUID, now: datetime) -> datetime:
    """Say "still here"; returns the lease's new end. Raises ClaimLost."""
    actor.require("review.decide")
    return work.heartbeat(actor=actor, work_id=find(review_id).work_id, now=now)


def look(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """Note that this person has the review on screen; forgotten 60 s after the last time. Not an action, as `heartbeat`."""
    Looking.objects.filter(at__lt=now - LOOKING_FOR).delete()
    Looking.objects.bulk_create(
        [Looking(review_id=find(review_id).id, staff_id=UUID(actor.id), at=now)],
        update_conflicts=True,
        unique_fields=["review", "staff"],
        update_fields=["at"],
    )


def was_done(review_id: UUID, key: UUID | None) -> bool:
    """Was the last thing done with this review the one that this key names?"""
    return key is not None and Review.objects.filter(id=review_id, last_key=key).exists()


def _remember(review_id: UUID, key: UUID | None) -> None:
    if key is not None:
        Review.objects.filter(id=review_id).update(last_key=key)


def find(review_id: UUID) -> Review:
    review = Review.objects.filter(id=review_id).first()
    if review is None:
        raise NotFound("There is no such review.")
    return review


def _of_work(work_id: UUID) -> Review:
    return Review.objects.get(work_id=work_id)
