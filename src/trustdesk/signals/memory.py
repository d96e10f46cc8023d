"""Banks as a process holds them: what was read of their rows, brought up to date at most a second after a change.

The rows are the truth. Each bank has a stamp that grows with every change; a process asks for the stamps once a second,
when it is asked anything, and reads the entries that changed since. So an added entry matches everywhere within two
seconds, and a bank that nobody changes costs one small query a second.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from trustdesk.signals.likeness import KINDS, PICTURE, Kind, Signature, columns, distances
from trustdesk.signals.models import Bank, BankEntry

if TYPE_CHECKING:
    from trustdesk.signals.images.index import HashIndex

FRESH_FOR = 1.0  # seconds
# Of the entries like one content, so many of the nearest are told: a bank of near copies need not name them all.
MOST_MATCHES = 20
_NEVER = float("inf")


@dataclass(frozen=True)
class Near:
    """An entry that a content is like, `distance` bits away (0: the very same words; 1: what differs is below what is told apart, such as numbers). Not `active`: it only records."""

    entry: UUID
    distance: int
    active: bool
    flood_limit: int


def _pdq_rows(signs: Sequence[bytes]) -> "np.ndarray[tuple[int, int], np.dtype[np.uint64]]":
    """PDQ hashes as the index takes them: the bytes of their hexadecimal digits, least bits first."""
    turned = b"".join(sign[::-1] for sign in signs)
    return np.frombuffer(turned, dtype="<u8").astype(np.uint64).reshape(len(signs), 4)


@dataclass
class _Held:
    """One bank: a row of the arrays for each entry that was ever read, in the order it was read."""

    id: UUID
    kind: str
    distance: int
    flood_limit: int
    stamp: int = -1
    rows: dict[UUID, int] = field(default_factory=dict)
    exact: dict[bytes, list[int]] = field(default_factory=dict)
    ids: list[UUID] = field(default_factory=list)
    negative: list[bool] = field(default_factory=list)
    state: list[str] = field(default_factory=list)
    expires: list[float] = field(default_factory=list)
    limits: list[int | None] = field(default_factory=list)
    signed: list[int] = field(default_factory=list)  # rows that have a sign, and their signs
    signs: "np.ndarray[tuple[int, int], np.dtype[np.uint64]] | None" = None
    index: "HashIndex[int] | None" = None  # of pictures, of which banks hold a million: rows by hash

    def take(self, entries: list[BankEntry]) -> None:
        """Add or change rows; a content and its sign never change."""
        fresh: list[bytes] = []
        for entry in entries:
            at = self.rows.get(entry.id)
            expires = entry.expires_at.timestamp() if entry.expires_at else _NEVER
            if at is not None:
                self.state[at], self.expires[at], self.limits[at] = entry.state, expires, entry.flood_limit
                continue
            at = self.rows[entry.id] = len(self.ids)
            self.ids.append(entry.id)
            self.negative.append(entry.negative)
            self.state.append(entry.state)
            self.expires.append(expires)
            self.limits.append(entry.flood_limit)
            self.exact.setdefault(bytes(entry.digest), []).append(at)
            if entry.sign:
                self.signed.append(at)
                fresh.append(bytes(entry.sign))
        if fresh and self.kind == PICTURE.code:
            if self.index is None:
                # Loaded by the processes that ask a bank of pictures, and by no other.
                from trustdesk.signals.images.index import HashIndex

                self.index = HashIndex()
            self.index.add(self.signed[-len(fresh) :], _pdq_rows(fresh))
        elif fresh:
            added = columns(fresh, KINDS[self.kind].bits)
            self.signs = added if self.signs is None else np.concatenate([self.signs, added], axis=1)

    def like(self, signature: Signature, *, now: float) -> list[Near]:
        """Entries within the bank's distance, nearest first, those not vetoed by a good one that is as near."""
        found = dict.fromkeys(self.exact.get(signature.digest, ()), 0)
        if signature.sign and self.distance:
            near: dict[int, int] = {}
            for at, bits in self._near(signature):
                near[at] = min(bits, near.get(at, bits))
            found = near | found
        return self._told(found, now=now)

    def _near(self, signature: Signature) -> Iterator[tuple[int, int]]:
        """Rows and distances of everything within the bank's distance of one of the signs."""
        signs = list(dict.fromkeys((signature.sign, *signature.also)))
        if self.index is not None:
            for nearest in self.index.search_many(_pdq_rows(signs), self.distance):
                yield from nearest
        elif self.signs is not None:
            for sign in signs:
                apart = distances(self.signs, sign)
                for place in np.flatnonzero(apart <= self.distance):
                    yield self.signed[place], max(1, int(apart[place]))

    def _told(self, found: dict[int, int], *, now: float) -> list[Near]:
        alive = {at: far for at, far in found.items() if self.state[at] != "removed" and now < self.expires[at]}
        good = [far for at, far in alive.items() if self.negative[at] and self.state[at] == "active"]
        veto = min(good, default=_NEVER)
        mine = sorted((far, at) for at, far in alive.items() if not self.negative[at] and far < veto)
        return [
            Near(
                entry=self.ids[at],
                distance=far,
                active=self.state[at] == "active",
                flood_limit=self.limits[at] if self.limits[at] is not None else self.flood_limit,  # type: ignore[arg-type]
            )
            for far, at in mine[:MOST_MATCHES]
        ]


class Memory:
    """All banks. One lock: reading changes and looking up take well under a millisecond each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}
        self._read_at = -_NEVER

    def like(self, bank: str, values: list[str], *, now: datetime) -> list[list[Near]] | None:
        """For each value the entries it is like; None when there is no such bank."""
        kind = self.kind_of(bank)
        if kind is None:
            return None
        if self._is_empty(bank):
            return [[] for _ in values]
        return self.near(bank, [kind.signature(value) for value in values], now=now)

    def near(self, bank: str, signatures: Sequence[Signature], *, now: datetime) -> list[list[Near]] | None:
        """The same for signatures that are known already."""
        with self._lock:
            self._refresh()
            held = self._held.get(bank)
            if held is None:
                return None
            return [held.like(signature, now=now.timestamp()) for signature in signatures]

    def kind_of(self, bank: str) -> Kind | None:
        """None when there is no such bank."""
        with self._lock:
            self._refresh()
            held = self._held.get(bank)
            return KINDS[held.kind] if held else None

    def _is_empty(self, bank: str) -> bool:
        with self._lock:
            return not (held := self._held.get(bank)) or not held.rows

    def codes(self) -> tuple[str, ...]:
        with self._lock:
            self._refresh()
            return tuple(sorted(self._held))

    def stale(self) -> None:
        """Look again at the next question: this process has changed something."""
        self._read_at = -_NEVER

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at < FRESH_FOR:
            return
        there = {bank.code: bank for bank in Bank.objects.all()}
        for code in self._held.keys() - there.keys():
            del self._held[code]
        for code, bank in there.items():
            held = self._held.get(code)
            if held is None or held.id != bank.id:
                held = self._held[code] = _Held(bank.id, bank.kind, bank.distance, bank.flood_limit)
            held.distance, held.flood_limit = bank.distance, bank.flood_limit
            if held.stamp != bank.stamp:
                changed = (
                    BankEntry.objects.filter(bank=bank, stamp__gt=held.stamp).defer("text").order_by("stamp", "id")
                )
                held.take(list(changed))
                held.stamp = bank.stamp
        self._read_at = time.monotonic()


memory = Memory()
