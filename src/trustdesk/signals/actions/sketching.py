"""Keeping sketches of contents and marks of accounts, each in a short transaction of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from trustdesk.signals.actions.remembering import short_transaction
from trustdesk.signals.marks import Mark, digest_of
from trustdesk.signals.queries.links import mark_key
from trustdesk.signals.sketches import Sketch


@dataclass(frozen=True)
class Sketched:
    """A content by its sketch: `owner` names the thing it belongs to, `account` whose that is."""

    owner: str
    account: str
    sketch: Sketch
    at: datetime


@dataclass(frozen=True)
class Marked:
    """What an account used in one thing."""

    owner: str
    account: str
    marks: tuple[Mark, ...]
    at: datetime


# The same content of the same thing again is the same row, and is as new as now.
_SKETCH = """
WITH given AS (
  SELECT * FROM unnest(%(kinds)s::text[], %(owners)s::text[], %(accounts)s::text[], %(digests)s::bytea[],
    %(bodies)s::bytea[], %(bands)s::text[], %(ats)s::timestamptz[]) AS g(kind, owner, account, digest, body, bands, at)
), kept AS (
  INSERT INTO signals_keptsketch AS k (kind, owner, account, digest, body, bands, at, placed)
  SELECT kind, owner, account, digest, body, bands::bigint[], at, false FROM given
  ORDER BY owner COLLATE "C", digest
  ON CONFLICT (owner, digest) DO UPDATE SET at = greatest(k.at, excluded.at)
  RETURNING id, owner, digest, bands, xmax = 0 AS new
), banded AS (
  INSERT INTO signals_band (band, sketch_id) SELECT unnest(bands), id FROM kept WHERE new ON CONFLICT DO NOTHING
)
SELECT owner, digest, id FROM kept
"""

_MARK = """
INSERT INTO signals_accountmark AS m (kind, digest, account, owner, last_owner, times, first_at, at)
SELECT kind, digest, account, owner, owner, 1, at, at
FROM unnest(%(kinds)s::text[], %(digests)s::bytea[], %(accounts)s::text[], %(owners)s::text[], %(ats)s::timestamptz[])
  AS g(kind, digest, account, owner, at)
ORDER BY kind COLLATE "C", digest, account COLLATE "C"
ON CONFLICT (kind, digest, account) DO UPDATE SET
  times = m.times + CASE WHEN m.last_owner = excluded.last_owner THEN 0 ELSE 1 END,
  last_owner = excluded.last_owner, at = greatest(m.at, excluded.at)
"""


def sketch(*, contents: Iterable[Sketched]) -> None:
    """Keep sketches. Committed before it returns (outside a transaction): who asks afterwards sees all of them.

    Rows are taken in one order, so that parallel calls never wait in a circle.
    """
    unique = {(each.owner, each.sketch.digest): each for each in contents}
    if not unique:
        return
    given = list(unique.values())
    with short_transaction() as cursor:
        cursor.execute(
            _SKETCH,
            {
                "kinds": [each.sketch.kind for each in given],
                "owners": [each.owner for each in given],
                "accounts": [each.account for each in given],
                "digests": [each.sketch.digest for each in given],
                "bodies": [each.sketch.body for each in given],
                "bands": ["{" + ",".join(map(str, each.sketch.bands)) + "}" for each in given],
                "ats": [each.at for each in given],
            },
        )


def mark(*, marked: Sequence[Marked]) -> None:
    """Keep what accounts used: committed before it returns, as `sketch` does. `times` counts things, not submissions."""
    key = mark_key()
    rows = {
        (found.kind, digest_of(found, key), each.account): (each.owner, each.at)
        for each in marked
        for found in each.marks
    }
    if not rows:
        return
    with short_transaction() as cursor:
        cursor.execute(
            _MARK,
            {
                "kinds": [kind for kind, _, _ in rows],
                "digests": [digest for _, digest, _ in rows],
                "accounts": [account for _, _, account in rows],
                "owners": [owner for owner, _ in rows.values()],
                "ats": [at for _, at in rows.values()],
            },
        )
