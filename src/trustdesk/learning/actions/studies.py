"""The life of a measurement, and of an attempt to learn: asked, run, done, its thresholds put in force."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.learning.facts import StudyAsked, StudyFailed, StudyFinished
from trustdesk.learning.models import LabelFile, ModelVersion, Study
from trustdesk.learning.packing import Scored
from trustdesk.learning.promising import Promise
from trustdesk.learning.refusals import (
    BadLabels,
    ChangedMeanwhile,
    NoModel,
    NoSuchLabels,
    NoSuchModel,
    NoSuchStudy,
    NotDone,
)
from trustdesk.learning.rules import CONFIDENCE, LABEL, PRECISIONS, RECALLS, counting
from trustdesk.signals import actions as signals
from trustdesk.signals import queries as scoring

RUN_JOB = "learning.run"
WAITING_MODELS = ("candidate", "shadow")


@action(right="models.propose")
def ask_measurement(
    *,
    actor: Actor,
    label: str,
    now: datetime,
    file_id: UUID | None = None,
    since: datetime | None = None,
    model_id: UUID | None = None,
    precisions: Sequence[float] = PRECISIONS,
    recalls: Sequence[float] = RECALLS,
    confidence: float = CONFIDENCE,
    counts: Sequence[str] = (),
    here: bool = False,
) -> UUID:
    """Measure a label's score on a file of labels, or on what people decided `since` then; `model_id` names a version
    that is not live yet. `here`: the caller runs it. Raises NoModel, NoSuchLabels, NoSuchModel, Invalid."""
    targets = _targets(precisions, recalls, confidence)
    if (file_id is None) == (since is None):
        raise Invalid("Name a file of labels, or since when decisions count.")
    file = None
    if file_id is not None:
        file = LabelFile.objects.filter(id=file_id, label=label, forgotten_at=None).first()
        if file is None:
            raise NoSuchLabels
    version = _version(label, model_id)
    if not version:
        raise NoModel
    study = Study.objects.create(
        kind=Study.Kind.MEASURE,
        label=label,
        counts=list(counts or counting(label)),
        version=version,
        file=file,
        since=since,
        state=Study.State.WAITING,
        targets=targets,
        asked_by=actor.label,
        made_at=now,
    )
    _asked(study, actor=actor, here=here, now=now)
    return study.id


def _version(label: str, model_id: UUID | None) -> str:
    if model_id is None:
        return scoring.score_version(label)
    model = ModelVersion.objects.filter(id=model_id, label=label, state__in=WAITING_MODELS).select_related("head")
    found = model.first()
    if found is None:
        raise NoSuchModel
    return found.head.version


@action(right="models.propose")
def ask_learning(
    *, actor: Actor, label: str, since: datetime, now: datetime, counts: Sequence[str] = (), here: bool = False
) -> UUID:
    """Learn a model for a label from what people decided `since` then. Raises BadLabels."""
    if not LABEL.fullmatch(label) or len(label) > 80:
        raise BadLabels(fields={"label": "Lower case letters, digits, _ and dots, such as hate or fraud.phishing."})
    study = Study.objects.create(
        kind=Study.Kind.LEARN,
        label=label,
        counts=list(counts or counting(label)),
        since=since,
        state=Study.State.WAITING,
        targets=_targets(PRECISIONS, RECALLS, CONFIDENCE),
        asked_by=actor.label,
        made_at=now,
    )
    _asked(study, actor=actor, here=here, now=now)
    return study.id


def _asked(study: Study, *, actor: Actor, here: bool, now: datetime) -> None:
    source = source_of(study)
    record(StudyAsked(study=study.id, what=study.kind, label=study.label, source=source), actor=actor, at=now)
    if not here:
        app.configure_task(RUN_JOB, queue="rehearsal").defer(study=str(study.id))


def source_of(study: Study) -> str:
    """Where a study's labels come from, in a word."""
    if study.file is not None:
        return study.file.name
    return f"decisions since {study.since:%Y-%m-%d}" if study.since else "decisions"


def begin_study(*, study_id: UUID) -> bool:
    """Take a study that waits, or whose runner was lost. No fact: what comes of it is one."""
    return bool(Study.objects.filter(id=study_id, state__in=["waiting", "running"]).update(state="running", done=0))


