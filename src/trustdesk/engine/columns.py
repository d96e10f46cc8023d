"""Fields of many events at once: one column a field, with bit masks that say where it is absent.

A mask is an integer whose bit i speaks of event i of the batch: `and`, `or` and `not` of a thousand events are one
operation each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .reading import fetch
from .values import MISSING, UNKNOWN, Type

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]
# Integers beyond this are not exact as floating point numbers, so that vectors would compare them wrongly.
EXACT = 2.0**53
_NONE = type(None)
_NUMBERS = frozenset({int, float})
_EMPTY: dict[str, Any] = {}
NUMERIC = ("number", "count", "duration", "time")


class Column:
    """`values`: typed, with the absent values in their places. `missing`, `unknown`: masks of those."""

    __slots__ = ("_numbers", "missing", "unknown", "values")

    def __init__(self, values: Sequence[Any], missing: int = 0, unknown: int = 0, numbers: Floats | None = None):
        self.values, self.missing, self.unknown = values, missing, unknown
        self._numbers: Floats | bool | None = numbers

    def numbers(self) -> Floats | None:
        """The values as floating point, 0 where absent; nothing when one of them is not exact as such."""
        if self._numbers is None:
            if self.missing or self.unknown:
                self._numbers = exact([0.0 if v is MISSING or v is UNKNOWN else v for v in self.values])
            else:
                self._numbers = exact(self.values)
            if self._numbers is None:
                self._numbers = False
        return None if isinstance(self._numbers, bool) else self._numbers


def exact(values: Sequence[Any]) -> Floats | None:
    try:
        numbers = np.array(values, dtype=np.float64)
    except OverflowError:
        return None
    return numbers if not len(values) or float(np.abs(numbers).max()) < EXACT or _only_floats(values) else None


def _only_floats(values: Sequence[Any]) -> bool:
    return set(map(type, values)) <= {float}


def mask(bits: Bits) -> int:
    """Bit i for entry i."""
    return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")


def masks(rows: Bits) -> list[int]:
    """One mask a row."""
    packed = np.packbits(rows, axis=1, bitorder="little")
    width, data, made = packed.shape[1], packed.tobytes(), int.from_bytes
    return [made(data[at : at + width], "little") for at in range(0, len(data), width)]


def positions(found: int) -> list[int]:
    """Where the bits of a mask are set, in order."""
    if found.bit_count() <= 4:
        spots = []
        while found:
            low = found & -found
            spots.append(low.bit_length() - 1)
            found ^= low
        return spots
    data = np.frombuffer(found.to_bytes((found.bit_length() + 7) // 8, "little"), np.uint8)
    return [int(at) for at in np.nonzero(np.unpackbits(data, bitorder="little"))[0]]


class Raw:
    """Values as the events hold them, column by column; groups of fields are fetched once."""

    def __init__(self, events: Sequence[Mapping[str, Any]]) -> None:
        self.events = events
        self._groups: dict[tuple[str, ...], Sequence[Any] | None] = {}

    def column(self, steps: tuple[str, ...]) -> list[Any]:
        """None or `MISSING` where a field is not there, `UNKNOWN` where its group is not known."""
        group = self._group(steps[:-1])
        if group is None:  # some event is oddly made
            return [fetch(event, steps) for event in self.events]
        last = steps[-1]
        try:
            return [each[last] for each in group]  # nearly always there, and then twice as fast
        except KeyError:
            return [each.get(last) for each in group]

    def _group(self, steps: tuple[str, ...]) -> Sequence[Any] | None:
        """The objects that hold a field, if all of them are plain dictionaries."""
        if steps not in self._groups:
            found: Sequence[Any] | None = self.events
            if steps:
                above = self._group(steps[:-1])
                found = None if above is None else [each.get(steps[-1]) for each in above]
            if found is not None:
                kinds = set(map(type, found))
                if kinds - {dict, _NONE}:
                    found = None
                elif _NONE in kinds:
                    found = [_EMPTY if each is None else each for each in found]
            self._groups[steps] = found
        return self._groups[steps]


def typed(raw: list[Any], kind: Type, read: Callable[[object], Any]) -> Column:
    """The column as values of its type; what has not the type is missing."""
    kinds = set(map(type, raw))
    gaps = 0
    if _NONE in kinds and kinds - {_NONE} <= _PLAIN.get(kind.kind, _NOTHING):
        gaps = mask(np.array([value is None for value in raw], dtype=np.bool_))
        kinds.discard(_NONE)
    if kinds <= _PLAIN.get(kind.kind, _NOTHING):
        values = [MISSING if value is None else value for value in raw] if gaps else raw
        if kind.kind not in NUMERIC:
            return Column(values, gaps)
        try:
            numbers = np.array([0.0 if value is None else value for value in raw] if gaps else raw, dtype=np.float64)
        except OverflowError:
            numbers = None
        # `not <` also finds what is not a number.
        if numbers is not None and (not len(raw) or float(np.abs(numbers).max()) < 1e300):
            fits = not len(raw) or int not in kinds or float(np.abs(numbers).max()) < EXACT
            return Column(values, gaps, 0, numbers if fits else None)
    return read_column(raw, read)


def read_column(raw: Iterable[Any], read: Callable[[object], Any]) -> Column:
    values = [read(MISSING if value is None else value) for value in raw]
    missing = mask(np.array([value is MISSING for value in values], dtype=np.bool_))
    unknown = mask(np.array([value is UNKNOWN for value in values], dtype=np.bool_))
    return Column(values, missing, unknown)


_NOTHING: frozenset[type] = frozenset()
_PLAIN: dict[str, frozenset[type]] = {
    "number": _NUMBERS,
    "count": _NUMBERS,
    "duration": _NUMBERS,
    "text": frozenset({str}),
    "bool": frozenset({bool}),
}
