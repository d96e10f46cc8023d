"""The claim in one statement: the best row that the claimer may have and nobody else is taking."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from trustdesk.kernel.work.rules.priority import is_oldest_turn

# How many rows at the head of the merged order are offered to the lock: with fewer claimers than this at work, the first
# statement always finds what there is.
HEADS = 12

_OPEN_ROWS = """SELECT w.id, {keys} FROM work_workitem w
            WHERE w.pool_id = p.id AND w.state = 'open' AND w.lane >= %(lanes_from)s AND NOT EXISTS (
                SELECT 1 FROM work_barred b
                WHERE b.work_id = w.id AND b.staff_id = %(staff)s AND (b.until IS NULL OR b.until > %(now)s))
            ORDER BY {order}"""

# Heads are read without locks, merged into one order, and then exactly one row is locked: whoever comes second steps
# over it (SKIP LOCKED) to the next best, and a row that changed since the snapshot fails the repeated state = 'open'.
# Locking inside each pool instead (LIMIT 1 FOR UPDATE per pool) would hide the heads of all other pools from everyone
# else for as long as this claim lasts.
_HEAD = """
    SELECT w.id FROM (
        SELECT h.* FROM unnest(%(pools)s::smallint[], %(second)s::boolean[]) AS p(id, second) CROSS JOIN LATERAL (
            {rows} LIMIT %(heads)s
        ) AS h
        ORDER BY {merged} LIMIT %(heads)s
    ) AS h JOIN work_workitem w ON w.id = h.id
    WHERE w.state = 'open' AND EXISTS (SELECT 1 FROM turn)
    ORDER BY {merged} LIMIT 1 FOR UPDATE OF w SKIP LOCKED"""

# The exhaustive form: the first row of each pool that nobody holds locked, however deep it lies.
_DEEP = """
    SELECT h.id FROM unnest(%(pools)s::smallint[], %(second)s::boolean[]) AS p(id, second) CROSS JOIN LATERAL (
            {rows} LIMIT 1 FOR UPDATE OF w SKIP LOCKED
    ) AS h
    ORDER BY {merged} LIMIT 1"""

# The claimer's counter goes up only from the number that chose between best and oldest: should the same person claim
# twice at once, the second finds no row here, claims nothing and asks again.
_NEXT_TURN = """
    INSERT INTO work_turn AS t (staff_id, asked, taken) VALUES (%(staff)s, %(asked)s, 1)
    ON CONFLICT (staff_id, asked) DO UPDATE SET taken = t.taken + 1 WHERE t.taken = %(taken)s
    RETURNING t.taken"""
_SAME_TURN = "SELECT 1"

_TAKE = """
WITH turn AS ({turn}
), next AS ({pick}
), taken AS (
    UPDATE work_workitem w SET state = 'claimed', holder_id = %(staff)s, changed_at = %(now)s, version = w.version + 1
    FROM work_queue q
    WHERE w.id = (SELECT id FROM next) AND q.id = w.queue_id
    RETURNING w.id, w.kind, q.code, w.pool_id, w.category, w.lane,
        %(now)s::timestamptz + make_interval(secs => COALESCE(%(seconds)s::int, q.lease_seconds)) AS until
), leased AS (
    INSERT INTO work_claim (id, work_id, staff_id, since, until, heartbeat_at, ended_how, ahead, opened_at)
    SELECT %(claim)s, id, %(staff)s, %(now)s, until, %(now)s, '', %(ahead)s, CASE WHEN %(ahead)s THEN NULL ELSE %(now)s::timestamptz END
    FROM taken
)
SELECT taken.* FROM turn LEFT JOIN taken ON true
"""


def _take(turn: str, form: str, *, keys: str, order: str, merged: str) -> str:
    rows = _OPEN_ROWS.format(keys=keys, order=order)
    return _TAKE.format(turn=turn, pick=form.format(rows=rows, merged=merged))


# In each lane a person's second queues come after their others; lanes come before both, and the oldest is the oldest.
_BEST = {
    "keys": "w.lane, p.second, w.rank",
    "order": "w.lane, w.rank DESC, w.id",
    "merged": "h.lane, h.second, h.rank DESC, h.id",
}
_OLDEST = {"keys": "w.opened_at", "order": "w.opened_at, w.id", "merged": "h.opened_at, h.id"}

BEST, BEST_DEEP = _take(_NEXT_TURN, _HEAD, **_BEST), _take(_SAME_TURN, _DEEP, **_BEST)
OLDEST, OLDEST_DEEP = _take(_NEXT_TURN, _HEAD, **_OLDEST), _take(_SAME_TURN, _DEEP, **_OLDEST)


class TurnMoved(Exception):
    """The same person claimed elsewhere at this moment: their counter is no longer what was read."""


@dataclass(frozen=True)
class Dealt:
    work: UUID
    kind: str
    queue: str
    pool: int
    category: str
    lane: int
    until: datetime


def deal(
    *,
    staff: UUID,
    pools: list[int],
    rest: list[int] | None = None,
    second: Set[int] = frozenset(),
    asked: str,
    taken: int,
    claim: UUID,
    now: datetime,
    lanes_from: int = 0,
    ahead_seconds: int | None = None,
) -> Dealt | None:
    """Take the next open row of these pools for `staff`, with its lease; only when there is none, of the `rest`. None
    when there is none there either. Those of `second` come after the others in each lane.

    `taken` is how often they claimed from this selection before; every tenth time the oldest row is next, else the best.
    `ahead_seconds`: dealt ahead of them, with a lease of so many seconds. Raises TurnMoved.
    """
    values: dict[str, Any] = {
        "staff": staff,
        "pools": pools,
        "second": [pool in second for pool in pools],
        "asked": asked,
        "taken": taken,
        "claim": claim,
        "now": now,
        "heads": HEADS,
        "lanes_from": lanes_from,
        "ahead": ahead_seconds is not None,
        "seconds": ahead_seconds,
    }
    head, deep = (OLDEST, OLDEST_DEEP) if is_oldest_turn(taken + 1) else (BEST, BEST_DEEP)
    with connection.cursor() as cursor:
        cursor.execute(head, values)
        row = cursor.fetchone()
        if row is None:
            raise TurnMoved
        # Empty, or more claimers than HEADS hold what is next.
        for ids in (pools, rest or []):
            if row[0] is None and ids:
                cursor.execute(deep, {**values, "pools": ids, "second": [pool in second for pool in ids]})
                row = cursor.fetchone()
    return Dealt(*row) if row[0] is not None else None


_URGENT = """
SELECT EXISTS (SELECT 1 FROM unnest(%(pools)s::smallint[]) AS p(id) CROSS JOIN LATERAL (
    SELECT 1 FROM work_workitem w
    WHERE w.pool_id = p.id AND w.state = 'open' AND w.lane < %(lanes_from)s AND NOT EXISTS (
        SELECT 1 FROM work_barred b
        WHERE b.work_id = w.id AND b.staff_id = %(staff)s AND (b.until IS NULL OR b.until > %(now)s))
    LIMIT 1) AS urgent)
"""


def urgent_waits(*, staff: UUID, pools: list[int], lanes_from: int, now: datetime) -> bool:
    """Does something of the lanes before `lanes_from` wait that this person may have?"""
    with connection.cursor() as cursor:
        cursor.execute(_URGENT, {"staff": staff, "pools": pools, "lanes_from": lanes_from, "now": now})
        return bool(cursor.fetchone()[0])
