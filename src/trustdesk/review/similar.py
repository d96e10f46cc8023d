"""Things like this one, with what became of them: the same number, the same text, the same picture."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decided
from trustdesk.signals import queries as signals

MOST = 6
_CLUSTERS = 3


@dataclass(frozen=True)
class Alike:
    """A row: the thing, why it is like this one, and what was decided, or where it stands."""

    item: content.ItemView
    why: str
    outcome: str


@dataclass(frozen=True)
class Similar:
    """`rows`: the first six; `clusters`: where all of them are; `linked`: other accounts that share a value."""

    rows: tuple[Alike, ...]
    clusters: tuple[signals.ClusterView, ...]
    linked: int

    def __bool__(self) -> bool:
        return bool(self.rows or self.clusters or self.linked)


def similar_to(item: content.ItemView, account: content.AccountView, *, now: datetime) -> Similar:
    """Seven statements whatever there is, fewer where there is nothing."""
    owner, name = f"{item.source}/{item.kind}/{item.external_id}", f"{account.source}/{account.external_id}"
    clusters = signals.clusters_of([owner]).get(owner, [])[:_CLUSTERS]
    shared = signals.shared_by([name])
    found: dict[str, str] = {}
    members = signals.members_of([one.id for one in clusters], limit=MOST + 1)
    for cluster in clusters:
        for member in members.get(cluster.id, ()):
            found.setdefault(member.owner, _like(cluster.kind, member.similarity))
    for mark in shared:
        if mark.kind not in {"text", "image"} and not mark.common:
            for use in mark.uses[:MOST]:
                if use.account != name:
                    found.setdefault(use.last_owner, _same(mark.kind))
    found.pop(owner, None)
    items = content.items_named([*found][: 4 * MOST])
    chosen = sorted(
        ((items[name], why) for name, why in found.items() if name in items and items[name].id != item.id),
        key=lambda one: one[0].received_at,
        reverse=True,
    )[:MOST]
    latest = decided.latest([one.id for one, _ in chosen], now=now) if chosen else {}
    linked = {use.account for mark in shared if not mark.common for use in mark.uses} - {name}
    return Similar(
        rows=tuple(Alike(one, why, _outcome(one, latest)) for one, why in chosen),
        clusters=tuple(clusters),
        linked=len(linked),
    )


def _like(kind: str, similarity: float) -> str:
    if similarity >= 0.995:
        return _("same text") if kind == "text" else _("same picture")
    return _("%(n)s%% same") % {"n": round(similarity * 100)}


def _same(kind: str) -> str:
    return {
        "phone": _("same number"),
        "email": _("same e-mail"),
        "url": _("same site"),
        "iban": _("same bank account"),
        "card": _("same card"),
        "crypto": _("same wallet"),
        "handle": _("same messenger name"),
        "national_id": _("same national id"),
    }.get(kind, kind)


def _outcome(item: content.ItemView, latest: dict[UUID, Any]) -> str:
    """As the outcome word knows it."""
    made = latest.get(item.id)
    if made is None:
        return item.status
    return {"remove": "rejected", "approve": "approved", "limit": "limited", "hold": "held"}.get(
        made.outcome, item.status
    )
