"""From scores and labels to thresholds that keep what they promise. Pure.

What is promised. A threshold for `precision=0.95` says: of contents scored at or above it, at least 95 of 100 carry the
label, with the stated confidence, the choice of the threshold included. Looking at many thresholds and keeping one that
looks good would break that; so the thresholds to look at are fixed by the scores alone, and are tested from the highest
downwards by the fallback procedure (Wiens and Dmitrienko, J. Biopharm. Stat. 15, 2005): each test has a small share of
the allowed error, and hands it on to the next when it succeeds. All that pass are right together with the confidence;
the lowest of them is taken. This is "learn then test" (Angelopoulos et al., arXiv 2110.01052) with exact tests.

Recall falls as the threshold rises, so there the tests go from the lowest upwards at the whole level and stop at the
first that fails.

Labels of the desk's own decisions stand for contents that people chose, or were sent, to see. There each label counts for
so many contents of about its score as there are per label (post-stratification: Little, JASA 88, 1993), copies and one
account's contents count as one look, and strata in which nobody looked count as all wrong: for precision as all
harmless, for recall as all missed. What is assumed, and told: that of contents of about the same score those that people
saw are like those they did not.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trustdesk.learning.intervals import Floats, Ints, effective, least, lower, needed, upper
from trustdesk.learning.rules import CONFIDENCE

Bools = NDArray[np.bool_]

_GROWTH = 1.1  # between the counts of contents above two thresholds that are tried
_FEWEST = 10  # contents below which a share that was seen says nothing
_STRATA = 8


@dataclass(frozen=True)
class Measured:
    """A share at a threshold, with the bounds within which the true one lies at the confidence of the curve (two-sided)
    or of the promise (`low`). `samples`: labelled contents it rests on; `hits`: those that carry the label."""

    score: float
    value: float
    low: float
    high: float
    samples: int
    hits: int


@dataclass(frozen=True)
class Reached:
    """What came of asking for a target. `score` is None where the data cannot carry it: then `why` is `few` (too few
    labels; about `more` would do if they are like these), `unreachable` (at no score does this model get there, `best` is
    the best that was seen) or `unseen` (nobody looked where it would have to be known)."""

    target: str
    share: float
    score: float | None
    value: float = 0.0
    low: float = 0.0
    high: float = 1.0
    samples: int = 0
    hits: int = 0
    why: str = ""
    more: int | None = None
    best: float | None = None


@dataclass(frozen=True)
class Point:
    """A point of the curve: what a threshold at `score` would do. `automatic`: the share of all contents above it."""

    score: float
    precision: Measured
    recall: Measured
    automatic: float


@dataclass(frozen=True)
class Sample:
    """Scored contents with their truth. `groups`: the same number for contents that are one look (copies, one account).

    `population`: scores of contents drawn at random from all, where the labelled ones are those that people saw; None
    where the labelled contents are themselves such a draw (with their weights).
    """

    scores: Floats
    truth: Bools
    weights: Floats
    groups: Ints
    population: Floats | None = None

    @classmethod
    def of(
        cls,
        scores: Sequence[float] | Floats,
        truth: Sequence[bool] | Bools,
        *,
        weights: Sequence[float] | Floats | None = None,
        groups: Sequence[int] | Ints | None = None,
        population: Sequence[float] | Floats | None = None,
    ) -> "Sample":
        s = np.asarray(scores, dtype=np.float64)
        w = np.ones_like(s) if weights is None else np.asarray(weights, dtype=np.float64)
        g = np.arange(s.size) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        p = None if population is None else np.sort(np.asarray(population, dtype=np.float64))
        made = cls(s, np.asarray(truth, dtype=np.bool_), w, g.astype(np.int64), p)
        return made if p is None else made._weighted()

    def where(self, chosen: Bools, population: Bools | None = None) -> "Sample":
        """A part of it; `population` chooses of what was drawn, in the order given to `of`'s result."""
        drawn = self.population
        if drawn is not None and population is not None:
            drawn = drawn[population]
        return Sample.of(
            self.scores[chosen], self.truth[chosen], weights=self.weights[chosen], groups=self.groups[chosen],
            population=drawn,
        )  # fmt: skip

    def __len__(self) -> int:
        return int(self.scores.size)

    @property
    def positives(self) -> int:
        return int(self.truth.sum())

    @cached_property
    def looks(self) -> float:
        """How many independent looks the labels are worth."""
        return effective(self.weights, self.groups)

    @cached_property
    def _edges(self) -> Floats:
        """Borders of the strata: each holds half of the contents above the one before; the last ones are small where
        the scores are high."""
        drawn = self.population if self.population is not None else self.scores
        if not drawn.size:
            return np.array([-math.inf, math.inf])
        inner = np.unique(np.quantile(drawn, [1 - 0.5**step for step in range(1, _STRATA)]))
        return np.concatenate([[-math.inf], inner, [math.inf]])

    def _strata(self, scores: Floats) -> Ints:
        return np.clip(np.searchsorted(self._edges, scores, side="right") - 1, 0, self._edges.size - 2).astype(np.int64)

    def _weighted(self) -> "Sample":
        """Each label stands for as many contents of its stratum as there are per label."""
        drawn = self.scores if self.population is None else self.population
        size = self._edges.size - 1
        there = np.bincount(self._strata(drawn), minlength=size)
        mine = self._strata(self.scores)
        labelled = np.bincount(mine, weights=self.weights, minlength=size)
        each = np.divide(there, labelled, out=np.zeros(size), where=labelled > 0)
        return Sample(self.scores, self.truth, self.weights * each[mine], self.groups, self.population)

    def _unseen(self, low: float, high: float) -> float:
        """How many drawn contents scored from `low` to below `high` lie in strata without any label."""
        if self.population is None:
            return 0.0
        inside = self.population[(self.population >= low) & (self.population < high)]
        seen = np.bincount(self._strata(self.scores), minlength=self._edges.size - 1) > 0
        return float((~seen[self._strata(inside)]).sum())

    def automatic(self, score: float) -> float:
        """The share of all contents at or above a score."""
        if self.population is not None:
            return float((self.population >= score).mean()) if self.population.size else 0.0
        whole = float(self.weights.sum())
        return float(self.weights[self.scores >= score].sum()) / whole if whole else 0.0

    def precision(self, score: float, *, level: float, above: float | None = None) -> Measured:
        """Of contents at or above a score the share that carries the label. `level`: the chance of the true one being
        below `low`; the same above `high` (or `above`)."""
        chosen = self.scores >= score
        weights, groups, truth = self.weights[chosen], self.groups[chosen], self.truth[chosen]
        whole = float(weights.sum())
        if whole <= 0:
            return Measured(score, 0.0, 0.0, 1.0, 0, 0)
        looks, unseen = effective(weights, groups), self._unseen(score, math.inf)
        seen = float(weights[truth].sum()) / whole
        known = whole / (whole + unseen)
        return Measured(
            score,
            seen,
            lower(seen * looks, looks, level) * known,
            upper(seen * looks, looks, above or level) * known + (1 - known),
            int(chosen.sum()),
            int(truth.sum()),
        )

    def recall(self, score: float, *, level: float, above: float | None = None) -> Measured:
        """Of contents that carry the label the share at or above a score."""
        found = self.truth & (self.scores >= score)
        all_of_them = float(self.weights[self.truth].sum())
        if all_of_them <= 0:
            return Measured(score, 0.0, 0.0, 1.0, 0, 0)
        seen = float(self.weights[found].sum()) / all_of_them
        looks = effective(self.weights[self.truth], self.groups[self.truth])
        low, high = lower(seen * looks, looks, level), upper(seen * looks, looks, above or level)
        if self.population is not None:
            low = min(low, self._recall_at_least(score, self.population, level))
        return Measured(score, seen, low, high, self.positives, int(found.sum()))

    def _recall_at_least(self, score: float, drawn: Floats, level: float) -> float:
        """Found at least, over found at least and missed at most: half of the error each, that of the missed shared by
        the strata below (Bonferroni)."""
        top = self.scores >= score
        weight = float(self.weights[top].sum())
        if weight <= 0:
            return 0.0
        looks = effective(self.weights[top], self.groups[top])
        seen = float(self.weights[top & self.truth].sum()) / weight
        found = weight * lower(seen * looks, looks, level / 2)
        below = drawn[drawn < score]
        there = np.bincount(self._strata(below), minlength=self._edges.size - 1)
        mine, rest = self._strata(self.scores), ~top
        filled = np.flatnonzero(there)
        missed = 0.0
        for stratum in filled:
            inside = rest & (mine == stratum)
            n = effective(self.weights[inside], self.groups[inside])
            share = float(self.truth[inside].mean()) if n else 1.0
            missed += there[stratum] * (upper(share * n, n, level / 2 / filled.size) if n else 1.0)
        return found / (found + missed) if found + missed > 0 else 0.0

    def _ranked(self) -> tuple[Floats, Ints]:
        """The distinct scores from the highest down, and how many contents are at or above each."""
        scores, counts = np.unique(self.scores, return_counts=True)
        return scores[::-1], np.cumsum(counts[::-1])


