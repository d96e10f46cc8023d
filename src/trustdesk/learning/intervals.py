"""How far a share that was seen on some contents may be from the true one. Pure.

Contents of one account, or copies of one text, are not independent looks: they count together as one (`effective`).
scipy is imported when first needed: it takes longer to load than everything else here.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def lower(hits: float, of: float, level: float) -> float:
    """The exact one-sided lower bound of a share: were the true share smaller, as many `hits` would be seen with a
    chance below `level` (Clopper and Pearson, Biometrika 26, 1934). Numbers need not be whole: see `effective`."""
    if of <= 0 or hits <= 0:
        return 0.0
    from scipy.special import betaincinv

    hits = min(hits, of)
    return float(betaincinv(hits, of - hits + 1, level))


def upper(hits: float, of: float, level: float) -> float:
    """The exact one-sided upper bound; of nothing, 1."""
    return 1.0 - lower(of - hits, of, level) if of > 0 else 1.0


def effective(weights: Floats, groups: Ints | None = None) -> float:
    """How many independent looks weighted contents are worth: (Σw)² / Σ_g (Σ_{i in g} w)², Kish's effective size
    (Survey Sampling, 1965) with each group counted as one look. With it in the place of a count, Clopper and Pearson's
    bound is Korn and Graubard's for weighted samples (Survey Methodology 24, 1998)."""
    if not weights.size:
        return 0.0
    if groups is None:
        squares = float(np.square(weights).sum())
    else:
        _, place = np.unique(groups, return_inverse=True)
        squares = float(np.square(np.bincount(place, weights=weights)).sum())
    whole = float(weights.sum())
    return whole * whole / squares if squares else 0.0


def least(share: float, level: float) -> int:
    """The fewest contents, all of them hits, whose lower bound reaches `share`: shareⁿ ≤ level."""
    return math.ceil(math.log(level) / math.log(share) - 1e-12)


def needed(seen: float, share: float, level: float, *, most: int = 10_000_000) -> int | None:
    """How many contents it takes until the lower bound reaches `share`, if hits go on at the rate `seen`; None if they
    never will."""
    if seen <= share:
        return None
    low, high = least(share, level), 1
    while high <= most and lower(seen * high, high, level) < share:
        high *= 2
    if high > most:
        return None
    low = max(1, min(low, high))
    while low < high:
        middle = (low + high) // 2
        if lower(seen * middle, middle, level) >= share:
            high = middle
        else:
            low = middle + 1
    return high


def average_precision(scores: Floats, truth: NDArray[np.bool_], weights: Floats) -> float:
    """The area under the precision/recall curve as Σ (Rₙ − Rₙ₋₁) Pₙ, equal scores taken together; NaN without a
    positive."""
    order = np.argsort(-scores, kind="stable")
    s, y, w = scores[order], truth[order], weights[order]
    ends = np.append(np.flatnonzero(np.diff(s)), s.size - 1) if s.size else np.array([], dtype=np.int64)
    hits, taken = np.cumsum(w * y)[ends], np.cumsum(w)[ends]
    if not ends.size or hits[-1] <= 0:
        return math.nan
    recall = np.concatenate([[0.0], hits / hits[-1]])
    return float((np.diff(recall) * hits / np.maximum(taken, 1e-300)).sum())


def roc_area(scores: Floats, truth: NDArray[np.bool_], weights: Floats) -> float:
    """The chance that a positive scores above a negative, ties half (Mann and Whitney); NaN with only one of them."""
    order = np.argsort(scores, kind="stable")
    s, y, w = scores[order], truth[order], weights[order]
    if not s.size:
        return math.nan
    starts = np.concatenate([[0], np.flatnonzero(np.diff(s)) + 1])
    pos, neg = np.add.reduceat(w * y, starts), np.add.reduceat(w * ~y, starts)
    below = np.concatenate([[0.0], np.cumsum(neg)[:-1]])
    if pos.sum() <= 0 or neg.sum() <= 0:
        return math.nan
    return float((pos * (below + neg / 2)).sum() / (pos.sum() * neg.sum()))


def draws(groups: Ints, *, times: int, seed: int) -> Sequence[Ints]:
    """Resamples of whole groups with replacement, as indices: a bootstrap for contents that come in groups (Davison and
    Hinkley, Bootstrap Methods, 1997, 3.8)."""
    rng = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    members = np.split(order, starts[1:])
    if int(sizes.max(initial=1)) == 1:
        return [order[rng.integers(0, order.size, order.size)] for _ in range(times)]
    return [
        np.concatenate([members[each] for each in rng.integers(0, len(members), len(members))]) for _ in range(times)
    ]
