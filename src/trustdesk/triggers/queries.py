"""What one may ask of triggers."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from trustdesk.engine import Problem
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.triggers.models import Run, Trial, Trigger, Version
from trustdesk.triggers.rules import (
    DAY,
    EVENTS,
    MOST_DAYS,
    MOST_NAME,
    MOST_STEPS,
    OWN_STEPS,
    WAITS_IN,
    WHY_STOPPED,
    Doing,
    Written,
    lines_of,
)
from trustdesk.triggers.vocabulary import Name, names, problems_of

__all__ = [
    "EVENTS",
    "MOST_DAYS",
    "MOST_NAME",
    "MOST_STEPS",
    "OWN_STEPS",
    "WAITS_IN",
    "WHY_STOPPED",
    "Doing",
    "Name",
    "Problem",
    "RunView",
    "TrialView",
    "TriggerView",
    "VersionView",
    "Written",
    "names",
    "problems_of",
]
LATELY = timedelta(days=7)
RUNS = 30


@dataclass(frozen=True)
class VersionView:
    number: int
    name: str
    event: str
    status: str
    hours: int
    condition: str
    steps: tuple[Doing, ...]
    author: str
    at: datetime
    put_by: str
    put_at: datetime | None


@dataclass(frozen=True)
class TriggerView:
    """A trigger; `newest` is what is written, `live` what is in force, None when nothing is."""

    id: UUID
    name: str
    state: str
    place: int
    number: int
    newest: VersionView
    live: VersionView | None
    changed_at: datetime
    fired: int = 0  # in seven days
    halted: dict[str, int] = field(default_factory=dict)  # why → how often, in seven days
    last_at: datetime | None = None

    @property
    def pending(self) -> bool:
        """What is written last does not count yet."""
        return self.live is None or self.live.number != self.number


@dataclass(frozen=True)
class RunView:
    id: UUID
    trigger: UUID
    name: str
    number: int
    case: UUID
    event: str
    state: str
    why: str
    did: tuple[dict[str, str], ...]
    depth: int
    at: datetime


@dataclass(frozen=True)
class TrialView:
    id: UUID
    trigger: UUID
    number: int
    days: int
    state: str
    cases: int
    done: int
    times: int
    touched: int
    letters: int
    by_step: dict[str, int]
    rows: tuple[dict[str, Any], ...]
    asked_by: str
    at: datetime
    ended_at: datetime | None
    error: str

    @property
    def open(self) -> bool:
        return self.state in {"waiting", "running"}

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.cases) if self.cases else 0


def listed(actor: Actor, *, now: datetime) -> list[TriggerView]:
    """All triggers in their order, with what they did in seven days. Four queries."""
    actor.require("triggers.read")
    rows = list(Trigger.objects.order_by("place", "id"))
    lately = Run.objects.filter(at__gte=now - LATELY)
    fired = dict(lately.filter(state="fired").values_list("trigger").annotate(n=Count("id")))
    halted: dict[UUID, dict[str, int]] = {}
    for trigger, why, n in lately.filter(state="stopped").values_list("trigger", "why").annotate(n=Count("id")):
        halted.setdefault(trigger, {})[why] = n
    last = dict(Run.objects.order_by("trigger_id", "-id").distinct("trigger_id").values_list("trigger_id", "at"))
    return [
        _view(row, found, fired=fired.get(row.id, 0), halted=halted.get(row.id, {}), last_at=last.get(row.id))
        for row, found in zip(rows, _versions(rows), strict=True)
    ]


def one(actor: Actor, trigger_id: UUID) -> TriggerView:
    """Raises NotFound."""
    actor.require("triggers.read")
    row = Trigger.objects.filter(id=trigger_id).first()
    if row is None:
        raise NotFound("There is no such trigger.")
    return _view(row, _versions([row])[0])


def versions(actor: Actor, trigger_id: UUID) -> list[VersionView]:
    """Every version, the newest first."""
    actor.require("triggers.read")
    return [version_view(row) for row in Version.objects.filter(trigger_id=trigger_id).order_by("-number")]


def in_force(event: str) -> list[tuple[Trigger, Version]]:
    """What is in force for an event, in its order. For `actions`; one query."""
    rows = Version.objects.filter(event=event, trigger__state="on", number=F("trigger__live")).select_related("trigger")
    return [(row.trigger, row) for row in rows.order_by("trigger__place", "trigger_id")]


def runs(actor: Actor, trigger_id: UUID, *, before: UUID | None = None, limit: int = RUNS) -> list[RunView]:
    """What it did, the newest first; one page by key."""
    actor.require("triggers.read")
    rows = Run.objects.filter(trigger_id=trigger_id).select_related("trigger")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_run(row) for row in rows.order_by("-id")[:limit]]


def of_case(case_id: UUID, *, limit: int = 10) -> list[RunView]:
    """What triggers did to a case, the newest first; whoever shows it asks for the right to see the case."""
    rows = Run.objects.filter(case_id=case_id).select_related("trigger").order_by("-id")
    return [_run(row) for row in rows[:limit]]


def trial(actor: Actor, trial_id: UUID) -> TrialView:
    """Raises NotFound."""
    actor.require("triggers.read")
    row = Trial.objects.filter(id=trial_id).first()
    if row is None:
        raise NotFound("There is no such trial.")
    return _trial(row)


def newest_trial(actor: Actor, trigger_id: UUID) -> TrialView | None:
    actor.require("triggers.read")
    row = Trial.objects.filter(trigger_id=trigger_id).order_by("-id").first()
    return _trial(row) if row else None


def letters_lately(case_ids: Iterable[UUID], *, now: datetime) -> int:
    """Letters that triggers sent in these cases within a day."""
    rows = Run.objects.filter(case_id__in=list(case_ids), at__gte=now - DAY, letters__gt=0)
    return sum(rows.values_list("letters", flat=True))


def changed_lines(older: VersionView | None, newer: VersionView) -> list[tuple[str, str]]:
    """(sign, line) of what a version changed."""
    if older is None:
        return []
    told = difflib.ndiff(lines_of(_plain(older)), lines_of(_plain(newer)))
    return [(line[0], line[2:]) for line in told if line[0] in "+- "]


def _plain(one: VersionView) -> dict[str, object]:
    return vars(one) | {"steps": [vars(step) for step in one.steps]}


def _versions(rows: list[Trigger]) -> list[dict[int, Version]]:
    wanted = Q(pk__in=[])
    for row in rows:
        wanted |= Q(trigger_id=row.id, number__in=[row.number, row.live or row.number])
    found: dict[UUID, dict[int, Version]] = {}
    for one in Version.objects.filter(wanted):
        found.setdefault(one.trigger_id, {})[one.number] = one
    return [found.get(row.id, {}) for row in rows]


def _view(row: Trigger, found: dict[int, Version], **more: Any) -> TriggerView:
    return TriggerView(
        id=row.id,
        name=row.name,
        state=row.state,
        place=row.place,
        number=row.number,
        newest=version_view(found[row.number]),
        live=version_view(found[row.live]) if row.live else None,
        changed_at=row.changed_at,
        **more,
    )


def version_view(row: Version) -> VersionView:
    return VersionView(
        number=row.number,
        name=row.name,
        event=row.event,
        status=row.status,
        hours=row.hours,
        condition=row.condition,
        steps=tuple(Doing(step["do"], step["value"]) for step in row.steps),
        author=row.author,
        at=row.at,
        put_by=row.put_by,
        put_at=row.put_at,
    )


def _run(row: Run) -> RunView:
    return RunView(
        id=row.id,
        trigger=row.trigger_id,
        name=row.trigger.name,
        number=row.number,
        case=row.case_id,
        event=row.event,
        state=row.state,
        why=row.why,
        did=tuple(row.did),
        depth=len(row.chain),
        at=row.at,
    )


def _trial(row: Trial) -> TrialView:
    names = (
        "id",
        "number",
        "days",
        "state",
        "cases",
        "done",
        "times",
        "touched",
        "letters",
        "by_step",
        "asked_by",
        "at",
    )
    told = {name: getattr(row, name) for name in names}
    return TrialView(**told, trigger=row.trigger_id, rows=tuple(row.rows), ended_at=row.ended_at, error=row.error)
