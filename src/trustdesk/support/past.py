"""What one asks who acts on cases by rule: which changed, what their requesters wrote last, what fields may hold."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.support import rules
from trustdesk.support.models import Case, Message
from trustdesk.support.views import CaseView, MessageView, message_view, view


def newest_from(case_id: UUID) -> MessageView | None:
    """The newest message of the requester; one query."""
    rows = Message.objects.select_related("staff", "moved_from").filter(case_id=case_id, direction="in")
    row = rows.order_by("-no").first()
    return message_view(row) if row else None


def came_back(case_id: UUID) -> bool:
    """Is the newest reply of this case one that could not be delivered?"""
    newest = Message.objects.filter(case_id=case_id, direction="out").order_by("-no").values_list("state", flat=True)
    return newest.first() == "failed"


def changed_since(since: datetime, *, after: UUID | None = None, limit: int = 100) -> list[CaseView]:
    """Cases that changed since then, in the order of their ids, those that were merged away left out; one query."""
    rows = Case.objects.select_related("work", "work__queue", "work__holder")
    rows = rows.filter(changed_at__gte=since, merged_into=None)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return [view(row) for row in rows.order_by("id")[:limit]]


def count_changed_since(since: datetime) -> int:
    """How many `changed_since` lists."""
    return Case.objects.filter(changed_at__gte=since, merged_into=None).count()


def wrong_fields(known: Iterable[rules.FieldRule], values: dict[str, Any]) -> dict[str, str]:
    """What is wrong with values of the desk's own fields (`queries.field_rules`), by code."""
    return rules.checked(known, values)[1]
