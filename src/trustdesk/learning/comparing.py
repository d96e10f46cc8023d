"""Two models on the same held-out decisions: is the new one worse, better, or is that not known? Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from trustdesk.learning.intervals import Floats, average_precision, draws, roc_area
from trustdesk.learning.rules import HELD_OUT, MOST_WORSE

_TIMES = 400


@dataclass(frozen=True)
class Share:
    """A figure with the 95 % interval of a bootstrap over groups."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Average precision (area under precision/recall) and ROC area of both on the same rows; `gain`: the paired
    difference in average precision, new less live. Without a live model, `live` is what chance gives."""

    rows: int
    positives: int
    groups: int
    new: Share
    live: Share
    gain: Share
    new_roc: Share
    live_roc: Share
    chance: bool

    @property
    def verdict(self) -> str:
        """better (the whole interval is above 0), same (it may be a little worse, not more), unclear, worse."""
        if self.gain.value < 0 or self.gain.high < 0:
            return "worse"
        if self.gain.low > 0:
            return "better"
        return "same" if self.gain.low >= -MOST_WORSE else "unclear"

    @property
    def proposable(self) -> bool:
        return self.verdict in {"better", "same"}

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict}


def split(
    times: Sequence[datetime], groups: Sequence[str], *, held_out: float = HELD_OUT
) -> tuple[list[int], list[int]]:
    """(train, held out), as indices of rows in the order of time: the newest are held out, and of the older ones those
    whose group is among them are left out, so that nobody's texts vouch for their own."""
    cut = round(len(times) * (1 - held_out))
    later = set(groups[cut:])
    return [place for place in range(cut) if groups[place] not in later], list(range(cut, len(times)))


def compare(
    new: Sequence[float], live: Sequence[float] | None, truth: Sequence[bool], groups: Sequence[str], *, seed: int
) -> Comparison:
    """Paired: each resample is scored by both. `live` None: nothing answered for the label before; then the comparison is
    with scores that know nothing, whose average precision is the share of positives."""
    fresh, y = np.asarray(new, dtype=np.float64), np.asarray(truth, dtype=np.bool_)
    before = np.zeros_like(fresh) if live is None else np.asarray(live, dtype=np.float64)
    codes = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)[1].astype(np.int64)
    figures = [
        (*_both(fresh[chosen], y[chosen]), *_both(before[chosen], y[chosen]))
        for chosen in draws(codes, times=_TIMES, seed=seed)
        if y[chosen].any() and not y[chosen].all()
    ]
    at = (*_both(fresh, y), *_both(before, y))
    told = np.array(figures) if figures else np.array([at])
    gains = told[:, 0] - told[:, 2]
    return Comparison(
        rows=len(y),
        positives=int(y.sum()),
        groups=int(np.unique(codes).size),
        new=_share(at[0], told[:, 0]),
        live=_share(at[2], told[:, 2]),
        gain=_share(at[0] - at[2], gains),
        new_roc=_share(at[1], told[:, 1]),
        live_roc=_share(at[3], told[:, 3]),
        chance=live is None,
    )


def _both(scores: Floats, truth: Any) -> tuple[float, float]:
    ones = np.ones_like(scores)
    return average_precision(scores, truth, ones), roc_area(scores, truth, ones)


def _share(value: float, seen: Floats) -> Share:
    low, high = np.percentile(seen, [2.5, 97.5])
    return Share(float(value), float(low), float(high))
