"""Saved views: asking for them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from trustdesk.kernel.people import queries as people
from trustdesk.search.models import View

_MARKS = frozenset({"after", "before"})
MOST_SHOWN = 60


@dataclass(frozen=True)
class ViewView:
    """A saved view as the person who asks sees it."""

    id: UUID
    name: str
    tab: str
    query: str
    shared: bool
    mine: bool
    owner: str
    version: int
    made_at: datetime

    @property
    def address(self) -> str:
        return reverse(f"search:{self.tab}") + (f"?{self.query}" if self.query else "")

    @property
    def key(self) -> str:
        """Tab and question: the same for every order in which an address says it."""
        return f"{self.tab}?{canonical(self.query)}"


def views_for(staff: UUID) -> list[ViewView]:
    """One's own views and those that colleagues shared, by name; two queries."""
    colleagues = people.colleagues_of(staff)
    rows = (
        View.objects.filter(Q(owner_id=staff) | Q(shared=True, owner_id__in=colleagues), deleted_at=None)
        .select_related("owner")
        .order_by("name", "id")[:MOST_SHOWN]
    )
    return [
        ViewView(
            id=row.id,
            name=row.name,
            tab=row.tab,
            query=row.query,
            shared=row.shared,
            mine=row.owner_id == staff,
            owner=row.owner.name,
            version=row.version,
            made_at=row.made_at,
        )
        for row in rows
    ]


def same(told: QueryDict, tab: str) -> str:
    """The key of the view that an address is."""
    return f"{tab}?{canonical(told.urlencode())}"


def canonical(query: str) -> str:
    """A question in an order of its own, without marks of pages and empty filters."""
    return urlencode(sorted((name, value) for name, value in parse_qsl(query) if value and name not in _MARKS))
