"""The claim in one statement: the best row that the claimer may have and nobody else is taking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from trustdesk.kernel.work.rules.priority import OLDEST_EVERY

# How many rows at the head of each pool are looked at before the exhaustive statement: with fewer claimers than this
# busy in one pool, the first statement always finds what there is.
HEADS = 8

_NOT_BARRED = """NOT EXISTS (
            SELECT 1 FROM work_barred b
            WHERE b.work_id = w.id AND b.staff_id = %(staff)s AND (b.until IS NULL OR b.until > %(now)s))"""

# Heads are read without locks, merged into one order, and then exactly one row is locked: whoever comes second steps
# over it (SKIP LOCKED) to the next best, and a row that changed since the snapshot fails the repeated state = 'open'.
# Locking inside each pool instead (LIMIT 1 FOR UPDATE per pool) would hide the heads of all other pools from everyone
# else for as long as this claim lasts.
_HEADS = """
    SELECT w.id FROM (
        SELECT w.id, {keys} FROM unnest({pools}::smallint[]) AS p(id) CROSS JOIN LATERAL (
            SELECT w.id, {keys} FROM work_workitem w
            WHERE w.pool_id = p.id AND w.state = 'open' AND {not_barred}
            ORDER BY {order} LIMIT %(heads)s
        ) w
    ) h JOIN work_workitem w ON w.id = h.id
    WHERE w.state = 'open'
    ORDER BY {head_order} LIMIT 1 FOR UPDATE OF w SKIP LOCKED"""

# The exhaustive form: the first row of each pool that nobody else holds locked, however deep it lies.
_DEEP = """
    SELECT d.id FROM unnest({pools}::smallint[]) AS p(id) CROSS JOIN LATERAL (
        SELECT w.id, {keys} FROM work_workitem w
        WHERE w.pool_id = p.id AND w.state = 'open' AND {not_barred}
        ORDER BY {order} LIMIT 1 FOR UPDATE OF w SKIP LOCKED
    ) d
    ORDER BY {deep_order} LIMIT 1"""

_BEST = {"keys": "w.lane, w.rank", "order": "w.lane, w.rank DESC, w.id", "head_order": "h.lane, h.rank DESC, h.id"}
_ELDEST = {"keys": "w.opened_at", "order": "w.opened_at, w.id", "head_order": "h.opened_at, h.id"}


def _pick(form: str, by: dict[str, str], *, when: str) -> str:
    # An empty array of pools switches a form off without planning tricks.
    pools = f"(CASE WHEN {when} THEN %(pools)s::smallint[] ELSE '{{}}' END)"
    return form.format(pools=pools, not_barred=_NOT_BARRED, deep_order=by["head_order"].replace("h.", "d."), **by)


# The claimer's counter goes up with the claim and, should nothing be found, back with the transaction.
_NEXT_TURN = """
    INSERT INTO work_turn AS t (staff_id, asked, taken) VALUES (%(staff)s, %(asked)s, 1)
    ON CONFLICT (staff_id, asked) DO UPDATE SET taken = t.taken + 1
    RETURNING taken %% {every} = 0 AS oldest"""
_SAME_TURN = """
    SELECT taken %% {every} = 0 AS oldest FROM work_turn WHERE staff_id = %(staff)s AND asked = %(asked)s"""

_TAKE = """
WITH turn AS ({turn}
), best AS ({best}
), eldest AS ({eldest}
), taken AS (
    UPDATE work_workitem w SET state = 'claimed', holder_id = %(staff)s, changed_at = %(now)s, version = w.version + 1
    FROM work_queue q
    WHERE w.id = (SELECT id FROM best UNION ALL SELECT id FROM eldest LIMIT 1) AND q.id = w.queue_id
    RETURNING w.id, w.kind, q.code, %(now)s::timestamptz + make_interval(secs => q.lease_seconds) AS until
), leased AS (
    INSERT INTO work_claim (id, work_id, staff_id, since, until, heartbeat_at, ended_how)
    SELECT %(claim)s, id, %(staff)s, %(now)s, until, %(now)s, '' FROM taken
)
SELECT taken.*, (SELECT oldest FROM turn) FROM taken
"""


def _take(form: str, *, turn: str) -> str:
    return _TAKE.format(
        turn=turn.format(every=OLDEST_EVERY),
        best=_pick(form, _BEST, when="NOT (SELECT oldest FROM turn)"),
        eldest=_pick(form, _ELDEST, when="(SELECT oldest FROM turn)"),
    )


TAKE_HEAD = _take(_HEADS, turn=_NEXT_TURN)
TAKE_DEEP = _take(_DEEP, turn=_SAME_TURN)


@dataclass(frozen=True)
class Dealt:
    work: UUID
    kind: str
    queue: str
    until: datetime
    oldest_turn: bool


def deal(*, staff: UUID, pools: list[int], asked: str, claim: UUID, now: datetime) -> Dealt | None:
    """Take the best open row of these pools for `staff`, with its lease and turn; None when there is none."""
    values: dict[str, Any] = {
        "staff": staff, "pools": pools, "asked": asked, "claim": claim, "now": now, "heads": HEADS
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TAKE_HEAD, values)
        row = cursor.fetchone()
        if row is None:
            # Empty, or more claimers than HEADS are busy at the head of every pool.
            cursor.execute(TAKE_DEEP, values)
            row = cursor.fetchone()
    return Dealt(*row) if row else None
