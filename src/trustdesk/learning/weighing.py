"""What a chosen error costs: which share would be automatic, what people would have to see, drawn and in numbers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from trustdesk.learning.drawing import Chart, by_score, precision_recall
from trustdesk.learning.estimating import Point, Reached, Sample, curve, reach
from trustdesk.learning.rules import Workload

_SHOWN = 12


@dataclass(frozen=True)
class Balance:
    """`acts`: the threshold from which a rule may act by itself at this error; `shows`: that from which people look, so
    that no more than the chosen share of the harm passes unseen. Either may not be carried by the data.

    `workload` is None where `shows` is not: then nobody knows what would have to be seen.
    """

    acts: Reached
    shows: Reached
    points: tuple[Point, ...]
    rows: tuple[Point, ...]
    curve: Chart | None
    scores: Chart | None
    workload: Workload | None
    samples: int
    positives: int
    looks: int


def balance(
    sample: Sample, *, error: float, missed: float, confidence: float, items_a_day: float, seconds: float | None
) -> Balance:
    points = curve(sample)
    acts = reach(sample, "precision", 1 - error, confidence=confidence)
    shows = reach(sample, "recall", 1 - missed, confidence=confidence)
    automatic = sample.automatic(acts.score) if acts.score is not None else 0.0
    workload = None
    if shows.score is not None:
        seen = max(0.0, sample.automatic(shows.score) - automatic)
        workload = Workload(automatic=automatic, reviewed=seen, items_a_day=items_a_day, seconds=seconds)
    return Balance(
        acts=acts,
        shows=shows,
        points=tuple(points),
        rows=tuple(_some(points)),
        curve=precision_recall(points, _on_curve(sample, acts, shows)) if points else None,
        scores=by_score(points, _on_scores(acts, shows)) if points else None,
        workload=workload,
        samples=len(sample),
        positives=sample.positives,
        looks=round(sample.looks),
    )


def _some(points: Sequence[Point]) -> list[Point]:
    """A dozen of them, evenly spread from the highest score down."""
    ordered = sorted(points, key=lambda point: -point.score)
    if len(ordered) <= _SHOWN:
        return ordered
    return [ordered[round(place * (len(ordered) - 1) / (_SHOWN - 1))] for place in range(_SHOWN)]


def _on_curve(sample: Sample, acts: Reached, shows: Reached) -> list[tuple[float, float, str]]:
    found = []
    for what, reached in (("acts", acts), ("shows", shows)):
        if reached.score is not None:
            recall = sample.recall(reached.score, level=0.025).value
            found.append((recall, sample.precision(reached.score, level=0.025).value, what))
    return found


def _on_scores(acts: Reached, shows: Reached) -> list[tuple[float, float, str]]:
    return [
        (reached.score, reached.value, what)
        for what, reached in (("acts", acts), ("shows", shows))
        if reached.score is not None
    ]
