"""What customers do when facts arrive."""

from datetime import datetime

from trustdesk.customers import actions
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.support.facts import CaseOpened
from trustdesk.surveys.facts import SurveysStopped


@reacts_to(CaseOpened)
def take_in(*, fact: CaseOpened, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """Whose case is it?"""
    actions.note_case(case_id=fact.case, now=now)


@reacts_to(SurveysStopped)
def withdraw(*, fact: SurveysStopped, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """They said by the link of a letter that they want no surveys."""
    actions.note_stopped(address=fact.address, now=now)
