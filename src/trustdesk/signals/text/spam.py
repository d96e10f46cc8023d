"""Is a text spam, or an attempt to defraud, and of which kind?

Two questions. Spam, scam or fine: the mean of four small heads (n-grams of the text as written and of its words with all
that differs from platform to platform replaced; traits with the sentence embedding; traits alone), so that none of them
decides by what one platform looks like. And which kind of fraud: linear
on traits and embedding, taught by cases of our own writing and their honest neighbours.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from trustdesk.signals.text import heads
from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.text.features import NGrams
from trustdesk.signals.text.heads import dense, sigmoid, softmax
from trustdesk.signals.text.spam_reading import readings, surface

NAME = "spam"
HARMS = ("spam", "scam", "fine")
KINDS = ("advance_fee", "job", "rental", "courier", "phishing", "crypto")
CLASSES = (*HARMS, *KINDS)
NGRAMS = NGrams(chars=(2, 5), words=(1, 2), bits=18)
# How far apart embeddings lie, against traits.
EMBEDDING_SCALE = 4.0

Array = Any


def scores(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> Array:
    """Calibrated probabilities, float64 (n, 9), of CLASSES; `spam`, `scam` and `fine` sum to 1, a kind of fraud stands for
    itself. Any text does; of a long one the beginning and the end are read. All languages are read alike, whatever
    `languages` says. Raises ArtefactRefused."""
    del languages
    arrays = _arrays()
    if not len(texts):
        return np.zeros((0, len(CLASSES)))
    words, traits = readings(texts)
    return scored(arrays, [surface(text) for text in texts], words, traits, sentences(texts))


@lru_cache(maxsize=1)
def _arrays() -> Mapping[str, Array]:
    """As stored but for the n-grams, whose weights become the rows of a table of all columns: a text then takes as long as
    it has n-grams, however many the head knows. Raises ArtefactRefused (and is asked again next time)."""
    return prepared(heads.load(NAME).arrays)


def prepared(stored: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays of the artefact in the form `scored` reads."""
    ready: dict[str, Array] = {
        name: np.asarray(array, np.float32) for name, array in stored.items() if not name.endswith(".columns")
    }
    for name in GRAMS:
        columns = stored[f"{name}.columns"]
        place = np.full(NGRAMS.columns, -1, dtype=np.int32)
        place[columns] = np.arange(len(columns), dtype=np.int32)
        ready[f"{name}.place"] = place
    return ready


def scored(
    arrays: Mapping[str, Array], raw: Sequence[str], words: Sequence[str], traits: Array, meaning: Array
) -> Array:
    """Probabilities of CLASSES from what was read of the texts: their surface, words, traits and embeddings."""
    dressed = inputs(arrays, traits, meaning)
    blend = blended(arrays, raw, words, dressed)
    harm = softmax(blend @ arrays["harm.scale"] + arrays["harm.bias"])
    kinds = dense(dressed, arrays, "kind") * arrays["kind.slope"] + arrays["kind.offset"]
    return np.hstack([harm, sigmoid(kinds)]).astype(np.float64)


# The two kinds of n-gram heads, and all members with what each is heard for.
GRAMS = ("surface", "ngrams")
MEMBERS = {"surface": 2.0, "ngrams": 1.0, "mixed": 2.0, "traits": 1.0}


def blended(arrays: Mapping[str, Array], raw: Sequence[str], words: Sequence[str], dressed: Array) -> Array:
    """The members' log-probabilities, averaged."""
    told = [say * member(arrays, name, raw if name == "surface" else words, dressed) for name, say in MEMBERS.items()]
    return np.sum(told, axis=0) / sum(MEMBERS.values())


def member(arrays: Mapping[str, Array], name: str, words: Sequence[str], dressed: Array) -> Array:
    """One member's log-probabilities of HARMS, float32 (n, 3)."""
    if name in GRAMS:
        return log_softmax(_ngram_logits(arrays, name, words))
    size = len(arrays["traits.mean"])
    return log_softmax(dense(dressed[:, :size] if name == "traits" else dressed, arrays, name))


def inputs(arrays: Mapping[str, Array], traits: Array, meaning: Array) -> Array:
    """Traits in their own spread, then the embedding."""
    standard = np.clip((traits - arrays["traits.mean"]) / arrays["traits.spread"], -4.0, 4.0)
    return np.hstack([standard * 0.5, meaning * EMBEDDING_SCALE]).astype(np.float32)


def log_softmax(logits: Array) -> Array:
    """Along the last axis; nothing is less likely than e^-12, so that one sure member cannot outvote the others."""
    top = logits - logits.max(axis=-1, keepdims=True)
    return np.maximum(top - np.log(np.exp(top).sum(axis=-1, keepdims=True)), -12.0)


def _ngram_logits(arrays: Mapping[str, Array], name: str, words: Sequence[str]) -> Array:
    counts = NGRAMS.counts(words)
    place = arrays[f"{name}.place"][counts.indices]
    known = place >= 0
    rows = np.repeat(np.arange(len(words)), np.diff(counts.indptr))[known]
    parts = arrays[f"{name}.weight"][place[known]] * counts.data[known][:, None]
    logits = np.tile(arrays[f"{name}.bias"], (len(words), 1))
    np.add.at(logits, rows, parts)
    return logits
