"""Work comes in: queues, pools on demand, opening and moving up or down."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.rules import RIGHTS
from trustdesk.kernel.work.facts import QueueSet, WorkOpened, WorkReprioritised
from trustdesk.kernel.work.models import Barred, Calendar, Pool, Queue, WorkItem
from trustdesk.kernel.work.refusals import NoSuchWork, NotWaiting
from trustdesk.kernel.work.rules.priority import Part, parts_as_json, rank

_SUBJECT_LINE = 200
_TAG = 40


@action(right="work.manage")
def set_queue(
    *,
    actor: Actor,
    code: str,
    name: str,
    right: str,
    now: datetime,
    kinds: Sequence[str] = (),
    is_open: bool = True,
    lease_seconds: int = 900,
    cool_down_seconds: int = 1800,
    calendar: str | None = None,
) -> UUID:
    """Make a queue or change it. `right` is what its claimers need; no `kinds` means any kind of work.

    Raises Invalid (code, name, right, lease_seconds, calendar).
    """
    fields: dict[str, str] = {}
    if not code or not all(letter.isalnum() or letter in "-_" for letter in code) or len(code) > 50:
        fields["code"] = "Give a code of letters, digits and hyphens."
    if not name.strip():
        fields["name"] = "Give a name."
    if right not in RIGHTS:
        fields["right"] = f"There is no right “{right}”."
    if lease_seconds < 10:
        fields["lease_seconds"] = "A lease lasts 10 seconds or longer."
    hours = Calendar.objects.filter(code=calendar).first() if calendar else None
    if calendar and hours is None:
        fields["calendar"] = f"There is no calendar “{calendar}”."
    if fields:
        raise Invalid("The queue could not be set.", fields=fields)
    queue, made = Queue.objects.update_or_create(
        code=code,
        defaults={
            "name": name.strip(),
            "right": right,
            "kinds": list(kinds),
            "is_open": is_open,
            "lease_seconds": lease_seconds,
            "cool_down_seconds": cool_down_seconds,
            "calendar": hours,
        },
    )
    what = "new" if made else "changed"
    record(QueueSet(queue=queue.id, code=code, what=what if is_open else f"{what}, closed"), actor=actor, at=now)
    return queue.id


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
    tags: Sequence[str] = (),
    team: UUID | None = None,
    barred: Mapping[UUID, str] | None = None,
) -> UUID:
    """Open work in a queue; returns its id. The caller writes its own 1:1 row in the same transaction.

    `lane` 0 is dealt first; within a lane the higher `score` (points; waiting adds one an hour). `sensitivity` is the
    certificate its claimers need. `barred`: staff who must never take it, each with the reason they read.
    Raises Invalid (queue, kind).
    """
    line = Queue.objects.filter(code=queue).only("id", "kinds").first()
    if line is None:
        raise Invalid(f"There is no queue “{queue}”.", fields={"queue": f"There is no queue “{queue}”."})
    if line.kinds and kind not in line.kinds:
        raise Invalid(
            f"The queue “{queue}” does not hold work of kind “{kind}”.",
            fields={"kind": f"Not in the queue “{queue}”."},
        )
    work = WorkItem(
        kind=kind,
        queue_id=line.id,
        pool_id=_pool(line.id, language=language, market=market, sensitivity=sensitivity),
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
    version: int | None = None,
) -> None:
    """Give unfinished work a new lane, score and due time; age counts on. With `version`, only if nobody changed it since.

    Raises NoSuchWork, NotWaiting (already finished), Stale.
    """
    before = WorkItem.objects.select_for_update(of=("self",)).filter(id=work_id).first()
    if before is None:
        raise NoSuchWork
    if version is not None and before.version != version:
        raise Stale
    if before.state in {WorkItem.State.DONE, WorkItem.State.CANCELLED}:
        raise NotWaiting("This work is finished.")
    WorkItem.objects.filter(id=work_id).update(
        lane=lane,
        score=score,
        rank=rank(score=score, opened_at=before.opened_at),
        score_parts=parts_as_json(score_parts),
        due_at=due_at,
        changed_at=now,
        version=F("version") + 1,
    )
    record(
        WorkReprioritised(
            work=work_id,
            lane_before=before.lane,
            lane=lane,
            score_before=before.score,
            score=score,
            due_at=due_at,
        ),
        actor=actor,
        at=now,
    )


def _pool(queue_id: UUID, *, language: str, market: str, sensitivity: str) -> int:
    """The pool's number, made when it is new.

    Looked for first, so that the small sequence is not used up by conflicts. Two who make it at once: ON CONFLICT waits
    for the other's commit and the second look finds it.
    """
    wanted = {"queue_id": queue_id, "language": language, "market": market, "sensitivity": sensitivity}
    for _ in range(3):
        found = Pool.objects.filter(**wanted).values_list("id", flat=True).first()
        if found is not None:
            return found
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO work_pool (queue_id, language, market, sensitivity) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT DO NOTHING RETURNING id",
                [queue_id, language, market, sensitivity],
            )
            made = cursor.fetchone()
        if made is not None:
            return int(made[0])
    raise RuntimeError("a pool was neither found nor made")  # the other transaction rolled back three times over
