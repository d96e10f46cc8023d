"""Asking what was counted and which texts were seen. One statement for any number of questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from trustdesk.signals.models import SignalResult
from trustdesk.signals.rules import KEPT, since

# Of one text, the newest rows that are looked at: a text sent a million times costs no more than one sent so often.
MOST_SEEN = 2_000
LONGEST = KEPT.total_seconds()


@dataclass(frozen=True)
class RateQuestion:
    """How many of `counter` did `key` do in the `window` seconds up to the submission that took this `place`?

    Without a place (a submission that was not counted so): up to now.
    """

    counter: str
    key: str
    window: float
    at: datetime
    place: int | None = None


@dataclass(frozen=True)
class SeenQuestion:
    """How many other owners submitted a text with this digest in the `window` seconds before `at`?

    `before`: with it, only rows up to `at` (a question about the past). `own`: the id of the asker's row, of a batch
    whose ids are `batch`: rows of the batch after it are not seen.
    """

    digest: bytes
    owner: str
    window: float
    at: datetime
    before: bool = False
    own: int = 0


def rates(questions: Sequence[RateQuestion]) -> list[int]:
    """Counts, in order: exact but for the window's older edge, which is early by less than a bucket (rules.TIERS)."""
    if not questions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(q.place, c.total, 0) - (SELECT b.before FROM signals_counterbucket b"
            " WHERE b.counter_id = c.id AND b.start >= q.since ORDER BY b.start LIMIT 1), q.place"
            " FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::bigint[])"
            " WITH ORDINALITY AS q(counter, key, since, place, n)"
            " LEFT JOIN signals_counter c ON c.key = q.key AND c.counter = q.counter ORDER BY q.n",
            [
                [q.counter for q in questions],
                [q.key for q in questions],
                [since(q.at, timedelta(seconds=q.window)) for q in questions],
                [q.place for q in questions],
            ],
        )
        # Who has a place has itself in the window, whatever clocks did.
        return [max(found or 0, 0 if place is None else 1) for found, place in cursor.fetchall()]


def seen(questions: Sequence[SeenQuestion], *, batch: Sequence[int] = ()) -> list[int]:
    """Counts of distinct other owners, in order, among the newest MOST_SEEN rows of each text.

    Asked after `remember` committed, it sees all that were remembered before. There is no upper bound in time then: a
    row is seen because it is there, whatever clock dated it.
    """
    if not questions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(DISTINCT near.owner) FROM (SELECT s.owner FROM signals_seentext s"
            " WHERE s.digest = q.digest AND s.at > q.since AND s.owner <> q.owner AND (q.until IS NULL OR s.at <= q.until)"
            " AND NOT (s.id > q.own AND s.id = ANY(%s::bigint[])) ORDER BY s.at DESC LIMIT %s) AS near)"
            " FROM unnest(%s::bytea[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bigint[])"
            " WITH ORDINALITY AS q(digest, owner, since, until, own, n) ORDER BY q.n",
            [
                list(batch),
                MOST_SEEN,
                [q.digest for q in questions],
                [q.owner for q in questions],
                [q.at - timedelta(seconds=q.window) for q in questions],
                [q.at if q.before else None for q in questions],
                [q.own for q in questions],
            ],
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
