"""Urgent work that nobody may be dealt: who is asked, and what leads are told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Grant, Skill
from trustdesk.kernel.people.rules import Allowance
from trustdesk.kernel.work.models import Pool
from trustdesk.kernel.work.rules.pools import PoolView, claimable
from trustdesk.wellbeing.models import Offer, Unserved

# Danger to life, and legal deadlines.
URGENT_LANE = 1
MOST_WATCHED = 200


@dataclass(frozen=True)
class OfferView:
    """Urgent work someone may take beyond their budget, if they say so."""

    work: UUID
    lane: int
    queue: str
    waiting_since: datetime


@dataclass(frozen=True)
class Unmet:
    """Urgent work that nobody may be dealt, as leads are told of it."""

    work: UUID
    lane: int
    queue: str
    waiting_since: datetime
    since: datetime


@dataclass(frozen=True)
class Waiting:
    work: UUID
    pool: int
    lane: int
    queue: str


def urgent_waits(pools: Sequence[int]) -> bool:
    """Does work of the urgent lanes wait in these pools?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM unnest(%s::smallint[]) AS p(id) CROSS JOIN LATERAL (SELECT 1 FROM work_workitem w "
            "WHERE w.pool_id = p.id AND w.state = 'open' AND w.lane <= %s LIMIT 1) AS r)",
            [list(pools), URGENT_LANE],
        )
        return bool(cursor.fetchone()[0])


def urgent_work() -> list[Waiting]:
    """Open work of the urgent lanes, the first of each pool; one look-up by index a pool."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, p.id, r.lane, q.code FROM work_pool p JOIN work_queue q ON q.id = p.queue_id AND q.is_open "
            "CROSS JOIN LATERAL (SELECT w.id, w.lane FROM work_workitem w WHERE w.pool_id = p.id AND w.state = 'open' "
            "AND w.lane <= %s ORDER BY w.lane, w.rank DESC, w.id LIMIT 20) AS r LIMIT %s",
            [URGENT_LANE, MOST_WATCHED],
        )
        return [Waiting(*row) for row in cursor.fetchall()]


def qualified(pool_ids: Iterable[int]) -> dict[int, tuple[PoolView, list[UUID]]]:
    """For each pool, who has the rights and skills for it, whatever their day has been. Four queries."""
    pools = [
        PoolView(
            id=row.id,
            queue=row.queue.code,
            right=row.queue.right,
            language=row.language,
            market=row.market,
            sensitivity=row.sensitivity,
            harm=row.harm,
            weight=row.weight,
        )
        for row in Pool.objects.filter(id__in=set(pool_ids)).select_related("queue")
    ]
    allowances: dict[UUID, set[Allowance]] = {}
    for grant in Grant.objects.filter(staff__is_active=True).select_related("role"):
        allowances.setdefault(grant.staff_id, set()).update(
            Allowance(right=right, markets=frozenset(grant.markets), queues=frozenset(grant.queues))
            for right in grant.role.rights
        )
    skills: dict[UUID, dict[str, set[str]]] = {}
    for staff, kind, value in Skill.objects.filter(staff_id__in=list(allowances)).values_list(
        "staff_id", "kind", "value"
    ):
        skills.setdefault(staff, {}).setdefault(kind, set()).add(value)
    found: dict[int, tuple[PoolView, list[UUID]]] = {pool.id: (pool, []) for pool in pools}
    for staff, held in allowances.items():
        actor = Actor(kind="staff", id=str(staff), allowances=frozenset(held))
        for pool in claimable(pools, actor=actor, skills=skills.get(staff, {})):
            found[pool.id][1].append(staff)
    return found


def offers_to(staff: UUID | str) -> list[OfferView]:
    """What this person is offered, most urgent first. One query."""
    rows = Offer.objects.filter(staff_id=staff, work__state="open").select_related("work__queue")
    found = [OfferView(row.work_id, row.work.lane, row.work.queue.name, row.work.opened_at) for row in rows]
    return sorted(found, key=lambda one: (one.lane, one.waiting_since))


def unmet() -> list[Unmet]:
    """Urgent work of which leads were told that nobody may be dealt it, and that still waits. One query."""
    rows = Unserved.objects.filter(told_at__isnull=False, work__state="open").select_related("work__queue")
    found = [Unmet(row.work_id, row.work.lane, row.work.queue.name, row.work.opened_at, row.since) for row in rows]
    return sorted(found, key=lambda one: (one.lane, one.since))
