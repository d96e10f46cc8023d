"""The leaves of conditions, answered for a whole batch at once where that is possible.

A *leaf* is a part of a condition that is neither `and`, `or` nor `not`. Numbers, members and truths are compared column
by column; what the matcher saw is there already; the rest (functions, entities, money, lookups, signals) is *lazy*:
computed event by event, only for events whose cheaper parts leave the rule open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import nodes
from .columns import EXACT, NUMERIC, Column, Floats, mask, masks
from .gating import gate
from .nodes import Node

# Above so many different constants of one field, a set is asked value by value.
MOST_CODES = 256
# How a comparison is answered: (test, negated). Both sides are there, so that `>=` is not `<`.
_TESTS = {"<": ("<", False), ">=": ("<", True), "<=": ("<=", False), ">": ("<=", True), "==": ("==", False)}
_TESTS["!="] = ("==", True)
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {"<": np.less, "<=": np.less_equal, "==": np.equal}

Place = int
# Values, and the masks of events where they are missing and unknown.
Vector = tuple[Floats, int, int]


class Leaves:
    """The leaves of one program's rules, by number. Built by `number`, then asked batch by batch."""

    def __init__(self, fields: Mapping[nodes.Field, Place], scans: Mapping[nodes.Scan, int]) -> None:
        self.fields, self._scans = fields, scans
        self._known: dict[object, int] = {}
        self._numbers: dict[Node, tuple[int, bool]] = {}
        self.named: list[Node] = []  # a node for each leaf, to be told by
        self._limits: dict[Place, dict[str, list[tuple[float, int]]]] = defaultdict(lambda: defaultdict(list))
        self._members: dict[Place, list[tuple[frozenset[Any], int]]] = defaultdict(list)
        self._truths: list[tuple[Place, int]] = []
        self._absent: list[tuple[Place, int]] = []
        self._matched: dict[int, int] = {}  # matcher's number → leaf
        self._matched_in: list[tuple[Place, int]] = []
        self._ranges: list[tuple[str, Node, Node, int]] = []
        self.lazy: dict[int, Node] = {}
        # A lazy leaf that is false unless one of these leaves is true, or the text is absent.
        self.gates: dict[int, tuple[tuple[int, ...], tuple[Place, ...]]] = {}
        self._codes: dict[Place, tuple[dict[Any, int], Any, list[int]]] | None = None

    @property
    def known(self) -> Mapping[Node, tuple[int, bool]]:
        """Every node that is a leaf, as `number` told it."""
        return self._numbers

    def number(self, node: Node) -> tuple[int, bool]:
        """The leaf that answers this node, and whether its answer is to be turned round."""
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = self._classify(node)
        return found

    def _leaf(self, key: object, node: Node) -> tuple[int, bool]:
        """Number of the leaf, and whether it is new."""
        at = self._known.get(key)
        if at is not None:
            return at, False
        self._known[key] = at = len(self.named)
        self.named.append(node)
        return at, True

    def _classify(self, node: Node) -> tuple[int, bool]:
        match node:
            case nodes.Field(path=path):
                at, new = self._leaf(("truth", path), node)
                if new:
                    self._truths.append((self.fields[node], at))
                return at, False
            case nodes.IsMissing(value=nodes.Field() as field):
                at, new = self._leaf(("missing", field.path), node)
                if new:
                    self._absent.append((self.fields[field], at))
                return at, False
            case nodes.Has() | nodes.Near() | nodes.Pattern():
                at, new = self._leaf(node, node)
                if new:
                    self._matched[self._scans[node]] = at
                    self._matched_in.append((self.fields[node.field], at))
                return at, False
            case nodes.Compare():
                return self._compare(node)
            case nodes.Member(value=nodes.Field() as field, options=nodes.Const(value=tuple() as options)):
                if field.type.kind == "text" or field.type.kind in NUMERIC:
                    return self._member(field, frozenset(options), node), False
        return self._lazy(node), False

    def _compare(self, node: nodes.Compare) -> tuple[int, bool]:
        op, left, right = node.op, node.left, node.right
        if isinstance(left, nodes.Const):
            op, left, right = _MIRROR[op], right, left
        test, turned = _TESTS[op]
        kind = left.type.kind
        if isinstance(left, nodes.Field) and isinstance(right, nodes.Const):
            if kind in NUMERIC and isinstance(right.value, int | float) and abs(right.value) < EXACT:
                at, new = self._leaf((test, left.path, float(right.value)), node)
                if new:
                    self._limits[self.fields[left]][test].append((float(right.value), at))
                return at, turned
            if kind == "text" and test == "==":
                return self._member(left, frozenset({right.value}), node), turned
        if kind in NUMERIC and _is_vector(left) and _is_vector(right):
            # The leaf is the test itself, so that it can also be computed event by event.
            at, new = self._leaf((test, left, right), nodes.Compare(node.type, test, left, right))
            if new:
                self._ranges.append((test, left, right, at))
            return at, turned
        return self._lazy(node), False

    def _member(self, field: nodes.Field, options: frozenset[Any], node: Node) -> int:
        at, new = self._leaf(("in", field.path, options), node)
        if new:
            self._members[self.fields[field]].append((options, at))
        return at

    def _lazy(self, node: Node) -> int:
        at, new = self._leaf(node, node)
        if new:
            self.lazy[at] = node
            scans = gate(node)
            if scans is not None:
                places = {self.fields[scan.field] for scan in scans}
                # A count has no leaf of its own: what the matcher says of it is kept under a leaf that no rule reads.
                self.gates[at] = (tuple(self._gate(scan) for scan in scans), tuple(sorted(places)))
        return at

    def _gate(self, scan: nodes.Scan) -> int:
        at, new = self._leaf(scan, scan)
        if new:
            self._matched[self._scans[scan]] = at
            self._matched_in.append((self.fields[scan.field], at))
        return at

    def places(self) -> set[Place]:
        """Fields whose columns are needed before any event is looked at by itself."""
        found = {*self._limits, *self._members}
        found |= {place for place, _ in (*self._truths, *self._absent, *self._matched_in)}
        for _, left, right, _ in self._ranges:
            found |= {self.fields[part] for side in (left, right) for part in nodes.walk(side) if part in self.fields}  # type: ignore[index]
        return found

    def answer(
        self, columns: Mapping[Place, Column], hits: Mapping[int, int], size: int
    ) -> tuple[list[int], list[int], list[int]]:
        """Masks of every leaf but the lazy ones: where it is true, false, unknown; elsewhere it is missing.

        `hits`: for each of the matcher's numbers that held anywhere, the mask of events.
        """
        full = (1 << size) - 1
        true = [0] * len(self.named)
        false, unknown = true.copy(), true.copy()
        there = {place: full & ~(column.missing | column.unknown) for place, column in columns.items()}

        def put(place: Place, at: int, held: int) -> None:
            present = there[place]
            true[at] = held = held & present
            false[at] = present ^ held
            unknown[at] = columns[place].unknown

        for place, at in self._truths:
            put(place, at, mask(np.array([value is True for value in columns[place].values], dtype=np.bool_)))
        for place, at in self._absent:
            column = columns[place]
            true[at], unknown[at] = column.missing, column.unknown
            false[at] = there[place]
        for number, held in hits.items():
            at = self._matched.get(number, -1)
            if at >= 0:
                true[at] = held
        for place, at in self._matched_in:
            put(place, at, true[at])
        for place, tests in self._limits.items():
            self._limit(columns[place], place, tests, put)
        for place, members in self._members.items():
            self._match_members(columns[place], place, members, put)
        for test, left, right, at in self._ranges:
            sides = _vector(left, columns, self.fields), _vector(right, columns, self.fields)
            true[at], false[at], unknown[at] = _range(test, *sides, full)
        return true, false, unknown

    def _limit(
        self,
        column: Column,
        place: Place,
        tests: Mapping[str, list[tuple[float, int]]],
        put: Callable[[Place, int, int], None],
    ) -> None:
        numbers = column.numbers()
        for test, limits in tests.items():
            if numbers is None:
                compare = _PLAIN[test]
                for limit, at in limits:
                    bits = [value.__class__ in _REAL and compare(value, limit) for value in column.values]
                    put(place, at, mask(np.array(bits, dtype=np.bool_)))
                continue
            constants = np.array([limit for limit, _ in limits], dtype=np.float64)
            for (_, at), held in zip(limits, masks(_COMPARE[test](numbers[None, :], constants[:, None])), strict=True):
                put(place, at, held)

    def _match_members(
        self,
        column: Column,
        place: Place,
        members: Sequence[tuple[frozenset[Any], int]],
        put: Callable[[Place, int, int], None],
    ) -> None:
        if self._codes is None:
            self._codes = {}
        known = self._codes.get(place)
        if known is None:
            small = [(options, at) for options, at in members if len(options) <= MOST_CODES]
            codes: dict[Any, int] = {}
            for options, _ in small:
                for value in options:
                    codes.setdefault(value, len(codes) + 1)
            table = np.zeros((len(small), len(codes) + 1), dtype=np.bool_)
            for row, (options, _) in enumerate(small):
                table[row, [codes[value] for value in options]] = True
            known = self._codes[place] = (codes, table, [at for _, at in small])
        codes, table, leaves = known
        if leaves:
            get = codes.get
            seen = np.array([get(value, 0) for value in column.values], dtype=np.intp)
            for at, held in zip(leaves, masks(table[:, seen]), strict=True):
                put(place, at, held)
        for options, at in members:
            if len(options) > MOST_CODES:
                put(place, at, mask(np.array([value in options for value in column.values], dtype=np.bool_)))

    def inexact(self, true: Sequence[int]) -> list[tuple[int, Node]]:
        """Comparisons that this batch could not answer as vectors, as conditions to be computed event by event."""
        return [(at, self.named[at]) for _, _, _, at in self._ranges if true[at] < 0]


