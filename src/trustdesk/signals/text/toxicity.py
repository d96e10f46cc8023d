"""Toxicity of texts in classes, as calibrated probabilities (docs/models/toxicity.md).

Two readers look at each text: a *wide* one (hashed n-grams of characters and words, linear: words, spellings, slang)
and a *deep* one (a small network on multilingual sentence embeddings: meaning, in languages it saw no abuse in). A
logistic blend of both, calibrated on rows neither was trained on, gives the probabilities. A text that shows signs of
disguise (`normal`) is decoded first: the marks themselves are no sign of harm.

`any_harm` is the chance that at least one of the classes hate, harassment, threat, sexual or self_harm is there, or
that the text is toxic in a way none of them names; profanity alone is not harm.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pycld2

from trustdesk.signals.text import embedding
from trustdesk.signals.text.features import LONGEST, NGrams
from trustdesk.signals.text.glossing import glossed, language
from trustdesk.signals.text.heads import Artefact, dense, load, sigmoid
from trustdesk.signals.text.normal import Vocabulary, decoded, plain

NAME = "toxicity"
CLASSES: tuple[str, ...] = ("toxic", "hate", "harassment", "threat", "sexual", "self_harm", "profanity", "any_harm")
LEARNED = CLASSES[:-1]
NGRAMS = NGrams(chars=(2, 5), words=(1, 3), bits=17)
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@\w+|\b(?:user|url)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


def letters(text: str) -> str:
    """What the wide reader sees of a plain text: no case, no addresses or account names, digits alike."""
    return " ".join(_DIGIT.sub("0", _MENTION.sub("@", _URL.sub("@/", text))).casefold().split())


def scores(texts: Sequence[str], languages: Sequence[str] | None = None) -> Any:
    """Probabilities, float32 (n, classes). `languages`: codes by text, believed only where the text itself does not tell.
    Raises ArtefactRefused when a model's file is not the one it was made with."""
    artefact = load(NAME)
    if not texts:
        return np.zeros((0, len(CLASSES)), dtype=np.float32)
    first = [plain(text[:LONGEST]) for text in texts]
    words = vocabulary()
    second = [decoded(text, words) for text in first]
    other = [at for at, (one, two) in enumerate(zip(first, second, strict=True)) if one != two]
    whole = [*first, *(second[at] for at in other)]
    given = list(languages) if languages is not None else [""] * len(first)
    groups = np.array(
        [group(text, code) for text, code in zip(whole, [*given, *(given[at] for at in other)], strict=True)]
    )
    told = probabilities(logits(artefact, whole), groups, artefact.arrays)
    read = told[: len(first)]
    if other:
        read[other] = told[len(first) :]
    return read


# The blend differs by what the two readers have seen: much English; some text of these; meaning only; meaning by word
# lists (glossing); neither.
ENGLISH, TAUGHT, UNDERSTOOD, GLOSSED, ELSE = range(5)
GROUPS = 5
_GROUPS = {"en": ENGLISH} | dict.fromkeys(("zh", "zh-Hant", "fr", "de", "ar"), TAUGHT)
_GROUPS |= dict.fromkeys(("es", "pt", "it", "pl", "nl", "ru", "tr", "id", "ms", "ko", "ja", "th"), UNDERSTOOD)


def group(text: str, given: str = "") -> int:
    """The group of a plain text's language."""
    if language(text) is not None:
        return GLOSSED
    try:
        sure, _, found = pycld2.detect(letters(text)[:1_000], bestEffort=True)
    except pycld2.error:  # control characters, unassigned code points
        sure, found = False, ()
    code = found[0][1] if found and found[0][1] != "un" else ""
    if not sure or not code:
        code = given or code
    return _GROUPS.get(code, ELSE)


def logits(artefact: Artefact, texts: Sequence[str]) -> tuple[Any, Any]:
    """What the wide and the deep reader say of plain texts, both float32 (n, learned classes)."""
    return wide(NGRAMS.counts([letters(text) for text in texts]), artefact.arrays), deep(
        embedding.sentences([glossed(text) for text in texts]), artefact.arrays
    )


def wide(counts: Any, arrays: Mapping[str, Any]) -> Any:
    return np.asarray(counts @ _ready(arrays)["wide"]) + arrays["wide.bias"].astype(np.float32)


def deep(vectors: Any, arrays: Mapping[str, Any]) -> Any:
    """The mean of the networks' logits."""
    members = sorted({name.split(".")[0] for name in arrays if name.startswith("deep")})
    return np.mean([dense(vectors, _ready(arrays), name) for name in members], axis=0)


_KEPT: list[tuple[Mapping[str, Any], dict[str, Any]]] = []


def _ready(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """Bytes and half floats are slow to compute with: float32, made once for the head in use."""
    for known, ready in _KEPT:
        if known is arrays:
            return ready
    ready = {name: array.astype(np.float32) for name, array in arrays.items() if name.startswith("deep")}
    ready["wide"] = arrays["wide.weight"].astype(np.float32) * arrays["wide.scale"].astype(np.float32)
    _KEPT[:] = [(arrays, ready)]
    return ready


def blended(both: tuple[Any, Any]) -> Any:
    """What the blend reads, (n, classes, 3): both logits, bounded, and the larger."""
    one, two = (np.clip(part, -8.0, 8.0) for part in both)
    return np.stack([one, two, np.maximum(one, two)], axis=-1)


def probabilities(both: tuple[Any, Any], groups: Any, arrays: Any) -> Any:
    """float32 (n, CLASSES), each row blended as its group of languages asks."""
    weight, bias = (arrays[f"blend.{part}"].astype(np.float32)[groups] for part in ("weight", "bias"))
    learned = sigmoid((blended(both) * weight).sum(-1) + bias)
    return np.concatenate([learned, union(learned, arrays)[:, None]], axis=1).astype(np.float32)


def harms(learned: Any) -> Any:
    """What any harm is made of, (n, 2): the log odds of the worst class that is harm and of all being independent."""
    parts = learned[:, :6]
    worst = np.clip(parts.max(axis=1), 1e-6, 1 - 1e-6)
    joint = np.clip(1.0 - np.prod(1.0 - parts, axis=1), 1e-6, 1 - 1e-6)
    return np.stack([np.log(worst / (1 - worst)), np.log(joint / (1 - joint))], axis=1)


def union(learned: Any, arrays: Any) -> Any:
    """A calibrated chance that any of them is there, never below the worst class alone."""
    weight = arrays["union.weight"].astype(np.float32)
    told = sigmoid(harms(learned) @ weight[:2] + weight[2])
    return np.maximum(told, learned[:, :6].max(axis=1))


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words the second reading guesses by."""
    arrays = load(NAME).arrays
    return Vocabulary(*(bytes(arrays[name]).decode().split("\n") for name in ("words", "sharp")))
