"""What makes two contents near-duplicates, and by what a database finds those that may be. Pure NumPy.

Texts: the set of words and pairs of words (a number being any number), each hashed to 32 bits. Two texts are as alike as
the share of it that both have (Jaccard index). Kept are the 256 smallest hashes: the index is exact while a text has no
more, an estimate beyond (bottom-k sketch: E. Cohen, H. Kaplan, "Summarizing data using bottom-k sketches", 2007).
Candidates are found by MinHash (A. Broder, "On the resemblance and containment of documents", 1997) in 21 bands of 3
rows: two texts share a band with 1 - (1 - s³)²¹, which is .87 at s = .45, .94 at .5, .993 at .6.

Pictures: PDQ hashes of 256 bits, alike at most 31 bits apart. Cut into 16 pieces of 16 bits, two such hashes have a piece
that differs in one bit at most: whoever looks up all pieces and their neighbours misses none.
"""

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from trustdesk.engine.folding import fold
from trustdesk.engine.lookalikes import DRAWN_LIKE

Hashes = np.ndarray[tuple[int], np.dtype[np.uint32]]
Longs = np.ndarray[tuple[int], np.dtype[np.uint64]]
Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

TEXT, IMAGE = "text", "image"
# As alike as this is near-duplicate; as this, it belongs together even where the cluster's centre is farther.
ALIKE = {TEXT: 0.45, IMAGE: 1 - 31 / 256}
VERY_ALIKE = {TEXT: 0.6, IMAGE: 1 - 15 / 256}
# Fewer words are only known again exactly: a few words are too easily like others.
FEWEST_WORDS = 6
MOST_WORDS = 4_000
KEPT_HASHES = 256
BANDS, ROWS = 21, 3
_PIECES = 16
PDQ_BYTES = 32

# Scripts written without spaces are taken sign by sign.
_WORD = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_LATIN = str.maketrans(DRAWN_LIKE)
_NUMBER = re.compile(r"\d+")
# Odd factors and offsets of the hash functions, drawn once: what is kept in the database was made with them.
_drawn = np.random.default_rng(20261122)
_FACTORS = (_drawn.integers(1, 2**63, BANDS * ROWS, dtype=np.uint64) * np.uint64(2)) | np.uint64(1)
_OFFSETS = _drawn.integers(0, 2**63, BANDS * ROWS, dtype=np.uint64)
_COMPLETE = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Sketch:
    """What is kept of one content: `digest` names it, `body` tells likeness, `bands` find candidates.

    A text too short for likeness has only itself for a candidate.
    """

    kind: str
    digest: bytes
    body: bytes
    bands: tuple[int, ...]


def text_sketch(text: str) -> Sketch | None:
    """None for a text without words."""
    # Letters drawn like Latin ones are those, whatever the script: what a text says is not asked here.
    folded = " ".join(fold(text).split()).translate(_LATIN)
    words = [_NUMBER.sub("0", word) for word in _WORD.findall(folded)[:MOST_WORDS]]
    if not words:
        return None
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).digest()[:16]
    shingles = {*words, *(f"{first} {second}" for first, second in pairwise(words))}
    hashes = _mixed(
        np.fromiter((zlib.crc32(each.encode("utf-8", "surrogatepass")) for each in shingles), np.uint64, len(shingles))
    )
    kept = np.unique(hashes)[:KEPT_HASHES]
    if len(words) < FEWEST_WORDS:
        return Sketch(TEXT, digest, kept.tobytes(), (int.from_bytes(digest[:8], "big", signed=True),))
    least = ((_FACTORS[:, None] * hashes[None, :].astype(np.uint64) + _OFFSETS[:, None]) >> np.uint64(32)).min(axis=1)
    rows = least.reshape(BANDS, ROWS)
    keys = _spread(_spread(_spread(rows[:, 0] + _OFFSETS[:BANDS]) + rows[:, 1]) + rows[:, 2])
    return Sketch(TEXT, digest, kept.tobytes(), tuple(keys.astype(np.int64).tolist()))


def image_sketch(pdq: bytes) -> Sketch:
    """Of a PDQ hash of 32 bytes. Raises ValueError for another length."""
    if len(pdq) != PDQ_BYTES:
        raise ValueError(f"a PDQ hash has {PDQ_BYTES} bytes, not {len(pdq)}")
    pieces = np.frombuffer(pdq, dtype=">u2")
    return Sketch(IMAGE, pdq, pdq, tuple(_piece(at, int(piece)) for at, piece in enumerate(pieces)))


def probes(sketch: Sketch) -> tuple[int, ...]:
    """The bands to look up: for a picture also those that differ in one bit."""
    if sketch.kind == TEXT:
        return sketch.bands
    pieces = np.frombuffer(sketch.body, dtype=">u2")
    return tuple(
        _piece(at, int(piece) ^ flip)
        for at, piece in enumerate(pieces)
        for flip in (0, *(1 << bit for bit in range(16)))
    )


def likeness(sketch: Sketch, bodies: Sequence[bytes]) -> list[float]:
    """How alike each of these is to the sketch, 0 to 1. Texts: Jaccard index. Pictures: the share of equal bits."""
    if not bodies:
        return []
    unique = list(dict.fromkeys(bodies))
    told = _texts(sketch.body, unique) if sketch.kind == TEXT else _images(sketch.body, unique)
    by_body = dict(zip(unique, told.tolist(), strict=True))
    return [by_body[body] for body in bodies]


def _texts(mine: bytes, bodies: Sequence[bytes]) -> Floats:
    """Both sets are known below the smaller of the two greatest kept hashes (or wholly): that part is compared."""
    own = np.frombuffer(mine, dtype=np.uint32)
    others = [np.frombuffer(body, dtype=np.uint32) for body in bodies]
    sizes = np.array([len(each) for each in others])
    limits = np.minimum(_limit(own), np.array([_limit(each) for each in others], dtype=np.uint32))
    joined = np.concatenate(others)
    places = np.minimum(np.searchsorted(own, joined), len(own) - 1)
    within = joined <= np.repeat(limits, sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    both = np.add.reduceat((own[places] == joined) & within, starts)
    theirs = np.add.reduceat(within, starts)
    ours = np.searchsorted(own, limits, side="right")
    return np.asarray(both / np.maximum(ours + theirs - both, 1), dtype=np.float64)


def _limit(hashes: Hashes) -> np.uint32:
    return np.uint32(hashes[-1]) if len(hashes) >= KEPT_HASHES else _COMPLETE


def _images(mine: bytes, bodies: Sequence[bytes]) -> Floats:
    table = np.frombuffer(b"".join(bodies), dtype=np.uint64).reshape(len(bodies), -1)
    apart = np.bitwise_count(table ^ np.frombuffer(mine, dtype=np.uint64)).sum(axis=1)
    return np.asarray(1 - apart / (PDQ_BYTES * 8), dtype=np.float64)


def _mixed(values: Longs) -> Hashes:
    """32 bits without the checksum's structure."""
    return np.asarray(_spread(values) >> np.uint64(32), dtype=np.uint32)


def _spread(values: Longs) -> Longs:
    """Every bit of a number moves every bit of the answer (finalizer of SplitMix64: G. Steele et al., 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))


def _piece(at: int, value: int) -> int:
    """Pictures' bands are small numbers, those of texts are drawn from 2⁶⁴: they do not meet."""
    return (at << 16) | value
