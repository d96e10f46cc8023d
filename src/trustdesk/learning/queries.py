"""Asking about labels, measurements and models."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from trustdesk.learning.models import LabelFile, ModelVersion, Study
from trustdesk.learning.packing import Place, Scored
from trustdesk.learning.promising import Promise
from trustdesk.learning.refusals import NoSuchModel, NoSuchStudy
from trustdesk.learning.rules import WORKLOAD_DAYS
from trustdesk.learning.tally import Tally
from trustdesk.screening import queries as screening
from trustdesk.signals import queries as signals


@dataclass(frozen=True)
class FileView:
    id: UUID
    label: str
    name: str
    rows: int
    positives: int
    dropped: dict[str, int]
    brought_by: str
    at: datetime


@dataclass(frozen=True)
class StudyView:
    """A study without its arrays. `source`: the file's name, "" for the desk's own decisions."""

    id: UUID
    kind: str
    label: str
    version: str
    source: str
    since: datetime | None
    state: str
    done: int
    total: int
    confidence: float
    asked_by: str
    made_at: datetime
    ended_at: datetime | None
    error: str
    report: dict[str, Any]
    used_at: datetime | None
    used_by: str
    promises: tuple[Promise, ...] = field(default=())

    @property
    def open(self) -> bool:
        return self.state in {"waiting", "running"}

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


@dataclass(frozen=True)
class ModelView:
    """A version of a label's own model. `version` is what `score` calls it."""

    id: UUID
    label: str
    number: int
    version: str
    state: str
    against: str
    proposer: str
    releaser: str
    why: str
    made_at: datetime
    shadowed_at: datetime | None
    released_at: datetime | None
    ended_at: datetime | None
    study: UUID
    head: signals.HeadView
    shadow: Tally

    @property
    def waits(self) -> bool:
        return self.state in {"candidate", "shadow"}


@dataclass(frozen=True)
class LabelView:
    """A label with what answers for it now: the desk's own (`own`), what is shipped, or nothing (`version` "")."""

    label: str
    version: str
    own: bool
    refused: bool
    thresholds: int
    files: int
    waiting: tuple[ModelView, ...]
    measured_at: datetime | None


def labels() -> list[LabelView]:
    """Every label that a model answers or that somebody works on, by name; the same few queries for any number."""
    files: dict[str, int] = {}
    for label in LabelFile.objects.filter(forgotten_at=None).values_list("label", flat=True):
        files[label] = files.get(label, 0) + 1
    ended = Study.objects.filter(state="done", ended_at__isnull=False).order_by("id").values_list("label", "ended_at")
    measured: dict[str, datetime | None] = dict(ended)
    waiting: dict[str, list[ModelView]] = {}
    own = set()
    for model in _models(ModelVersion.objects.filter(state__in=["candidate", "shadow", "live"]).order_by("-number")):
        if model.state == "live":
            own.add(model.label)
        else:
            waiting.setdefault(model.label, []).append(model)
    others = set(Study.objects.values_list("label", flat=True).distinct())
    names = sorted({*signals.score_labels(), *files, *waiting, *own, *others})
    counted = signals.threshold_counts(names)
    found = []
    for name in names:
        version = signals.score_version(name)
        found.append(
            LabelView(
                label=name,
                version=version,
                own=name in own,
                refused=name in own and not version,
                thresholds=counted.get((name, version), 0),
                files=files.get(name, 0),
                waiting=tuple(waiting.get(name, ())),
                measured_at=measured.get(name),
            )
        )
    return found


def files_of(label: str) -> list[FileView]:
    """Newest first, without those whose texts are gone."""
    return [
        FileView(row.id, row.label, row.name, row.rows, row.positives, dict(row.dropped), row.brought_by, row.at)
        for row in LabelFile.objects.filter(label=label, forgotten_at=None).order_by("-id")[:50]
    ]


def studies_of(label: str, *, limit: int = 30) -> list[StudyView]:
    """Newest first."""
    rows = Study.objects.filter(label=label).select_related("file").defer("data").order_by("-id")[:limit]
    return [_study(row) for row in rows]


def study(study_id: UUID) -> StudyView:
    """Raises NoSuchStudy."""
    row = Study.objects.filter(id=study_id).select_related("file").defer("data").first()
    if row is None:
        raise NoSuchStudy
    return _study(row)


def scored(study_id: UUID) -> Scored:
    """The arrays of a study that is done. Raises NoSuchStudy, packing.Damaged."""
    row = Study.objects.filter(id=study_id, state="done").values_list("data", "sha256").first()
    if row is None:
        raise NoSuchStudy
    return Scored.unpacked(bytes(row[0]), sha256=row[1])


def models_of(label: str) -> list[ModelView]:
    """Newest first."""
    return _models(ModelVersion.objects.filter(label=label).order_by("-number")[:50])


def model(model_id: UUID) -> ModelView:
    """Raises NoSuchModel."""
    found = _models(ModelVersion.objects.filter(id=model_id))
    if not found:
        raise NoSuchModel
    return found[0]


def find_model(label: str, number: int) -> ModelView:
    """Raises NoSuchModel."""
    found = _models(ModelVersion.objects.filter(label=label, number=number))
    if not found:
        raise NoSuchModel
    return found[0]


def items_a_day(place: Place, *, now: datetime) -> float:
    """How many items of a market and language ("" all) arrived a day, in the last four weeks or since the first came."""
    since = now - WORKLOAD_DAYS
    market, language = place
    there = screening.arrivals(since=since, until=now)
    count = sum(n for (m, lang), n in there.items() if market in ("", m) and language in ("", lang))
    return count / WORKLOAD_DAYS.days


def review_seconds(*, now: datetime) -> tuple[float | None, int]:
    """The median time from taking a review to deciding it, in the last four weeks, and of how many; None below five."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.ended_at - c.since)), count(*)"
            " FROM work_claim c JOIN work_workitem w ON w.id = c.work_id"
            " WHERE w.kind = 'review' AND c.ended_how = 'completed' AND c.ended_at >= %s",
            [now - WORKLOAD_DAYS],
        )
        [(median, count)] = cursor.fetchall()
    return (float(median), count) if count >= 5 else (None, count)


def _study(row: Study) -> StudyView:
    told: Sequence[dict[str, Any]] = row.report.get("promises", ())
    return StudyView(
        id=row.id,
        kind=row.kind,
        label=row.label,
        version=row.version,
        source=row.file.name if row.file else "",
        since=row.since,
        state=row.state,
        done=row.done,
        total=row.total,
        confidence=float(row.targets.get("confidence", 0.95)),
        asked_by=row.asked_by,
        made_at=row.made_at,
        ended_at=row.ended_at,
        error=row.error,
        report={name: value for name, value in row.report.items() if name != "promises"},
        used_at=row.used_at,
        used_by=row.used_by,
        promises=tuple(Promise.from_json(each) for each in told),
    )


def _models(rows: Any) -> list[ModelView]:
    rows = list(rows)
    heads = signals.head_views([row.head_id for row in rows])
    return [
        ModelView(
            id=row.id,
            label=row.label,
            number=row.number,
            version=heads[row.head_id].version,
            state=row.state,
            against=row.against,
            proposer=row.proposer,
            releaser=row.releaser,
            why=row.why,
            made_at=row.made_at,
            shadowed_at=row.shadowed_at,
            released_at=row.released_at,
            ended_at=row.ended_at,
            study=row.study_id,
            head=heads[row.head_id],
            shadow=Tally.from_json(row.shadow),
        )
        for row in rows
    ]
