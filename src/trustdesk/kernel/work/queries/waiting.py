"""What waits in each pool, whoever may see it: for the counts that open pages are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

MOST_COUNTED = 1000


@dataclass(frozen=True)
class PoolCounts:
    """What waits now: by pool (as text) what is open and what of it is due within the hour, each counted up to 1,001; empty
    pools are left out. `newest` is the last pool made, `open_queues` the codes of the queues from which work is dealt."""

    pools: dict[str, tuple[int, int]]
    newest: int
    open_queues: list[str]


_BY_POOL = f"""
SELECT p.id,
    (SELECT count(*) FROM (SELECT 1 FROM work_workitem w WHERE w.pool_id = p.id AND w.state = 'open' LIMIT {MOST_COUNTED + 1}) AS o),
    (SELECT count(*) FROM (SELECT 1 FROM work_workitem w
        WHERE w.pool_id = p.id AND w.state = 'open' AND w.due_at <= %s LIMIT {MOST_COUNTED + 1}) AS d)
FROM work_pool p
"""  # noqa: S608  our own words only


def waiting_by_pool(*, now: datetime) -> PoolCounts:
    """What waits in every pool, whoever may see it: for the live counts. Two queries, whatever waits."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_POOL, [now + timedelta(hours=1)])
        rows = cursor.fetchall()
    known = pools_now()
    return PoolCounts(
        pools={str(pool): (waits, soon) for pool, waits, soon in rows if waits},
        newest=known["newest"],
        open_queues=known["open"],
    )


def pools_now() -> dict[str, Any]:
    """Which pools and open queues there are, to notice later that there are others: {"newest", "open"}. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM work_pool), "
            "(SELECT coalesce(array_agg(code::text ORDER BY code), '{}') FROM work_queue WHERE is_open)"
        )
        newest, opened = cursor.fetchone()
    return {"newest": newest, "open": opened}
