"""What problems do when facts arrive."""

from datetime import datetime

from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.problems import actions
from trustdesk.support.facts import CaseMerged


@reacts_to(CaseMerged)
def follow(*, fact: CaseMerged, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """Two cases are one: what caused the first caused it."""
    actions.follow_merge(case_id=fact.case, into=fact.into, now=now)
