"""Asking about work: what waits, for whom, why in this order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import skills_of
from trustdesk.kernel.work.models import Claim, Pool, Queue, WorkItem
from trustdesk.kernel.work.rules.pools import PoolView, claimable
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
        )
        for row in Queue.objects.order_by("name", "code")
    ]


def views_of(ids: Iterable[UUID]) -> dict[UUID, WorkView]:
    """Work by id; the same two queries for any number. Ids that do not exist are left out."""
    rows = list(WorkItem.objects.filter(id__in=list(ids)).select_related("queue", "holder"))
    return {view.id: view for view in views(rows)}


def view_of(work_id: UUID) -> WorkView | None:
    return views_of([work_id]).get(work_id)


def views(rows: Sequence[WorkItem]) -> list[WorkView]:
    """Rows (with queue and holder selected) as views; one query for their leases."""
    held = [row.id for row in rows if row.state == WorkItem.State.CLAIMED]
    until = dict(Claim.objects.filter(work_id__in=held, ended_at=None).values_list("work_id", "until")) if held else {}
    return [
        WorkView(
            id=row.id,
            kind=row.kind,
            queue=row.queue.code,
            queue_name=row.queue.name,
            state=row.state,
            lane=row.lane,
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


def claimable_pools(actor: Actor, *, queues: Sequence[str] | None = None) -> list[PoolView]:
    """The pools of open queues that this person may claim from; two queries."""
    rows = Pool.objects.filter(queue__is_open=True)
    if queues is not None:
        rows = rows.filter(queue__code__in=list(queues))
    found = [
        PoolView(*row)
        for row in rows.values_list("id", "queue__code", "queue__right", "language", "market", "sensitivity")
    ]
    return claimable(found, actor=actor, skills=skills_of(actor.id)) if found else []
