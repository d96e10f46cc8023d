"""Counting submissions and remembering their texts, before they are judged and in short transactions of their own."""

import hashlib
from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from trustdesk.engine.folding import fold
from trustdesk.signals.models import SignalResult
from trustdesk.signals.rules import CLOCK_TOLERANCE, TIERS, floor

# (counter, key): what is counted, and whose it is.
Count = tuple[str, str]
_LONGEST_KEY = 240

# Waits for the row of a key, and so for whoever counts it just now. Rows are taken in one order: nobody waits in a
# circle. The buckets need no order, since only the holder of a counter writes its buckets.
_COUNT = """
WITH asked AS (
  SELECT counter, key, n FROM unnest(%(counters)s::text[], %(keys)s::text[], %(ns)s::bigint[]) AS a(counter, key, n)
), counted AS (
  INSERT INTO signals_counter AS c (counter, key, total, at)
  SELECT counter, key, n, %(bucket)s FROM asked ORDER BY key COLLATE "C", counter COLLATE "C"
  ON CONFLICT (key, counter) DO UPDATE SET
    total = c.total + excluded.total,
    at = CASE WHEN c.at BETWEEN excluded.at AND excluded.at + %(tolerance)s THEN c.at ELSE excluded.at END
  RETURNING c.id, c.counter, c.key, c.total, c.at
), buckets AS (
  INSERT INTO signals_counterbucket (counter_id, start, before, tier)
  SELECT id, at, total - n, 0 FROM counted JOIN asked USING (counter, key)
  ON CONFLICT (counter_id, start) DO NOTHING
)
SELECT counter, key, total FROM counted
"""


def digest_of(text: str) -> bytes:
    """Sixteen bytes of SHA-256 over the folded words of a text: case, spacing and disguise do not change it."""
    return hashlib.sha256(" ".join(fold(text).split()).encode("utf-8", "surrogatepass")).digest()[:16]


def key_of(name: str, value: str) -> str:
    """A counter's key: in words, or as a hash where it would be too long."""
    key = f"{name}/{value}"
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{name[:100]}/sha256:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"


def count(*, submissions: Sequence[Sequence[Count]], now: datetime) -> list[dict[Count, int]]:
    """Count each submission under each of its (counter, key); returns the place each took, from 1 since the key was new.

    One statement for the whole batch. Of any number of submissions of one key, in one batch or in many at once, each
    gets a place of its own; those of a batch follow each other in its order.
    """
    wanted = Tally(pair for pairs in submissions for pair in pairs)
    if not wanted:
        return [{} for _ in submissions]
    rows = sorted(wanted.items(), key=lambda entry: (entry[0][1], entry[0][0]))
    with short_transaction() as cursor:
        cursor.execute(
            _COUNT,
            {
                "counters": [counter for (counter, _), _ in rows],
                "keys": [key for (_, key), _ in rows],
                "ns": [n for _, n in rows],
                "bucket": floor(now, TIERS[0][1]),
                "tolerance": CLOCK_TOLERANCE,
            },
        )
        counted = cursor.fetchall()
    next_place = {(counter, key): total - wanted[counter, key] for counter, key, total in counted}
    places: list[dict[Count, int]] = []
    for pairs in submissions:
        mine: dict[Count, int] = {}
        for pair in pairs:
            next_place[pair] += 1
            mine[pair] = next_place[pair]
        places.append(mine)
    return places


def remember(*, texts: Sequence[tuple[bytes, str]], now: datetime) -> list[int]:
    """Remember each (digest, owner); returns their ids, in order, which grow. Committed before it returns (outside a
    transaction): who asks afterwards sees all that were remembered before."""
    if not texts:
        return []
    with short_transaction() as cursor:
        cursor.execute(
            "INSERT INTO signals_seentext (digest, owner, at) SELECT digest, owner, %(now)s"
            " FROM unnest(%(digests)s::bytea[], %(owners)s::text[]) WITH ORDINALITY AS t(digest, owner, n) ORDER BY n"
            " RETURNING id",
            {"now": now, "digests": [digest for digest, _ in texts], "owners": [owner for _, owner in texts]},
        )
        return sorted(row[0] for row in cursor.fetchall())


def keep_results(*, results: Mapping[tuple[str, str, str], tuple[Any, float]], now: datetime) -> None:
    """Cache (signal, version, question hash) → (value, milliseconds); what another process kept first stands."""
    SignalResult.objects.bulk_create(
        [
            SignalResult(signal=name, version=version, content_hash=digest, value=value, took_ms=took, at=now)
            for (name, version, digest), (value, took) in results.items()
        ],
        ignore_conflicts=True,
    )


@contextmanager
def short_transaction() -> Iterator[Any]:
    """A transaction of its own that need not wait for the disk: the submission's comes later in the same log, so that
    whatever is there after a crash, its counts are. Inside another transaction it is part of that."""
    own = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if own:
            cursor.execute("SET LOCAL synchronous_commit = off")
        yield cursor
