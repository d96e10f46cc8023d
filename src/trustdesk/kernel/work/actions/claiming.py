"""Work changes hands: take, keep, give back, skip, lapse. Dealing the next is `dealing`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import names_of
from trustdesk.kernel.work import guards
from trustdesk.kernel.work.facts import ClaimLapsed, WorkClaimed, WorkReleased, WorkSkipped
from trustdesk.kernel.work.guards import DealtWork
from trustdesk.kernel.work.models import Barred, Claim, WorkItem
from trustdesk.kernel.work.queries.standing import claimable_pools
from trustdesk.kernel.work.refusals import (
    AlreadyClaimed,
    BarredFrom,
    ClaimLost,
    NoSuchWork,
    NotWaiting,
    OnlyPeople,
)
from trustdesk.kernel.work.rules.pools import PoolView

State = WorkItem.State

# How long work dealt ahead stays with someone whose desk gives no sign of life, in seconds.
AHEAD_SECONDS = 60


@dataclass(frozen=True)
class Claimed:
    """A lease just taken. `oldest_turn`: dealt for its age, not its score. `ahead`: not before its holder yet."""

    work: UUID
    claim: UUID
    kind: str
    queue: str
    until: datetime
    oldest_turn: bool = False
    ahead: bool = False


@action(right="-")
def claim_this(*, actor: Actor, work_id: UUID, now: datetime) -> Claimed:
    """Take one particular item. Raises NoSuchWork, BarredFrom (a guard's reason too), AlreadyClaimed (names the holder),
    NotWaiting."""
    staff = person(actor)
    work = WorkItem.objects.filter(id=work_id).select_related("queue").first()
    pools = claimable_pools(actor, queues=[work.queue.code]) if work is not None else []
    pool = next((one for one in pools if work is not None and one.id == work.pool_id), None)
    if work is None or pool is None:
        raise NoSuchWork
    barred = Barred.objects.filter(work=work, staff_id=staff).first()
    if barred is not None and (barred.until is None or barred.until > now):
        raise BarredFrom(
            gettext("You cannot take this one: %(because)s.") % {"because": barred.because} if barred.because else None
        )
    left = guards.narrow(staff=staff, pools=[pool], now=now)
    if not left.allowed:
        raise BarredFrom(left.why or None)
    moved = WorkItem.objects.filter(id=work_id, state=State.OPEN).update(
        state=State.CLAIMED, holder_id=staff, changed_at=now, version=F("version") + 1
    )
    if not moved:
        raise not_open(work_id, staff)
    claimed = lease(work, pool=pool, staff=staff, now=now)
    record(
        WorkClaimed(work=work.id, claim=claimed.claim, queue=claimed.queue, staff=staff, until=claimed.until),
        actor=actor,
        at=now,
    )
    return claimed


def heartbeat(*, actor: Actor, work_id: UUID, now: datetime) -> datetime:
    """Say "still here": the lease runs its full length from now, and what is dealt ahead stays too. Returns its new end;
    raises ClaimLost.

    Not an action: it changes nothing that anyone would want told, and comes every minute from every open page.
    """
    staff = person(actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE work_claim c SET heartbeat_at = %(now)s, until = GREATEST(c.until, %(now)s::timestamptz "
            "+ make_interval(secs => CASE WHEN c.ahead THEN %(ahead)s ELSE q.lease_seconds END)) "
            "FROM work_workitem w JOIN work_queue q ON q.id = w.queue_id "
            "WHERE c.work_id = w.id AND (w.id = %(work)s OR c.ahead) AND c.staff_id = %(staff)s AND c.ended_at IS NULL "
            "RETURNING c.work_id, c.until",
            {"now": now, "work": work_id, "staff": staff, "ahead": AHEAD_SECONDS},
        )
        kept: dict[UUID, datetime] = dict(cursor.fetchall())
    if work_id not in kept:
        raise lost(work_id)
    return kept[work_id]


@action(right="-")
def release(*, actor: Actor, work_id: UUID, now: datetime, reason: str = "") -> None:
    """Give an item back; it waits again where it was. Raises ClaimLost."""
    staff = person(actor)
    left = leave(work_id, staff=staff, to=State.OPEN, how=Claim.Ended.RELEASED, now=now)
    record(
        WorkReleased(work=work_id, staff=staff, reason=reason, claim=left.claim, held_for=left.seconds),
        actor=actor,
        at=now,
    )


@action(right="-")
def skip(*, actor: Actor, work_id: UUID, now: datetime, reason: str) -> None:
    """Give an item to others: it does not come back to the same person before the queue's cool-down. Raises ClaimLost."""
    staff = person(actor)
    left = leave(work_id, staff=staff, to=State.OPEN, how=Claim.Ended.SKIPPED, now=now)
    cool = WorkItem.objects.filter(id=work_id).values_list("queue__cool_down_seconds", flat=True).get()
    back_at = now + timedelta(seconds=cool)
    with connection.cursor() as cursor:
        # A person barred for ever (until NULL) stays so: GREATEST would ignore the NULL.
        cursor.execute(
            "INSERT INTO work_barred AS b (id, work_id, staff_id, until, because) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (work_id, staff_id) DO UPDATE SET until = GREATEST(b.until, excluded.until) "
            "WHERE b.until IS NOT NULL",
            [uuid7(), work_id, staff, back_at, "you skipped it a moment ago"],
        )
    record(
        WorkSkipped(work=work_id, staff=staff, reason=reason, back_at=back_at, claim=left.claim, held_for=left.seconds),
        actor=actor,
        at=now,
    )


def lapse_claims(*, now: datetime, limit: int = 200) -> int:
    """Open again what was claimed and whose lease ran out; returns how many. The worker calls it every few seconds."""
    # Asked first, because an action without a fact is refused: most of the time nothing has run out.
    if not Claim.objects.filter(ended_at=None, until__lte=now).exists():
        return 0
    try:
        return _lapse(actor=SYSTEM, now=now, limit=limit)
    except _NothingLapsed:
        return 0


class _NothingLapsed(Refusal):
    """All leases were renewed or ended meanwhile."""


@action(right="-")
def _lapse(*, actor: Actor, now: datetime, limit: int) -> int:
    with connection.cursor() as cursor:
        # Rows that somebody is finishing at this moment are locked and stepped over; what they do stands. The same
        # order everywhere (item, then claim), so that nobody waits in a circle.
        cursor.execute(
            """
            WITH due AS (
                SELECT w.id AS work, c.id AS claim, c.staff_id, c.until,
                    COALESCE(extract(epoch FROM c.heartbeat_at - c.opened_at), 0)::float8 AS seconds
                FROM work_claim c JOIN work_workitem w ON w.id = c.work_id
                WHERE c.ended_at IS NULL AND c.until <= %(now)s AND w.state = 'claimed'
                ORDER BY c.until LIMIT %(limit)s FOR UPDATE OF w, c SKIP LOCKED
            ), opened AS (
                UPDATE work_workitem w SET state = 'open', holder_id = NULL, changed_at = %(now)s, version = version + 1
                FROM due WHERE w.id = due.work
            ), ended AS (
                UPDATE work_claim c SET ended_at = %(now)s, ended_how = 'lapsed' FROM due WHERE c.id = due.claim
            )
            SELECT work, staff_id, until, claim, seconds FROM due
            """,
            {"now": now, "limit": limit},
        )
        lapsed = cursor.fetchall()
    if not lapsed:
        raise _NothingLapsed
    record_many(
        [
            ClaimLapsed(work=work, staff=staff, until=until, claim=claim, held_for=max(0.0, seconds))
            for work, staff, until, claim, seconds in lapsed
        ],
        actor=actor,
        at=now,
    )
    return len(lapsed)


def person(actor: Actor) -> UUID:
    """The staff id of an actor who can hold work. Raises OnlyPeople."""
    if actor.kind != "staff":
        raise OnlyPeople
    return UUID(actor.id)


def lease(work: WorkItem, *, pool: PoolView, staff: UUID, now: datetime) -> Claimed:
    """Write the claim of an item just moved to claimed and tell the guards; the caller records its fact."""
    until = now + timedelta(seconds=work.queue.lease_seconds)
    claim = Claim(work_id=work.id, staff_id=staff, since=now, until=until, heartbeat_at=now, opened_at=now)
    claim.save(force_insert=True)
    guards.dealt(
        staff=staff,
        dealt=DealtWork(
            work=work.id, claim=claim.id, pool=pool, kind=work.kind, category=work.category, lane=work.lane
        ),
        now=now,
    )
    return Claimed(work=work.id, claim=claim.id, kind=work.kind, queue=work.queue.code, until=until)


@dataclass(frozen=True)
class Left:
    """A claim just ended, with the seconds its holder had the item before them: 0 for one dealt ahead and never seen."""

    claim: UUID
    seconds: float


def leave(work_id: UUID, *, staff: UUID, to: str, how: str, now: datetime, held_until: datetime | None = None) -> Left:
    """The holder lets go of an item, into state `to`. Raises ClaimLost."""
    ended = now if to in {State.DONE, State.CANCELLED} else None
    moved = WorkItem.objects.filter(id=work_id, state=State.CLAIMED, holder_id=staff).update(
        state=to,
        holder_id=None if to == State.OPEN else staff,
        held_until=held_until,
        ended_at=ended,
        changed_at=now,
        version=F("version") + 1,
    )
    if not moved:
        raise lost(work_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE work_claim SET ended_at = %(now)s, ended_how = %(how)s WHERE work_id = %(work)s AND ended_at IS NULL "
            "RETURNING id, COALESCE(extract(epoch FROM %(now)s::timestamptz - opened_at), 0)::float8",
            {"now": now, "how": how, "work": work_id},
        )
        claim, seconds = cursor.fetchone()
    return Left(claim=claim, seconds=max(0.0, seconds))


def lost(work_id: UUID) -> Refusal:
    """Why someone does not hold this item: the refusal that names who was faster."""
    work = WorkItem.objects.filter(id=work_id).values_list("state", "holder_id").first()
    if work is None:
        return NoSuchWork()
    state, holder = work
    name = _name(holder)
    message = {
        State.CLAIMED: gettext("%(name)s has this item now.") % {"name": name},
        State.DONE: gettext("%(name)s finished this item while you had it open.") % {"name": name},
        State.HELD: gettext("%(name)s put this item aside while you had it open.") % {"name": name},
        State.CANCELLED: "This item was cancelled while you had it open.",
    }.get(State(state), "Your hold on this item has run out; it waits for anyone again.")
    return ClaimLost(message, holder=name, state=state)


def not_open(work_id: UUID, staff: UUID) -> Refusal:
    """Why an item cannot be taken."""
    state, holder = WorkItem.objects.values_list("state", "holder_id").get(id=work_id)
    name = _name(holder)
    if state == State.CLAIMED:
        yours = holder == staff
        return AlreadyClaimed(
            "You have this item already." if yours else gettext("%(name)s has this item.") % {"name": name},
            holder=name,
            yours=yours,
        )
    finished = gettext("%(name)s finished this item.") % {"name": name}
    message = {State.HELD: "This item is put aside.", State.DONE: finished}.get(
        State(state),
        "This item was cancelled." if state == State.CANCELLED else "This item was just taken and given back.",
    )
    return NotWaiting(message, holder=name, state=state)


def _name(holder: UUID | None) -> str:
    return names_of([f"staff:{holder}"])[f"staff:{holder}"] if holder else ""
