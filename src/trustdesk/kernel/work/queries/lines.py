"""Asking about queues as their leads see them: what each lane holds, who is next and why, who works on what.

Nothing here counts beyond 1,000 rows of a pool, so a line of a million costs what one of a thousand does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.models import Named, Pool, Queue, WorkItem
from trustdesk.kernel.work.queries import WorkView, views
from trustdesk.kernel.work.queries.waiting import MOST_COUNTED
from trustdesk.kernel.work.rules.conditions import matches, read

_LANES = 10  # lanes are numbers below this


@dataclass(frozen=True)
class LaneNow:
    """What waits of one lane in one queue: counts go to 1,000 a pool, 1001 in all means more."""

    queue: str
    queue_name: str
    lane: int
    waiting: int
    oldest_at: datetime | None
    due_soon: int  # due within the hour, or late
    late: int
    due_first: datetime | None  # of these, the earliest due time
    people: int  # who hold some of it now


@dataclass(frozen=True)
class PlaceInLine:
    """How much is dealt before a piece of work, counted to 1,001, while nothing comes or goes."""

    before: int


@dataclass(frozen=True)
class NamedView:
    """Who works on a queue: people and teams by id and name. `second`: the ids of those for whom it is a second queue."""

    people: tuple[tuple[UUID, str], ...] = ()
    teams: tuple[tuple[UUID, str], ...] = ()
    second: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.people or self.teams)


def taker(facets: Mapping[str, str], *, kind: str, named: str = "") -> str | None:
    """The code of the queue that takes new work with these values: the one `named` if it takes new work, else the one
    whose condition holds, else the fallback; None on a desk without one. One query."""
    found: str | None = None
    rows = Queue.objects.filter(takes_new=True).values_list("code", "kinds", "condition", "fallback").order_by("code")
    for code, kinds, condition, fallback in rows:
        if kinds and kind not in kinds:
            continue
        if named and code == named:
            return str(code)
        if (condition is not None and matches(read(condition), facets)) or (fallback and found is None):
            found = code
    return found


def fallback() -> str | None:
    """The code of the queue that takes what no other takes. One query."""
    return Queue.objects.filter(fallback=True).values_list("code", flat=True).first()


@dataclass(frozen=True)
class QueueTarget:
    """By when a queue's work should be done: minutes of plain time, or of the calendar's open time."""

    minutes: int
    business: bool
    calendar: str


def target_of(queue: str) -> QueueTarget | None:
    """A queue's own target; None when it has none. One query."""
    row = Queue.objects.filter(code=queue, target_minutes__isnull=False).values_list(
        "target_minutes", "target_business", "calendar__code"
    )
    found = row.first()
    return QueueTarget(minutes=found[0] or 0, business=found[1], calendar=found[2] or "") if found else None


def named_on(queues: Iterable[UUID]) -> dict[UUID, NamedView]:
    """Who is named for these queues, by name; one query, queues without anybody are left out."""
    people: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    teams: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    rows = Named.objects.filter(queue__in=list(queues)).values_list(
        "queue_id", "staff_id", "staff__name", "team_id", "team__name", "second"
    )
    later: dict[UUID, set[UUID]] = defaultdict(set)
    for queue, staff, name, team, team_name, second in rows:
        (people if staff else teams)[queue].append((staff or team, name or team_name))
        if second:
            later[queue].add(staff or team)
    return {
        queue: NamedView(people=_by_name(people[queue]), teams=_by_name(teams[queue]), second=frozenset(later[queue]))
        for queue in {*people, *teams}
    }


def _by_name(found: list[tuple[UUID, str]]) -> tuple[tuple[UUID, str], ...]:
    return tuple(sorted(found, key=lambda one: (one[1].casefold(), one[0])))


