"""True time: how the minutes before a person are shared by the claims they had open at once.

A batch is twenty claims and one pair of eyes. Each moment counts once and is shared equally by the claims of one queue that
were open in it, so the cards of a batch together take as long as the batch did. Claims of another queue share nothing: a
grid left open in another tab must not make what is really looked at cheaper.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection

from trustdesk.wellbeing.rules import MOST_MINUTES

# `shares` (id of the exposure, minutes) of every claim of a person that is not booked. A claim lasts from when it was opened
# to its end, for MOST_MINUTES at most; a lapsed one to its last sign of life; an open one to now. What overlaps it matters
# although it is booked already: that one was given its part of the same minutes.
SHARES = """
spans AS (
    SELECT e.id, w.queue_id AS queue, e.ended_at IS NULL AS own, c.opened_at AS a, LEAST(
        c.opened_at + make_interval(mins => %(most)s::int),
        CASE c.ended_how WHEN 'lapsed' THEN c.heartbeat_at ELSE COALESCE(c.ended_at, %(now)s::timestamptz) END) AS b
    FROM wellbeing_exposure e JOIN work_claim c ON c.id = e.claim_id JOIN work_workitem w ON w.id = c.work_id
    WHERE e.staff_id = %(staff)s AND c.opened_at IS NOT NULL AND (e.ended_at IS NULL OR e.ended_at > (
        SELECT min(o.opened_at) FROM wellbeing_exposure u JOIN work_claim o ON o.id = u.claim_id
        WHERE u.staff_id = %(staff)s AND u.ended_at IS NULL))
), near AS (
    SELECT s.* FROM spans s WHERE s.a < s.b AND EXISTS (
        SELECT FROM spans o WHERE o.own AND o.queue = s.queue AND o.a < s.b AND s.a < o.b)
), pieces AS (
    SELECT queue, at, lead(at) OVER (PARTITION BY queue ORDER BY at) AS till
    FROM (SELECT queue, a AS at FROM near UNION SELECT queue, b FROM near) AS cuts
), shared AS (
    SELECT p.queue, p.at, p.till, extract(epoch FROM p.till - p.at)::float8 / 60 / count(*) AS minutes
    FROM pieces p JOIN near n ON n.queue = p.queue AND n.a <= p.at AND n.b >= p.till GROUP BY p.queue, p.at, p.till
), shares AS (
    SELECT n.id, sum(s.minutes) AS minutes
    FROM near n JOIN shared s ON s.queue = n.queue AND s.at >= n.a AND s.till <= n.b WHERE n.own GROUP BY n.id
)"""


def minutes_of(claim: UUID, *, now: datetime) -> float | None:
    """The share of the time that a claim took which is not booked yet; None where there is no such claim. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff_id FROM wellbeing_exposure WHERE claim_id = %s AND ended_at IS NULL", [claim])
        found = cursor.fetchone()
        if found is None:
            return None
        cursor.execute(
            f"WITH {SHARES} SELECT COALESCE(sum(shares.minutes), 0) "  # noqa: S608  a constant
            "FROM wellbeing_exposure e JOIN shares ON shares.id = e.id WHERE e.claim_id = %(claim)s",
            {"staff": found[0], "claim": claim, "now": now, "most": MOST_MINUTES},
        )
        return float(cursor.fetchone()[0])