def reach(sample: Sample, target: str, share: float, *, confidence: float = CONFIDENCE) -> Reached:
    """The least score (precision) or the greatest (recall) that keeps the target with this confidence."""
    if target == "precision":
        return _precise(sample, share, 1 - confidence)
    return _complete(sample, share, 1 - confidence)


def _looked_at(sample: Sample, first: int) -> Iterator[tuple[float, bool]]:
    """Scores from the highest down, each with a tenth more contents above it than the one before, and whether it is a
    start: those lie a doubling apart. Only scores decide: no label is looked at."""
    scores, counts = sample._ranked()
    wanted = start = float(max(1, first))
    for score, count in zip(scores, counts, strict=True):
        if count >= wanted:
            yield float(score), bool(count >= start)
            wanted = count * _GROWTH
            start = count * 2 if count >= start else start
    if scores.size and first <= counts[-1] < wanted:
        yield float(scores[-1]), False


def _precise(sample: Sample, share: float, level: float) -> Reached:
    starts = max(1, math.floor(math.log2(max(1.0, len(sample) / least(share, level)))) + 1)
    first = least(share, level / starts)
    tried = [(score, start) for score, start in _looked_at(sample, first) if effective(*_above(sample, score)) >= first]
    begins = max(1, sum(start for _, start in tried))
    kept: Measured | None = None
    carried = 0.0
    for score, start in tried:
        at = carried + (level / begins if start else 0.0)
        measured = sample.precision(score, level=at, above=level / 2) if at else None
        if measured is not None and measured.low >= share:
            kept, carried = measured, at
        else:
            carried = 0.0
    if kept is None:
        return _not_precise(sample, share, level / starts)
    return Reached(
        "precision", share, math.nextafter(kept.score, -math.inf), kept.value, kept.low, kept.high,
        kept.samples, kept.hits,
    )  # fmt: skip


