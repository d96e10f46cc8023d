"""How often macros are used: counted, told to nobody by name, forgotten after a year."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from trustdesk.macros.models import Macro, Use

KEPT = timedelta(days=365)


def note_used(*, macro_id: UUID, staff_id: UUID, now: datetime) -> None:
    """One more use by this person today. Called by whoever sent what the macro said, in the same transaction."""
    Use.objects.bulk_create([Use(macro_id=macro_id, staff_id=staff_id, day=now.date(), times=0)], ignore_conflicts=True)
    Use.objects.filter(macro_id=macro_id, staff_id=staff_id, day=now.date()).update(times=F("times") + 1)
    Macro.objects.filter(id=macro_id).update(uses=F("uses") + 1)


def forget_old(*, now: datetime) -> None:
    """Uses of more than a year ago."""
    Use.objects.filter(day__lt=(now - KEPT).date()).delete()
