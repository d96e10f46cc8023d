"""Work comes in: pools on demand, opening, moving up or down and to other queues."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.facts import WorkMoved, WorkOpened, WorkReprioritised
from trustdesk.kernel.work.models import Barred, Pool, Queue, WorkItem
from trustdesk.kernel.work.refusals import NoSuchQueue, NoSuchWork, NotWaiting
from trustdesk.kernel.work.rules.priority import LATE_LANE, Part, dealt_in, parts_as_json, rank

_SUBJECT_LINE = 200
_TAG = 40


@action(right="-")
def open_work(
    *,
    actor: Actor,
    kind: str,
    queue: str,
    lane: int,
    score: float,
    now: datetime,
    score_parts: Iterable[Part] = (),
    due_at: datetime | None = None,
    subject_line: str = "",
    category: str = "",
    language: str = "",
    market: str = "",
    sensitivity: str = "",
    harm: str = "",
    weight: int = 0,
    tags: Sequence[str] = (),
    team: UUID | None = None,
    barred: Mapping[UUID, str] | None = None,
) -> UUID:
    """Open work in a queue; returns its id. The caller writes its own 1:1 row in the same transaction.

    `lane` 0 is dealt first; within a lane the higher `score` (points; waiting adds one an hour). `sensitivity` is the
    certificate its claimers need; `harm` and `weight` (0 to 5) what it does to who looks. `barred`: staff who must never take it, each with the reason they read.
    Raises Invalid (queue, kind).
    """
    line = Queue.objects.filter(code=queue).only("id", "kinds").first()
    if line is None:
        raise Invalid(
            gettext("There is no queue “%(queue)s”.") % {"queue": queue},
            fields={"queue": gettext("There is no queue “%(queue)s”.") % {"queue": queue}},
        )
    if line.kinds and kind not in line.kinds:
        raise Invalid(
            gettext("The queue “%(queue)s” does not hold work of kind “%(kind)s”.") % {"queue": queue, "kind": kind},
            fields={"kind": gettext("Not in the queue “%(queue)s”.") % {"queue": queue}},
        )
    work = WorkItem(
        kind=kind,
        queue_id=line.id,
        pool_id=pool_for(line.id, language=language, market=market, sensitivity=sensitivity, harm=harm, weight=weight),
        lane=lane,
        score=score,
        rank=rank(score=score, opened_at=now),
        score_parts=parts_as_json(score_parts),
        team_id=team,
        subject_line=subject_line.replace("\0", "")[:_SUBJECT_LINE],
        category=category,
        language=language,
        market=market,
        tags=[tag[:_TAG] for tag in dict.fromkeys(tags)],
        opened_at=now,
        due_at=due_at,
        changed_at=now,
    )
    work.save(force_insert=True)
    if barred:
        Barred.objects.bulk_create(
            Barred(work_id=work.id, staff_id=staff, because=because) for staff, because in barred.items()
        )
    record(
        WorkOpened(work=work.id, kind_of_work=kind, queue=queue, lane=lane, score=score, due_at=due_at),
        actor=actor,
        at=now,
    )
    return work.id


@action(right="-")
def reprioritise(
    *,
    actor: Actor,
    work_id: UUID,
    lane: int,
    score: float,
    now: datetime,
    score_parts: Iterable[Part] = (),
    due_at: datetime | None = None,
    harm: str | None = None,
    weight: int = 0,
    version: int | None = None,
) -> None:
    """Give unfinished work a new lane and score, and a due time if one is given; age counts on. With `version`, only if
    nobody changed it since; with `harm`, what looking at it does now. Late work stays in front.

    Raises NoSuchWork, NotWaiting (already finished), Stale.
    """
    before = WorkItem.objects.select_for_update(of=("self",)).filter(id=work_id).select_related("pool").first()
    if before is None:
        raise NoSuchWork
    if version is not None and before.version != version:
        raise Stale
    if before.state in {WorkItem.State.DONE, WorkItem.State.CANCELLED}:
        raise NotWaiting("This work is finished.")
    pool = before.pool
    place = {"language": pool.language, "market": pool.market, "sensitivity": pool.sensitivity}
    same = harm is None or (harm, weight) == (pool.harm, pool.weight)
    WorkItem.objects.filter(id=work_id).update(
        **_placed(before, lane=lane, score=score),
        pool_id=pool.id if same else pool_for(before.queue_id, **place, harm=harm or "", weight=weight),
        score_parts=parts_as_json(score_parts),
        due_at=due_at or before.due_at,
        changed_at=now,
        version=F("version") + 1,
    )
    record(
        WorkReprioritised(
            work=work_id,
            lane_before=before.lane if before.own_lane is None else before.own_lane,
            lane=lane,
            score_before=before.score,
            score=score,
            due_at=due_at or before.due_at,
        ),
        actor=actor,
        at=now,
    )


@action(right="-")
def move(
    *,
    actor: Actor,
    work_id: UUID,
    queue: str,
    lane: int,
    score: float,
    now: datetime,
    score_parts: Iterable[Part] = (),
    harm: str = "",
    weight: int = 0,
) -> None:
    """Move waiting work to another queue, with the lane and score it has there; age counts on, late work stays in front.

    Raises NoSuchWork, NoSuchQueue, NotWaiting (somebody holds it, it is put aside, or it ended): then it stays.
    """
    line = Queue.objects.filter(code=queue).only("id").first()
    if line is None:
        raise NoSuchQueue
    before = WorkItem.objects.filter(id=work_id).select_related("pool", "queue").first()
    if before is None:
        raise NoSuchWork
    # The pool first: making one waits for nobody while the row is not locked yet.
    pool = pool_for(
        line.id,
        language=before.language,
        market=before.market,
        sensitivity=before.pool.sensitivity,
        harm=harm,
        weight=weight,
    )
    moved = WorkItem.objects.filter(id=work_id, state=WorkItem.State.OPEN, own_lane=before.own_lane).update(
        **_placed(before, lane=lane, score=score),
        queue_id=line.id,
        pool_id=pool,
        score_parts=parts_as_json(score_parts),
        changed_at=now,
        version=F("version") + 1,
    )
    if not moved:
        raise NotWaiting
    record(WorkMoved(work=work_id, queue_before=before.queue.code, queue=queue, lane=lane), actor=actor, at=now)


def _placed(work: WorkItem, *, lane: int, score: float) -> dict[str, Any]:
    """The columns that give work its place in line, late or not as it is."""
    late = work.own_lane is not None
    dealt_lane, gained = dealt_in(lane, late=late)
    return {
        "lane": dealt_lane,
        "own_lane": lane if late and lane >= LATE_LANE else None,
        "score": score,
        "rank": rank(score=score, opened_at=work.opened_at) + gained,
    }


def pool_for(queue_id: UUID, *, language: str, market: str, sensitivity: str, harm: str, weight: int) -> int:
    """The pool's number, made when it is new.

    Looked for first, so that the small sequence is not used up by conflicts. Two who make it at once: ON CONFLICT waits
    for the other's commit and the second look finds it.
    """
    wanted: dict[str, Any] = {
        "queue_id": queue_id,
        "language": language,
        "market": market,
        "sensitivity": sensitivity,
        "harm": harm,
        "weight": weight,
    }
    for _ in range(3):
        found = Pool.objects.filter(**wanted).values_list("id", flat=True).first()
        if found is not None:
            return found
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO work_pool (queue_id, language, market, sensitivity, harm, weight) "
                "VALUES (%(queue_id)s, %(language)s, %(market)s, %(sensitivity)s, %(harm)s, %(weight)s) "
                "ON CONFLICT DO NOTHING RETURNING id",
                wanted,
            )
            made = cursor.fetchone()
        if made is not None:
            return int(made[0])
    raise RuntimeError("a pool was neither found nor made")  # the other transaction rolled back three times over
