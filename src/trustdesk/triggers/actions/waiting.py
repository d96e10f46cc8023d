"""What nobody did: cases that have kept a status for so many hours. The worker looks, some at a time, round and round."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from trustdesk.support import queries as support
from trustdesk.triggers import queries
from trustdesk.triggers.actions.firing import consider
from trustdesk.triggers.models import Run, Standing, Trigger, Version
from trustdesk.triggers.snapshots import Happened

ROUND = 100


def wait_due(*, now: datetime, limit: int = ROUND) -> bool:
    """Let triggers that wait act on what is due: once for each case and time it has the status, at the first look at which
    the condition holds. True when it acted and there may be more: what does not hold yet is not asked again at once."""
    rounds = [_round(trigger, version, now=now, limit=limit) for trigger, version in queries.in_force("waited")]
    return any(rounds)


def _round(trigger: Trigger, version: Version, *, now: datetime, limit: int) -> bool:
    acted = Run.objects.filter(trigger_id=trigger.id, cause=Cast(OuterRef("fact"), CharField()))
    due = Standing.objects.filter(status=version.status, since__lte=now - timedelta(hours=version.hours))
    if trigger.looked is not None:
        due = due.filter(id__gt=trigger.looked)
    rows = list(due.exclude(Exists(acted)).order_by("id")[:limit])
    acted_now = False
    for row in rows:
        with transaction.atomic():
            # Held for this round: what another worker looks at is done, what moved on meanwhile is not due.
            held = Standing.objects.select_for_update(skip_locked=True).filter(id=row.id, fact=row.fact).first()
            live = Trigger.objects.filter(id=trigger.id, live=version.number).exists()
            case = support.by_id(row.case_id) if held and live else None
            if case is None or case.merged_into is not None or case.status != version.status:
                continue
            if Run.objects.filter(trigger_id=trigger.id, cause=str(row.fact)).exists():
                continue
            happened = Happened("waited", row.case_id, row.fact)
            acted_now |= consider(trigger, version, case, happened, chain=[], now=now)
    looked = rows[-1].id if len(rows) == limit else None
    if looked != trigger.looked:
        Trigger.objects.filter(id=trigger.id).update(looked=looked)
    return acted_now and looked is not None
