"""What a question is about: support intents, by three taxonomies.

`desk`: what users ask of people who moderate a platform (why was it removed, appeal, hacked account …), on sentence
embeddings alone and so in any of their languages, from cases written for this project. `banking`: the 77 intents of
BANKING77; `assistant`: the 150 of CLINC150, with "oos" (out of scope) where a question is none of them; both English, on
embeddings and n-grams together. `label` is the answer of the taxonomy a question most likely belongs to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.text.features import NGrams, unit_rows
from trustdesk.signals.text.heads import Array, dense, load, ready, sigmoid, softmax
from trustdesk.signals.text.sparse import unpacked_weights

NAME = "intent"
OUT_OF_SCOPE = "oos"
TAXONOMIES = ("desk", "banking", "assistant")
# From this probability on a question is one to a bank: an assistant's answers survive a wrong turn less often.
BANKING_FROM = 0.1
GRAMS = NGrams(chars=(2, 4), words=(1, 2), bits=15)


@dataclass(frozen=True)
class Intent:
    """`label` and its calibrated probability within its taxonomy; "oos" where the question is none of them."""

    taxonomy: str
    label: str
    probability: float


@dataclass(frozen=True)
class Read:
    """What is asked in one text, by taxonomy; `label` is that of the most likely taxonomy of banking and assistant, the
    two that have rows of real questions behind them."""

    by_taxonomy: Mapping[str, Intent]
    label: str
    probability: float


def read(texts: Sequence[str]) -> list[Read]:
    """What each text asks. Raises heads.ArtefactRefused."""
    if not texts:
        return []
    model = _model()
    vectors, counts = sentences(texts), weighted(GRAMS.counts([text.lower() for text in texts]), model.arrays["idf"])
    parts = {taxonomy: model.parts(taxonomy, vectors, counts) for taxonomy in TAXONOMIES}
    said = {taxonomy: model.intents(taxonomy, vectors, parts[taxonomy]) for taxonomy in TAXONOMIES}
    banking = model.banking(vectors, parts["banking"], parts["assistant"])
    told = []
    for row, share in enumerate(banking):
        mine = {taxonomy: said[taxonomy][row] for taxonomy in TAXONOMIES}
        chosen = mine["banking"] if share >= BANKING_FROM else mine["assistant"]
        told.append(Read(mine, chosen.label, chosen.probability))
    return told


def weighted(counts: Any, idf: Array) -> Any:
    """Counts by their inverse document frequency, each row of length 1."""
    out = counts.copy()
    out.data = out.data * idf[out.indices].astype(np.float32, copy=False)
    return unit_rows(out)


def scope_inputs(meaning: Any, words: Any, joint: Any, nearness: Any) -> Any:
    """What tells a question of the taxonomy from others, (n, 6): the best log-probability by meaning, the best and second
    margins by words, the best log-probability of both, and the cosine with the nearest and the five nearest prototypes."""
    ranked = np.sort(words, axis=1)
    near = np.sort(nearness, axis=1)
    return np.stack(
        [meaning.max(axis=1), ranked[:, -1], ranked[:, -2], joint.max(axis=1), near[:, -1], near[:, -5:].mean(axis=1)],
        axis=1,
    )


def route_inputs(by_meaning: Any, banking: Any, assistant: Any) -> Any:
    """What tells a question to a bank from one to an assistant, (n, 4): the router's logit by meaning, and how much the
    best margin by words, the best log-probability by meaning … of one are above those of the other. `banking` and
    `assistant` are (log-probabilities by meaning, margins by words, log-probabilities of both)."""
    return np.stack(
        [by_meaning, *(one.max(axis=1) - two.max(axis=1) for one, two in zip(banking, assistant, strict=True))], axis=1
    )


def log_softmax(logits: Any) -> Any:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


class _Model:
    def __init__(self) -> None:
        artefact = load(NAME)
        self.arrays = ready(artefact.arrays)
        self.labels: dict[str, list[str]] = {
            taxonomy: list(artefact.manifest.settings["labels"][taxonomy]) for taxonomy in TAXONOMIES
        }
        self._words = {
            taxonomy: unpacked_weights(self.arrays, f"{taxonomy}.words", classes=len(self.labels[taxonomy]))
            for taxonomy in ("banking", "assistant")
        }

    def parts(self, taxonomy: str, vectors: Any, counts: Any) -> tuple[Any, Any, Any]:
        """(log-probabilities by meaning, margins by words, log-probabilities of both)."""
        meaning = log_softmax(dense(vectors, self.arrays, f"{taxonomy}.meaning"))
        if taxonomy not in self._words:
            return meaning, meaning, meaning
        words = (counts @ self._words[taxonomy]).toarray() + self.arrays[f"{taxonomy}.words.bias"].astype(np.float32)
        return meaning, words, log_softmax(meaning + log_softmax(words * float(self.arrays["sharpness"][0])))

    def banking(self, vectors: Any, one: Any, two: Any) -> Any:
        """The probability that a question is one to a bank and not to an assistant, from the parts of both."""
        by_meaning = dense(vectors, self.arrays, "router")[:, 0]
        route = self.arrays["route"].astype(np.float64)
        return sigmoid(route_inputs(by_meaning, one, two) @ route[:-1] + route[-1])

    def intents(self, taxonomy: str, vectors: Any, parts: Any) -> list[Intent]:
        arrays, labels = self.arrays, self.labels[taxonomy]
        meaning, words, joint = parts
        inside = np.ones(len(vectors), dtype=bool)
        if f"{taxonomy}.scope" in arrays:
            nearness = vectors @ arrays[f"{taxonomy}.prototypes"].astype(np.float32).T
            scope = arrays[f"{taxonomy}.scope"].astype(np.float64)
            inputs = (scope_inputs(meaning, words, joint, nearness) - scope[0]) / scope[1]
            inside = inputs @ scope[2] >= scope[3, 0]
        shares = softmax(joint * float(arrays[f"{taxonomy}.temperature"][0]))
        best = shares.argmax(axis=1)
        return [
            Intent(
                taxonomy,
                labels[int(pick)] if within else OUT_OF_SCOPE,
                float(share[pick]) if within else float(1 - share[pick]),
            )
            for pick, share, within in zip(best, shares, inside, strict=True)
        ]


@lru_cache(maxsize=1)
def _model() -> _Model:
    return _Model()
