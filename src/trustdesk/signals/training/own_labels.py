"""Learning a head from a platform's own labels: hundreds to tens of thousands of judged texts, one question, yes or no.

Five members are fitted and averaged: logistic regression on words, on characters, each again with its columns scaled by
the naive Bayes log-count ratio (S. Wang and C. Manning, "Baselines and bigrams", 2012), and on the sentence embedding;
a sixth on the item's other fields where given. All choices (strength, who has a say) are made on groups the members did
not see, so that copies of one advert or one seller's texts never vouch for each other. The score is calibrated (J. Platt,
1999) on those same held-out groups, and the threshold is set there too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.training.corpus import Corpus
from trustdesk.signals.training.measures import Figure
from trustdesk.signals.training.own_labels_model import MEANING, VIEWS, Array, Fields, Learned, counts, scaled
from trustdesk.signals.training.splits import words_key

__all__ = ["Fields", "Learned", "TooFewLabels", "learn"]

NAME = "own_labels"

# Below these nothing can be measured; above the last a sample teaches as much.
FEWEST, FEWEST_GROUPS, MOST = 20, 6, 40_000
MANY = 3_000
STRENGTHS = (3.0, 30.0)
# A further member is heard only when it adds this much to the mean of both areas on held-out groups.
WORTH = 0.002


class TooFewLabels(Exception):
    """The labels cannot carry a head. The message says what is missing."""


def learn(
    texts: Sequence[str],
    labels: Sequence[int],
    *,
    groups: Sequence[str] | None = None,
    seed: int = 1,
    max_fpr: float = 0.02,
    extra: Sequence[Fields] | None = None,
    prior: float | None = None,
    vectors: Array | None = None,
) -> Learned:
    """A head that tells label 1 from label 0.

    `groups`: rows of one group (seller, company, near-copies) are never on both sides of a split; without it, texts that
    differ in numbers and punctuation alone are a group. `max_fpr`: the share of good items that may be called bad at the
    threshold. `extra`: the items' other fields. `prior`: the share of label 1 in real traffic where the labels were not
    drawn from it evenly; scores, PR-AUC and precision are then for that share. `vectors`: sentence embeddings of the
    texts, where at hand. Raises TooFewLabels; ValueError where lengths differ or a label is neither 0 nor 1.
    """
    truth = _checked(texts, labels, groups, extra)
    if len(texts) > MOST:
        chosen = np.sort(np.random.default_rng(seed).permutation(len(texts))[:MOST])
        texts, truth = [texts[at] for at in chosen], truth[chosen]
        groups = None if groups is None else [groups[at] for at in chosen]
        extra = None if extra is None else [extra[at] for at in chosen]
        vectors = None if vectors is None else vectors[chosen]
    names = [words_key(text) for text in texts] if groups is None else [str(name) for name in groups]
    group = np.unique(np.array(names, dtype=object).astype(str), return_inverse=True)[1]
    _enough(truth, group)
    found = {view.name: counts(view, texts, extra) for view in VIEWS if view.name != "fields" or extra is not None}
    meaning = sentences(texts) if vectors is None else np.asarray(vectors, dtype=np.float32)
    members = [f"{name}{ratio}" for name in found for ratio in (("", "*") if name != "fields" else ("",))] + [MEANING]
    source = _Source(found, meaning, truth)

    strength = _strengths(source, members, group, seed)
    held_out, folds = np.zeros((len(truth), len(members))), _folds(truth, group, 10 if len(truth) < MANY else 5, seed)
    for train, out in folds:
        for at, member in enumerate(members):
            held_out[out, at] = source.fitted(member, train, strength[member]).decide(source, out)
    middle, spread = held_out.mean(axis=0), held_out.std(axis=0) + 1e-9
    standard = (held_out - middle) / spread
    weight = row_weights(truth, prior)
    say = _say(members, standard, truth, weight)
    slope, offset = _platt(standard @ say, truth, weight)
    final = [source.fitted(member, np.arange(len(truth)), strength[member]) for member in members]
    shares = slope * say / spread
    arrays = _merged(source.names, final, shares, offset - float(shares @ middle))
    scores = 1 / (1 + np.exp(-(slope * (standard @ say) + offset)))
    figures = _figures(truth, scores, weight, groups=len(np.unique(group)), max_fpr=max_fpr, seed=seed)
    manifest = {
        "method": "own_labels/1",
        "seed": seed,
        "rows": len(truth),
        "positive": int(truth.sum()),
        "prior": prior,
        "groups": len(np.unique(group)),
        "folds": len(folds),
        "members": {
            member: {"strength": strength[member], "say": float(part)}
            for member, part in zip(members, say, strict=True)
        },
    }
    return Learned(arrays, manifest, figures, scores)


def evaluate(corpus: Corpus) -> list[Figure]:
    """What comes of two sets of labels (own_labels_figures)."""
    from trustdesk.signals.training import own_labels_figures

    return own_labels_figures.evaluate(corpus)


def row_weights(truth: Array, prior: float | None) -> Array:
    """What each row counts for, so that label 1 has the share `prior`; all 1 without one."""
    if prior is None:
        return np.ones(len(truth))
    share = truth.mean()
    return np.where(truth == 1, prior / share, (1 - prior) / (1 - share))


def _checked(texts: Sequence[str], labels: Sequence[int], groups: Any, extra: Any) -> Array:
    truth = np.asarray(labels, dtype=np.int64)
    if any(len(given) != len(texts) for given in (truth, groups, extra) if given is not None):
        raise ValueError("texts, labels, groups and extra must be of one length")
    if not np.isin(truth, (0, 1)).all():
        raise ValueError("a label is 0 or 1")
    return truth


def _enough(truth: Array, group: Array) -> None:
    for label in (0, 1):
        mine = truth == label
        if mine.sum() < FEWEST or len(np.unique(group[mine])) < FEWEST_GROUPS:
            raise TooFewLabels(
                f"label {label} has {int(mine.sum())} items in {len(np.unique(group[mine]))} groups;"
                f" at least {FEWEST} in {FEWEST_GROUPS} are needed"
            )


def _folds(truth: Array, group: Array, most: int, seed: int) -> list[tuple[Array, Array]]:
    from sklearn.model_selection import StratifiedGroupKFold

    n = min(most, *(len(np.unique(group[truth == label])) // 2 for label in (0, 1)))
    told = StratifiedGroupKFold(n, shuffle=True, random_state=seed).split(truth, truth, group)
    return [(train, out) for train, out in told if 0 < truth[train].sum() < len(train)]


class _Fit:
    """One member, fitted: the columns it kept, their rarity and weights."""

    def __init__(self, view: str, columns: Array, rarity: Array, weight: Array, bias: float) -> None:
        self.view, self.columns, self.rarity, self.weight, self.bias = view, columns, rarity, weight, bias

    def decide(self, source: "_Source", rows: Array) -> Array:
        if self.view == MEANING:
            return source.meaning[rows] @ self.weight + self.bias
        return scaled(source.found[self.view][rows], self.columns, self.rarity) @ self.weight + self.bias


class _Source:
    """What is counted once and fitted many times. Columns of one text alone say nothing of the next and are dropped;
    `names` are the numbers of the others."""

    def __init__(self, found: Mapping[str, Array], meaning: Array, truth: Array) -> None:
        self.meaning, self.truth = meaning, truth
        self.names = {
            view: np.flatnonzero(np.bincount(known.indices, minlength=known.shape[1]) >= 2).astype(np.int32)
            for view, known in found.items()
        }
        self.found = {view: known[:, self.names[view]].tocsr() for view, known in found.items()}

    def fitted(self, member: str, rows: Array, strength: float) -> _Fit:
        from sklearn.linear_model import LogisticRegression

        view, truth = member.rstrip("*"), self.truth[rows]
        columns: Array = np.zeros(0)
        rarity: Array = columns
        ratio: Array = 1.0
        if view == MEANING:
            matrix = self.meaning[rows]
        else:
            known = self.found[view][rows]
            seen = np.bincount(known.indices, minlength=known.shape[1])
            columns = np.flatnonzero(seen >= 2)
            rarity = (np.log((1 + len(rows)) / (1 + seen[columns])) + 1).astype(np.float32)
            matrix = scaled(known, columns, rarity)
            if member.endswith("*"):
                ratio = _log_ratio(matrix, truth)
                matrix = matrix.multiply(ratio).tocsr()
        model = LogisticRegression(C=strength, solver="liblinear", dual=True, max_iter=300, tol=1e-3, random_state=0)
        with _quiet():
            model.fit(matrix, truth)
        return _Fit(view, columns, rarity, model.coef_[0] * ratio, float(model.intercept_[0]))


def _quiet() -> Any:
    """A fit that stops a little short of its tolerance is as good as one that does not."""
    import warnings

    return warnings.catch_warnings(action="ignore")


def _log_ratio(matrix: Array, truth: Array) -> Array:
    """ln of how much likelier a column is in label 1 than in label 0, one added to both counts."""
    there = (matrix > 0).astype(np.float64)
    yes, no = (1 + np.asarray(there[truth == label].sum(axis=0)).ravel() for label in (1, 0))
    return np.log((yes / yes.sum()) / (no / no.sum()))


def _strengths(source: _Source, members: Sequence[str], group: Array, seed: int) -> dict[str, float]:
    """For each member the strength with the best ROC-AUC over three held-out parts."""
    folds = _folds(source.truth, group, 3, seed)
    chosen = {}
    for member in members:
        told = {}
        for strength in STRENGTHS:
            each = [
                areas(source.truth[out], source.fitted(member, train, strength).decide(source, out), np.ones(len(out)))
                for train, out in folds
            ]
            told[strength] = float(np.nanmean([roc for roc, _ in each]))
        chosen[member] = max(told, key=lambda strength: told[strength])
    return chosen


def areas(truth: Array, scores: Array, weight: Array) -> tuple[float, float]:
    """(ROC-AUC, average precision) of weighted rows; ties count half in the first and are one step in the second. Asked
    thousands of times by the intervals, hence not scikit-learn's, which checks its arguments for longer than it counts."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    bad = np.cumsum((weight * truth)[order])[ends]
    good = np.cumsum((weight * (1 - truth))[order])[ends]
    if not bad[-1] or not good[-1]:
        return float("nan"), float("nan")
    gained, lost = np.diff(bad, prepend=0.0), np.diff(good, prepend=0.0)
    roc = float((lost * (bad - gained / 2)).sum() / (bad[-1] * good[-1]))
    return roc, float((gained * bad / (bad + good)).sum() / bad[-1])


