"""Hashed n-grams of characters and words, in NumPy: the same numbers in training and at run time.

The hashing trick (K. Weinberger et al., "Feature hashing for large scale multitask learning", 2009) without signs: an
n-gram's polynomial hash modulo 2^64 is mixed and its top bits name a column.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

# Of a longer text its beginning and its end are read: work stays bounded whatever is sent.
LONGEST = 20_000
_TAIL = 5_000
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)
_WORD = re.compile(r"\w+|[^\w\s]", re.UNICODE)

Counts = Any  # scipy.sparse.csr_matrix, float32, which has no types of its own


def bounded(text: str) -> str:
    """At most LONGEST code points: the first 15,000 and the last 5,000."""
    return text if len(text) <= LONGEST else text[: LONGEST - _TAIL] + text[-_TAIL:]


@dataclass(frozen=True)
class NGrams:
    """Which n-grams are counted. `chars` and `words`: shortest and longest, (0, 0) for none; `bits`: 2^bits columns for
    each of the two. Columns of words follow those of characters."""

    chars: tuple[int, int] = (2, 5)
    words: tuple[int, int] = (1, 2)
    bits: int = 18

    @property
    def columns(self) -> int:
        return ((self.chars[1] > 0) + (self.words[1] > 0)) << self.bits

    def counts(self, texts: Sequence[str]) -> Counts:
        """Rows of texts, columns of n-grams, `1 + ln(count)` scaled to length 1 for each of the two kinds of n-grams."""
        texts = [bounded(text) for text in texts]
        blocks = []
        if self.chars[1]:
            blocks.append(self._block(*self._char_hashes(texts), rows=len(texts), offset=0))
        if self.words[1]:
            offset = (1 << self.bits) if self.chars[1] else 0
            blocks.append(self._block(*self._word_hashes(texts), rows=len(texts), offset=offset))
        total = blocks[0]
        for block in blocks[1:]:
            total = total + block
        return total.tocsr()

    def _block(self, rows_of: Any, hashes: Any, *, rows: int, offset: int) -> Counts:
        columns = (hashes >> np.uint64(64 - self.bits)).astype(np.int64)
        keys, counts = np.unique((rows_of << self.bits) | columns, return_counts=True)
        row, column = keys >> self.bits, (keys & ((1 << self.bits) - 1)) + offset
        values = (1.0 + np.log(counts)).astype(np.float32)
        starts = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=rows))))
        # Sorted by row and column as they are, they are the matrix's own arrays.
        return unit_rows(
            csr_matrix((values, column.astype(np.int32), starts), shape=(rows, self.columns), dtype=np.float32)
        )

    def _char_hashes(self, texts: Sequence[str]) -> tuple[Any, Any]:
        """All texts as one line of code points, a zero between them: windows that hold a zero are none."""
        line = "\0" + "\0".join(" " + text.replace("\0", " ") + " " for text in texts) + "\0"
        codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
        borders = np.cumsum(codes == 0)
        rows, hashes = [], []
        with np.errstate(over="ignore"):
            for n in range(max(1, self.chars[0]), self.chars[1] + 1):
                size = len(codes) - n + 1
                if size <= 0:
                    break
                value = np.zeros(size, dtype=np.uint64)
                for step in range(n):
                    value = value * _PRIME + codes[step : step + size]
                whole = (borders[n - 1 :] == borders[:size]) & (codes[:size] != 0)
                rows.append(borders[:size][whole] - 1)
                hashes.append(_mixed(value[whole] + np.uint64(n)))
        return np.concatenate(rows).astype(np.int64), np.concatenate(hashes)

    def _word_hashes(self, texts: Sequence[str]) -> tuple[Any, Any]:
        rows, hashes = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.uint64)]
        with np.errstate(over="ignore"):
            for row, text in enumerate(texts):
                words = np.array([_word_hash(word) for word in _WORD.findall(text)], dtype=np.uint64)
                for n in range(max(1, self.words[0]), self.words[1] + 1):
                    size = len(words) - n + 1
                    if size <= 0:
                        break
                    value = np.zeros(size, dtype=np.uint64)
                    for step in range(n):
                        value = value * _PRIME + words[step : step + size]
                    rows.append(np.full(size, row, dtype=np.int64))
                    hashes.append(_mixed(value + np.uint64(n)))
        return np.concatenate(rows), np.concatenate(hashes)


def unit_rows(counts: Counts) -> Counts:
    """The same rows, each of length 1 (an empty one stays empty); changes its values in place."""
    of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    norms = np.sqrt(np.bincount(of, weights=counts.data * counts.data, minlength=counts.shape[0]))
    counts.data /= np.maximum(norms, 1e-12)[of].astype(np.float32)
    return counts


def _mixed(value: Any) -> Any:
    value = (value ^ (value >> _SHIFT)) * _MIX
    return (value ^ (value >> _SHIFT)) * _PRIME


@lru_cache(maxsize=200_000)
def _word_hash(word: str) -> int:
    raw = word.encode("utf-8", "surrogatepass")
    return zlib.crc32(raw) << 32 | zlib.crc32(raw, 0x5EED)
