"""Several items in one pair of hands: their leases, kept and let go together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.actions.claiming import person

# A page that goes away may only be loading anew: so long its items stay in the same hands.
LEAVING = timedelta(seconds=30)


def keep_many(*, actor: Actor, work_ids: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    """Say "still here" for several: each lease that is still this person's runs its full length from now. Returns their
    new ends; what is not in it is lost. Not an action, as `heartbeat`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE work_claim c SET heartbeat_at = %(now)s, until = GREATEST(c.until, %(now)s::timestamptz "
            "+ make_interval(secs => q.lease_seconds)) "
            "FROM work_workitem w JOIN work_queue q ON q.id = w.queue_id "
            "WHERE c.work_id = w.id AND w.id = ANY(%(work)s) AND c.staff_id = %(staff)s AND c.ended_at IS NULL "
            "AND NOT c.ahead RETURNING c.work_id, c.until",
            {"now": now, "work": list(work_ids), "staff": person(actor)},
        )
        return dict(cursor.fetchall())


def leave_soon(*, actor: Actor, work_ids: Iterable[UUID], now: datetime) -> None:
    """The page that shows these is going away. Unless it is back within LEAVING (`keep_many`), they wait for anyone again:
    their leases lapse. Not an action: lapsing is told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE work_claim SET until = %(soon)s WHERE work_id = ANY(%(work)s) AND staff_id = %(staff)s "
            "AND ended_at IS NULL AND until > %(soon)s",
            {"soon": now + LEAVING, "work": list(work_ids), "staff": person(actor)},
        )
