"""Changing many cases, one after the other, by a job. What was done with a case and that it had its turn commit together, so
that a bulk taken up again after a lost worker goes on where it was and does nothing twice. Each case is in a transaction of
its own: nobody at the desk waits for more than one of them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.kernel.base import pace
from trustdesk.kernel.base.refusal import Forbidden, Refusal, Stale
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.support import queries
from trustdesk.support.models import Bulk, BulkTurn
from trustdesk.support.queries import CaseView
from trustdesk.support.rules import Changes

log = structlog.get_logger(__name__)

BULK_JOB = "support.bulk"
_Turn = BulkTurn.State


@dataclass(frozen=True)
class Chosen:
    """A case as it was when it was chosen: its version, and the number of the last message there was."""

    case: UUID
    version: int
    seen: int


@dataclass(frozen=True)
class BulkView:
    """A bulk and how far it is. `waits`: nothing is done yet, all can be taken back. `left`: time to go at the pace so far,
    None before there is one."""

    id: UUID
    actor: str
    changes: Changes
    state: str
    made_at: datetime
    begins_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    waits: bool
    left: timedelta | None

    @property
    def open(self) -> bool:
        return self.state == "running"

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.total - self.counts.get("waiting", 0)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def again(self) -> int:
        """How many cases could be tried again."""
        return 0 if self.open else self.counts.get("skipped", 0) + self.counts.get("stopped", 0)


@dataclass(frozen=True)
class TurnView:
    """What became of one case; `case` as it is now."""

    number: int
    case: CaseView
    state: str
    code: str
    message: str


def changes_of(told: dict[str, Any]) -> Changes:
    """Changes as they are kept in a row."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return Changes(**values)


def view_of(bulk_id: UUID, *, actor: Actor, now: datetime) -> BulkView | None:
    """One's own, or anybody's for who manages cases; two queries."""
    row = Bulk.objects.filter(id=bulk_id).first()
    if row is None or (row.actor != actor.label and not actor.may("support.manage")):
        return None
    return _views([row], now)[0]


def newest(*, actor: Actor, now: datetime, limit: int = 20) -> list[BulkView]:
    """One's own, the newest first; two queries."""
    if actor.kind != "staff":
        return []
    return _views(list(Bulk.objects.filter(staff_id=UUID(actor.id)).order_by("-made_at", "-id")[:limit]), now)


def turns(bulk_id: UUID, *, state: str = "", after: int = 0, limit: int = 100) -> list[TurnView]:
    """What became of each case, in the order of the bulk, a page after the number `after`; two queries."""
    rows = BulkTurn.objects.filter(bulk_id=bulk_id, number__gt=after).order_by("number")
    if state:
        rows = rows.filter(state=state)
    got = list(rows[: max(1, limit)])
    cases = queries.views_of(row.case_id for row in got)
    return [TurnView(row.number, cases[row.case_id], row.state, row.code, row.message) for row in got]


def run(*, bulk_id: UUID, clock: Callable[[], datetime]) -> None:
    """Give each case its turn. Called again, it goes on."""
    from trustdesk.support.actions.turning import end_bulk

    row = Bulk.objects.get(id=bulk_id)
    actor = actor_by_id(row.staff_id)
    with translation.override(actor.language if actor else "en"):
        while waiting := list(
            BulkTurn.objects.filter(bulk=row, state=_Turn.WAITING).order_by("number").values_list("id", flat=True)[:100]
        ):
            for turn in waiting:
                if not _turn(row, turn, actor=actor, now=clock()):
                    return
    with suppress(_EndedAlready):
        end_bulk(actor=actor or Actor(kind="staff", id=str(row.staff_id)), bulk=row, now=clock(), over=_EndedAlready)


class _EndedAlready(Refusal):
    """Another worker ended it, or it was stopped."""


def _turn(row: Bulk, turn_id: UUID, *, actor: Actor | None, now: datetime) -> bool:
    """One case's turn; False when the bulk was stopped."""
    with transaction.atomic():
        state = Bulk.objects.select_for_update(no_key=True).values_list("state", flat=True).get(id=row.id)
        if state != Bulk.State.RUNNING:
            return False
        turn = BulkTurn.objects.select_for_update().filter(id=turn_id, state=_Turn.WAITING).first()
        if turn is None:
            return True  # another worker gave it its turn
        BulkTurn.objects.filter(id=turn.id).update(**_done(row, turn, actor=actor, now=now))
    return True


def _done(row: Bulk, turn: BulkTurn, *, actor: Actor | None, now: datetime) -> dict[str, Any]:
    """What became of a case: all of the changes, or none and why."""
    from trustdesk.support.actions.turning import change_one

    try:
        if actor is None:
            raise Forbidden(_("Who began this is no longer on the desk."))
        with transaction.atomic():
            changes = changes_of(row.changes)
            others = BulkTurn.objects.filter(bulk=row).count() - 1
            change_one(
                actor=actor,
                case_id=turn.case_id,
                version=turn.version,
                seen=turn.seen,
                changes=changes,
                bulk=row.id,
                others=others,
                now=now,
            )
    except Stale as unread:
        return _skipped(unread.code, _("Not sent: something came in that you had not read."))
    except Refusal as refusal:
        return _skipped(refusal.code, "; ".join(refusal.spoken_fields.values()) or refusal.spoken)
    except Exception:  # what breaks on one case is not the end of the others
        log.exception("a case of a bulk broke", bulk=str(row.id), case=str(turn.case_id))
        return _skipped("broken", _("Something went wrong on our side. Try it again."))
    return {"state": _Turn.DONE}


def _skipped(code: str, words: str) -> dict[str, Any]:
    return {"state": _Turn.SKIPPED, "code": code, "message": words[:500]}


def _views(rows: Sequence[Bulk], now: datetime) -> list[BulkView]:
    counts: dict[UUID, dict[str, int]] = {row.id: {} for row in rows}
    told = BulkTurn.objects.filter(bulk__in=list(counts)).values_list("bulk", "state").annotate(n=Count("id"))
    for bulk, state, n in told:
        counts[bulk][state] = n
    return [
        BulkView(
            id=row.id,
            actor=row.actor,
            changes=changes_of(row.changes),
            state=row.state,
            made_at=row.made_at,
            begins_at=row.begins_at,
            ended_at=row.ended_at,
            counts=counts[row.id],
            waits=row.state == Bulk.State.RUNNING and now < row.begins_at,
            left=_left(row, counts[row.id], now),
        )
        for row in rows
    ]


def _left(row: Bulk, counts: dict[str, int], now: datetime) -> timedelta | None:
    if row.state != Bulk.State.RUNNING or now < row.begins_at:
        return None
    waiting = counts.get("waiting", 0)
    return pace.left(since=row.begins_at, done=sum(counts.values()) - waiting, waiting=waiting, now=now)