def _intervals(truth: Array, scores: Array, weight: Array, seed: int, rounds: int = 300) -> tuple[Array, Array]:
    """95 % percentile intervals of both areas over resampled rows (B. Efron, 1979)."""
    rng = np.random.default_rng(seed)
    picks = (rng.integers(0, len(truth), len(truth)) for _ in range(rounds))
    seen = np.array([areas(truth[pick], scores[pick], weight[pick]) for pick in picks])
    low, high = np.nanpercentile(seen, [2.5, 97.5], axis=0)
    return low, high


def _say(members: Sequence[str], standard: Array, truth: Array, weight: Array) -> Array:
    """How much each member is heard: words and characters alike, meaning and fields where they earn it."""
    say = np.array([0.0 if member in (MEANING, "fields") else 1.0 for member in members])
    best = sum(areas(truth, standard @ say, weight)) / 2
    for at, member in enumerate(members):
        if member not in (MEANING, "fields"):
            continue
        for part in (0.5, 1.0, 2.0, 8.0):
            tried = say.copy()
            tried[at] = part
            got = sum(areas(truth, standard @ tried, weight)) / 2
            if got > best + WORTH:
                best, say = got, tried
    return say / say.sum()


def _platt(blend: Array, truth: Array, weight: Array) -> tuple[float, float]:
    """Slope and offset of the log-odds. The targets are drawn in a little from 0 and 1, as Platt has it, so that labels
    without one error do not make the head certain of everything."""
    from sklearn.linear_model import LogisticRegression

    bad = truth.sum()
    target = np.where(truth == 1, (bad + 1) / (bad + 2), 1 / (len(truth) - bad + 2))
    model = LogisticRegression(C=1e3).fit(
        np.concatenate([blend, blend])[:, None],
        np.repeat([1, 0], len(blend)),
        sample_weight=np.concatenate([weight * target, weight * (1 - target)]),
    )
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _merged(names: Mapping[str, Array], fits: Sequence[_Fit], shares: Array, bias: float) -> dict[str, Array]:
    """Members of one view have the same columns and rarity: their weights add up to one array."""
    arrays: dict[str, Array] = {}
    for fit, share in zip(fits, shares, strict=True):
        bias += share * fit.bias
        if not share:
            continue
        weight = share * fit.weight
        if f"{fit.view}.weight" in arrays:
            weight = weight + arrays[f"{fit.view}.weight"]
        arrays[f"{fit.view}.weight"] = weight.astype(np.float32)
        if fit.view != MEANING:
            arrays[f"{fit.view}.columns"] = names[fit.view][fit.columns]
            arrays[f"{fit.view}.rarity"] = fit.rarity
    return {**arrays, "bias": np.array([bias])}


