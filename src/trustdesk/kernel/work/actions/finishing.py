"""Work ends, rests and comes back: complete, cancel, hold, give back, reopen."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work.actions.claiming import Claimed, lease, leave, lost, person
from trustdesk.kernel.work.actions.clocks import end_clocks
from trustdesk.kernel.work.facts import (
    WorkCancelled,
    WorkCompleted,
    WorkGivenBack,
    WorkHeld,
    WorkReopened,
    WorkWoken,
)
from trustdesk.kernel.work.models import Barred, Claim, WorkItem
from trustdesk.kernel.work.refusals import NoSuchWork, NotWaiting
from trustdesk.kernel.work.rules.pools import PoolView

State = WorkItem.State


@action(right="-")
def complete(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    """The holder is done with it. The slice's own verb calls this in its transaction. Raises ClaimLost."""
    staff = person(actor)
    left = leave(work_id, staff=staff, to=State.DONE, how=Claim.Ended.COMPLETED, now=now)
    queue = WorkItem.objects.filter(id=work_id).values_list("queue__code", flat=True).get()
    record(
        WorkCompleted(work=work_id, staff=staff, queue=queue, held_for=left.seconds, claim=left.claim),
        actor=actor,
        at=now,
    )


@action(right="-")
def give_back(*, actor: Actor, work_id: UUID, now: datetime) -> Claimed:
    """Undo a completion: the work is claimed again by the person who completed it, who must be the actor.

    Raises ClaimLost when someone else finished it or it has moved on since.
    """
    staff = person(actor)
    moved = WorkItem.objects.filter(id=work_id, state=State.DONE, holder_id=staff).update(
        state=State.CLAIMED, ended_at=None, changed_at=now, version=F("version") + 1
    )
    if not moved:
        raise lost(work_id)
    work = WorkItem.objects.select_related("queue", "pool").get(id=work_id)
    pool = PoolView(
        id=work.pool_id,
        queue=work.queue.code,
        right=work.queue.right,
        language=work.pool.language,
        market=work.pool.market,
        sensitivity=work.pool.sensitivity,
        harm=work.pool.harm,
        weight=work.pool.weight,
    )
    claimed = lease(work, pool=pool, staff=staff, now=now)
    record(WorkGivenBack(work=work_id, claim=claimed.claim, staff=staff, until=claimed.until), actor=actor, at=now)
    return claimed


@action(right="-")
def reopen(
    *, actor: Actor, work_id: UUID, now: datetime, reason: str, barred: Mapping[UUID, str] | None = None
) -> None:
    """Finished or cancelled work waits again for anyone not `barred`. Raises NoSuchWork, NotWaiting (never ended)."""
    moved = WorkItem.objects.filter(id=work_id, state__in=[State.DONE, State.CANCELLED]).update(
        state=State.OPEN, holder_id=None, ended_at=None, changed_at=now, version=F("version") + 1
    )
    if not moved:
        if not WorkItem.objects.filter(id=work_id).exists():
            raise NoSuchWork
        raise NotWaiting("This work has not ended.")
    for staff, because in (barred or {}).items():
        Barred.objects.update_or_create(work_id=work_id, staff_id=staff, defaults={"until": None, "because": because})
    record(WorkReopened(work=work_id, reason=reason), actor=actor, at=now)


@action(right="-")
def cancel(*, actor: Actor, work_id: UUID, now: datetime, reason: str) -> None:
    """The work is no longer needed, whoever holds it: its holder's next step says so; its clocks end. Raises NoSuchWork, NotWaiting."""
    moved = WorkItem.objects.filter(id=work_id, state__in=[State.OPEN, State.CLAIMED, State.HELD]).update(
        state=State.CANCELLED, held_until=None, ended_at=now, changed_at=now, version=F("version") + 1
    )
    if not moved:
        if not WorkItem.objects.filter(id=work_id).exists():
            raise NoSuchWork
        raise NotWaiting("This work has ended already.")
    held = Claim.objects.filter(work_id=work_id, ended_at=None).first()
    if held is not None:
        Claim.objects.filter(id=held.id, ended_at=None).update(ended_at=now, ended_how=Claim.Ended.CANCELLED)
    end_clocks(work_id=work_id, now=now)
    record(
        WorkCancelled(
            work=work_id,
            reason=reason,
            staff=held.staff_id if held else None,
            claim=held.id if held else None,
            held_for=max(0.0, (now - held.opened_at).total_seconds()) if held and held.opened_at else 0.0,
        ),
        actor=actor,
        at=now,
    )


@action(right="-")
def hold(*, actor: Actor, work_id: UUID, until: datetime, now: datetime, reason: str = "") -> None:
    """The holder puts it aside until a time; then it waits for anyone again. Raises ClaimLost, Invalid (until)."""
    if until <= now:
        raise Invalid("Choose a time in the future.", fields={"until": "Must lie in the future."})
    staff = person(actor)
    left = leave(work_id, staff=staff, to=State.HELD, how=Claim.Ended.HELD, now=now, held_until=until)
    record(
        WorkHeld(work=work_id, until=until, reason=reason, staff=staff, claim=left.claim, held_for=left.seconds),
        actor=actor,
        at=now,
    )


def wake_held(*, now: datetime, limit: int = 200) -> int:
    """Open again what was put aside until now; returns how many. The worker calls it every few seconds."""
    if not WorkItem.objects.filter(state=State.HELD, held_until__lte=now).exists():
        return 0
    try:
        return _wake(actor=SYSTEM, now=now, limit=limit)
    except _NothingToWake:
        return 0


class _NothingToWake(Refusal):
    """Another worker was faster."""


@action(right="-")
def _wake(*, actor: Actor, now: datetime, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE work_workitem SET state = 'open', holder_id = NULL, held_until = NULL, changed_at = %(now)s,
                version = version + 1
            WHERE id IN (SELECT id FROM work_workitem WHERE state = 'held' AND held_until <= %(now)s
                         ORDER BY held_until LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            {"now": now, "limit": limit},
        )
        woken = [row[0] for row in cursor.fetchall()]
    if not woken:
        raise _NothingToWake
    record_many([WorkWoken(work=work) for work in woken], actor=actor, at=now)
    return len(woken)
