"""What screening does when facts arrive."""

from datetime import datetime

from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.screening import asking
from trustdesk.signals.facts import SignalReturned


@reacts_to(SignalReturned)
def wake_waiting(*, fact: SignalReturned, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """What waited for a signal need not wait for its turn."""
    asking.for_return(fact.signal)
