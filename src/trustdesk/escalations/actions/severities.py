"""How soon a severity is accepted and answered; the areas of what is handed over."""

from datetime import datetime

from django.utils.text import slugify

from trustdesk.escalations.facts import AreaSet, SeveritySet
from trustdesk.escalations.models import Area, Severity
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


@action(right="work.manage")
def set_area(*, actor: Actor, name: str, now: datetime, code: str = "") -> None:
    """Add an area, or give one another name. Raises NotFound, Invalid (name)."""
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise Invalid(fields={"name": "Between 1 and 60 characters."})
    if code:
        if not Area.objects.filter(code=code).update(name=name):
            raise NotFound("There is no such area.")
    else:
        code = slugify(name)[:50]
        if not code or not Area.objects.get_or_create(code=code, defaults={"name": name})[1]:
            raise Invalid(fields={"name": "There is an area of this name already."})
    record(AreaSet(code=code, name=name), actor=actor, at=now)