def waiting(*, actor: Actor, queue: str, limit: int = 50) -> list[WorkView]:
    """What waits in a queue, in the order in which it is dealt; what the actor may see of it. Four queries."""
    pools = [pool for pool, _, _ in _pools(actor, queue=queue)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.id FROM unnest(%s::smallint[]) AS p(id) CROSS JOIN LATERAL ("
            "SELECT w.id, w.lane, w.rank FROM work_workitem w WHERE w.pool_id = p.id AND w.state = 'open' "
            "ORDER BY w.lane, w.rank DESC, w.id LIMIT %s) AS h ORDER BY h.lane, h.rank DESC, h.id LIMIT %s",
            [pools, limit, limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    found = {view.id: view for view in views(list(_rows(ids)))}
    return [found[one] for one in ids if one in found]


def _rows(ids: Sequence[UUID]) -> Iterable[WorkItem]:
    return WorkItem.objects.filter(id__in=ids).select_related("queue", "holder")


def place_in_line(work_id: UUID) -> PlaceInLine | None:
    """Where waiting work stands in its queue; None when it does not wait. Two queries."""
    row = WorkItem.objects.filter(id=work_id, state=WorkItem.State.OPEN).values_list("queue_id", "lane", "rank").first()
    if row is None:
        return None
    queue, lane, rank = row
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM work_pool p CROSS JOIN LATERAL ("
            "  SELECT 1 FROM (SELECT w.lane, w.rank FROM work_workitem w WHERE w.pool_id = p.id AND w.state = 'open' "
            "    ORDER BY w.lane, w.rank DESC LIMIT %(most)s) AS h WHERE (h.lane, -h.rank) < (%(lane)s, -%(rank)s::float8)"
            ") AS r WHERE p.queue_id = %(queue)s LIMIT %(most)s) AS c",
            {"queue": queue, "lane": lane, "rank": rank, "most": MOST_COUNTED + 1},
        )
        return PlaceInLine(before=cursor.fetchone()[0])


_WAITING = """
SELECT p.id, h.lane, h.n, h.oldest FROM unnest(%(pools)s::smallint[]) AS p(id) CROSS JOIN generate_series(0, %(lanes)s - 1) AS l(lane)
CROSS JOIN LATERAL (
    SELECT r.lane, count(*)::int AS n, min(r.opened_at) AS oldest FROM (
        SELECT coalesce(w.own_lane, w.lane) AS lane, w.opened_at FROM work_workitem w
        WHERE w.pool_id = p.id AND w.state = 'open' AND w.lane = l.lane ORDER BY w.opened_at LIMIT %(most)s
    ) AS r GROUP BY r.lane
) AS h
"""
_DUE = """
SELECT p.id, h.lane, h.n, h.late, h.first FROM unnest(%(pools)s::smallint[]) AS p(id) CROSS JOIN LATERAL (
    SELECT r.lane, count(*)::int AS n, (count(*) FILTER (WHERE r.due_at < %(now)s))::int AS late, min(r.due_at) AS first FROM (
        SELECT coalesce(w.own_lane, w.lane) AS lane, w.due_at FROM work_workitem w
        WHERE w.pool_id = p.id AND w.state = 'open' AND w.due_at <= %(soon)s ORDER BY w.due_at LIMIT %(most)s
    ) AS r GROUP BY r.lane
) AS h
"""
_HELD = """
SELECT queue_id, coalesce(own_lane, lane), count(DISTINCT holder_id)::int FROM work_workitem
WHERE state = 'claimed' GROUP BY 1, 2
"""


def lanes(*, actor: Actor, now: datetime) -> list[LaneNow]:
    """Every lane of every queue in which something waits or is held, gravest lane first; what the actor may see.
    Four queries, whatever the number of queues, people and rows."""
    pools = _pools(actor)
    queue_of = {pool: (queue, name) for pool, queue, name in pools}
    names: dict[UUID, tuple[str, str]] = {
        pk: (code, name) for pk, code, name in Queue.objects.values_list("id", "code", "name")
    }
    values: dict[str, Any] = {
        "pools": list(queue_of),
        "lanes": _LANES,
        "most": MOST_COUNTED + 1,
        "now": now,
        "soon": now + timedelta(hours=1),
    }
    found: dict[tuple[str, int], _Sum] = defaultdict(_Sum)
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, values)
        for pool, lane, count, oldest in cursor.fetchall():
            one = found[queue_of[pool][0], lane]
            one.waiting, one.oldest = one.waiting + count, min(oldest, one.oldest or oldest)
        cursor.execute(_DUE, values)
        for pool, lane, count, late, first in cursor.fetchall():
            one = found[queue_of[pool][0], lane]
            one.due, one.late, one.first = one.due + count, one.late + late, min(first, one.first or first)
        cursor.execute(_HELD)
        for queue, lane, people in cursor.fetchall():
            if names[queue][0] in {code for code, _ in queue_of.values()}:
                found[names[queue][0], lane].people = people
    titles = dict(names.values())
    capped = MOST_COUNTED + 1
    return [
        LaneNow(
            queue=queue,
            queue_name=titles[queue],
            lane=lane,
            waiting=min(one.waiting, capped),
            oldest_at=one.oldest,
            due_soon=min(one.due, capped),
            late=min(one.late, capped),
            due_first=one.first,
            people=one.people,
        )
        for (queue, lane), one in sorted(found.items(), key=lambda each: (each[0][1], titles[each[0][0]].casefold()))
    ]


@dataclass
class _Sum:
    waiting: int = 0
    oldest: datetime | None = None
    due: int = 0
    late: int = 0
    first: datetime | None = None
    people: int = 0


def holding() -> dict[UUID, int]:
    """How many items each person holds now; people who hold none are left out. One query."""
    rows = WorkItem.objects.filter(state=WorkItem.State.CLAIMED).values("holder_id").annotate(n=Count("id"))
    return {row["holder_id"]: row["n"] for row in rows.order_by("holder_id")}


def _pools(actor: Actor, *, queue: str | None = None) -> list[tuple[int, str, str]]:
    """(pool, queue, queue's name) of what the actor may see; one query."""
    rows = Pool.objects.values_list("id", "queue__code", "queue__name", "market")
    if queue is not None:
        rows = rows.filter(queue__code=queue)
    may: dict[tuple[str, str], bool] = {}
    seen: list[tuple[int, str, str]] = []
    for pool, code, name, market in rows:
        scope = (code, market)
        if scope not in may:
            may[scope] = actor.may("work.read", market=market or None, queue=code)
        if may[scope]:
            seen.append((pool, code, name))
    return seen