def _range(test: str, left: Vector | None, right: Vector | None, full: int) -> tuple[int, int, int]:
    """One comparison of two numeric expressions; -1 where they are not exact as vectors."""
    if left is None or right is None:
        return -1, 0, 0
    unclear = left[2] | right[2]
    present = full & ~(left[1] | right[1] | unclear)
    held = mask(np.broadcast_to(_COMPARE[test](left[0], right[0]), (full.bit_length(),))) & present
    return held, present ^ held, unclear


def _less(left: Any, right: float) -> bool:
    return bool(left < right)


_REAL = frozenset({int, float})
_PLAIN: dict[str, Callable[[Any, float], bool]] = {
    "<": _less,
    "<=": lambda left, right: bool(left <= right),
    "==": lambda left, right: bool(left == right),
}


def _is_vector(node: Node) -> bool:
    """Numbers all through: fields, constants, defaults, and arithmetic that cannot fail."""
    if node.type.kind not in NUMERIC:
        return False
    match node:
        case nodes.Const(value=int() | float() as value):
            return abs(value) < EXACT
        case nodes.Field():
            return True
        case nodes.Default(value=value, fallback=fallback):
            return _is_vector(value) and _is_vector(fallback)
        case nodes.Arith(op=op, left=left, right=right):
            return op in {"+", "-", "*"} and _is_vector(left) and _is_vector(right)
    return False


