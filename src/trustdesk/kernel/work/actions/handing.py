"""Work that is elsewhere for a while: kept for who put it aside, taken up again, finished without having been dealt; and work
whose slice says when it rests and ends, whoever has it in hand."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.actions.claiming import Claimed, claim_this, person
from trustdesk.kernel.work.facts import WorkCompleted, WorkFinished, WorkHeld, WorkKept, WorkReleased, WorkWoken
from trustdesk.kernel.work.models import Barred, Claim, WorkItem
from trustdesk.kernel.work.refusals import BarredFrom, NoSuchWork, NotWaiting

State = WorkItem.State


@action(right="-")
def keep_for_holder(*, actor: Actor, work_id: UUID, until: datetime, now: datetime) -> None:
    """What its holder put aside waits for them until a time, then for anyone. Raises NotWaiting when it is not put aside."""
    moved = WorkItem.objects.filter(id=work_id, state=State.HELD).update(
        held_until=until, changed_at=now, version=F("version") + 1
    )
    if not moved:
        raise NotWaiting("This work is not put aside.")
    record(WorkKept(work=work_id, until=until), actor=actor, at=now)


@action(right="-")
def keep_for(*, actor: Actor, work_id: UUID, staff: UUID, until: datetime, now: datetime, reason: str = "") -> None:
    """Put unfinished work aside for somebody by name until a time, then for anyone; whoever had it in hand has it no longer.
    The slice has asked whether both may, and knows who has it. Raises NoSuchWork, NotWaiting (it has ended), BarredFrom."""
    work = _unfinished(work_id)
    barred = Barred.objects.filter(work_id=work_id, staff_id=staff).first()
    if barred is not None and (barred.until is None or barred.until > now):
        raise BarredFrom("This colleague may not have this one.")
    holder = work.holder_id
    claim, seconds = _end_claim(work_id, how=Claim.Ended.RELEASED, now=now)
    WorkItem.objects.filter(id=work_id).update(
        state=State.HELD, holder_id=staff, held_until=until, changed_at=now, version=F("version") + 1
    )
    if claim is not None and holder is not None:
        record(
            WorkReleased(work=work_id, staff=holder, reason=reason, claim=claim, held_for=seconds), actor=actor, at=now
        )
    record(WorkKept(work=work_id, until=until), actor=actor, at=now)


@action(right="-")
def take_up(*, actor: Actor, work_id: UUID, now: datetime) -> Claimed:
    """Take up again what oneself put aside, or what waits: rights, skills and guards are asked as of any claim.

    Raises NoSuchWork, BarredFrom, AlreadyClaimed, NotWaiting.
    """
    mine = WorkItem.objects.filter(id=work_id, state=State.HELD, holder_id=person(actor))
    mine.update(state=State.OPEN, holder_id=None, held_until=None, changed_at=now, version=F("version") + 1)
    return claim_this(actor=actor, work_id=work_id, now=now)


@action(right="-")
def finish(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    """Done without having been dealt: its slice gives such work to people by name. Raises NoSuchWork, NotWaiting."""
    holder = UUID(actor.id) if actor.kind == "staff" else None
    moved = WorkItem.objects.filter(id=work_id, state=State.OPEN).update(
        state=State.DONE, holder_id=holder, ended_at=now, changed_at=now, version=F("version") + 1
    )
    if not moved:
        if not WorkItem.objects.filter(id=work_id).exists():
            raise NoSuchWork
        raise NotWaiting
    record(WorkFinished(work=work_id), actor=actor, at=now)


@action(right="-")
def rest(*, actor: Actor, work_id: UUID, until: datetime, now: datetime, reason: str = "") -> None:
    """Put work aside until a time, whoever has it in hand, if anyone; the slice has asked whether the actor may. Raises
    NoSuchWork, NotWaiting (it has ended)."""
    work = _unfinished(work_id)
    claim, seconds = _end_claim(work_id, how=Claim.Ended.HELD, now=now)
    WorkItem.objects.filter(id=work_id).update(
        state=State.HELD, held_until=until, changed_at=now, version=F("version") + 1
    )
    record(
        WorkHeld(
            work=work_id,
            until=until,
            reason=reason,
            staff=work.holder_id if claim else None,
            claim=claim,
            held_for=seconds,
        ),
        actor=actor,
        at=now,
    )


@action(right="-")
def wake(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    """What was put aside waits for anyone again, now. Raises NotWaiting when it is not put aside."""
    moved = WorkItem.objects.filter(id=work_id, state=State.HELD).update(
        state=State.OPEN, holder_id=None, held_until=None, changed_at=now, version=F("version") + 1
    )
    if not moved:
        raise NotWaiting("This work is not put aside.")
    record(WorkWoken(work=work_id), actor=actor, at=now)


@action(right="-")
def settle(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    """Done, wherever it is: dealt to somebody, waiting or put aside; the slice has asked whether the actor may. Raises
    NoSuchWork, NotWaiting (it has ended)."""
    work = _unfinished(work_id)
    claim, seconds = _end_claim(work_id, how=Claim.Ended.COMPLETED, now=now)
    holder = work.holder_id if claim else UUID(actor.id) if actor.kind == "staff" else None
    WorkItem.objects.filter(id=work_id).update(
        state=State.DONE, holder_id=holder, held_until=None, ended_at=now, changed_at=now, version=F("version") + 1
    )
    if claim is None or holder is None:
        record(WorkFinished(work=work_id), actor=actor, at=now)
        return
    record(
        WorkCompleted(work=work_id, staff=holder, queue=work.queue.code, held_for=seconds, claim=claim),
        actor=actor,
        at=now,
    )


def _unfinished(work_id: UUID) -> WorkItem:
    work = WorkItem.objects.select_for_update(of=("self",)).select_related("queue").filter(id=work_id).first()
    if work is None:
        raise NoSuchWork
    if work.ended_at is not None:
        raise NotWaiting
    return work


def _end_claim(work_id: UUID, *, how: str, now: datetime) -> tuple[UUID | None, float]:
    """The claim that ends with it and its seconds, where there is one; the item is locked before its claim, as everywhere."""
    claim = Claim.objects.select_for_update().filter(work_id=work_id, ended_at=None).first()
    if claim is None:
        return None, 0.0
    Claim.objects.filter(id=claim.id).update(ended_at=now, ended_how=how)
    return claim.id, max(0.0, (now - claim.opened_at).total_seconds()) if claim.opened_at else 0.0
