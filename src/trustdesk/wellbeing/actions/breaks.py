"""Breaks: one key, no question asked."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import ngettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import ClaimLost
from trustdesk.kernel.work.models import WorkItem
from trustdesk.wellbeing.actions.own import OnlyOneself
from trustdesk.wellbeing.facts import BreakEnded, BreakTaken
from trustdesk.wellbeing.models import Person
from trustdesk.wellbeing.queries.standing import Standing, standing


class BreakOwed(Refusal):
    """Your break is not over yet.

    `details["left"]` says how many minutes.
    """

    code, status = "break_owed", 409


class NotOnBreak(Refusal):
    """You are not on a break."""

    code, status = "not_on_break", 409


@action(right="-")
def take_break(*, actor: Actor, now: datetime) -> None:
    """I need a break: what I hold goes back to others, what was dealt ahead as well, and nothing is dealt to me until I
    am back. Pressed twice is once."""
    if actor.kind != "staff":
        raise OnlyOneself
    staff = UUID(actor.id)
    # What is held goes back before the person's row is locked: the order in which claims take the two.
    for work_id in WorkItem.objects.filter(holder_id=staff, state=WorkItem.State.CLAIMED).values_list("id", flat=True):
        try:
            work.release(actor=actor, work_id=work_id, now=now)
        except ClaimLost:
            continue  # it went elsewhere at this moment
    standing(staff, lock=True)
    Person.objects.filter(staff_id=staff, break_since=None).update(break_since=now)
    record(BreakTaken(staff=staff), actor=actor, at=now)


@action(right="-")
def follow_state(*, actor: Actor, staff_id: UUID, resting: bool, now: datetime) -> None:
    """Someone chose a break, or the end of one, by the switch of their state: the break's own clock follows. Raises
    NotOnBreak when it is so already, BreakOwed."""
    person = standing(staff_id, lock=True)
    if person.on_break is resting:
        raise NotOnBreak
    if resting:
        Person.objects.filter(staff_id=staff_id).update(break_since=now)
        record(BreakTaken(staff=staff_id), actor=actor, at=now)
        return
    if person.owed_left(now):
        raise BreakOwed
    _end(person)
    record(BreakEnded(staff=staff_id, taken_at=person.break_since or now), actor=actor, at=now)


@action(right="-")
def end_break(*, actor: Actor, now: datetime) -> None:
    """Back to work. Raises NotOnBreak, BreakOwed while an owed break is not over."""
    staff = UUID(actor.id)
    person = standing(staff, lock=True)
    if person.break_since is None:
        raise NotOnBreak
    left = person.owed_left(now)
    if left:
        raise BreakOwed(
            ngettext(
                "%(n)s minute of your break is left. It is yours.",
                "%(n)s minutes of your break are left. They are yours.",
                left,
            )
            % {"n": left},
            left=left,
        )
    _end(person)
    record(BreakEnded(staff=staff, taken_at=person.break_since), actor=actor, at=now)


def _end(person: Standing) -> None:
    Person.objects.filter(staff_id=person.staff).update(
        break_since=None, owed_minutes=0, heavy_run=0, working_since=None, dealt_at=None
    )
