"""Thresholds that keep what they promise, and say so when the data cannot carry it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.learning import intervals
from trustdesk.learning.estimating import Sample, curve, reach

GOOD = lambda s: 1 / (1 + np.exp(-14 * (s - 0.5)))  # noqa: E731  the chance of the label at a score: a good model
NEARLY = lambda s: np.full_like(s, 0.945)  # noqa: E731  never reaches .95, and never falls far short
BAD_TOP = lambda s: np.where(s > 0.9, 0.93, np.where(s > 0.5, 0.96, 0.2))  # noqa: E731


def drawn(rng, size, chance):
    scores = rng.beta(0.6, 1.2, size)
    return scores, rng.random(size) < chance(scores)


def truly(scores, chance, threshold, target):
    """The true share at a threshold, from the chances themselves and a large draw of scores."""
    p, above = chance(scores), scores > threshold
    return p[above].mean() if target == "precision" else p[above].sum() / p.sum()


# The exact bounds of the textbook: 0 of n, n of n (the "rule of three"), and a tabled pair.
def test_bounds_are_those_of_clopper_and_pearson():
    assert intervals.lower(59, 59, 0.05) == pytest.approx(0.05 ** (1 / 59))
    assert intervals.upper(0, 100, 0.05) == pytest.approx(1 - 0.05 ** (1 / 100))
    assert (intervals.lower(15, 30, 0.025), intervals.upper(15, 30, 0.025)) == pytest.approx((0.3130, 0.6870), abs=5e-5)
    assert (intervals.least(0.95, 0.05), intervals.least(0.99, 0.05)) == (59, 299)
    n = intervals.needed(0.98, 0.95, 0.05)
    assert n is not None
    assert intervals.lower(0.98 * n, n, 0.05) >= 0.95 > intervals.lower(0.98 * (n - 2), n - 2, 0.05)
    assert intervals.needed(0.95, 0.95, 0.05) is None


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.integers(0, 2**32 - 1))
def test_copies_count_as_one_look(sizes, seed):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    alone = intervals.effective(np.ones(len(groups)))
    together = intervals.effective(np.ones(len(groups)), groups)
    assert alone == pytest.approx(len(groups))
    assert 1 - 1e-9 <= together <= len(sizes) + 1e-9
    shuffled = np.random.default_rng(seed).permutation(len(groups))
    assert intervals.effective(np.ones(len(groups)), groups[shuffled]) == pytest.approx(together)


@given(st.integers(0, 2**32 - 1), st.integers(5, 60))
def test_areas_agree_with_those_of_a_library(seed, size):
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(seed)
    scores, truth = rng.integers(0, 8, size) / 8, rng.random(size) < 0.4
    truth[:2] = [True, False]
    ones = np.ones(size)
    assert intervals.roc_area(scores, truth, ones) == pytest.approx(roc_auc_score(truth, scores))
    assert intervals.average_precision(scores, truth, ones) == pytest.approx(average_precision_score(truth, scores))


@pytest.mark.parametrize("chance", [GOOD, NEARLY, BAD_TOP], ids=["good", "nearly", "bad at the top"])
@pytest.mark.parametrize("size", [120, 900])
def test_a_promised_precision_is_kept_as_often_as_it_says(chance, size):
    """Of many draws of labels, in at most 5 % may the promise be broken; 2.6 standard errors for the draws themselves."""
    rng = np.random.default_rng(size)
    everything, rounds, broken = rng.beta(0.6, 1.2, 40_000), 120, 0
    for _ in range(rounds):
        found = reach(Sample.of(*drawn(rng, size, chance)), "precision", 0.95)
        broken += found.score is not None and truly(everything, chance, found.score, "precision") < 0.95
    assert broken / rounds <= 0.05 + 2.6 * math.sqrt(0.05 * 0.95 / rounds)


@pytest.mark.parametrize("share", [0.8, 0.95])
def test_a_promised_recall_is_kept_as_often_as_it_says(share):
    rng = np.random.default_rng(7)
    everything, rounds, broken, got = rng.beta(0.6, 1.2, 60_000), 150, 0, 0
    for _ in range(rounds):
        found = reach(Sample.of(*drawn(rng, 600, GOOD)), "recall", share)
        got += found.score is not None
        broken += found.score is not None and truly(everything, GOOD, found.score, "recall") < share
    assert got == rounds, "six hundred labels carry this"
    assert broken / rounds <= 0.05 + 2.6 * math.sqrt(0.05 * 0.95 / rounds)


def seen_by_people(rng, *, population, sample):
    """The desk's case: all contents are scored; people saw mostly those with high scores, a few from everywhere."""
    scores, truth = drawn(rng, population, GOOD)
    picked = rng.random(population) < np.where(scores > 0.6, 0.5, sample)
    return scores, truth, picked