def _above(sample: Sample, score: float) -> tuple[Floats, Ints]:
    chosen = sample.scores >= score
    return sample.weights[chosen], sample.groups[chosen]


def _not_precise(sample: Sample, share: float, level: float) -> Reached:
    """Why not, and what it would take: at the score where the fewest more labels would do."""
    best: Measured | None = None
    fewest: int | None = None
    unseen = False
    for score, _ in _looked_at(sample, _FEWEST):
        measured = sample.precision(score, level=level)
        if best is None or measured.low > best.low:
            best = measured
        wanted = needed(measured.value, share, level)
        if wanted is None:
            continue
        weights, groups = _above(sample, score)
        have = effective(weights, groups)
        if wanted <= have:
            unseen = unseen or sample._unseen(score, math.inf) > 0
            wanted = math.ceil(have * _GROWTH)
        more = math.ceil((wanted - have) * len(sample) / measured.samples)
        fewest = more if fewest is None else min(fewest, more)
    if best is None:
        return Reached(
            "precision", share, None, why="few", more=max(1, least(share, level) - len(sample)), samples=len(sample),
            hits=sample.positives,
        )  # fmt: skip
    why = "unseen" if unseen else "unreachable" if fewest is None else "few"
    return Reached(
        "precision", share, None, best.value, best.low, best.high, best.samples, best.hits,
        why=why, more=fewest if why == "few" else None, best=best.score,
    )  # fmt: skip


def _complete(sample: Sample, share: float, level: float) -> Reached:
    positives = effective(sample.weights[sample.truth], sample.groups[sample.truth])
    first = least(share, level)
    kept: Measured | None = None
    if positives >= first:
        for score in reversed([score for score, _ in _looked_at(sample, 1)]):
            measured = sample.recall(score, level=level, above=level / 2)
            if measured.low < share:
                break
            kept = measured
    if kept is not None:
        return Reached(
            "recall", share, math.nextafter(kept.score, -math.inf), kept.value, kept.low, kept.high,
            kept.samples, kept.hits,
        )  # fmt: skip
    enough = positives >= first
    more: int | None = None
    if not enough and sample.positives:
        more = math.ceil((first - positives) * len(sample) / sample.positives)
    why = "unseen" if enough and sample.population is not None else "few"
    return Reached("recall", share, None, samples=sample.positives, hits=sample.positives, why=why, more=more)


def curve(sample: Sample, *, level: float = 0.05, points: int = 60) -> list[Point]:
    """Precision and recall at thresholds from the highest score down, each with its own two-sided bounds (these say what
    is likely at one threshold; a promise is `reach`'s)."""
    scores, counts = sample._ranked()
    if not scores.size or not sample.positives:
        return []
    ranks = np.unique(np.geomspace(min(5, counts[-1]), counts[-1], points).astype(np.int64))
    chosen = np.unique(np.searchsorted(counts, ranks))
    return [
        Point(
            float(score),
            sample.precision(float(score), level=level / 2),
            sample.recall(float(score), level=level / 2),
            sample.automatic(float(score)),
        )
        for score in scores[chosen]
    ]
