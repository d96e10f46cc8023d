"""Runs: something done with many items one by one, by a job. What was done and that it was done commit together, so that a
run taken up again after a lost worker goes on where it was and does nothing twice.

A sample is drawn by hash: of all that match, those whose hash with the run's seed is least. The same seed over the same
items draws the same sample, whoever asks and in whatever order they come.
"""

import hashlib
import heapq
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.kernel.base import pace
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.review import actions as review
from trustdesk.screening import queries as screening
from trustdesk.search import finding
from trustdesk.search.choosing import asked_in
from trustdesk.search.facts import RunEnded
from trustdesk.search.models import Run, Turn

RUN_JOB = "search.run"
_STEP = 1_000
_State = Turn.State


class _EndedAlready(Refusal):
    """Another worker ended it, or it was cancelled."""


@dataclass(frozen=True)
class RunView:
    """A run and how far it is. `left`: time to go at the pace so far, None before there is one."""

    id: UUID
    act: str
    actor: str
    query: str
    wanted: int
    share: float
    seed: str
    queue: str
    reason: str
    note: str
    state: str
    matched: int
    looked: int
    made_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    left: timedelta | None

    @property
    def open(self) -> bool:
        return self.state in {"choosing", "running"}

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.total - self.counts.get("waiting", 0)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True)
class TurnView:
    number: int
    item: UUID
    state: str
    code: str
    message: str
    result: UUID | None


def view_of(run_id: UUID, *, now: datetime) -> RunView | None:
    row = Run.objects.filter(id=run_id).first()
    return _views([row], now)[0] if row else None


def newest(*, now: datetime, limit: int = 50) -> list[RunView]:
    """The newest runs; two queries."""
    return _views(list(Run.objects.order_by("-made_at", "-id")[:limit]), now)


def turns(run_id: UUID, *, after: int = 0, limit: int = 100, state: str = "") -> list[TurnView]:
    """What became of each item, in the order of the run, a page after the number `after`."""
    rows = Turn.objects.filter(run_id=run_id, number__gt=after).order_by("number")
    if state:
        rows = rows.filter(state=state)
    return [
        TurnView(row.number, row.item, row.state, row.code, row.message, row.result) for row in rows[: max(1, limit)]
    ]


def run(*, run_id: UUID, clock: Callable[[], datetime]) -> None:
    """Choose, then give each its turn. Called again, it goes on."""
    row = Run.objects.get(id=run_id)
    actor = actor_by_id(row.staff_id)
    if row.state == Run.State.CHOOSING and not _choose(row, actor=actor, now=clock()):
        return
    # Read in pages: five thousand ids are nothing, but each turn may take a while and the run may be cancelled.
    while waiting := list(
        Turn.objects.filter(run=row, state=_State.WAITING).order_by("number").values_list("id", flat=True)[:200]
    ):
        for turn in waiting:
            if not _turn(row, turn, actor=actor, now=clock()):
                return
    with suppress(_EndedAlready):
        _end(actor=actor or Actor(kind="staff", id=str(row.staff_id)), run=row, now=clock())


def hash_of(seed: str, item: UUID) -> int:
    """Where an item stands in the order of a sample: 64 bits of BLAKE2 over seed and id."""
    return int.from_bytes(hashlib.blake2b(item.bytes, key=seed.encode()[:64], digest_size=8).digest(), "big")


def _choose(row: Run, *, actor: Actor | None, now: datetime) -> bool:
    """Look through all that match and write the sample down; False when it was cancelled meanwhile. Nothing is done with
    an item before all are chosen, so that a lost worker begins the look anew and loses nothing."""
    if actor is None:
        return _give_up(row, now)
    asked = asked_in(row.query, actor=actor, zone=row.zone, upto=row.until)
    person = finding.person_asked(asked, actor=actor)
    least: list[tuple[int, UUID]] = []  # a heap of the negated hashes: the greatest of the least lies on top
    bound = int(row.share / 100 * 2**64) if row.share else None
    matched = 0
    for ids in finding.batches(asked, size=_STEP, person=person):
        matched += len(ids)
        for item in ids:
            place = hash_of(row.seed, item)
            if bound is not None and place >= bound:
                continue
            if len(least) < row.wanted:
                heapq.heappush(least, (-place, item))
            elif -place > least[0][0]:
                heapq.heapreplace(least, (-place, item))
        if not Run.objects.filter(id=row.id, state=Run.State.CHOOSING).update(looked=matched):
            return False
    chosen = [item for _place, item in sorted(least, reverse=True)]
    with transaction.atomic():
        moved = Run.objects.filter(id=row.id, state=Run.State.CHOOSING).update(
            state=Run.State.RUNNING, matched=matched, looked=matched, started_at=now
        )
        if not moved:
            return False
        Turn.objects.bulk_create(
            [Turn(run=row, item=item, number=number) for number, item in enumerate(chosen, start=1)], batch_size=1_000
        )
    return True


