"""What arrived, in bulk: words of versions, a random draw, how much there is of each place."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from trustdesk.content import queries as content
from trustdesk.screening.rules import joined_words


class Words(NamedTuple):
    """All words of a version as rules and models read them (item.text), and where it was posted."""

    version: UUID
    text: str
    market: str
    language: str


_DRAW = """
SELECT version_id FROM screening_verdict
WHERE made_at >= %s AND made_at < %s AND state <> 'overtaken' ORDER BY md5(id::text || %s), id LIMIT %s
"""
_ARRIVALS = """
SELECT i.market, i.language, count(*) FROM screening_verdict v JOIN content_itemversion i ON i.id = v.version_id
WHERE v.made_at >= %s AND v.made_at < %s AND v.state <> 'overtaken' GROUP BY 1, 2
"""


def words_of(version_ids: Sequence[UUID]) -> dict[UUID, Words]:
    """By version; one statement a thousand."""
    found: dict[UUID, Words] = {}
    for start in range(0, len(version_ids), 1_000):
        for one in content.past_versions(version_ids[start : start + 1_000]).values():
            text = joined_words(one.title, one.body, one.fields)
            found[one.id] = Words(one.id, text, one.market, one.language)
    return found


def drawn(*, since: datetime, until: datetime, limit: int, seed: str) -> list[UUID]:
    """Versions screened in this time, drawn at random, the same ones for the same seed."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [since, until, seed, limit])
        return [row[0] for row in cursor.fetchall()]


def arrivals(*, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """How many versions were screened in this time, by (market, language)."""
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVALS, [since, until])
        return {(market, language): count for market, language, count in cursor.fetchall()}
