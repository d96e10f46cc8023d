"""What wellbeing does when facts arrive: a claim has ended, so its time is booked; a state was switched to a break."""

from contextlib import suppress
from datetime import datetime

from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work.facts import (
    ClaimLapsed,
    WorkCancelled,
    WorkCompleted,
    WorkHeld,
    WorkReleased,
    WorkSkipped,
)
from trustdesk.wellbeing import actions
from trustdesk.workforce.facts import StateChanged

Ended = WorkCompleted | WorkReleased | WorkSkipped | WorkHeld | ClaimLapsed | WorkCancelled


@reacts_to(WorkCompleted, WorkReleased, WorkSkipped, WorkHeld, ClaimLapsed, WorkCancelled)
def book_exposure(*, fact: Ended, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """The time it was before its holder, none for what was dealt ahead and never seen."""
    if fact.claim is not None:
        actions.book(claim=fact.claim, now=envelope.at)


BREAK = "break"  # the reason for being away that is a break of ours


@reacts_to(StateChanged)
def follow_the_switch(*, fact: StateChanged, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  called alike
    """A break chosen by the switch of one's state is a break, and being available ends it, unless it is still owed."""
    resting = fact.reason == BREAK
    if resting or fact.reason_before == BREAK:
        with suppress(actions.NotOnBreak, actions.BreakOwed):
            actions.follow_state(actor=SYSTEM, staff_id=fact.staff, resting=resting, now=now)
