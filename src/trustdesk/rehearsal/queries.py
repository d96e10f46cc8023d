"""Asking about rehearsals: how far they are, what they found, the samples to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from trustdesk.engine import OUTCOMES
from trustdesk.rehearsal.models import Rehearsal, Sample
from trustdesk.rehearsal.refusals import NoSuchRehearsal
from trustdesk.rehearsal.rules import Share, time_left
from trustdesk.rehearsal.tally import AFTER, BEFORE, GAINED, LOST, MADE_AFTER, MADE_BEFORE, MISSED, RIGHT, UNSURE, WRONG

SEVERE = 4  # labels from this severity on: samples are shown blurred
_ORDER = {outcome: place for place, outcome in enumerate(reversed(OUTCOMES))}


@dataclass(frozen=True)
class RehearsalView:
    """A rehearsal without its report."""

    id: UUID
    mode: str
    state: str
    runner: str
    target: str
    version: UUID | None
    name: str
    number: int
    live_number: int
    since: datetime
    until: datetime | None
    items: int
    done: int
    changed: int
    restarts: int
    asked_by: str
    made_at: datetime
    started_at: datetime | None
    beat_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    ended_why: str
    error: str

    @property
    def open(self) -> bool:
        return self.state in {"waiting", "running"}

    @property
    def label(self) -> str:
        if self.target == "folder":
            return self.name
        return f"{'list:' if self.target == 'list' else ''}{self.name}@{self.number}"

    @property
    def percent(self) -> int:
        return 100 * self.done // self.items if self.items else 0

    def seconds_left(self, now: datetime) -> float | None:
        """At its pace so far; None while that cannot be said."""
        if self.state != "running" or self.mode != "history" or self.started_at is None:
            return None
        return time_left(done=self.done, items=self.items, seconds=(now - self.started_at).total_seconds())


@dataclass(frozen=True)
class Change:
    """Items that went from one outcome to another. `milder`: the new outcome restricts less."""

    old: str
    new: str
    items: int

    @property
    def key(self) -> str:
        return f"{self.old}>{self.new}"

    @property
    def changed(self) -> bool:
        return self.old != self.new

    @property
    def milder(self) -> bool:
        return _ORDER[self.new] < _ORDER[self.old]


@dataclass(frozen=True)
class RuleRow:
    """`unsure`: items for which a lookup the rule asks was not stored; then its figures are approximate."""

    policy: str
    rule: str
    before: int
    after: int
    gained: int
    lost: int
    made_before: int
    made_after: int
    unsure: int
    unsure_share: float

    @property
    def changed(self) -> bool:
        return bool(self.gained or self.lost or self.made_before != self.made_after)

    def told(self) -> dict[str, Any]:
        """By the names that the API and the command line give."""
        return {
            "policy": self.policy,
            "rule": self.rule,
            "hits_before": self.before,
            "hits_after": self.after,
            "gained": self.gained,
            "lost": self.lost,
            "decided_before": self.made_before,
            "decided_after": self.made_after,
            "not_answered": self.unsure,
        }


@dataclass(frozen=True)
class LabelRow:
    label: str
    before: int
    after: int
    removed_before: int
    removed_after: int


@dataclass(frozen=True)
class MarketRow:
    market: str
    items: int
    changed: int
    removed_before: int
    removed_after: int


@dataclass(frozen=True)
class PeopleRow:
    """Removals held against what people decided of the same versions."""

    precision: Share  # of what is removed, how much people removed
    recall: Share  # of what people removed, how much is removed


@dataclass(frozen=True)
class Report:
    items: int
    changed: int
    unsure: int
    matrix: tuple[Change, ...]
    rules: tuple[RuleRow, ...]
    labels: tuple[LabelRow, ...]
    markets: tuple[MarketRow, ...]
    judged: int  # versions a person decided, too
    before: PeopleRow
    after: PeopleRow
    in_scope: Mapping[str, int] = field(default_factory=dict)  # items by "kind|market|language"

    @property
    def changes(self) -> tuple[Change, ...]:
        """Only what changed, most first."""
        return tuple(sorted((each for each in self.matrix if each.changed), key=lambda each: -each.items))

    @property
    def approximate(self) -> tuple[RuleRow, ...]:
        return tuple(row for row in self.rules if row.unsure)


@dataclass(frozen=True)
class SampleHit:
    policy: str
    rule: str
    then: str
    labels: tuple[str, ...]
    spans: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class SampleView:
    """An item whose outcome would change; its words are asked of `content` by its version."""

    change: str
    item: UUID
    version: UUID
    verdict: UUID
    number: int
    market: str
    kind: str
    severity: int
    old: tuple[SampleHit, ...]
    new: tuple[SampleHit, ...]

    @property
    def sensitive(self) -> bool:
        return self.severity >= SEVERE


def by_id(rehearsal_id: UUID) -> RehearsalView:
    """Raises NoSuchRehearsal."""
    found = _views(Rehearsal.objects.filter(id=rehearsal_id))
    if not found:
        raise NoSuchRehearsal
    return found[0]


def of_version(version_id: UUID, *, limit: int = 20) -> list[RehearsalView]:
    """The rehearsals of one version, newest first."""
    return _views(Rehearsal.objects.filter(version=version_id).order_by("-id")[:limit])


def newest(*, before: UUID | None = None, limit: int = 50) -> list[RehearsalView]:
    """All rehearsals, newest first, a page after the keyset `before`."""
    rows = Rehearsal.objects.order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return _views(rows[: max(1, min(limit, 200))])


def shadows_of(target: str, name: str, number: int) -> list[UUID]:
    """Shadow runs of this version that go on."""
    rows = Rehearsal.objects.filter(mode="shadow", state="running", target=target, name=name, number=number)
    return list(rows.values_list("id", flat=True))


def report_of(rehearsal_id: UUID) -> Report | None:
    """What it found; None while a backtest runs or when it did not end well. Raises NoSuchRehearsal."""
    row = Rehearsal.objects.filter(id=rehearsal_id).values("report").first()
    if row is None:
        raise NoSuchRehearsal
    return read_report(row["report"]) if row["report"] else None


def read_report(data: Mapping[str, Any]) -> Report:
    """A tally in words and shares."""
    items = data["items"]
    rules = [
        RuleRow(
            policy=name.partition("/")[0],
            rule=name.partition("/")[2],
            before=row[BEFORE],
            after=row[AFTER],
            gained=row[GAINED],
            lost=row[LOST],
            made_before=row[MADE_BEFORE],
            made_after=row[MADE_AFTER],
            unsure=row[UNSURE],
            unsure_share=row[UNSURE] / items if items else 0.0,
        )
        for name, row in data["rules"].items()
    ]
    matrix = [
        Change(old=change.partition(">")[0], new=change.partition(">")[2], items=count)
        for change, count in data["matrix"].items()
    ]
    before, after = data["people"]["before"], data["people"]["after"]
    return Report(
        items=items,
        changed=data["changed"],
        unsure=data["unsure"],
        matrix=tuple(sorted(matrix, key=lambda each: (_ORDER[each.old], _ORDER[each.new]))),
        rules=tuple(sorted(rules, key=lambda row: (-(row.gained + row.lost), -row.after, row.policy, row.rule))),
        labels=tuple(
            sorted(
                (LabelRow(label, *row) for label, row in data["labels"].items()),
                key=lambda row: (-abs(row.after - row.before), -row.after, row.label),
            )
        ),
        markets=tuple(
            sorted((MarketRow(market, *row) for market, row in data["markets"].items()), key=lambda row: -row.items)
        ),
        judged=sum(after),
        before=_people(before),
        after=_people(after),
        in_scope=data["places"],
    )


def samples_of(rehearsal_id: UUID, change: str = "") -> list[SampleView]:
    """The samples of a change (or of all), those of a running shadow too."""
    row = Rehearsal.objects.filter(id=rehearsal_id).values("report").first()
    if row is None:
        raise NoSuchRehearsal
    if kept := row["report"].get("samples"):
        return [
            sample_view(name, UUID(verdict), data)
            for name, entries in sorted(kept.items())
            if change in {"", name}
            for _, verdict, data in entries
        ]
    rows = Sample.objects.filter(rehearsal=rehearsal_id).order_by("change", "position")
    if change:
        rows = rows.filter(change=change)
    return [sample_view(each.change, each.verdict, each.data) for each in rows]


def sample_view(change: str, verdict: UUID, data: Mapping[str, Any]) -> SampleView:
    return SampleView(
        change=change,
        item=UUID(data["item"]),
        version=UUID(data["version"]),
        verdict=verdict,
        number=data["no"],
        market=data["market"],
        kind=data["kind"],
        severity=data["severity"],
        old=_hits(data["old"]),
        new=_hits(data["new"]),
    )


def _hits(data: Sequence[Mapping[str, Any]]) -> tuple[SampleHit, ...]:
    return tuple(
        SampleHit(
            hit["policy"],
            hit["rule"],
            hit["then"],
            tuple(hit["labels"]),
            tuple((span[0], span[1], span[2]) for span in hit["spans"]),
        )
        for hit in data
    )


def _people(row: Sequence[int]) -> PeopleRow:
    return PeopleRow(
        precision=Share(row[RIGHT], row[RIGHT] + row[WRONG]), recall=Share(row[RIGHT], row[RIGHT] + row[MISSED])
    )


_FIELDS = tuple(RehearsalView.__dataclass_fields__)


def _views(rows: QuerySet[Rehearsal]) -> list[RehearsalView]:
    return [RehearsalView(**row) for row in rows.values(*_FIELDS)]
