"""Queues of reviews: set with the meaning their dimensions have here, and what waits sorted again."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.actions import NotWaiting
from trustdesk.kernel.work.models import WorkItem
from trustdesk.kernel.work.queries import lines
from trustdesk.kernel.work.rules.conditions import Condition
from trustdesk.review import routing
from trustdesk.review.facts import SortingBegun, SortingEnded
from trustdesk.review.models import Review, Sorting
from trustdesk.review.routing import KIND
from trustdesk.review.rules import closed
from trustdesk.review.sorting import MOST_COUNTED, SORT_JOB

_BATCH = 100


class SortedNow(Refusal):
    """What waits here is being sorted already."""

    code, status = "sorted_now", 409


def set_queue(*, actor: Actor, code: str, condition: Condition | None, now: datetime, **given: Any) -> UUID:
    """Make or change a queue of reviews; the rest as `work.set_queue` says, which raises the same."""
    return work.set_queue(
        actor=actor,
        code=code,
        kinds=[KIND],
        right="review.decide",
        condition=None if condition is None else closed(condition),
        now=now,
        **given,
    )


@action(right="work.manage")
def sort_again(*, actor: Actor, queue: str, now: datetime) -> UUID:
    """Look at every waiting review of this queue and of the fallback and move those that belong elsewhere; a job does it.

    What a changed condition lets go lies in the queue, what it takes in addition lies in the fallback: it was nobody
    else's. Raises NotFound, SortedNow.
    """
    if queue not in {one.code for one in work_queries.queues()}:
        raise NotFound("There is no such queue.")
    if Sorting.objects.filter(queue=queue, ended_at=None).exists():
        raise SortedNow
    queues = sorted({queue, lines.fallback() or queue})
    waiting = _waiting(queues, None).values("id")[: MOST_COUNTED + 1]
    row = Sorting.objects.create(queue=queue, queues=queues, actor=actor.label, total=len(waiting), made_at=now)
    record(SortingBegun(sorting=row.id, queue=queue), actor=actor, at=now)
    app.configure_task(SORT_JOB, queue="review").defer(sorting=str(row.id))
    return row.id


def sort_batches(*, sorting_id: UUID, clock: Callable[[], datetime]) -> None:
    """Sort in batches, each its own transaction. Run again after a lost worker, it goes on where it was."""
    while _sort_batch(sorting_id, now=clock()):
        pass
    _end(actor=SYSTEM, sorting_id=sorting_id, now=clock())


def _waiting(queues: list[str], after: UUID | None) -> Any:
    rows = WorkItem.objects.filter(queue__code__in=queues, kind=KIND, state=WorkItem.State.OPEN)
    return rows.filter(id__gt=after) if after else rows


def _sort_batch(sorting_id: UUID, *, now: datetime) -> bool:
    """One batch; False when nothing is left."""
    with transaction.atomic():
        row = Sorting.objects.select_for_update().get(id=sorting_id)
        waits = dict(_waiting(row.queues, row.after).order_by("id").values_list("id", "queue__code")[:_BATCH])
        if not waits or row.ended_at is not None:
            return False
        reviews = list(Review.objects.filter(work__in=waits, state=Review.State.OPEN).order_by("id"))
        items = content.items({review.item_id for review in reviews})
        for review in reviews:
            place = routing.place(
                items[review.item_id],
                hits=review.hits,
                unscreened=review.because == Review.Because.UNSCREENED,
                noticed=review.noticed,
            )
            if place.queue == waits[review.work_id]:
                continue
            with suppress(NotWaiting):  # taken meanwhile: it stays in those hands
                work.move(
                    actor=SYSTEM,
                    work_id=review.work_id,
                    queue=place.queue,
                    lane=place.lane,
                    score=place.score,
                    score_parts=place.parts,
                    harm=place.harm,
                    weight=place.weight,
                    now=now,
                )
                routing.reset_clock(actor=SYSTEM, work_id=review.work_id, place=place, now=now)
                row.moved += 1
        row.looked += len(waits)
        row.after = max(waits)
        row.save(update_fields=["looked", "moved", "after"])
        return len(waits) == _BATCH


@action(right="-")
def _end(*, actor: Actor, sorting_id: UUID, now: datetime) -> None:
    row = Sorting.objects.select_for_update().get(id=sorting_id)
    Sorting.objects.filter(id=sorting_id).update(ended_at=row.ended_at or now)
    record(SortingEnded(sorting=row.id, queue=row.queue, looked=row.looked, moved=row.moved), actor=actor, at=now)
