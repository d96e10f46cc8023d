"""What calls do when facts arrive."""

from datetime import datetime

from trustdesk.calls import actions
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.support.facts import CaseResolved


@reacts_to(CaseResolved)
def settle_call_backs(*, fact: CaseResolved, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """Nobody needs to be called back about what is resolved."""
    actions.settle_case(case_id=fact.case, now=now)
