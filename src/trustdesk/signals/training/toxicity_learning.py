"""The two learners of the toxicity head, in NumPy: several classes at once, rows that do not know all of them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from trustdesk.signals.text.heads import sigmoid

Array = Any


def known(truth: Array, weights: Array) -> tuple[Array, Array]:
    """(truth without gaps, weights by row and class): what is unknown weighs nothing."""
    missing = np.isnan(truth)
    weighed = np.where(missing, 0.0, weights[:, None])
    return np.where(missing, 0.0, truth).astype(np.float32), (weighed * rarity(truth, weighed)).astype(np.float32)


# A class so rare that the learner would rather deny it weighs as if this share of what is known were of it.
LEAST_SHARE = 0.08


def rarity(truth: Array, weights: Array, *, share: float = LEAST_SHARE) -> Array:
    """Factors, shaped as the truth: what a rare class's positives weigh more, to be that share."""
    positive = np.nansum(np.where(truth == 1, weights, 0.0), axis=0)
    negative = np.nansum(np.where(truth == 0, weights, 0.0), axis=0)
    factor = np.clip(share / (1 - share) * negative / np.maximum(positive, 1.0), 1.0, 60.0)
    return np.where(truth == 1, factor, 1.0)


def wide(
    counts: Array,
    truth: Array,
    weights: Array,
    *,
    seed: int,
    epochs: int = 6,
    rate: float = 0.5,
    decay: float = 2e-6,
    batch: int = 512,
) -> tuple[Array, Array]:
    """Logistic regressions on sparse counts by AdaGrad (J. Duchi et al., 2011); gives weights (columns, classes) and
    biases."""
    truth, weights = known(truth, weights)
    rng = np.random.default_rng(seed)
    rows, columns = counts.shape
    weight = np.zeros((columns, truth.shape[1]), dtype=np.float32)
    squares = np.full_like(weight, 1e-2)
    bias = np.zeros(truth.shape[1], dtype=np.float32)
    bias_squares = np.full_like(bias, 1e-2)
    for epoch in range(epochs):
        step = rate * (1.0 - epoch / epochs)
        order = rng.permutation(rows)
        for start in range(0, rows, batch):
            pick = order[start : start + batch]
            some = counts[pick]
            slope = (sigmoid(some @ weight + bias) - truth[pick]) * weights[pick] / len(pick) * 64.0
            grown = (some.T @ slope).astype(np.float32) + decay * weight
            squares += grown * grown
            weight -= step * grown / np.sqrt(squares)
            grown = slope.sum(axis=0)
            bias_squares += grown * grown
            bias -= 0.1 * step * grown / np.sqrt(bias_squares)
    return weight, bias


def deep(
    vectors: Array,
    truth: Array,
    weights: Array,
    *,
    seed: int,
    hidden: Sequence[int] = (256,),
    epochs: int = 10,
    rate: float = 1.5e-3,
    decay: float = 1e-4,
    dropped: float = 0.3,
    batch: int = 512,
) -> list[tuple[Array, Array]]:
    """A network by Adam (D. Kingma, J. Ba, 2015) with dropout (N. Srivastava et al., 2014) and a cosine rate; gives
    (weight, bias) by layer."""
    truth, weights = known(truth, weights)
    rng = np.random.default_rng(seed)
    sizes = [vectors.shape[1], *hidden, truth.shape[1]]
    layers: list[Array] = []
    for inward, outward in pairwise(sizes):
        layers.append((rng.standard_normal((inward, outward)) * np.sqrt(2.0 / inward)).astype(np.float32))
        layers.append(np.zeros(outward, dtype=np.float32))
    first, second = [np.zeros_like(each) for each in layers], [np.zeros_like(each) for each in layers]
    last = len(sizes) - 2
    whole = len(vectors) // batch
    for step in range(1, epochs * whole + 1):
        if step % whole == 1 % whole:
            order = rng.permutation(len(vectors))
        at = (step - 1) % whole
        pick = order[at * batch : (at + 1) * batch]
        seen = [vectors[pick].astype(np.float32)]
        kept: list[Array] = []
        for layer in range(last + 1):
            out = seen[-1] @ layers[2 * layer] + layers[2 * layer + 1]
            if layer < last:
                mask = (rng.random(out.shape, dtype=np.float32) >= dropped) / np.float32(1.0 - dropped)
                out = np.maximum(out, 0.0) * mask
                kept.append(mask)
            seen.append(out)
        slope = (sigmoid(seen[-1]) - truth[pick]) * weights[pick] / np.float32(batch)
        now = rate * 0.5 * (1.0 + np.cos(np.pi * step / (epochs * whole)))
        for layer in range(last, -1, -1):
            grown = [seen[layer].T @ slope + decay * layers[2 * layer], slope.sum(axis=0)]
            if layer:
                slope = (slope @ layers[2 * layer].T) * (seen[layer] > 0) * kept[layer - 1]
            for which, one in zip((2 * layer, 2 * layer + 1), grown, strict=True):
                first[which] += 0.1 * (one - first[which])
                second[which] += 0.001 * (one * one - second[which])
                layers[which] -= (
                    now * (first[which] / (1 - 0.9**step)) / (np.sqrt(second[which] / (1 - 0.999**step)) + 1e-8)
                )
    return [(layers[at], layers[at + 1]) for at in range(0, len(layers), 2)]


def logistic(features: Array, truth: Array, weights: Array, *, strength: float) -> tuple[Array, float]:
    """A calibrating logistic regression (J. Platt, 1999); `strength`: inverse of its regularisation."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=500)
    model.fit(features, truth, sample_weight=weights)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])
