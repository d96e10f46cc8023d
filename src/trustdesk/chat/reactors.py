"""What chats do when facts arrive: they follow their case, and end with it."""

from contextlib import suppress
from datetime import datetime

from trustdesk.chat import actions
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.support import queries as support
from trustdesk.support.facts import CaseMerged, CaseStatusSet


# One reactor for both, which hears them in their order: a merge closes the case too, and its chat goes on elsewhere.
@reacts_to(CaseStatusSet, CaseMerged)
def follow_case(*, fact: CaseStatusSet | CaseMerged, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    if isinstance(fact, CaseMerged):
        with suppress(actions.NoSuchChat):
            actions.follow(actor=SYSTEM, case_id=fact.case, into=fact.into, now=now)
    elif fact.status in {"resolved", "closed"} and support.successor_of(fact.case) == fact.case:
        actions.end_of_case(case_id=fact.case, now=now)
