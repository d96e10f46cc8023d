"""A head learned from a platform's own labels: what it reads of a text, how it scores, how it is kept in one file.

Linear throughout: each view of a text (its words, its characters, the item's other fields) is a bag of hashed n-grams
weighed by rarity (K. Spärck Jones, 1972) and scaled to length 1; the fourth view is the sentence embedding. A score is
one sum over all views, so a head is a few arrays and its cost does not depend on how many labels taught it.
"""

import hashlib
import io
import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags

from trustdesk.signals.text.embedding import sentences
from trustdesk.signals.text.features import NGrams, bounded
from trustdesk.signals.text.heads import ArtefactRefused, sigmoid
from trustdesk.signals.training.artefacts import packed

FORMAT = 1
MEANING = "meaning"
Fields = Mapping[str, Any]
Array = Any

_DIGITS = re.compile(r"\d+")
_PLACE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+", re.IGNORECASE)
# A field's value up to this length is taken as a word of its own ("full-time"), a longer one by its size alone.
_A_CHOICE = 40


def worded(text: str) -> str:
    """Without case and numbers, addresses as one word."""
    folded = unicodedata.normalize("NFKC", bounded(text)).casefold()
    return _DIGITS.sub("0", _PLACE.sub(" \x02 ", folded))


def spelled(text: str) -> str:
    """As written, with runs of space as one."""
    return " ".join(unicodedata.normalize("NFKC", bounded(text)).split())


def told(fields: Fields) -> str:
    """Fields as words: missing or not, how long (in powers of two), which choice, how big (in powers of two)."""
    words = []
    for name, value in sorted(fields.items()):
        key = re.sub(r"\W", "_", str(name))
        if value is None or value == "":
            words.append(f"{key}_missing")
        elif isinstance(value, bool):
            words.append(f"{key}_{value}")
        elif isinstance(value, int | float):
            size = math.log2(abs(value) + 1) if math.isfinite(value) else 99
            words.append(f"{key}_{'under' if value < 0 else 'over'}_{size:.0f}")
        else:
            text = str(value)
            words.append(f"{key}_long_{math.log2(len(text) + 1):.0f}")
            if len(text) <= _A_CHOICE:
                choice = re.sub(r"\W+", "_", text.casefold())
                words.append(f"{key}_is_{choice}")
    return " ".join(words)


@dataclass(frozen=True)
class View:
    """One way to look at an item: what is read of its text (None: its other fields are read instead) and which n-grams
    of that are counted."""

    name: str
    ngrams: NGrams
    read: Callable[[str], str] | None


VIEWS = (
    View("words", NGrams(chars=(0, 0), words=(1, 2), bits=18), worded),
    View("chars", NGrams(chars=(3, 5), words=(0, 0), bits=18), spelled),
    View("fields", NGrams(chars=(0, 0), words=(1, 1), bits=14), None),
)


def counts(view: View, texts: Sequence[str], extra: Sequence[Fields] | None) -> Array:
    """The view's n-grams, a row each text."""
    if view.read is not None:
        return view.ngrams.counts([view.read(text) for text in texts])
    return view.ngrams.counts([told(known) for known in extra] if extra is not None else [""] * len(texts))


def scaled(found: Array, columns: Array, rarity: Array) -> Array:
    """The kept columns times their rarity, each row to length 1 (a row without any stays zero)."""
    kept = found[:, columns] @ diags(rarity.astype(np.float32))
    length = np.sqrt(np.asarray(kept.multiply(kept).sum(axis=1)).ravel())
    return csr_matrix(diags(1.0 / np.where(length > 0, length, 1.0)) @ kept)


