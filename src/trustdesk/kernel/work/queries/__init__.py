"""Asking about work: what waits, for whom, why in this order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q, Subquery

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.models import Calendar, Claim, Clock, Pool, Queue, WorkItem
from trustdesk.kernel.work.queries.standing import claimable_pools
from trustdesk.kernel.work.queries.waiting import MOST_COUNTED
from trustdesk.kernel.work.rules.conditions import Condition, read
from trustdesk.kernel.work.rules.priority import Part


@dataclass(frozen=True)
class QueueView:
    id: UUID
    code: str
    name: str
    kinds: tuple[str, ...]
    right: str
    is_open: bool
    lease_seconds: int
    cool_down_seconds: int
    condition: Condition | None  # None: takes only what is opened in it by name
    fallback: bool
    takes_new: bool
    drained_from: int | None  # what waited when its draining began, counted to 1,001
    calendar: str
    target_minutes: int | None
    target_business: bool
    version: int
    batch_question: str = ""  # asked of every item, where the queue is worked as a grid

    @property
    def state(self) -> str:
        """open, paused, draining or closed."""
        if self.takes_new:
            return "open" if self.is_open else "paused"
        return "draining" if self.is_open else "closed"


@dataclass(frozen=True)
class WorkView:
    """A work item as lists and pages show it."""

    id: UUID
    kind: str
    queue: str
    queue_name: str
    state: str
    lane: int
    score: float
    score_parts: tuple[Part, ...]
    holder: UUID | None
    holder_name: str
    claimed_until: datetime | None
    team: UUID | None
    subject_line: str
    category: str
    language: str
    market: str
    tags: tuple[str, ...]
    opened_at: datetime
    due_at: datetime | None
    held_until: datetime | None
    changed_at: datetime
    ended_at: datetime | None
    version: int


@dataclass(frozen=True)
class WorkFilter:
    """What to list; None or empty means any."""

    states: tuple[str, ...] = ()
    queue: str | None = None
    kind: str | None = None
    holder: UUID | None = None
    team: UUID | None = None
    category: str | None = None
    language: str | None = None
    market: str | None = None
    tag: str | None = None
    due_before: datetime | None = None


@dataclass(frozen=True)
class After:
    """Where the page before ended: the ordering value and id of its last row."""

    value: datetime
    id: UUID


@dataclass(frozen=True)
class Page:
    """One page of work; `next` is None on the last."""

    rows: tuple[WorkView, ...]
    next: After | None


@dataclass(frozen=True)
class QueueCount:
    """What waits in a queue, counted up to 1,000: 1001 means more."""

    queue: str
    name: str
    waiting: int
    mine: int  # of these, what the asker may claim
    due_soon: int  # due within the hour, or overdue
    oldest_at: datetime | None

    @staticmethod
    def words(count: int) -> str:
        """A count as people read it: "17", "1,000+"."""
        return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


@dataclass(frozen=True)
class ClockView:
    """A service-level clock as pages show it."""

    id: UUID
    work: UUID
    name: str
    phase: str
    target_minutes: int | None
    business: bool
    calendar: str
    started_at: datetime
    due_at: datetime | None
    warned_at: datetime | None
    breached_at: datetime | None
    fulfilled_at: datetime | None


@dataclass(frozen=True)
class CalendarView:
    code: str
    name: str
    zone: str
    slots: dict[str, list[list[str]]]
    holidays: tuple[str, ...]
    version: int
    archived_at: datetime | None


Order = Literal["oldest", "newest", "due", "changed"]
_ORDERS: dict[str, tuple[str, str]] = {
    "oldest": ("opened_at", ""),
    "newest": ("opened_at", "-"),
    "due": ("due_at", ""),
    "changed": ("changed_at", "-"),
}


def queues() -> list[QueueView]:
    """All queues, by name."""
    return [
        QueueView(
            id=row.id,
            code=row.code,
            name=row.name,
            kinds=tuple(row.kinds),
            right=row.right,
            is_open=row.is_open,
            lease_seconds=row.lease_seconds,
            cool_down_seconds=row.cool_down_seconds,
            condition=None if row.condition is None else read(row.condition),
            fallback=row.fallback,
            takes_new=row.takes_new,
            drained_from=row.drained_from,
            calendar=row.calendar.code if row.calendar else "",
            target_minutes=row.target_minutes,
            target_business=row.target_business,
            version=row.version,
            batch_question=row.batch_question,
        )
        for row in Queue.objects.select_related("calendar").order_by("name", "code")
    ]


def views_of(ids: Iterable[UUID]) -> dict[UUID, WorkView]:
    """Work by id; the same two queries for any number. Ids that do not exist are left out."""
    rows = list(WorkItem.objects.filter(id__in=list(ids)).select_related("queue", "holder"))
    return {view.id: view for view in views(rows)}


def view_of(work_id: UUID) -> WorkView | None:
    return views_of([work_id]).get(work_id)


def views(rows: Sequence[WorkItem], *, leases: bool = True) -> list[WorkView]:
    """Rows (with queue and holder selected) as views; one query for their leases, which can be left out."""
    held = [row.id for row in rows if leases and row.state == WorkItem.State.CLAIMED]
    until = dict(Claim.objects.filter(work_id__in=held, ended_at=None).values_list("work_id", "until")) if held else {}
    return [
        WorkView(
            id=row.id,
            kind=row.kind,
            queue=row.queue.code,
            queue_name=row.queue.name,
            state=row.state,
            lane=row.lane if row.own_lane is None else row.own_lane,
            score=row.score,
            score_parts=tuple(Part(**part) for part in row.score_parts),
            holder=row.holder_id,
            holder_name=row.holder.name if row.holder else "",
            claimed_until=until.get(row.id),
            team=row.team_id,
            subject_line=row.subject_line,
            category=row.category,
            language=row.language,
            market=row.market,
            tags=tuple(row.tags),
            opened_at=row.opened_at,
            due_at=row.due_at,
            held_until=row.held_until,
            changed_at=row.changed_at,
            ended_at=row.ended_at,
            version=row.version,
        )
        for row in rows
    ]


def list_work(
    *,
    actor: Actor,
    filters: WorkFilter | None = None,
    order: Order = "oldest",
    after: After | None = None,
    limit: int = 50,
) -> Page:
    """Work that the actor may see (`work.read`, in its scopes), a page at a time by key; `limit` ≤ 200.

    Two queries, no counting. "due" lists only unfinished work that has a due time.
    """
    asked = filters or WorkFilter()
    limit = max(1, min(limit, 200))
    column, sign = _ORDERS[order]
    rows = WorkItem.objects.filter(_visible(actor, "work.read"))
    exact: dict[str, Any] = {
        "kind": asked.kind,
        "holder_id": asked.holder,
        "team_id": asked.team,
        "category": asked.category,
        "language": asked.language,
        "market": asked.market,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if asked.queue is not None:
        # As a value and not by a join, which would keep the list's index (work_list) from giving the order.
        rows = rows.filter(queue_id=Subquery(Queue.objects.filter(code=asked.queue).values("id")[:1]))
    if asked.states:
        rows = rows.filter(state__in=asked.states)
    if asked.tag:
        rows = rows.filter(tags__contains=[asked.tag])
    if asked.due_before is not None:
        rows = rows.filter(due_at__lte=asked.due_before)
    if order == "due":
        rows = rows.filter(due_at__isnull=False, ended_at=None)
    if after is not None:
        further = "gt" if not sign else "lt"
        # The first condition alone bounds the index scan; the second takes away what the page before had of that value.
        rows = rows.filter(**{f"{column}__{further}e": after.value}).filter(
            Q(**{f"{column}__{further}": after.value}) | Q(**{f"id__{further}": after.id})
        )
    found = list(rows.select_related("queue", "holder").order_by(f"{sign}{column}", f"{sign}id")[: limit + 1])
    shown, more = found[:limit], len(found) > limit
    return Page(
        rows=tuple(views(shown)), next=After(value=getattr(shown[-1], column), id=shown[-1].id) if more else None
    )


def counts(*, actor: Actor, now: datetime, queue: str | None = None) -> list[QueueCount]:
    """What waits in each queue (or in one) that the actor may see, by name; never counts beyond 1,000. Four queries."""
    lines = Queue.objects.order_by("name", "code")
    seen: dict[UUID, tuple[str, str, list[int]]] = {
        line.id: (line.code, line.name, []) for line in (lines.filter(code=queue) if queue else lines)
    }
    pools = Pool.objects.filter(queue__in=list(seen)).values_list("id", "queue_id", "market")
    for pool, queue_id, market in pools:
        if actor.may("work.read", market=market or None, queue=seen[queue_id][0]):
            seen[queue_id][2].append(pool)
    mine = {pool.id for pool in claimable_pools(actor)} if actor.kind == "staff" else set()
    visible = [
        (code, name, pools) for code, name, pools in seen.values() if pools or actor.may("work.read", queue=code)
    ]
    counted = _counted([(pools, [pool for pool in pools if pool in mine]) for _, _, pools in visible], now=now)
    return [
        QueueCount(queue=code, name=name, waiting=waiting, mine=own, due_soon=due, oldest_at=oldest)
        for (code, name, _), (waiting, own, due, oldest) in zip(visible, counted, strict=True)
    ]


_OF_POOLS = "SELECT {what} FROM unnest(%s::smallint[]) AS p(id) CROSS JOIN LATERAL ({rows}) AS r"
_OPEN_ROWS = "SELECT w.opened_at FROM work_workitem w WHERE w.pool_id = p.id AND w.state = 'open'"
_UP_TO = f"LIMIT {MOST_COUNTED + 1}"
# Per pool and over all pools, so that neither one full pool nor many half-full ones are read to the end.
_COUNT = f"(SELECT count(*) FROM ({_OF_POOLS.format(what='1', rows=f'{_OPEN_ROWS} {{also}} {_UP_TO}')} {_UP_TO}) AS c)"  # noqa: S608  our own words only
_WAITING = _COUNT.format(also="")
_DUE_SOON = _COUNT.format(also="AND w.due_at <= %s")
_OLDEST = f"({_OF_POOLS.format(what='min(r.opened_at)', rows=f'{_OPEN_ROWS} ORDER BY w.opened_at, w.id LIMIT 1')})"


def _counted(asked: list[tuple[list[int], list[int]]], *, now: datetime) -> list[tuple[int, int, int, datetime | None]]:
    """For each (pools, own pools): waiting, own, due within the hour, oldest. One statement."""
    if not asked:
        return []
    soon = now + timedelta(hours=1)
    values: list[Any] = []
    for n, (pools, own) in enumerate(asked):
        values += [n, pools, own, pools, soon, pools]
    one = f"SELECT %s::int AS n, {_WAITING}, {_WAITING}, {_DUE_SOON}, {_OLDEST}"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(asked)) + " ORDER BY n", values)
        return [(row[1], row[2], row[3], row[4]) for row in cursor.fetchall()]


def clocks_of(work_ids: Iterable[UUID]) -> dict[UUID, list[ClockView]]:
    """All clocks of these items, oldest first; one query for any number."""
    found: dict[UUID, list[ClockView]] = {work_id: [] for work_id in work_ids}
    for row in Clock.objects.filter(work_id__in=list(found)).select_related("calendar").order_by("id"):
        found[row.work_id].append(
            ClockView(
                id=row.id,
                work=row.work_id,
                name=row.name,
                phase=row.phase,
                target_minutes=row.target_minutes,
                business=row.target_business,
                calendar=row.calendar.code if row.calendar else "",
                started_at=row.started_at,
                due_at=row.due_at,
                warned_at=row.warned_at,
                breached_at=row.breached_at,
                fulfilled_at=row.fulfilled_at,
            )
        )
    return found


def calendars(*, archived: bool = False) -> list[CalendarView]:
    """All calendars, by name; those that are archived only when asked for."""
    return [
        CalendarView(
            code=row.code,
            name=row.name,
            zone=row.zone,
            slots=row.slots,
            holidays=tuple(day.isoformat() for day in row.holidays),
            version=row.version,
            archived_at=row.archived_at,
        )
        for row in Calendar.objects.order_by("name", "code")
        if archived or row.archived_at is None
    ]


def _visible(actor: Actor, right: str) -> Q:
    """The rows that lie in a scope of the actor's right."""
    if actor.kind == "system":
        return Q()
    seen = Q(pk__in=[])
    for allowance in actor.allowances:
        if allowance.right == right:
            scope = Q()
            if allowance.queues:
                scope &= Q(queue__code__in=allowance.queues)
            if allowance.markets:
                scope &= Q(market__in=[*allowance.markets, ""])
            if not scope:
                return Q()
            seen |= scope
    return seen
