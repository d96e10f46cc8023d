"""What was in hand ends, a break begins or ends: the person's state follows."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.refusal import NotFound
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
from trustdesk.wellbeing.facts import BreakEnded, BreakTaken
from trustdesk.workforce import actions, queries
from trustdesk.workforce.rules import AUX, AVAILABLE


@reacts_to(WorkCompleted, WorkReleased, WorkSkipped, WorkHeld, WorkCancelled, ClaimLapsed)
def make_the_change_that_waited(*, fact: Any, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  called alike
    staff: UUID | None = getattr(fact, "staff", None)
    if staff is None or not queries.states_of([staff])[staff].asked:
        return
    with suppress(actions.NothingAsked):  # another item is in hand, or the wish was taken back
        actions.end_in_hand(actor=SYSTEM, staff_id=staff, now=now)


@reacts_to(WorkCompleted)
def wrap_up(*, fact: WorkCompleted, envelope: Envelope, now: datetime) -> None:
    """What is written down after a contact has its time, where the desk gives it some. One that is told late is over."""
    seconds = queries.wrap_up_of(fact.staff, fact.queue)
    until = envelope.at + timedelta(seconds=seconds)
    if seconds and until > now:
        with suppress(actions.NothingAsked):
            actions.begin_wrap_up(actor=SYSTEM, staff_id=fact.staff, until=until, now=now)


BREAK = "break"  # the reason under which a break of the wellbeing pages is counted


# One reactor for both, which hears them in their order: of two, the one that lags could leave a person on a break.
@reacts_to(BreakTaken, BreakEnded)
def follow_breaks(*, fact: BreakTaken | BreakEnded, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  called alike
    if isinstance(fact, BreakTaken):
        # Away for it already, or the desk counts breaks under no such reason any more: wellbeing itself deals nothing.
        with suppress(actions.IllegalChange, NotFound):
            actions.put_state(actor=SYSTEM, staff_id=fact.staff, state=AUX, reason=BREAK, now=now)
        return
    state = queries.states_of([fact.staff])[fact.staff]
    if state.state == AUX and state.reason == BREAK:
        actions.put_state(actor=SYSTEM, staff_id=fact.staff, state=AVAILABLE, now=now)
