"""What surveys do when facts arrive."""

from datetime import datetime

from trustdesk.customers.facts import ConsentSet
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.support.facts import CaseResolved
from trustdesk.surveys import actions


@reacts_to(CaseResolved)
def plan(*, fact: CaseResolved, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """Its requester is asked some hours after that, however late we hear of it; unless it is opened again meanwhile."""
    actions.plan(case_id=fact.case, now=envelope.at)


@reacts_to(ConsentSet)
def heed(*, fact: ConsentSet, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """A customer said at the desk whether they want to be asked."""
    if fact.what == "surveys":
        actions.heed_wish(addresses=fact.addresses.splitlines(), wanted=fact.given, now=now)
