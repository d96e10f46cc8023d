"""Views of cases that people keep: what an address asks for, whose views one sees, how many cases each holds."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries
from trustdesk.support.asking import Unclear
from trustdesk.support.models import SavedView
from trustdesk.support.queries import MOST_COUNTED, Wanted

BOXES = ("unended", "new", "open", "pending", "on_hold", "snoozed", "resolved", "closed", "all")
KEPT = ("status", "mine", "priority", "channel", "tag", "q")
MOST_SHOWN = 30


@dataclass(frozen=True)
class ViewView:
    """A saved view as who asks sees it. `cases`: how many it holds, None when it does not read any more."""

    id: UUID
    name: str
    query: str
    shared: bool
    mine: bool
    owner: str
    version: int
    cases: int | None

    @property
    def address(self) -> str:
        return reverse("support:list") + (f"?{self.query}" if self.query else "")

    @property
    def more(self) -> bool:
        return self.cases is not None and self.cases > MOST_COUNTED


def box_of(told: QueryDict) -> str:
    box = told.get("status", "")
    return box if box in BOXES else "unended"


def wanted_of(told: QueryDict) -> Wanted:
    """What the inbox's address asks for."""
    box = box_of(told)
    return Wanted(
        status="" if box == "all" else box,
        mine=told.get("mine") == "yes",
        priority=told.get("priority", "")[:10],
        channel=told.get("channel", "")[:40],
        tag=told.get("tag", "")[:40],
        text=told.get("q", "")[:1_000],
    )


def canonical(query: str) -> str:
    """An address in an order of its own, without what does not narrow down."""
    told = [(name, value) for name, value in parse_qsl(query) if value and name in KEPT]
    return urlencode(sorted(dict(told).items()))


def views_for(actor: Actor, *, now: datetime) -> list[ViewView]:
    """One's own views and those that colleagues shared, by name, with how many cases each holds for who asks: two queries and
    one for each view, which counts no further than a thousand."""
    if actor.kind != "staff":
        return []
    staff = UUID(actor.id)
    rows = (
        SavedView.objects.filter(
            Q(owner_id=staff) | Q(shared=True, owner_id__in=people.colleagues_of(staff)), deleted_at=None
        )
        .select_related("owner")
        .order_by("name", "id")[:MOST_SHOWN]
    )
    return [
        ViewView(
            id=row.id,
            name=row.name,
            query=row.query,
            shared=row.shared,
            mine=row.owner_id == staff,
            owner=row.owner.name,
            version=row.version,
            cases=_count(row.query, actor, now),
        )
        for row in rows
    ]


def _count(query: str, actor: Actor, now: datetime) -> int | None:
    try:
        return queries.count(actor=actor, wanted=wanted_of(QueryDict(query)), now=now)
    except Unclear:
        return None
