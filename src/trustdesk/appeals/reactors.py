"""What appeals do when facts arrive."""

from datetime import datetime

from trustdesk.appeals import actions
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work.facts import WorkWoken


@reacts_to(WorkWoken)
def count_on(*, fact: WorkWoken, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """An answer came, or the time for it is over: the clock of the appeal runs again."""
    actions.resume(actor=SYSTEM, work_id=fact.work, now=now)