def _vector(node: Node, columns: Mapping[Place, Column], fields: Mapping[nodes.Field, Place]) -> Vector | None:
    """Values, missing and unknown masks; nothing when the numbers are not exact as floating point."""
    match node:
        case nodes.Const(value=value):
            return np.array([value], dtype=np.float64), 0, 0
        case nodes.Field():
            column = columns[fields[node]]
            numbers = column.numbers()
            return None if numbers is None else (numbers, column.missing, column.unknown)
        case nodes.Default(value=inner, fallback=fallback):
            first, second = _vector(inner, columns, fields), _vector(fallback, columns, fields)
            if first is None or second is None:
                return None
            size = max(len(first[0]), len(second[0]))
            gaps = np.unpackbits(
                np.frombuffer(first[1].to_bytes((size + 7) // 8, "little"), np.uint8), bitorder="little", count=size
            )
            return np.where(gaps, second[0], first[0]), first[1] & second[1], first[2] | (first[1] & second[2])
        case nodes.Arith(op=op, left=left, right=right):
            first, second = _vector(left, columns, fields), _vector(right, columns, fields)
            if first is None or second is None:
                return None
            made: Floats = {"+": np.add, "-": np.subtract, "*": np.multiply}[op](first[0], second[0])
            # Whole numbers stay exact in the language, whatever their size; here only below this.
            if len(made) and not float(np.abs(made).max()) < EXACT:
                return None
            unclear = first[2] | second[2]
            return made, (first[1] | second[1]) & ~unclear, unclear
    return None
