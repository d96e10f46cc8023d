"""Which rules an event can concern, told by the matcher's hits: the others are false without being evaluated.

A rule's gate is a set of predicates of which one must hold, or the condition is false. Most rules of a real policy
have one, so the work for an item follows what its words hit, not the number of rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from . import nodes
from .nodes import Node, Scan


def gate(tree: Node) -> frozenset[Scan] | None:
    """The predicates of which one must hold; nothing when the condition can be other than false without them."""
    match tree:
        case nodes.Has() | nodes.Near() | nodes.Pattern():
            return frozenset({tree})
        case nodes.Compare(op=op, left=nodes.Count() as count, right=nodes.Const(value=int() | float() as least)):
            above = (op == ">" and least >= 0) or (op in {">=", "=="} and least > 0)
            return frozenset({count}) if above else None
        case nodes.And(parts=parts):
            gates = [found for part in parts if (found := gate(part)) is not None]
            return min(gates, key=len, default=None)
        case nodes.Or(parts=parts):
            every = [gate(part) for part in parts]
            known = [found for found in every if found is not None]
            return frozenset().union(*known) if len(known) == len(every) else None
    return None


class Gates:
    """For the rules of one program: who is due, given what the matcher saw. `always`: rules without a gate."""

    def __init__(self, trees: Sequence[Node], numbers: Mapping[Scan, int], places: Mapping[nodes.Field, int]) -> None:
        self.always: list[int] = []
        self._by_number: dict[int, list[int]] = defaultdict(list)
        self._by_place: dict[int, list[int]] = defaultdict(list)
        for at, tree in enumerate(trees):
            scans = gate(tree)
            if scans is None:
                self.always.append(at)
                continue
            for scan in scans:
                self._by_number[numbers[scan]].append(at)
            # Where the text is missing or unknown the predicate is not false: such rules must be evaluated.
            for place in {places[scan.field] for scan in scans}:
                self._by_place[place].append(at)

    def due(self, fired: Iterable[int], absent: Iterable[int]) -> set[int]:
        """Rules with a gate that is open, given the predicates that hold and the texts that are absent."""
        found = {at for number in fired for at in self._by_number.get(number, ())}
        found.update(at for place in absent for at in self._by_place.get(place, ()))
        return found
