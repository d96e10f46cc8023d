"""From a measurement to the thresholds of each market and language. Pure.

A place with labels enough of its own gets its own threshold. One with too few takes the next wider (its language, then
all), unless its few labels already show that the wider one does not keep the promise there: then it has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from trustdesk.learning.estimating import Reached, Sample, reach
from trustdesk.learning.packing import Place, Scored
from trustdesk.learning.rules import wider


@dataclass(frozen=True)
class Promise:
    """What came of one target at one place. `taken_from`: the wider place whose threshold holds here; `why` also says
    `contradicted`: the labels here show that the wider threshold misses the target."""

    market: str
    language: str
    reached: Reached
    taken_from: Place | None = None

    @property
    def kept(self) -> bool:
        """Is a row kept of it: a threshold, or that there is none whatever holds more widely?"""
        return self.reached.score is not None or self.reached.why == "contradicted"

    def to_json(self) -> dict[str, Any]:
        return {
            "market": self.market,
            "language": self.language,
            "taken_from": list(self.taken_from) if self.taken_from else None,
            **asdict(self.reached),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Promise":
        rest = {name: value for name, value in told.items() if name not in {"market", "language", "taken_from"}}
        taken = told["taken_from"]
        return cls(told["market"], told["language"], Reached(**rest), (taken[0], taken[1]) if taken else None)


def promises(scored: Scored, targets: Sequence[tuple[str, float]], *, confidence: float) -> list[Promise]:
    """For every place and target (("precision", 0.95), …), the widest place first."""
    found: list[Promise] = []
    scores: dict[tuple[Place, str, float], float] = {}
    for place in scored.places():
        sample = scored.sample(place)
        for target, share in targets:
            reached = reach(sample, target, share, confidence=confidence)
            taken = None
            if reached.score is not None:
                scores[place, target, share] = reached.score
            elif place != ("", ""):
                taken = next((each for each in wider(place) if (each, target, share) in scores), None)
                if taken and _misses(sample, target, share, scores[taken, target, share], 1 - confidence):
                    reached, taken = _contradicted(sample, reached, scores[taken, target, share]), None
            found.append(Promise(*place, reached, taken))
    return _no_half_trust(found)


def _no_half_trust(found: list[Promise]) -> list[Promise]:
    """A place that is known to miss one wider threshold takes no other of that target either."""
    known = {(each.market, each.language, each.reached.target) for each in found if each.reached.why == "contradicted"}
    return [
        replace(each, taken_from=None, reached=replace(each.reached, why="contradicted"))
        if each.taken_from and (each.market, each.language, each.reached.target) in known
        else each
        for each in found
    ]


def _misses(sample: Sample, target: str, share: float, score: float, level: float) -> bool:
    """Do the labels here show that a threshold misses the target: is even the upper bound below it?"""
    measured = sample.precision(score, level=level) if target == "precision" else sample.recall(score, level=level)
    return measured.samples > 0 and measured.high < share


def _contradicted(sample: Sample, reached: Reached, score: float) -> Reached:
    at = sample.precision if reached.target == "precision" else sample.recall
    measured = at(score, level=0.025)
    return Reached(
        reached.target, reached.share, None, measured.value, measured.low, measured.high, measured.samples,
        measured.hits, why="contradicted", more=reached.more, best=score,
    )  # fmt: skip
