"""Who is at a case."""

from datetime import datetime
from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries, telling
from trustdesk.support.models import Minute, Present
from trustdesk.support.refusals import NoSuchCase


def be_here(*, actor: Actor, case_id: UUID, writes: bool, now: datetime, active: bool = False) -> None:
    """Note that this person has the case on screen. Not an action: it comes every few seconds and nobody would want it
    told. `active`: they did something there within the last minute, which counts as a minute spent. Raises NoSuchCase."""
    actor.require("support.read")
    case = queries.by_id(case_id)
    if actor.kind != "staff" or case is None:
        raise NoSuchCase
    if case.live:
        telling.tell_writing(case.id, handle=actor.handle, writes=writes)
    if active:
        minute = Minute(case_id=case_id, staff_id=UUID(actor.id), at=now.replace(second=0, microsecond=0))
        Minute.objects.bulk_create([minute], ignore_conflicts=True)
    Present.objects.filter(at__lt=now - queries.HERE_FOR).delete()
    Present.objects.update_or_create(case_id=case_id, staff_id=UUID(actor.id), defaults={"writes": writes, "at": now})