def _give_up(row: Run, now: datetime) -> bool:
    Run.objects.filter(id=row.id, state=Run.State.CHOOSING).update(state=Run.State.CANCELLED, ended_at=now)
    return False


def _turn(row: Run, turn_id: UUID, *, actor: Actor | None, now: datetime) -> bool:
    """One item's turn; False when the run was cancelled."""
    with transaction.atomic():
        state = Run.objects.select_for_update(no_key=True).values_list("state", flat=True).get(id=row.id)
        if state != Run.State.RUNNING:
            return False
        turn = Turn.objects.select_for_update().filter(id=turn_id, state=_State.WAITING).first()
        if turn is None:
            return True  # another worker gave it its turn
        told: dict[str, Any]
        try:
            with transaction.atomic():
                told = {"state": _State.DONE, "result": _act(row, turn.item, actor=actor, now=now)}
        except (review.UnderReview, review.NothingToReview) as nothing:
            told = {"state": _State.SKIPPED, "code": nothing.code, "message": nothing.message[:500]}
        except Refusal as refusal:
            words = "; ".join(refusal.fields.values()) or refusal.message
            told = {"state": _State.REFUSED, "code": refusal.code, "message": words[:500]}
        Turn.objects.filter(id=turn.id).update(**told)
    return True


def _act(row: Run, item_id: UUID, *, actor: Actor | None, now: datetime) -> UUID:
    if actor is None:
        raise Forbidden("Who began this is no longer on the desk.")
    if row.act == Run.Act.NOTE:
        item = content.items([item_id])[item_id]
        actor.require("notes.write", market=item.market)
        return content_actions.pin_note(actor=actor, subject="item", value=str(item_id), text=row.note, now=now)
    item = content.items([item_id])[item_id]
    verdict = screening.latest([item_id]).get(item_id)
    told = verdict if verdict is not None and verdict.version == item.version and verdict.outcome else None
    return review.open_for_sweep(
        actor=actor,
        item_id=item_id,
        queue=row.queue,
        verdict=told.id if told else None,
        hits=_places(told.hits) if told else (),
        undecided=told.undecided if told else (),
        screened_at=told.decided_at if told else None,
        now=now,
    )


def _places(hits: Any) -> list[dict[str, Any]]:
    """Hits as facts tell them: where the words stand, without the words."""
    return [
        {
            **hit,
            "evidence": [{key: value for key, value in span.items() if key != "text"} for span in hit["evidence"]],
        }
        for hit in hits
    ]


@action(right="-")
def _end(*, actor: Actor, run: Run, now: datetime) -> None:
    counts = dict(Turn.objects.filter(run=run).values_list("state").annotate(n=Count("id")))
    if not Run.objects.filter(id=run.id, state=Run.State.RUNNING).update(state=Run.State.DONE, ended_at=now):
        raise _EndedAlready
    record(
        RunEnded(
            run=run.id,
            done=counts.get("done", 0),
            skipped=counts.get("skipped", 0),
            refused=counts.get("refused", 0),
        ),
        actor=actor,
        at=now,
    )


def _views(rows: list[Run], now: datetime) -> list[RunView]:
    counts: dict[UUID, dict[str, int]] = {row.id: {} for row in rows}
    told = Turn.objects.filter(run__in=list(counts)).values_list("run", "state").annotate(n=Count("id"))
    for run_id, state, n in told:
        counts[run_id][state] = n
    return [
        RunView(
            id=row.id,
            act=row.act,
            actor=row.actor,
            query=row.query,
            wanted=row.wanted,
            share=row.share,
            seed=row.seed,
            queue=row.queue,
            reason=row.reason,
            note=row.note,
            state=row.state,
            matched=row.matched,
            looked=row.looked,
            made_at=row.made_at,
            ended_at=row.ended_at,
            counts=counts[row.id],
            left=_left(row, counts[row.id], now),
        )
        for row in rows
    ]


def _left(row: Run, counts: dict[str, int], now: datetime) -> timedelta | None:
    waiting = counts.get("waiting", 0)
    had = sum(counts.values()) - waiting
    if row.state != Run.State.RUNNING:
        return None
    return pace.left(since=row.started_at, done=had, waiting=waiting, now=now)