@dataclass(frozen=True)
class Learned:
    """A learned head. `arrays`: for each view NAME.columns, NAME.rarity, NAME.weight; `meaning.weight`; `bias`.
    `manifest`: what it was learned from and how. `figures`: what cross-validation says of it. `held_out`: the score each
    training row got from models that had not seen its group (not kept in the file)."""

    arrays: Mapping[str, Array]
    manifest: Mapping[str, Any]
    figures: Mapping[str, Any]
    held_out: Array = field(default_factory=lambda: np.zeros(0), compare=False, repr=False)

    @property
    def threshold(self) -> float | None:
        """The score from which an item counts as positive; None where the labels could not carry one."""
        value = self.figures["threshold"]
        return None if value is None else float(value)

    def scores(self, texts: Sequence[str], extra: Sequence[Fields] | None = None) -> Array:
        """Calibrated probabilities, float64, one for each text. Texts may be anything; of a long one the beginning and
        the end are read. `extra`: the items' other fields, where the head was learned with them."""
        if not len(texts):
            return np.zeros(0)
        logits = np.full(len(texts), float(self.arrays["bias"][0]))
        for view in VIEWS:
            if f"{view.name}.columns" not in self.arrays:
                continue
            columns, rarity, weight = (self.arrays[f"{view.name}.{part}"] for part in ("columns", "rarity", "weight"))
            logits += scaled(counts(view, texts, extra), columns, rarity) @ weight.astype(np.float64)
        if f"{MEANING}.weight" in self.arrays:
            logits += sentences(texts).astype(np.float64) @ self.arrays[f"{MEANING}.weight"].astype(np.float64)
        return sigmoid(logits)

    def packed(self) -> bytes:
        """One file: the arrays and, as UTF-8 bytes, manifest and figures. The same head gives the same bytes."""
        said = json.dumps(
            {"format": FORMAT, "manifest": dict(self.manifest), "figures": dict(self.figures)}, sort_keys=True
        )
        return packed({**self.arrays, "said": np.frombuffer(said.encode(), dtype=np.uint8)})

    def save(self, path: Path) -> str:
        """Write the file; gives its SHA-256, hex, to be kept elsewhere and asked for at `load`."""
        raw = self.packed()
        path.write_bytes(raw)
        return hashlib.sha256(raw).hexdigest()

    @classmethod
    def load(cls, path: Path, *, sha256: str | None = None) -> "Learned":
        """Raises ArtefactRefused when the file is missing, damaged, not a head or not the one of that checksum."""
        try:
            return cls.unpacked(path.read_bytes(), sha256=sha256)
        except OSError as error:
            raise ArtefactRefused(path.name, "its file cannot be read") from error

    @classmethod
    def unpacked(cls, raw: bytes, *, sha256: str | None = None) -> "Learned":
        """From the bytes of `packed`. Raises ArtefactRefused."""
        digest = hashlib.sha256(raw).hexdigest()
        if sha256 is not None and digest != sha256:
            raise ArtefactRefused("own labels", f"its checksum is {digest[:16]}, not {sha256[:16]}")
        try:
            with np.load(io.BytesIO(raw), allow_pickle=False) as stored:
                arrays = {key: stored[key] for key in stored.files}
            said = json.loads(arrays.pop("said").tobytes())
            if said["format"] != FORMAT:
                raise ArtefactRefused("own labels", f"its format is {said['format']}, this version reads {FORMAT}")
            head = cls(arrays, said["manifest"], said["figures"])
            _check(head)
        except ArtefactRefused:
            raise
        except Exception as error:  # numpy and zipfile raise many kinds over a damaged file
            raise ArtefactRefused("own labels", "its file is not a learned head") from error
        return head


def _check(head: Learned) -> None:
    """Arrays that a file could hold and scoring could not bear. Raises ArtefactRefused."""
    for view in VIEWS:
        if f"{view.name}.columns" not in head.arrays:
            continue
        columns, rarity, weight = (head.arrays[f"{view.name}.{part}"] for part in ("columns", "rarity", "weight"))
        fits = columns.ndim == 1 and columns.shape == rarity.shape == weight.shape and columns.dtype.kind in "iu"
        if not fits or (len(columns) and not 0 <= int(columns.min()) <= int(columns.max()) < view.ngrams.columns):
            raise ArtefactRefused("own labels", f"the arrays of {view.name} do not fit together")
    meaning = head.arrays.get(f"{MEANING}.weight")
    if head.arrays["bias"].shape != (1,) or (meaning is not None and meaning.shape != (sentences.size,)):
        raise ArtefactRefused("own labels", "its arrays do not fit together")
    if not all(np.isfinite(array).all() for array in head.arrays.values()):
        raise ArtefactRefused("own labels", "its arrays hold numbers that are none")
    if "threshold" not in head.figures:
        raise ArtefactRefused("own labels", "it does not say its threshold")
