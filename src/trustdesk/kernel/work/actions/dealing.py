"""Work is dealt: the next item, one ahead of its holder, a batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import guards
from trustdesk.kernel.work.actions.claiming import AHEAD_SECONDS, Claimed, leave, lost, person
from trustdesk.kernel.work.actions.deal import TurnMoved, deal, urgent_waits
from trustdesk.kernel.work.facts import WorkBegun, WorkClaimed, WorkReleased
from trustdesk.kernel.work.guards import DealtWork
from trustdesk.kernel.work.models import Claim, WorkItem
from trustdesk.kernel.work.queries.standing import claimer
from trustdesk.kernel.work.refusals import AlreadyAhead, NothingWaiting
from trustdesk.kernel.work.rules.priority import is_oldest_turn

# Danger to life and legal deadlines are never kept waiting in somebody's other hand.
AHEAD_FROM_LANE = 2


@action(right="-")
def claim_next(
    *,
    actor: Actor,
    now: datetime,
    queues: Sequence[str] | None = None,
    ahead: bool = False,
    kind: str | None = None,
) -> Claimed:
    """Take the next item that this person may judge, from these queues or from all, where they hold work of this `kind`
    (None: of any). Raises NothingWaiting (with a guard's reason, if one kept something away), OnlyPeople.

    Lane first, then the person's own queues before their second ones, then rank; every tenth claim (per person and selection of queues) takes the oldest item instead. So an
    item eligible to someone who claims for ever is claimed after at most 10 × (older items + 1) of their claims.

    `ahead`: the person has not finished what is before them. At most one item a person (AlreadyAhead names it), never
    of lanes 0 and 1 nor while something of those waits for this person, for sixty seconds after the last heartbeat.
    Without `ahead`, what was dealt ahead comes first, if it lies in these queues.
    """
    staff = person(actor)
    waiting = dealt_ahead(actor)
    if not ahead:
        if waiting is not None and (queues is None or waiting.queue in queues):
            return _begin(waiting, actor=actor, now=now)
        return _deal(actor=actor, staff=staff, queues=queues, now=now, ahead=False, kind=kind)
    if waiting is not None:
        raise AlreadyAhead(work=waiting.work)
    try:
        with transaction.atomic():
            return _deal(actor=actor, staff=staff, queues=queues, now=now, ahead=True, kind=kind)
    except IntegrityError:
        # Another tab of the same person was dealt one ahead at this moment.
        both = dealt_ahead(actor)
        if both is None:
            raise
        raise AlreadyAhead(work=both.work) from None


@action(right="-")
def claim_many(*, actor: Actor, now: datetime, limit: int, queues: Sequence[str] | None = None) -> list[Claimed]:
    """Take up to `limit` items at once, in the order `claim_next` would deal them, each past every guard.

    Raises NothingWaiting when there is not one, OnlyPeople.
    """
    staff = person(actor)
    found: list[Claimed] = []
    while len(found) < limit:
        try:
            found.append(_deal(actor=actor, staff=staff, queues=queues, now=now, ahead=False))
        except NothingWaiting:
            if not found:
                raise
            break
    return found


@action(right="-")
def open_ahead(*, actor: Actor, work_id: UUID, now: datetime) -> Claimed:
    """What was dealt ahead is before its holder now: an ordinary claim from here on. Raises ClaimLost."""
    waiting = dealt_ahead(actor)
    if waiting is None or waiting.work != work_id:
        raise lost(work_id)
    return _begin(waiting, actor=actor, now=now)


def release_ahead(*, actor: Actor, now: datetime) -> bool:
    """Give back what was dealt ahead and not seen: on a break, at the end of work, when the page closes. Was there any?"""
    waiting = dealt_ahead(actor)
    if waiting is None:
        return False
    _release_ahead(actor=actor, work_id=waiting.work, now=now)
    return True


def why_nothing(*, actor: Actor, now: datetime) -> str:
    """The sentence of the guards for what they keep from this person now; "" when they keep nothing."""
    with transaction.atomic():  # guards lock rows of their own
        return guards.narrow(staff=person(actor), pools=claimer(actor).pools, now=now).why


@action(right="-")
def _release_ahead(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    staff = person(actor)
    left = leave(work_id, staff=staff, to=WorkItem.State.OPEN, how=Claim.Ended.RELEASED, now=now)
    record(
        WorkReleased(work=work_id, staff=staff, reason="not begun", claim=left.claim, held_for=left.seconds),
        actor=actor,
        at=now,
    )


def _deal(
    *,
    actor: Actor,
    staff: UUID,
    queues: Sequence[str] | None,
    now: datetime,
    ahead: bool,
    kind: str | None = None,
) -> Claimed:
    asked = sorted(set(queues)) if queues is not None else None
    claim = uuid7()
    while True:
        standing = claimer(actor, queues=asked, kind=kind)
        if not standing.pools:
            raise NothingWaiting
        left = guards.narrow(staff=staff, pools=standing.pools, now=now)
        if not left.allowed:
            raise NothingWaiting(left.why or None, why=left.why)
        # What is urgent is dealt when the hands are free. Were something else in them already, it would wait for ever.
        allowed = [pool.id for pool in left.allowed]
        if ahead and urgent_waits(staff=staff, pools=allowed, lanes_from=AHEAD_FROM_LANE, now=now):
            raise NothingWaiting
        first = {pool.id for pool in left.first} or {pool.id for pool in left.allowed}
        try:
            dealt = deal(
                staff=staff,
                pools=sorted(first),
                rest=[pool.id for pool in left.allowed if pool.id not in first],
                second={pool.id for pool in left.allowed if pool.second},
                asked=" ".join(asked or ()),
                taken=standing.taken,
                claim=claim,
                now=now,
                lanes_from=AHEAD_FROM_LANE if ahead else 0,
                ahead_seconds=AHEAD_SECONDS if ahead else None,
            )
            break
        except TurnMoved:
            continue  # whoever moved it has committed a claim, so this ends
    if dealt is None:
        raise NothingWaiting(left.why or None, why=left.why)
    guards.dealt(
        staff=staff,
        dealt=DealtWork(
            work=dealt.work,
            claim=claim,
            pool=next(pool for pool in standing.pools if pool.id == dealt.pool),
            kind=dealt.kind,
            category=dealt.category,
            lane=dealt.lane,
            ahead=ahead,
        ),
        now=now,
    )
    claimed = Claimed(
        work=dealt.work,
        claim=claim,
        kind=dealt.kind,
        queue=dealt.queue,
        until=dealt.until,
        oldest_turn=is_oldest_turn(standing.taken + 1),
        ahead=ahead,
    )
    record(
        WorkClaimed(
            work=claimed.work,
            claim=claim,
            queue=claimed.queue,
            staff=staff,
            until=claimed.until,
            oldest_turn=claimed.oldest_turn,
            ahead=ahead,
        ),
        actor=actor,
        at=now,
    )
    return claimed


def dealt_ahead(actor: Actor) -> Claimed | None:
    """What this person was dealt ahead and has not seen."""
    row = Claim.objects.filter(staff_id=person(actor), ahead=True, ended_at=None).select_related("work__queue").first()
    if row is None:
        return None
    work = row.work
    return Claimed(work=work.id, claim=row.id, kind=work.kind, queue=work.queue.code, until=row.until, ahead=True)


def _begin(waiting: Claimed, *, actor: Actor, now: datetime) -> Claimed:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE work_claim c SET ahead = false, opened_at = %(now)s, heartbeat_at = %(now)s, "
            "until = %(now)s::timestamptz + make_interval(secs => q.lease_seconds) "
            "FROM work_workitem w JOIN work_queue q ON q.id = w.queue_id "
            "WHERE c.work_id = w.id AND c.id = %(claim)s AND c.ahead AND c.ended_at IS NULL RETURNING c.until",
            {"now": now, "claim": waiting.claim},
        )
        row = cursor.fetchone()
    if row is None:
        raise lost(waiting.work)
    record(WorkBegun(work=waiting.work, claim=waiting.claim, staff=person(actor)), actor=actor, at=now)
    return Claimed(work=waiting.work, claim=waiting.claim, kind=waiting.kind, queue=waiting.queue, until=row[0])
