"""Items one after the other, as other systems list them: the newest first, whatever is asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from trustdesk.content.models import Account, Item
from trustdesk.content.rules import KINDS


@dataclass(frozen=True)
class ItemFilter:
    """What is asked for; "" and None ask for anything. `account`: by the platform's own id. `since` ≤ came in < `until`.
    `among`: ids of items, as a query that is asked inside this one."""

    source: UUID | None = None
    external_id: str = ""
    status: str = ""
    kind: str = ""
    market: str = ""
    account: str = ""
    since: datetime | None = None
    until: datetime | None = None
    among: "QuerySet[Any, Any] | Collection[UUID] | None" = None


def listed(asked: ItemFilter, *, before: tuple[datetime, UUID] | None, limit: int) -> list[UUID]:
    """Ids of items, the newest first, behind the (received_at, id) `before`; one query."""
    rows = Item.objects.order_by("-received_at", "-id")
    plain = {
        "source_id": asked.source,
        "external_id": asked.external_id,
        "status": asked.status,
        "kind": asked.kind,
        "market": asked.market,
        "received_at__gte": asked.since,
        "received_at__lt": asked.until,
        "id__in": asked.among,
    }
    rows = rows.filter(**{name: value for name, value in plain.items() if value is not None and value != ""})
    if asked.external_id and not asked.kind:
        rows = rows.filter(kind__in=KINDS)  # the index of external ids holds the kind before them
    if asked.account:
        of = {} if asked.source is None else {"source_id": asked.source}
        rows = rows.filter(account__in=Account.objects.filter(external_id=asked.account, **of).values("id"))
    if before is not None:
        at, last = before
        rows = rows.filter(received_at__lte=at).filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=last))
    return list(rows.values_list("id", flat=True)[:limit])
