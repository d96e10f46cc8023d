"""How soon a severity is accepted and answered."""

from datetime import datetime

from trustdesk.escalations.facts import SeveritySet
from trustdesk.escalations.models import Severity
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor


@action(right="work.manage")
def set_severity(*, actor: Actor, code: str, accept_minutes: int, answer_minutes: int, now: datetime) -> None:
    """Set how soon a severity is accepted and answered; open hand-overs keep the deadlines they were given.

    Raises NotFound, Invalid (accept_minutes, answer_minutes).
    """
    if not 1 <= accept_minutes <= answer_minutes <= 525_600:
        raise Invalid(fields={"answer_minutes": "Accepting comes first, and both within a year."})
    found = Severity.objects.filter(code=code)
    if not found.update(accept_minutes=accept_minutes, answer_minutes=answer_minutes):
        raise NotFound("There is no such severity.")
    record(SeveritySet(code=code, accept=accept_minutes, answer=answer_minutes), actor=actor, at=now)
