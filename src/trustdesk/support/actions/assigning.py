"""A case is given to a colleague, to whoever of a team is there, to anyone, or to another queue."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from trustdesk.clocks import actions as clocks
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as kept
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support import hands, queries, rules, telling
from trustdesk.support.actions.moving import change, locked, move, place, refuse_closed, wake_row
from trustdesk.support.actions.sorting import AlreadySo
from trustdesk.support.facts import CaseAssigned, CaseQueued
from trustdesk.support.models import Case
from trustdesk.support.refusals import InOtherHands, NobodyOfTeam, NotTheirs

_State = WorkItem.State


@action(right="support.answer")
def assign(*, actor: Actor, case_id: UUID, to: UUID, now: datetime, holder: UUID | None, reason: str = "") -> None:
    """Give a case to a colleague, who is told at once; it waits for them `rules.KEPT_FOR`, then for anyone.

    `holder` is who had it in hand when the actor looked: somebody else by now refuses. Whoever takes it from a colleague
    gives a reason, which that one reads. Raises NoSuchCase, CaseClosed, CaseMergedAway, InOtherHands (names the holder),
    NotTheirs, AlreadySo, BarredFrom, Invalid (reason; the case rests, has ended or is a chat).
    """
    row = locked(case_id, actor=actor, right="support.answer")
    _refuse_resting(row)
    taker = people.actor_by_id(to)
    if taker is None or not taker.may("support.answer", market=row.market or None, queue=queries.queue_of(row.work_id)):
        raise NotTheirs
    before = _holder(row)
    if before == to:
        raise AlreadySo(_("%(name)s has this case already.") % {"name": taker.name})
    if before != holder:
        raise _other_hands(before)
    reason = reason.replace("\0", "").strip()[:300]
    if before is not None and str(before) != actor.id and not reason:
        said = _("Say why: %(name)s reads it.") % {"name": _name(before)}
        raise Invalid(said, fields={"reason": said})
    if row.snoozed_until is not None:
        wake_row(row, actor=actor, now=now)
    work.keep_for(
        actor=actor, work_id=row.work_id, staff=to, until=now + rules.KEPT_FOR, now=now, reason=reason or "assigned"
    )
    if row.status == "new":
        move(row, "open", actor=actor, now=now, placed=True)
    change(row, now=now)
    record(
        CaseAssigned(case=row.id, number=row.number, to=to, to_name=taker.name, before=before, reason=reason),
        actor=actor,
        at=now,
    )
    if str(to) != actor.id:
        telling.tell_assigned(row, to=to, by=actor.name, reason=reason)
    if before is not None and str(before) != actor.id:
        telling.tell_taken(row, of=before, by=actor.name, to=taker.name, reason=reason)


def assign_to_team(
    *, actor: Actor, case_id: UUID, team: UUID, now: datetime, holder: UUID | None, reason: str = ""
) -> UUID:
    """Give a case to who of a team is there with the fewest cases in hand. Returns who. Not an action: `assign` is. Raises
    NobodyOfTeam and what `assign` raises."""
    members = people.members_of(team)
    there = [one for one in hands.colleagues(case_id, actor=actor, now=now) if one.id in members and one.there]
    for one in there:  # in the order of what they have in hand
        with suppress(NotTheirs, work.BarredFrom), transaction.atomic():
            assign(actor=actor, case_id=case_id, to=one.id, holder=holder, reason=reason, now=now)
            return one.id
    raise NobodyOfTeam


@action(right="support.answer")
def unassign(*, actor: Actor, case_id: UUID, now: datetime) -> None:
    """Nobody has it in hand any more: it waits for anyone. Raises NoSuchCase, CaseClosed, AlreadySo, InOtherHands (a
    colleague has it: take it over first)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    before = _holder(row)
    if before is None:
        raise AlreadySo
    if str(before) != actor.id:
        raise _other_hands(before)
    if WorkItem.objects.filter(id=row.work_id, state=_State.HELD).exists():
        work.wake(actor=actor, work_id=row.work_id, now=now)
    else:
        work.release(actor=actor, work_id=row.work_id, now=now)
    record(
        CaseAssigned(case=row.id, number=row.number, to=None, to_name="-", before=before, reason=""),
        actor=actor,
        at=now,
    )


@action(right="support.answer")
def set_queue(*, actor: Actor, case_id: UUID, queue: str, now: datetime) -> None:
    """Have a case dealt from another queue; age and clocks go on, by that queue's policy. Raises NoSuchCase, CaseClosed,
    CaseMergedAway, AlreadySo, InOtherHands (somebody works on it), Invalid (queue; it has ended)."""
    row = locked(case_id, actor=actor, right="support.answer")
    refuse_closed(row)
    if row.status in rules.ENDED:
        raise Invalid(_("This case is resolved. Open it again first."))
    if queue not in {one.code for one in kept.queues() if takes_cases(one) and one.takes_new}:
        raise Invalid(_("Choose a queue."), fields={"queue": _("Choose a queue.")})
    before = queries.queue_of(row.work_id)
    if before == queue:
        raise AlreadySo
    item = WorkItem.objects.select_for_update(of=("self",)).get(id=row.work_id)
    if _holder(row) not in {None, _own(actor)}:
        raise _other_hands(_holder(row))
    if item.state == _State.CLAIMED:
        work.release(actor=actor, work_id=row.work_id, now=now)
    elif item.state == _State.HELD:
        work.wake(actor=actor, work_id=row.work_id, now=now)
    score, parts = rules.score_of(row.priority, row.channel)
    work.move(actor=actor, work_id=row.work_id, queue=queue, lane=rules.LANE, score=score, score_parts=parts, now=now)
    place(row, actor=actor, now=now)
    clocks.sorted_anew(work_id=row.work_id, now=now)
    change(row, now=now)
    record(CaseQueued(case=row.id, before=before, queue=queue), actor=actor, at=now)


def takes_cases(queue: kept.QueueView) -> bool:
    """Is a queue one that holds cases?"""
    return rules.KIND in queue.kinds


def _refuse_resting(row: Case) -> None:
    refuse_closed(row)
    if row.status in rules.ENDED:
        raise Invalid(_("This case is resolved. Open it again first."))
    if row.status in rules.RESTING:
        raise Invalid(_("It is somebody else’s turn; nobody has this case in hand meanwhile."))
    if row.live:
        raise Invalid(_("Its requester is in a chat: hand the chat over instead."))


def _holder(row: Case) -> UUID | None:
    """Who has a locked case in hand, or it is kept for; its work is locked, so that this holds until the end."""
    item = WorkItem.objects.select_for_update(of=("self",)).get(id=row.work_id)
    if item.state == _State.CLAIMED:
        return item.holder_id
    return item.holder_id if item.state == _State.HELD and row.status == "open" and row.snoozed_until is None else None


def _other_hands(holder: UUID | None) -> Refusal:
    if holder is None:
        return InOtherHands(_("Nobody has this case in hand any more. Look again."))
    return InOtherHands(_("%(name)s has this case in hand now.") % {"name": _name(holder)}, holder=str(holder))


def _name(staff: UUID) -> str:
    found = people.staff_by_id(staff)
    return found.name if found else "?"


def _own(actor: Actor) -> UUID | None:
    return UUID(actor.id) if actor.kind == "staff" else None
