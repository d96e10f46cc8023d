"""What clocks do when facts arrive."""

from datetime import datetime

from trustdesk.clocks import actions
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.work.facts import ClockBreached, WorkMoved


@reacts_to(ClockBreached)
def begin_chain(*, fact: ClockBreached, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    actions.begin_chain(work_id=fact.work, clock_id=fact.clock, late_since=envelope.at)


@reacts_to(WorkMoved)
def sort_anew(*, fact: WorkMoved, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    actions.sorted_anew(work_id=fact.work, now=now)
