"""How alike two contents are: what a bank keeps of a content, and how far two of them are from each other. Pure.

A kind of bank turns a value into a `Signature`: an exact digest and, where there is enough of it, a sign of fixed length
whose Hamming distance tells likeness. Texts: SHA-256 over the folded words, and SimHash (M. Charikar, "Similarity
estimation techniques from rounding algorithms", 2002) of 128 bits over words and pairs of words, each number being the
same number. Unrelated texts lie about 64 bits apart; see docs/signals.md for what was measured. Pictures: PDQ of 256 bits
(`signals.images.pdq`), written as 64 hexadecimal digits; unrelated ones lie about 128 bits apart. A picture that is asked
about brings the signs of its turned and mirrored selves, so that a bank need hold each picture once.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from trustdesk.engine.folding import fold

# Scripts written without spaces are taken sign by sign.
_WORD = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_NUMBER = re.compile(r"\d+")
_PDQ = re.compile(r"[0-9a-f]{64}")
# A text with fewer words is only known again exactly: a few words are too easily like others.
FEWEST_WORDS = 6
TEXT_BITS = 128


@dataclass(frozen=True)
class Signature:
    """`sign` is empty where there is too little for likeness: then only the exact digest counts. `also`: further signs
    of the same content (a picture turned and mirrored, the frames of a film)."""

    digest: bytes
    sign: bytes
    also: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of bank. `bits` is the length of its signs, `distance` how far two of them may be apart to count as alike."""

    code: str
    bits: int
    distance: int
    signature: Callable[[str], Signature]


def text_signature(text: str) -> Signature:
    folded = " ".join(fold(text).split())
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).digest()[:16]
    words = [_NUMBER.sub("0", word) for word in _WORD.findall(folded)]
    if len(words) < FEWEST_WORDS:
        return Signature(digest, b"")
    features = {*words, *(f"{first} {second}" for first, second in pairwise(words))}
    drawn = np.frombuffer(b"".join(_drawn(feature) for feature in sorted(features)), dtype=np.uint8)
    votes = np.unpackbits(drawn.reshape(len(features), TEXT_BITS // 8), axis=1).sum(axis=0, dtype=np.int64)
    return Signature(digest, np.packbits(votes * 2 > len(features)).tobytes())


@lru_cache(maxsize=100_000)
def _drawn(feature: str) -> bytes:
    """128 bits drawn by a feature's hash."""
    return hashlib.blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=TEXT_BITS // 8).digest()


def picture_signature(hash_hex: str) -> Signature:
    """Of a PDQ hash as everybody writes it; nothing of what is none."""
    raw = bytes.fromhex(hash_hex) if _PDQ.fullmatch(hash_hex) else b""
    return Signature(raw, raw)


TEXT = Kind("text", TEXT_BITS, 28, text_signature)
PICTURE_BITS = 256
# Facebook's own threshold for PDQ: up to 31 of 256 bits is the same picture.
PICTURE = Kind("image", PICTURE_BITS, 31, picture_signature)
# Below this quality (0 to 100) a picture has too little shape to be told from others: it is neither kept nor looked up.
LEAST_QUALITY = 50
# A bank knows its kind by this name.
KINDS = {TEXT.code: TEXT, PICTURE.code: PICTURE}


Columns = np.ndarray[tuple[int, int], np.dtype[np.uint64]]


def columns(signs: Iterable[bytes], bits: int) -> Columns:
    """Signs as columns of 64 bits: row w holds the w-th word of every sign."""
    return np.frombuffer(b"".join(signs), dtype=np.uint64).reshape(-1, bits // 64).T.copy()


def distances(signs: Columns, sign: bytes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Hamming distances of one sign from all of `signs`, in bits."""
    apart = np.zeros(signs.shape[1], dtype=np.int64)
    for column, word in zip(signs, np.frombuffer(sign, dtype=np.uint64), strict=True):
        apart += np.bitwise_count(column ^ word)
    return apart
