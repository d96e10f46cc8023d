"""Forgetting: buckets grow coarser with age, then go; so do remembered texts and kept results. In small bites."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from trustdesk.signals.actions.forgetting import sweep_likeness
from trustdesk.signals.rules import CLOCK_TOLERANCE, KEPT, TIERS

# Rows a statement takes at most: it is over within a fraction of a second and holds nobody up.
BITE = 5_000
RESULTS_KEPT = timedelta(days=30)
# A bucket is thinned out a little later than it could be: a window may end a little before now.
_LATER = timedelta(minutes=15)

# Of the buckets that fall into one coarser bucket, the first is kept: its `before` is that of the coarser one.
_THIN = """
WITH old AS (
  SELECT id, counter_id, start FROM signals_counterbucket
  WHERE tier = %(tier)s AND start < %(older)s ORDER BY start LIMIT %(bite)s FOR UPDATE SKIP LOCKED
), needless AS (
  SELECT o.id FROM old o WHERE EXISTS (
    SELECT 1 FROM signals_counterbucket b WHERE b.counter_id = o.counter_id AND b.start < o.start
    AND b.start >= to_timestamp(floor(extract(epoch FROM o.start) / %(width)s) * %(width)s))
), gone AS (
  DELETE FROM signals_counterbucket WHERE id IN (SELECT id FROM needless)
), kept AS (
  UPDATE signals_counterbucket SET tier = %(tier)s + 1
  WHERE id IN (SELECT id FROM old EXCEPT SELECT id FROM needless)
)
SELECT count(*) FROM old
"""

# With its last bucket a counter goes too. That bucket may have begun up to its width before what was counted into it.
_COARSEST = TIERS[-1][1]
_DROP = """
WITH old AS MATERIALIZED (
  SELECT id FROM signals_counterbucket WHERE tier = %(last)s AND start < %(older)s
  ORDER BY start LIMIT %(bite)s FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM signals_counterbucket WHERE id IN (SELECT id FROM old) RETURNING counter_id
), idle AS (
  DELETE FROM signals_counter WHERE id IN (
    SELECT id FROM signals_counter WHERE id IN (SELECT counter_id FROM gone) AND at < %(idle)s FOR UPDATE SKIP LOCKED
  )
)
SELECT count(*) FROM gone
"""


def sweep(*, now: datetime) -> int:
    """One bite of each kind of what is too old or too fine; returns how much was done, 0 when all is tidy."""
    done = 0
    with connection.cursor() as cursor:
        for tier, (age, _) in enumerate(TIERS[:-1]):
            width = TIERS[tier + 1][1].total_seconds()
            values: dict[str, Any] = {"tier": tier, "older": now - age - _LATER, "width": width, "bite": BITE}
            cursor.execute(_THIN, values)
            done += cursor.fetchone()[0]
        cursor.execute(
            _DROP, {"older": now - KEPT, "idle": now - KEPT + _COARSEST, "last": len(TIERS) - 1, "bite": BITE}
        )
        done += cursor.fetchone()[0]
        for table, column, condition, bound in (
            # Written by a clock that was far ahead: later counts say how many they were.
            ("signals_counterbucket", "tier, start", "tier = 0 AND start > %s", now + CLOCK_TOLERANCE * 2),
            ("signals_seentext", "at", "at < %s", now - KEPT),
            ("signals_bankmatch", "at", "at < %s", now - KEPT),
            ("signals_accountmark", "at", "at < %s", now - KEPT),
            ("signals_signalresult", "at", "at < %s", now - RESULTS_KEPT),
            ("signals_remoteanswer", "at", "at < %s", now - KEPT),
        ):
            # As a subquery the plan may run it once for each row it meets, and the bite would be everything.
            cursor.execute(
                f"WITH old AS MATERIALIZED (SELECT id FROM {table} WHERE {condition}"  # noqa: S608  names from the line above
                f" ORDER BY {column} LIMIT {BITE} FOR UPDATE SKIP LOCKED)"
                f" DELETE FROM {table} WHERE id IN (SELECT id FROM old)",
                [bound],
            )
            done += cursor.rowcount
    return done + sweep_likeness(now=now)
