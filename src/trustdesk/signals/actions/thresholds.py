"""Thresholds of scores, as they were computed from labelled data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.signals.facts import ThresholdsSet
from trustdesk.signals.models import Threshold

TARGETS = ("precision", "recall")


@dataclass(frozen=True)
class Reaches:
    """From `score` on, contents of the label reach `share` (between 0 and 1) of `target`; "" means all of them."""

    target: str
    share: float
    score: float
    samples: int
    market: str = ""
    language: str = ""


@action(right="signals.manage")
def set_thresholds(*, actor: Actor, label: str, version: str, thresholds: Sequence[Reaches], now: datetime) -> None:
    """Put these in place of all thresholds of a label; `version` is that of the score. Raises Invalid."""
    for one in thresholds:
        if one.target not in TARGETS or not 0 < one.share < 1 or one.samples < 1:
            raise Invalid(f"No threshold: {one}")
    Threshold.objects.filter(label=label).delete()
    Threshold.objects.bulk_create(
        Threshold(
            label=label,
            target=one.target,
            share=one.share,
            market=one.market,
            language=one.language,
            score=one.score,
            samples=one.samples,
            version=version,
            computed_at=now,
        )
        for one in thresholds
    )
    record(ThresholdsSet(label=label, version=version, count=len(thresholds)), actor=actor, at=now)
