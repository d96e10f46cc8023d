"""Which model answers `score` for a label, and what it says of many texts at once."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.db.models import Count, Func, IntegerField

from trustdesk.engine import UNKNOWN
from trustdesk.signals import registry
from trustdesk.signals.calling import checked
from trustdesk.signals.models import OwnHead, Threshold
from trustdesk.signals.owned import Head, own_heads, read
from trustdesk.signals.text.heads import ArtefactRefused

SCORE = "score"
SHIPPED_AT_ONCE = 64
_LABEL = re.compile(r"^score\(.*[\"']([^\"']+)[\"']\)$", re.DOTALL)


class OctetLength(Func):
    function = "octet_length"
    output_field = IntegerField()


@dataclass(frozen=True)
class HeadView:
    """One of the desk's own heads, without its arrays."""

    id: UUID
    label: str
    version: str
    sha256: str
    size: int
    live: bool
    made_at: datetime
    manifest: dict[str, Any]


@dataclass(frozen=True)
class ThresholdView:
    """A threshold, or (`score` None) why there is none here. `low`: the least the true share is, with `confidence`."""

    label: str
    version: str
    target: str
    share: float
    market: str
    language: str
    score: float | None
    value: float | None
    low: float | None
    high: float | None
    confidence: float | None
    samples: int
    hits: int
    source: str
    why: str
    computed_at: datetime


def score_version(label: str) -> str:
    """Of the model that answers `score(…, label)` just now: the desk's own, else the shipped one; "" without any, and
    where the desk's own is refused (nothing answers for it then)."""
    try:
        own = own_heads.version(label)
    except ArtefactRefused:
        return ""
    return own or shipped_version(label)


def shipped_version(label: str) -> str:
    """Of what TrustDesk ships for a label, "" where it ships nothing."""
    entry = registry.declared().get(SCORE)
    if entry is None or not _answers(entry, label):
        return ""
    return entry.signal.version


def versions_of(calls: Iterable[str]) -> dict[str, str]:
    """The versions of the declared signals in these calls, as rules write them; for a label that the desk's own model
    answers, its version under `score:LABEL`."""
    calls = list(calls)
    able = registry.declared()
    found = {name: able[name].signal.version for name in (call.partition("(")[0] for call in calls) if name in able}
    if SCORE in found:
        labels = {told[1] for call in calls if (told := _LABEL.search(call))}
        with suppress(ArtefactRefused):
            found |= {f"{SCORE}:{label}": own for label in sorted(labels) if (own := own_heads.version(label))}
    return found


def score_labels() -> tuple[str, ...]:
    """Labels that some model answers."""
    entry = registry.declared().get(SCORE)
    shipped: tuple[str, ...] = ()
    if entry is not None:
        shipped = next((each.choices for each in entry.signal.arguments if each.name == "label"), ())
    return tuple(sorted({*shipped, *own_heads.labels()}))


def live_scores(label: str, texts: Sequence[str]) -> list[float | None]:
    """What the live model says of texts, in order; None where it says nothing. Nothing is kept or counted, and nothing
    waits: for measurements, not for items. Raises ArtefactRefused."""
    head = own_heads.head(label)
    if head is not None:
        return [float(score) for score in head.scores(texts)] if texts else []
    return shipped_scores(label, texts)


def shipped_scores(label: str, texts: Sequence[str]) -> list[float | None]:
    """The same of what TrustDesk ships, also where the desk has a head of its own."""
    entry = registry.declared().get(SCORE)
    if entry is None or not _answers(entry, label):
        return [None] * len(texts)
    found: list[float | None] = []
    for start in range(0, len(texts), SHIPPED_AT_ONCE):
        asked = [{"text": text, "label": label, "shipped": True} for text in texts[start : start + SHIPPED_AT_ONCE]]
        told = checked(entry.signal, list(entry.compute(asked)), asked=len(asked))
        found += [None if each is None or each is UNKNOWN else float(each) for each in told]
    return found


def head_view(head_id: UUID) -> HeadView | None:
    return head_views([head_id]).get(head_id)


def head_views(head_ids: Iterable[UUID]) -> dict[UUID, HeadView]:
    """By id, without reading the arrays; one query."""
    rows = OwnHead.objects.filter(id__in=set(head_ids)).annotate(size=OctetLength("data")).defer("data")
    return {
        row.id: HeadView(row.id, row.label, row.version, row.sha256, row.size, row.live, row.made_at, row.manifest)
        for row in rows
    }


@dataclass(frozen=True)
class Learnt:
    """A head just learnt, not kept yet."""

    head: Head
    data: bytes
    manifest: dict[str, Any]
    figures: dict[str, Any]


class TooFewLabels(Exception):
    """The labels cannot carry a head; the message says what is missing."""


def learn_head(
    texts: Sequence[str], truths: Sequence[bool], *, groups: Sequence[str], seed: int, max_fpr: float
) -> Learnt:
    """A head that tells texts which carry a label from others. `groups`: rows of one group are never on both sides of a
    split. Takes seconds to minutes. Raises TooFewLabels."""
    training: Any = import_module("trustdesk.signals.training.own_labels")
    try:
        made = training.learn(texts, [int(truth) for truth in truths], groups=groups, seed=seed, max_fpr=max_fpr)
    except training.TooFewLabels as error:
        raise TooFewLabels(str(error)) from error
    return Learnt(made, made.packed(), dict(made.manifest), dict(made.figures))


def open_head(head_id: UUID) -> Head:
    """One of the desk's heads, read and checked, live or not. Raises ArtefactRefused."""
    row = OwnHead.objects.get(id=head_id)
    return read(name=f"{row.label} {row.version}", data=bytes(row.data), sha256=row.sha256)


def thresholds(label: str, version: str) -> list[ThresholdView]:
    """All of one version of a label's score: those for everything first."""
    rows = Threshold.objects.filter(label=label, version=version).order_by("language", "market", "target", "share")
    return [
        ThresholdView(
            label=row.label,
            version=row.version,
            target=row.target,
            share=row.share,
            market=row.market,
            language=row.language,
            score=row.score,
            value=row.value,
            low=row.low,
            high=row.high,
            confidence=row.confidence,
            samples=row.samples,
            hits=row.hits,
            source=row.source,
            why=row.why,
            computed_at=row.computed_at,
        )
        for row in rows
    ]


def threshold_counts(labels: Sequence[str]) -> dict[tuple[str, str], int]:
    """(label, version) → how many thresholds it has; one query."""
    rows = Threshold.objects.filter(label__in=labels, score__isnull=False).values_list("label", "version")
    return {(label, version): n for label, version, n in rows.annotate(n=Count("id"))}


def _answers(entry: registry.Declared, label: str) -> bool:
    choices = next((each.choices for each in entry.signal.arguments if each.name == "label"), ())
    return not choices or label in choices
