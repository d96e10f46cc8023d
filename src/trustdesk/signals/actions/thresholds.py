"""Thresholds of scores, as they were computed from labelled data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.signals.facts import ThresholdsSet
from trustdesk.signals.models import Threshold

TARGETS = ("precision", "recall")


@dataclass(frozen=True)
class Reaches:
    """From `score` on, contents of the label reach `share` (between 0 and 1) of `target`; "" means all of them.

    `low`: the least the true share is with `confidence`; `value` the share as seen on `samples`, `hits` of which carry
    the label. Without a `score`, `why` says why there is none, and no wider threshold is asked in its place.
    """

    target: str
    share: float
    score: float | None
    samples: int
    market: str = ""
    language: str = ""
    hits: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    why: str = ""


@action(right="signals.manage")
def set_thresholds(
    *, actor: Actor, label: str, version: str, thresholds: Sequence[Reaches], now: datetime, source: str = ""
) -> None:
    """Put these in place of all thresholds of a label; `version` is that of the score. Those of its other versions stay:
    they hold again when that version does. Raises Invalid."""
    put_thresholds(actor=actor, label=label, version=version, thresholds=thresholds, source=source, now=now)


@action(right="-")
def put_thresholds(
    *, actor: Actor, label: str, version: str, thresholds: Sequence[Reaches], now: datetime, source: str = ""
) -> None:
    """The same for a caller that has asked for a right of its own."""
    for one in thresholds:
        promised = one.score is None or one.low is None or one.low >= one.share
        if one.target not in TARGETS or not 0 < one.share < 1 or one.samples < 0 or not promised:
            raise Invalid(gettext("No threshold: %(one)s") % {"one": one})
        if (one.score is None) != bool(one.why):
            raise Invalid(gettext("A threshold has a score or a reason why not: %(one)s") % {"one": one})
    Threshold.objects.filter(label=label, version=version).delete()
    Threshold.objects.bulk_create(
        Threshold(
            label=label,
            target=one.target,
            share=one.share,
            market=one.market,
            language=one.language,
            score=one.score,
            samples=one.samples,
            hits=one.hits,
            value=one.value,
            low=one.low,
            high=one.high,
            confidence=one.confidence,
            source=source[:120],
            why=one.why,
            version=version,
            computed_at=now,
        )
        for one in thresholds
    )
    carried = sum(one.score is not None for one in thresholds)
    record(ThresholdsSet(label=label, version=version, count=carried), actor=actor, at=now)
