"""Forgetting sketches, clusters and marks: by age, or because what they were of is erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from trustdesk.signals.rules import KEPT

_BITE = 2_000

# A sketch goes with its bands.
_SKETCHES = """
WITH old AS (
  SELECT id, bands FROM signals_keptsketch WHERE {condition} ORDER BY {order} LIMIT %(bite)s FOR UPDATE SKIP LOCKED
), bands AS (
  DELETE FROM signals_band b USING (SELECT unnest(bands) AS band, id FROM old) AS o
  WHERE b.band = o.band AND b.sketch_id = o.id
), gone AS (
  DELETE FROM signals_keptsketch WHERE id IN (SELECT id FROM old)
)
SELECT count(*) FROM old
"""
_MEMBERS = """
WITH gone AS (
  DELETE FROM signals_clustermember WHERE id IN (
    SELECT id FROM signals_clustermember WHERE {condition} LIMIT %(bite)s FOR UPDATE SKIP LOCKED
  ) RETURNING cluster_id
)
SELECT cluster_id FROM gone
"""
_EMPTY = """
WITH empty AS (
  SELECT id FROM signals_cluster WHERE members = 0 AND joined_id IS NULL AND {condition} LIMIT %(bite)s
), gone AS (
  DELETE FROM signals_cluster WHERE id IN (SELECT id FROM empty) OR joined_id IN (SELECT id FROM empty)
)
SELECT count(*) FROM empty
"""
_COUNT = """
UPDATE signals_cluster c SET members = t.members, accounts = t.accounts
FROM (SELECT q.id, count(m.id) AS members, count(DISTINCT m.account) AS accounts FROM unnest(%s::uuid[]) AS q(id)
      LEFT JOIN signals_clustermember m ON m.cluster_id = q.id GROUP BY q.id) AS t
WHERE c.id = t.id
"""


def sweep_likeness(*, now: datetime) -> int:
    """One bite of what is older than all memories are kept; returns how much was done."""
    values: dict[str, Any] = {"older": now - KEPT, "bite": _BITE}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SKETCHES.format(condition="at < %(older)s", order="at"), values)
        done: int = cursor.fetchone()[0]
        done += _members(cursor, "at < %(older)s", values)
        return done + _empty(cursor, "last_at < %(older)s", values)


def forget_owners(*, owners: Sequence[str]) -> int:
    """Erase what was kept of these things: texts, sketches, places in clusters, what they told of their accounts; returns
    how many rows went. Of a value found in other things too, the next submission tells again."""
    values: dict[str, Any] = {"owners": list(owners), "bite": None}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM signals_seentext WHERE owner = ANY(%(owners)s)", values)
        done: int = cursor.rowcount
        cursor.execute(_SKETCHES.format(condition="owner = ANY(%(owners)s)", order="id"), values)
        done += cursor.fetchone()[0]
        done += _members(cursor, "owner = ANY(%(owners)s)", values)
        cursor.execute(
            "DELETE FROM signals_accountmark WHERE owner = ANY(%(owners)s) OR last_owner = ANY(%(owners)s)", values
        )
        done += cursor.rowcount
        return done + _empty(cursor, "centre = ANY(%(owners)s)", values)


def forget_accounts(*, accounts: Sequence[str]) -> int:
    """Erase what links these accounts to others; returns how many rows went."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM signals_accountmark WHERE account = ANY(%s)", [list(accounts)])
        return int(cursor.rowcount)


def _members(cursor: Any, condition: str, values: dict[str, Any]) -> int:
    cursor.execute(_MEMBERS.format(condition=condition), values)
    gone = [row[0] for row in cursor.fetchall()]
    if gone:
        cursor.execute(_COUNT, [list(set(gone))])
    return len(gone)


def _empty(cursor: Any, condition: str, values: dict[str, Any]) -> int:
    """Clusters that nothing is in any more, with those that were joined with them."""
    cursor.execute(_EMPTY.format(condition=condition), values)
    return int(cursor.fetchone()[0])
