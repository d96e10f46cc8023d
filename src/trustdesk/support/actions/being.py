"""Who is at a case."""

from datetime import datetime
from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries, telling
from trustdesk.support.models import Present
from trustdesk.support.refusals import NoSuchCase


def be_here(*, actor: Actor, case_id: UUID, writes: bool, now: datetime) -> None:
    """Note that this person has the case on screen. Not an action: it comes every few seconds and nobody would want it
    told. Raises NoSuchCase."""
    actor.require("support.read")
    case = queries.by_id(case_id)
    if actor.kind != "staff" or case is None:
        raise NoSuchCase
    if case.live:
        telling.tell_writing(case.id, handle=actor.handle, writes=writes)
    Present.objects.filter(at__lt=now - queries.HERE_FOR).delete()
    Present.objects.update_or_create(case_id=case_id, staff_id=UUID(actor.id), defaults={"writes": writes, "at": now})