def interval(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (C. Clopper and E. Pearson, 1934)."""
    from scipy.stats import beta

    low = float(beta.ppf(0.025, hits, n - hits + 1)) if hits else 0.0
    return low, float(beta.ppf(0.975, hits + 1, n - hits)) if hits < n else 1.0


def threshold_at(truth: Array, scores: Array, max_fpr: float) -> float | None:
    """A score above which at most `max_fpr` of coming good items lie. With k of n good items above it, a new one lies
    there with probability (k + 1) / (n + 1) at most (V. Vovk et al., 2005); None where even k = 0 is too many. Of the
    thresholds with that k the one in the middle, by odds, of the gap to the next bad item: it costs no recall."""
    good = np.sort(scores[truth == 0])[::-1]
    allowed = int(np.floor(max_fpr * (len(good) + 1))) - 1
    if allowed < 0:
        return None
    edge = float(good[min(allowed, len(good) - 1)])
    above = scores[scores > edge]
    if not len(above):
        return float(np.nextafter(edge, 2.0))
    middle = (_logit(edge) + _logit(float(above.min()))) / 2
    return min(max(float(1 / (1 + np.exp(-middle))), float(np.nextafter(edge, 2.0))), float(above.min()))


def _logit(share: float) -> float:
    share = min(max(share, 1e-12), 1 - 1e-12)
    return float(np.log(share / (1 - share)))


def _figures(truth: Array, scores: Array, weight: Array, *, groups: int, max_fpr: float, seed: int) -> dict[str, Any]:
    bad, good = int(truth.sum()), int(len(truth) - truth.sum())
    roc, precision = areas(truth, scores, weight)
    low, high = _intervals(truth, scores, weight, seed)
    threshold = threshold_at(truth, scores, max_fpr)
    told: dict[str, Any] = {
        "roc_auc": roc,
        "roc_auc_interval": (float(low[0]), float(high[0])),
        "pr_auc": precision,
        "pr_auc_interval": (float(low[1]), float(high[1])),
        "pr_auc_of_the_sample": areas(truth, scores, np.ones(len(truth)))[1],
        "positive": bad,
        "negative": good,
        "groups": groups,
        "max_fpr": max_fpr,
        "threshold": threshold,
    }
    if threshold is None:
        told["refused"] = (
            f"{good} good items cannot carry a false alarm rate of {max_fpr:g}; {int(np.ceil(1 / max_fpr)) - 1} would"
        )
        return told
    above = scores >= threshold
    alarms, caught = int(above[truth == 0].sum()), int(above[truth == 1].sum())
    caught_weight, alarm_weight = float(weight[above & (truth == 1)].sum()), float(weight[above & (truth == 0)].sum())
    total = caught_weight + alarm_weight
    return told | {
        "fpr": alarms / good,
        "fpr_interval": interval(alarms, good),
        "recall": caught / bad,
        "recall_interval": interval(caught, bad),
        "precision": caught_weight / total if total else None,
    }