def note_progress(*, study_id: UUID, done: int, total: int) -> None:
    Study.objects.filter(id=study_id, state="running").update(done=done, total=total)


@action(right="-")
def finish_measurement(
    *,
    actor: Actor,
    study_id: UUID,
    scored: Scored,
    promised: Sequence[Promise],
    more: Mapping[str, Any],
    now: datetime,
) -> None:
    """Keep what was measured. Raises NoSuchStudy."""
    study = Study.objects.select_for_update().filter(id=study_id, state="running").first()
    if study is None:
        raise NoSuchStudy
    data, rows, positives = scored.packed(), len(scored.truth), int(scored.truth.sum())
    told = [each.to_json() for each in promised]
    Study.objects.filter(id=study.id).update(
        state="done",
        ended_at=now,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        report={**more, "rows": rows, "positives": positives, "promises": told},
    )
    fact = StudyFinished(study=study.id, label=study.label, version=study.version, rows=rows, positives=positives)
    record(fact, actor=actor, at=now)


@action(right="-")
def give_up_study(
    *,
    actor: Actor,
    study_id: UUID,
    why: str,
    now: datetime,
    refused: bool = False,
    report: Mapping[str, Any] | None = None,
) -> None:
    """It failed, or (`refused`) the data do not carry it; the report says with which figures. Raises NoSuchStudy."""
    study = Study.objects.select_for_update().filter(id=study_id, state__in=["waiting", "running"]).first()
    if study is None:
        raise NoSuchStudy
    Study.objects.filter(id=study.id).update(
        state="refused" if refused else "failed", ended_at=now, error=why[:1000], report=dict(report or {})
    )
    record(StudyFailed(study=study.id, what=study.kind, label=study.label, why=why[:300]), actor=actor, at=now)


@action(right="models.release")
def use_thresholds(*, actor: Actor, study_id: UUID, now: datetime) -> int:
    """Put a measurement's thresholds in force for the version it measured: at once if it is live, else when it is.
    Returns how many targets are reached. Raises NoSuchStudy, NotDone, ChangedMeanwhile."""
    study = Study.objects.select_for_update(of=("self",)).filter(id=study_id).select_related("file").first()
    if study is None:
        raise NoSuchStudy
    if study.state != Study.State.DONE or not study.version:
        raise NotDone
    waits = ModelVersion.objects.filter(
        label=study.label, head__version=study.version, state__in=WAITING_MODELS
    ).exists()
    if not waits and scoring.score_version(study.label) != study.version:
        raise ChangedMeanwhile
    promised = [Promise.from_json(told) for told in study.report["promises"]]
    rows = put_thresholds(study, promised, version=study.version, actor=actor, now=now)
    Study.objects.filter(id=study.id).update(used_at=now, used_by=actor.label)
    return sum(row.score is not None for row in rows)


def put_thresholds(
    study: Study, promised: Iterable[Promise], *, version: str, actor: Actor, now: datetime
) -> list[signals.Reaches]:
    """Hand them to signals: those that are reached, and those that must not be taken from a wider place."""
    rows = [
        signals.Reaches(
            target=each.reached.target,
            share=each.reached.share,
            score=each.reached.score,
            samples=each.reached.samples,
            market=each.market,
            language=each.language,
            hits=each.reached.hits,
            value=each.reached.value,
            low=each.reached.low,
            high=each.reached.high,
            confidence=float(study.targets["confidence"]),
            why=each.reached.why,
        )
        for each in promised
        if each.kept
    ]
    signals.put_thresholds(
        actor=actor, label=study.label, version=version, thresholds=rows, source=source_of(study), now=now
    )
    return rows


def _targets(precisions: Sequence[float], recalls: Sequence[float], confidence: float) -> dict[str, Any]:
    shares = [*precisions, *recalls]
    if not shares or len(shares) > 20 or not all(0 < share < 1 for share in shares):
        raise Invalid("Name targets between 0 and 1, such as 0.95.")
    if not 0.5 <= confidence < 1:
        raise Invalid("A confidence lies between 0.5 and 1.")
    return {"precision": sorted(set(precisions)), "recall": sorted(set(recalls)), "confidence": confidence}
