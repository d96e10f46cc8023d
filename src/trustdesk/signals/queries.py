"""Asking signals: counts, remembered texts, cached results. One statement for any number of questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from trustdesk.signals.models import SignalResult
from trustdesk.signals.registry import UNKNOWN, compute, declared, engine_signals, question_hash

__all__ = [
    "UNKNOWN",
    "RateQuestion",
    "SeenQuestion",
    "cached",
    "compute",
    "declared",
    "engine_signals",
    "question_hash",
    "rates",
    "seen",
]


@dataclass(frozen=True)
class RateQuestion:
    """How many of `counter` did `key` do in the `window` seconds before `now`?"""

    counter: str
    key: str
    window: float


@dataclass(frozen=True)
class SeenQuestion:
    """How many other owners submitted a text with this digest in the `window` seconds before `now`?"""

    digest: bytes
    owner: str
    window: float


def rates(questions: Sequence[RateQuestion], *, now: datetime) -> list[int]:
    """Exact counts, in order."""
    if not questions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM signals_counted c WHERE c.key = q.key AND c.counter = q.counter"
            " AND c.at > %s - q.span * interval '1 second' AND c.at <= %s)"
            " FROM unnest(%s::text[], %s::text[], %s::float8[]) WITH ORDINALITY AS q(counter, key, span, n)"
            " ORDER BY q.n",
            [now, now, [q.counter for q in questions], [q.key for q in questions], [q.window for q in questions]],
        )
        return [row[0] for row in cursor.fetchall()]


def seen(questions: Sequence[SeenQuestion], *, now: datetime) -> list[int]:
    """Exact counts of distinct other owners, in order."""
    if not questions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(DISTINCT s.owner) FROM signals_seentext s WHERE s.digest = q.digest"
            " AND s.owner <> q.owner AND s.at > %s - q.span * interval '1 second' AND s.at <= %s)"
            " FROM unnest(%s::bytea[], %s::text[], %s::float8[]) WITH ORDINALITY AS q(digest, owner, span, n)"
            " ORDER BY q.n",
            [now, now, [q.digest for q in questions], [q.owner for q in questions], [q.window for q in questions]],
        )
        return [row[0] for row in cursor.fetchall()]


def cached(asked: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], Any]:
    """Kept results of (signal, version, question hash); one query."""
    wanted = set(asked)
    rows = SignalResult.objects.filter(content_hash__in={key[2] for key in wanted}).values_list(
        "signal", "version", "content_hash", "value"
    )
    return {
        (name, version, digest): value for name, version, digest, value in rows if (name, version, digest) in wanted
    }
