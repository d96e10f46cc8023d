"""The sequencer: gives facts their gapless position, in an order that no late commit can slip behind."""

from django.db import connection, transaction

# Any number, the same in every process of a desk.
_LOCK = 7_316_001
BATCH = 5_000


def sequence(*, limit: int = BATCH) -> int:
    """Give positions to all facts whose transaction is over; returns how many got one.

    A fact is ready when its transaction id lies below the oldest transaction still running
    (`pg_snapshot_xmin(pg_current_snapshot())`): nothing with a smaller id can commit any more, so order by
    (transaction id, id) is final. One process at a time holds the advisory lock; the others return 0 at once.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("INSERT INTO ledger_sequencer (id, position, xid) VALUES (1, 0, 0) ON CONFLICT DO NOTHING")
        cursor.execute(
            "SELECT position, xid, pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM ledger_sequencer"
        )
        position, seen, low, high = cursor.fetchone()
        if seen > high:
            # The database was restored into a new cluster, whose transaction ids start again: find what has no
            # position the slow way, once. Restored facts carry ids of the old cluster, all of them committed.
            cursor.execute(
                "SELECT f.id, 0 FROM ledger_fact f LEFT JOIN ledger_position p ON p.fact_id = f.id"
                " WHERE p.fact_id IS NULL AND (f.xid < %s::text::xid8 OR f.xid >= %s::text::xid8)"
                " ORDER BY f.id",
                [low, high],
            )
            ready, reached = cursor.fetchall(), low
        else:
            cursor.execute(
                "SELECT id, xid::text::bigint FROM ledger_fact"
                " WHERE xid >= %s::text::xid8 AND xid < %s::text::xid8 ORDER BY xid, id LIMIT %s",
                [seen, low, limit],
            )
            ready, reached = cursor.fetchall(), low
            if len(ready) == limit:
                # A full batch may end inside a transaction: go up to the last whole one, unless it is a single one.
                last = ready[-1][1]
                whole = [row for row in ready if row[1] != last]
                if whole:
                    ready, reached = whole, last
                else:
                    cursor.execute(
                        "SELECT id, xid::text::bigint FROM ledger_fact WHERE xid = %s::text::xid8 ORDER BY id", [last]
                    )
                    ready, reached = cursor.fetchall(), last + 1
        cursor.execute(
            "INSERT INTO ledger_position (position, fact_id)"
            " SELECT %s + n, id FROM unnest(%s::uuid[]) WITH ORDINALITY AS t(id, n)",
            [position, [row[0] for row in ready]],
        )
        cursor.execute("UPDATE ledger_sequencer SET position = %s, xid = %s", [position + len(ready), reached])
        return len(ready)
