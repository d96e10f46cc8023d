"""What is measured of a model: areas under curves, F1, calibration, each with the number of samples it rests on."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Figure:
    """One figure. `aim`: what is to be reached (None: told only); `at_least` False where less is better. `low` and
    `high`: its 95 % interval where one was computed; `n`: on how many samples."""

    task: str
    name: str
    value: float
    n: int
    aim: float | None = None
    at_least: bool = True
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.aim is None:
            return None
        return self.value >= self.aim if self.at_least else self.value <= self.aim

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "reached": self.reached}


def roc_auc(truth: Sequence[int], scores: Any) -> float:
    """Area under the ROC curve (the Mann-Whitney statistic, ties count half). NaN when a class is missing."""
    from sklearn.metrics import roc_auc_score

    positive = int(np.sum(truth))
    return float(roc_auc_score(truth, scores)) if 0 < positive < len(truth) else float("nan")


def pr_auc(truth: Sequence[int], scores: Any) -> float:
    """Average precision: the sum of precisions weighted by the steps of recall."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, scores)) if np.sum(truth) else float("nan")


def macro_f1(truth: Sequence[Any], said: Sequence[Any]) -> float:
    """The mean of the classes' F1."""
    from sklearn.metrics import f1_score

    return float(f1_score(truth, said, average="macro", zero_division=0))


def calibration_error(truth: Any, scores: Any, *, bins: int = 15) -> float:
    """Expected calibration error: the mean distance of score and share in equally filled bins (M. Naeini et al.,
    "Obtaining well calibrated probabilities using Bayesian binning", 2015)."""
    truth, scores = np.asarray(truth, dtype=float), np.asarray(scores, dtype=float)
    parts = np.array_split(np.argsort(scores, kind="stable"), bins)
    return float(
        sum(len(part) * abs(truth[part].mean() - scores[part].mean()) for part in parts if len(part)) / len(truth)
    )


def bootstrap(
    measure: Callable[[Any, Any], float], truth: Any, scores: Any, *, seed: int = 1, rounds: int = 200
) -> tuple[float, float]:
    """The 95 % percentile interval of a measure over resampled rows (B. Efron, 1979)."""
    truth, scores = np.asarray(truth), np.asarray(scores)
    rng = np.random.default_rng(seed)
    told = [
        measure(truth[pick], scores[pick]) for pick in (rng.integers(0, len(truth), len(truth)) for _ in range(rounds))
    ]
    low, high = np.nanpercentile(told, [2.5, 97.5])
    return float(low), float(high)
