"""Versions in bulk, for those who judge the past again: one statement for a thousand, no objects of the ORM."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from trustdesk.content.models import Item, ItemVersion

# Of an account's items the newest so many are counted.
MOST_COUNTED = 1000


class PastVersion(NamedTuple):
    """A version with what its item keeps for ever. `owner` names the item as rules see it (item.id)."""

    id: UUID
    item: UUID
    kind: str
    owner: str
    no: int
    market: str
    language: str
    url: str
    title: str
    body: str
    price: float | None
    currency: str
    category: str
    fields: dict[str, Any]
    media: int


# Media are counted by the index of their unique constraint; most versions have none or a few.
_VERSIONS = """
SELECT v.id, v.item_id, i.kind, i.source_id || '/' || i.kind || '/' || i.external_id, v.no, v.market, v.language, v.url,
    v.title, v.body, v.price::float8, v.currency, v.category, v.fields::text,
    (SELECT count(*) FROM content_mediaref m WHERE m.version_id = v.id)
FROM content_itemversion v JOIN content_item i ON i.id = v.item_id
WHERE v.id = ANY(%s)
"""


class Arrived(NamedTuple):
    """A version as it came in. `owner` and `account` name item and account as rules see them (item.id, account.id).
    `media`: how many it has."""

    id: UUID
    owner: str
    account: str
    email: str
    market: str
    title: str
    body: str
    fields: dict[str, Any]
    at: datetime
    media: int


_ARRIVED = """
SELECT v.id, i.source_id || '/' || i.kind || '/' || i.external_id, a.source_id || '/' || a.external_id, a.email, v.market,
    v.title, v.body, v.fields::text, v.received_at,
    (SELECT count(*) FROM content_mediaref m WHERE m.version_id = v.id)
FROM unnest(%s::uuid[], %s::int[]) AS asked(item, no)
JOIN content_itemversion v ON v.item_id = asked.item AND v.no = asked.no
JOIN content_item i ON i.id = v.item_id JOIN content_account a ON a.id = i.account_id
"""


def arrived(versions: Sequence[tuple[UUID, int]]) -> list[Arrived]:
    """Versions given by item and number; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED, [[item for item, _ in versions], [no for _, no in versions]])
        return [
            Arrived._make((*row[:7], orjson.loads(row[7]) if row[7] != "{}" else {}, *row[8:]))
            for row in cursor.fetchall()
        ]


def past_versions(ids: Sequence[UUID]) -> dict[UUID, PastVersion]:
    """By id; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [list(ids)])
        return {
            row[0]: PastVersion._make((*row[:13], orjson.loads(row[13]) if row[13] != "{}" else {}, row[14]))
            for row in cursor.fetchall()
        }


class Where(NamedTuple):
    """Where a version was shown and what kind of thing it is."""

    market: str
    language: str
    kind: str


_WHERE = """
SELECT v.id, v.market, v.language, i.kind FROM content_itemversion v JOIN content_item i ON i.id = v.item_id
WHERE v.id = ANY(%s)
"""


def where(ids: Sequence[UUID]) -> dict[UUID, Where]:
    """Versions by id; one statement, none of their words."""
    with connection.cursor() as cursor:
        cursor.execute(_WHERE, [list(ids)])
        return {row[0]: Where(*row[1:]) for row in cursor.fetchall()}


def posted(item_ids: Iterable[UUID]) -> dict[tuple[UUID, int], datetime]:
    """(item, version) → when it was posted, or arrived where nobody said; one query for any number of items."""
    rows = ItemVersion.objects.filter(item_id__in=set(item_ids))
    return {
        (item, no): said or arrived_at
        for item, no, said, arrived_at in rows.values_list("item_id", "no", "posted_at", "received_at")
    }


def markets_of(accounts: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Account → the markets it posted in; one query for any number."""
    found: dict[UUID, set[str]] = {}
    rows = Item.objects.filter(account_id__in=set(accounts)).order_by()
    for account, market in rows.values_list("account_id", "market").distinct():
        found.setdefault(account, set()).add(market)
    return found


def posted_between(account: UUID, since: datetime, until: datetime, *, limit: int) -> list[UUID]:
    """The first items that came from an account in this time, oldest first; one query."""
    rows = Item.objects.filter(account_id=account, received_at__gt=since, received_at__lte=until)
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])


def status_counts(account: UUID) -> dict[str, int]:
    """How many of an account's items (the newest 1,000) have each status."""
    newest = Item.objects.filter(account_id=account).order_by("-id").values_list("status", flat=True)
    return dict(Counter(newest[:MOST_COUNTED]))
