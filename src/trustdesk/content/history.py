"""Versions in bulk, for those who judge the past again: one statement for a thousand, no objects of the ORM."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection


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


def past_versions(ids: Sequence[UUID]) -> dict[UUID, PastVersion]:
    """By id; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [list(ids)])
        return {
            row[0]: PastVersion._make((*row[:13], orjson.loads(row[13]) if row[13] != "{}" else {}, row[14]))
            for row in cursor.fetchall()
        }