def test_labels_of_what_people_chose_to_see_are_weighed_for_what_they_did_not():
    rng = np.random.default_rng(3)
    everything, rounds, broken, got = rng.beta(0.6, 1.2, 60_000), 120, 0, 0
    for _ in range(rounds):
        scores, truth, picked = seen_by_people(rng, population=6000, sample=0.05)
        part = Sample.of(scores[picked], truth[picked], population=rng.choice(scores, 2000, replace=False))
        for target, share in (("precision", 0.9), ("recall", 0.6)):
            found = reach(part, target, share)
            got += found.score is not None
            broken += found.score is not None and truly(everything, GOOD, found.score, target) < share
    assert got > rounds, "most of both are carried"
    assert broken / (2 * rounds) <= 0.05 + 2.6 * math.sqrt(0.05 * 0.95 / (2 * rounds))


def test_recall_is_not_promised_where_nobody_looked():
    rng = np.random.default_rng(4)
    scores, truth, picked = seen_by_people(rng, population=6000, sample=0.0)
    part = Sample.of(scores[picked], truth[picked], population=scores)
    found = reach(part, "recall", 0.8)
    assert (found.score, found.why) == (None, "unseen")
    assert reach(Sample.of(scores[picked], truth[picked]), "recall", 0.8).score is not None, "as if these were all"


def test_too_few_labels_are_refused_with_how_many_more_it_takes():
    rng = np.random.default_rng(5)
    few = reach(Sample.of(*drawn(rng, 400, GOOD)), "precision", 0.97)
    assert (few.score, few.why) == (None, "few")
    assert few.more is not None
    grown = reach(Sample.of(*drawn(rng, 400 + 4 * few.more, GOOD)), "precision", 0.97)
    assert grown.score is not None, "a few times as many carry it"
    none = reach(Sample.of([], []), "precision", 0.95)
    assert (none.why, none.more) == ("few", 59)
    assert reach(Sample.of(*drawn(rng, 400, NEARLY)), "precision", 0.99).why in {"few", "unreachable"}
    worse = reach(Sample.of(rng.random(4000), rng.random(4000) < 0.5), "precision", 0.95)
    assert (worse.score, worse.why) == (None, "unreachable")


def test_a_thousand_copies_of_one_text_are_not_a_thousand_labels():
    rng = np.random.default_rng(6)
    scores, truth = drawn(rng, 2000, GOOD)
    scores[:1000], truth[:1000] = 0.999, True
    groups = np.concatenate([np.zeros(1000), np.arange(1, 1001)])
    loose, strict = Sample.of(scores, truth), Sample.of(scores, truth, groups=groups)
    assert reach(strict, "precision", 0.95).samples >= 0
    assert strict.precision(0.99, level=0.05).low < 0.5 < loose.precision(0.99, level=0.05).low


def test_the_curve_tells_precision_recall_and_what_would_be_automatic():
    rng = np.random.default_rng(8)
    points = curve(Sample.of(*drawn(rng, 3000, GOOD)))
    assert 20 <= len(points) <= 60
    recalls = sorted((point.score, point.recall.value) for point in points)
    assert [value for _, value in recalls] == sorted((value for _, value in recalls), reverse=True)
    for point in points:
        assert point.precision.low <= point.precision.value <= point.precision.high
        assert point.recall.low <= point.recall.value <= point.recall.high
        assert 0 < point.automatic <= 1
    assert curve(Sample.of([0.1, 0.2], [False, False])) == []
