"""Which language a text is in: pycld2 and py3langid, and a naive Bayes head over hashed n-grams of letters that knows the
75 languages of the corpus; their voices are added and the sum is calibrated.

"und" (undetermined, ISO 639-2) where nothing is sure enough: too few letters, mixed or unknown languages. Codes are ISO
639-1, Norwegian apart as `nb` and `nn`.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from trustdesk.signals.text.features import NGrams
from trustdesk.signals.text.heads import load, sigmoid, softmax
from trustdesk.signals.text.sparse import unpacked_weights

NAME = "language"
UNSURE = "und"
# Below this calibrated probability nothing is claimed.
SURE = 0.4
# Enough to know a language; the cost stays bounded.
LONGEST = 2_000
GRAMS = NGrams(chars=(1, 4), words=(1, 1), bits=16)

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|(?<!\w)[@#]\w+", re.IGNORECASE)
# pycld2 refuses these, though they are valid.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_DIGITS = re.compile(r"\d+")
_SAME = {"no": "nb", "iw": "he", "jw": "jv", "zh-Hant": "zh", "sr-ME": "sr", "in": "id", "fil": "tl"}
_py3langid = threading.Lock()


@dataclass(frozen=True)
class Language:
    """`code` is "und" where `probability` is below SURE; `best` is the best guess all the same, "" for none."""

    code: str
    probability: float
    best: str
    agreed: bool  # pycld2 and py3langid both say so


def cleaned(text: str) -> str:
    """What is read: without addresses, names of accounts and control marks, every number alike, one line, small letters."""
    text = _CONTROL.sub(" ", text[: LONGEST * 2])
    return " ".join(_DIGITS.sub("0", _ADDRESS.sub(" ", text)).lower().split())[:LONGEST]


def detect(texts: Sequence[str]) -> list[Language]:
    """The language of each text. Raises heads.ArtefactRefused."""
    if not texts:
        return []
    read = [cleaned(text) for text in texts]
    model = _model()
    voices = [(_pycld2(text), _langid(text)) if any(map(str.isalpha, text)) else ("", "") for text in read]
    logits = blended(model.logits(read), voices, model.codes, weights=model.weights)
    best = logits.argmax(axis=1)
    shares = softmax(logits)[np.arange(len(read)), best]
    told = []
    for text, (one, two), pick, share in zip(read, voices, best, shares, strict=True):
        letters = sum(map(str.isalpha, text))
        code = model.codes[int(pick)]
        agreed = code == one == two
        sure = float(model.calibrated(share, letters, agreed=agreed, spoken=(one == code) + (two == code)))
        if letters == 0:
            told.append(Language(UNSURE, 0.0, "", agreed=False))
        else:
            told.append(Language(code if sure >= SURE else UNSURE, sure, code, agreed))
    return told


def blended(logits: Any, voices: Sequence[tuple[str, str]], codes: Sequence[str], *, weights: Sequence[float]) -> Any:
    """The head's log-posterior, and for the language each of the two others names its weight on top."""
    places = {code: place for place, code in enumerate(codes)}
    out = np.array(logits, dtype=np.float64)
    for row, pair in enumerate(voices):
        for said, weight in zip(pair, weights, strict=True):
            if said in places:
                out[row, places[said]] += weight
    return out


def calibration_inputs(share: float, letters: int, *, agreed: bool, spoken: int) -> list[float]:
    """What the calibration weighs: the log-odds of the blend, how many letters there are, who else said the same."""
    share = min(max(float(share), 1e-9), 1 - 1e-9)
    return [float(np.log(share / (1 - share))), float(np.log1p(letters)), float(agreed), float(spoken), 1.0]


class _Model:
    def __init__(self) -> None:
        artefact = load(NAME)
        arrays = artefact.arrays
        self.codes = artefact.manifest.classes
        self.weights = tuple(float(weight) for weight in arrays["voices"])
        self._seen = unpacked_weights(arrays, "seen", classes=len(self.codes))
        self._floor = arrays["floor"].astype(np.float32)
        self._calibration = arrays["calibration"].astype(np.float64)

    def logits(self, texts: Sequence[str]) -> Any:
        """ln p(language | text), up to pruning."""
        counts = GRAMS.counts(texts)
        joint = (counts @ self._seen).toarray() + np.asarray(counts.sum(axis=1)) * self._floor
        joint -= joint.max(axis=1, keepdims=True)
        return joint - np.log(np.exp(joint).sum(axis=1, keepdims=True))

    def calibrated(self, share: float, letters: int, *, agreed: bool, spoken: int) -> Any:
        return sigmoid(np.dot(self._calibration, calibration_inputs(share, letters, agreed=agreed, spoken=spoken)))


@lru_cache(maxsize=1)
def _model() -> _Model:
    return _Model()


def _pycld2(text: str) -> str:
    import pycld2

    try:
        _, _, found = pycld2.detect(text, bestEffort=True, isPlainText=True)
    except pycld2.error:  # marks it cannot read
        return ""
    code = found[0][1]
    return "" if code == "un" else _SAME.get(code, code)


def _langid(text: str) -> str:
    import py3langid

    with _py3langid:  # it loads its model into a module variable at the first call
        code = py3langid.classify(text)[0]
    return _SAME.get(code, code)


def voices_of(text: str) -> tuple[str, str]:
    """What pycld2 and py3langid say of a cleaned text."""
    return _pycld2(text), _langid(text)
