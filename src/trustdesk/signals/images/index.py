"""An exact index of PDQ hashes: every entry within a distance is found, none is skipped.

Two hashes that differ in at most 31 bits differ in at most one bit in at least one of their sixteen 16-bit words: were it
two in each, it would be 32 (pigeonhole; multi-index hashing, Norouzi, Punjani, Fleet 2012). So a search looks into 17
buckets of each of sixteen tables and compares what lies there, some thousands of a million. Up to 47 bits, two bits in a
word and 137 buckets; beyond, and where the buckets hold too much, all entries are compared.

A million hashes take 100 MB and a second to lay out. New entries are compared one by one until there are enough of them
to lay the tables out anew; an entry is found from the moment it is added, and not any more once it is removed.
"""

import itertools
import threading
from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images.pdq import BITS, SAME

Id = TypeVar("Id", bound=Hashable)

WORDS = 16  # tables; words of a hash
_WIDTH = BITS // WORDS
_LOOSE = 32_768  # entries that may wait outside the tables: a millisecond to compare
_FEW = 4_096  # so few entries need no tables
_FAR = 2  # bits of a word that tables are good for
_SHARE = 4  # tables are left alone when they would give more than 1 / _SHARE of all entries


class HashIndex(Generic[Id]):
    """Hashes under ids; one id may have several. Safe to use from several threads."""

    def __init__(self) -> None:
        self._ids: list[Id] = []
        self._hashes = np.empty((0, 4), np.uint64)
        self._alive = np.empty(0, bool)
        self._count = 0  # rows in use, removed ones among them
        self._gone = 0
        self._rows: dict[Id, list[int]] | None = None  # made when something is first removed
        self._tables: _Tables | None = None
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return self._count - self._gone

    def add(self, ids: Sequence[Id], hashes: NDArray[np.uint64]) -> None:
        """Put in hashes, (n, 4) uint64 as `pdq` makes them, under n ids."""
        rows = np.asarray(hashes, np.uint64).reshape(-1, 4)
        if len(ids) != len(rows):
            raise ValueError(f"{len(ids)} ids for {len(rows)} hashes")
        with self._lock:
            end = self._count + len(rows)
            if end > len(self._hashes):
                room = max(end, 2 * self._count, 1_024)
                self._hashes = np.concatenate(
                    [self._hashes[: self._count], np.empty((room - self._count, 4), np.uint64)]
                )
                self._alive = np.concatenate([self._alive[: self._count], np.zeros(room - self._count, bool)])
            self._hashes[self._count : end] = rows
            self._alive[self._count : end] = True
            if self._rows is not None:
                for at, one in enumerate(ids, start=self._count):
                    self._rows.setdefault(one, []).append(at)
            self._ids.extend(ids)
            self._count = end

    def remove(self, ids: Iterable[Id]) -> int:
        """Take out all hashes of these ids; returns how many hashes went. Ids that are not there are passed over."""
        with self._lock:
            if self._rows is None:
                self._rows = {}
                for row in np.flatnonzero(self._alive[: self._count]):
                    self._rows.setdefault(self._ids[row], []).append(int(row))
            gone = 0
            for one in ids:
                for at in self._rows.pop(one, ()):
                    self._alive[at] = False
                    gone += 1
            self._gone += gone
            if self._gone > max(_LOOSE, self._count // 2):
                self._pack()
            return gone

    def search(self, wanted: NDArray[np.uint64], distance: int = SAME) -> list[tuple[Id, int]]:
        """Every (id, bits that differ) within `distance` of one hash, (4,) uint64, the nearest first."""
        with self._lock:
            rows, far = self._near(np.asarray(wanted, np.uint64).reshape(4), distance)
            order = np.lexsort((rows, far))
            return [(self._ids[rows[at]], int(far[at])) for at in order]

    def search_many(self, wanted: NDArray[np.uint64], distance: int = SAME) -> list[list[tuple[Id, int]]]:
        """`search` for each of (n, 4) hashes."""
        return [self.search(one, distance) for one in np.asarray(wanted, np.uint64).reshape(-1, 4)]

    def _near(self, wanted: NDArray[np.uint64], distance: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        reach = distance // WORDS  # bits that the nearest word may differ in
        rows = None
        if reach <= _FAR and self._count > _FEW:
            if self._tables is None or self._count - self._tables.size > _LOOSE:
                self._tables = _Tables(self._hashes[: self._count])
            rows = self._tables.candidates(wanted, reach)
        if rows is None:
            rows, loose = np.empty(0, np.int64), 0
        else:
            loose = self._tables.size if self._tables else 0
        near, far = _within(self._hashes, rows, wanted, distance)
        more, farther = _scan(self._hashes[loose : self._count], wanted, distance)
        near, first = np.unique(np.concatenate([near, more + loose]), return_index=True)
        far = np.concatenate([far, farther])[first]
        alive = self._alive[near]
        return near[alive], far[alive]

    def _pack(self) -> None:
        """Forget the rows of what was removed."""
        kept = np.flatnonzero(self._alive[: self._count])
        self._ids = [self._ids[at] for at in kept]
        self._hashes, self._alive = self._hashes[kept], np.ones(len(kept), bool)
        self._count, self._gone, self._rows, self._tables = len(kept), 0, None, None


class _Tables:
    """For each word: the rows in order of it, and where each of its 65,536 values begins."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self.size = len(hashes)
        words = np.ascontiguousarray(hashes, "<u8").view("<u2")
        self.rows = np.empty((WORDS, self.size), np.int32)
        self.starts = np.zeros((WORDS, 2**_WIDTH + 1), np.int32)
        for at in range(WORDS):
            word = np.ascontiguousarray(words[:, at])
            self.rows[at] = np.argsort(word, kind="stable")
            np.cumsum(np.bincount(word, minlength=2**_WIDTH), out=self.starts[at, 1:])

    def candidates(self, wanted: NDArray[np.uint64], reach: int) -> NDArray[np.int64] | None:
        """Rows of which a word differs in at most `reach` bits, some more than once; None when they are too many."""
        words = np.ascontiguousarray(wanted, "<u8").view("<u2").astype(np.int64)
        keys = words[:, None] ^ _flips(reach)
        table = np.arange(WORDS)[:, None]
        begin, end = self.starts[table, keys], self.starts[table, keys + 1]
        count = (end - begin).ravel()
        total = int(count.sum())
        if total * _SHARE > self.size:
            return None
        # The buckets' places one after the other, in one array that has the rows of all tables.
        first = (begin + table * self.size).ravel() - (np.cumsum(count) - count)
        return self.rows.ravel()[np.repeat(first, count) + np.arange(total)].astype(np.int64)


@cache
def _flips(reach: int) -> NDArray[np.int64]:
    """Every pattern of at most `reach` set bits in a word."""
    return np.array(
        [sum(1 << bit for bit in bits) for n in range(reach + 1) for bits in itertools.combinations(range(_WIDTH), n)]
    )


def _within(
    hashes: NDArray[np.uint64], rows: NDArray[np.int64], wanted: NDArray[np.uint64], distance: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    far = np.bitwise_count(hashes[rows] ^ wanted).sum(axis=1, dtype=np.int64)
    near = far <= distance
    return rows[near], far[near]


def _scan(
    hashes: NDArray[np.uint64], wanted: NDArray[np.uint64], distance: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All of them compared, the second half of the bits only where the first is near enough."""
    half = np.bitwise_count(hashes[:, 0] ^ wanted[0]) + np.bitwise_count(hashes[:, 1] ^ wanted[1])
    return _within(hashes, np.flatnonzero(half <= distance), wanted, distance)
