"""How likely a web address is there to harm, by its letters alone: nothing is ever asked for.

Linear on hashed n-grams of the host and on traits of the whole address (urlharm_reading), plus what is known: names that
very many people visit are not suspects, unless what stands there belongs to anyone who signs up.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from trustdesk.engine import entities
from trustdesk.signals.text import heads
from trustdesk.signals.text.features import NGrams
from trustdesk.signals.text.heads import sigmoid
from trustdesk.signals.text.urlharm_reading import Address, is_free, readings
from trustdesk.signals.text.urlharm_words import BRANDS, SHORTENED

NAME = "urlharm"
CLASSES = ("harm",)
NGRAMS = NGrams(chars=(2, 5), words=(0, 0), bits=17)
# In one text so many addresses are weighed.
MOST = 20
# What a name that very many people visit takes off the log-odds.
WELL_KNOWN = -4.0

Array = Any
_HOMES = frozenset(home for homes in BRANDS.values() for home in homes)


def url_scores(urls: Sequence[str]) -> Array:
    """Calibrated probabilities of harm, float64, one for each address; 0 for an empty one. Raises ArtefactRefused."""
    arrays = _arrays()
    if not len(urls):
        return np.zeros(0)
    addresses, words, traits = readings(urls)
    told = sigmoid(logits(arrays, addresses, words, traits))
    return np.where([bool(address.host) for address in addresses], told, 0.0)


def scores(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> Array:
    """The worst address of each text, float64 (n, 1); 0 where there is none. Addresses are found as the rules' `urls()`
    finds them; language does not matter. Raises ArtefactRefused."""
    del languages
    found = [(at, text[start:end]) for at, text in enumerate(texts) for start, end in entities.urls(text)[:MOST]]
    told = np.zeros((len(texts), 1))
    for (at, _), score in zip(found, url_scores([url for _, url in found]), strict=True):
        told[at, 0] = max(told[at, 0], score)
    return told


@lru_cache(maxsize=1)
def _arrays() -> Mapping[str, Array]:
    return prepared(heads.load(NAME).arrays)


def prepared(stored: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays of the artefact in the form `logits` reads."""
    weight = np.zeros(NGRAMS.columns, dtype=np.float32)
    weight[stored["ngrams.columns"]] = stored["ngrams.weight"]
    ready = {name: array for name, array in stored.items() if name not in {"ngrams.columns", "ngrams.weight"}}
    return {**ready, "ngrams.table": weight}


def logits(arrays: Mapping[str, Array], addresses: Sequence[Address], words: Sequence[str], traits: Array) -> Array:
    """Calibrated log-odds of harm."""
    told = NGRAMS.counts(words) @ arrays["ngrams.table"] + traits @ arrays["traits.weight"] + arrays["bias"][0]
    told = told * arrays["scale"][0] + arrays["scale"][1]
    known = is_well_known(arrays["known"], addresses)
    return told.astype(np.float64) + np.where(known, WELL_KNOWN, 0.0)


def is_well_known(known: Array, addresses: Sequence[Address]) -> Array:
    """Is the registered name a well-known one, its pages its owner's? `known`: sorted `name_key` numbers."""
    keys = np.array([name_key(address.registered) for address in addresses], dtype=np.uint64)
    at = np.minimum(np.searchsorted(known, keys), max(0, len(known) - 1))
    listed = known[at] == keys if len(known) else np.zeros(len(keys), dtype=bool)
    own = [not is_free(address) and address.host not in SHORTENED and not address.user for address in addresses]
    homes = [address.registered in _HOMES for address in addresses]
    return (listed | np.array(homes, dtype=bool)) & np.array(own, dtype=bool)


def name_key(name: str) -> int:
    """A name as 64 bits of its SHA-256: a list of names in eight bytes each."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:8], "big")
