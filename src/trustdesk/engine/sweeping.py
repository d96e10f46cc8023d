"""All rules of a program over all events of a batch, as operations on masks.

Each rule becomes a few lines of Python over integers: T, F and U hold for each leaf the events for which it is true,
false and unknown (the rest is missing). Where nothing can be unknown two masks suffice. Kleene's logic on masks:

    and: true where all are, false where one is, unknown where one is and none is false
    or:  true where one is, false where all are, unknown where one is and none is true
    not: true and false change places

Lazy leaves come last in a conjunction, the cheapest first, and are asked only about events the others leave open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from . import nodes
from .leaves import Leaves
from .nodes import Node

# Signature: T, F, U, all events, lazy(leaf, events wanted) → masks true, false, unknown; gives masks per rule.
Sweep = Callable[[list[int], list[int], list[int], int, Callable[[int, int], tuple[int, int, int]]], list[Any]]
Order = Callable[[Node, bool], tuple[int, float]]
# Rules to a function: the compiler's time grows faster than a function.
CHUNK = 400


def sweep(trees: Sequence[Node], leaves: Leaves, order: Order, *, exact: bool) -> list[Sweep]:
    """Functions that give, rule by rule, the mask of events where it is true, or (true, unknown) where that can be.

    `exact`: fields may be unknown, so that every rule gives both. `order`: what lazy parts
    of a conjunction (or, where false, a disjunction) are sorted by.
    """
    return [_function(trees[at : at + CHUNK], leaves, order, exact) for at in range(0, len(trees), CHUNK)]


def asks(node: Node) -> bool:
    return any(isinstance(part, nodes.Ask) for part in nodes.walk(node))


def _function(trees: Sequence[Node], leaves: Leaves, order: Order, exact: bool) -> Sweep:
    writer = _Writer(leaves, order)
    writer.count([tree for tree in trees if not exact and not asks(tree)])
    results = []
    for tree in trees:
        if exact or asks(tree):
            true, _, unknown = writer.three(tree, "A")
            results.append(f"({true}, {unknown})")
        else:
            results.append(writer.true(tree, "A") if writer.is_lazy(tree) else writer.plain(tree, turned=False))
    body = "\n".join(f"    {line}" for line in [*writer.lines, f"return [{', '.join(results)}]"])
    space: dict[str, Any] = {"__builtins__": {}}
    exec(compile(f"def sweep(T, F, U, A, L):\n{body}\n", "<sweep>", "exec"), space)  # noqa: S102 (our own names and numbers)
    made: Sweep = space["sweep"]
    return made


class _Writer:
    def __init__(self, leaves: Leaves, order: Order) -> None:
        self.leaves, self.order = leaves, order
        self.lines: list[str] = []
        self._uses: Counter[tuple[Node, bool]] = Counter()
        self._named: dict[tuple[Node, bool], str] = {}
        self._three: dict[Node, tuple[str, str, str]] = {}
        self._lazy: dict[Node, bool] = {}
        self._next = 0

    def name(self, expression: str) -> str:
        self._next += 1
        self.lines.append(f"v{self._next} = {expression}")
        return f"v{self._next}"

    def is_lazy(self, node: Node) -> bool:
        known = self._lazy.get(node)
        if known is None:
            match node:
                case nodes.And() | nodes.Or() | nodes.Not():
                    known = any(self.is_lazy(part) for part in node.children)
                case nodes.Const():
                    known = False
                case _:
                    known = self.leaves.number(node)[0] in self.leaves.lazy
            self._lazy[node] = known
        return known

    def parts(self, node: Node) -> tuple[list[Node], list[Node]]:
        """Those answered already, and the lazy ones, cheapest first."""
        both = isinstance(node, nodes.And)
        ready = [part for part in node.children if not self.is_lazy(part)]
        lazy = [part for part in node.children if self.is_lazy(part)]
        return ready, sorted(lazy, key=lambda part: self.order(part, both))

    # Two masks, nothing lazy: one expression

    def count(self, trees: Sequence[Node]) -> None:
        """Find the subexpressions that several rules share; they are computed once."""
        rest = [(tree, False) for tree in trees]
        while rest:
            node, turned = rest.pop()
            if isinstance(node, nodes.Not):
                rest.append((node.value, not turned))
            elif isinstance(node, nodes.And | nodes.Or):
                self._uses[node, turned] += 1
                if self._uses[node, turned] == 1:
                    rest += [(part, turned) for part in node.children]

    def plain(self, node: Node, *, turned: bool) -> str:
        """Where the node is true; `turned`: where it is false."""
        match node:
            case nodes.Not(value=value):
                return self.plain(value, turned=not turned)
            case nodes.Const(value=value):
                return "A" if bool(value) is not turned else "0"
            case nodes.And() | nodes.Or():
                named = self._named.get((node, turned))
                if named is None:
                    sign = "&" if isinstance(node, nodes.And) is not turned else "|"
                    named = f"({sign.join(self.plain(part, turned=turned) for part in node.children)})"
                    if self._uses[node, turned] > 1:
                        named = self._named[node, turned] = self.name(named)
                return named
        at, also = self.leaves.number(node)
        return f"{'F' if turned is not also else 'T'}[{at}]"

    # Two masks, with lazy parts: events still open are handed on

    def true(self, node: Node, need: str) -> str:
        return self._side(node, need, turned=False)

    def _side(self, node: Node, need: str, *, turned: bool) -> str:
        if not self.is_lazy(node):
            return self.plain(node, turned=turned)
        match node:
            case nodes.Not(value=value):
                return self._side(value, need, turned=not turned)
            case nodes.And() | nodes.Or():
                ready, lazy = self.parts(node)
                told = [self.plain(part, turned=turned) for part in ready]
                if isinstance(node, nodes.And) is not turned:
                    open_ = self.name("&".join([need, *told]))
                    for part in lazy:
                        open_ = self.name(f"{open_}&{self._side(part, open_, turned=turned)}")
                    return open_
                found = self.name("|".join(told) if told else "0")
                for part in lazy:
                    rest = self.name(f"{need}&~{found}")
                    found = self.name(f"{found}|{self._side(part, rest, turned=turned)}")
                return found
        at, also = self.leaves.number(node)
        return f"L({at},{need})[{1 if turned is not also else 0}]"

    # Three masks

    def three(self, node: Node, need: str) -> tuple[str, str, str]:
        if node in self._three:
            return self._three[node]
        made = self._write_three(node, need)
        if not self.is_lazy(node):
            self._three[node] = made
        return made

    def _write_three(self, node: Node, need: str) -> tuple[str, str, str]:
        match node:
            case nodes.Not(value=value):
                true, false, unknown = self.three(value, need)
                return false, true, unknown
            case nodes.Const(value=value):
                return ("A", "0", "0") if value else ("0", "A", "0")
            case nodes.And() | nodes.Or():
                return self._join(node, need)
        at, turned = self.leaves.number(node)
        if at not in self.leaves.lazy:
            true, false = f"T[{at}]", f"F[{at}]"
            return (false, true, f"U[{at}]") if turned else (true, false, f"U[{at}]")
        found = self.name(f"L({at},{need})")
        return (
            (f"{found}[1]", f"{found}[0]", f"{found}[2]") if turned else (f"{found}[0]", f"{found}[1]", f"{found}[2]")
        )

    def _join(self, node: Node, need: str) -> tuple[str, str, str]:
        """`all_`: where every part is (and: true, or: false); `one`: where one part is the other."""
        both = isinstance(node, nodes.And)
        ready, lazy = self.parts(node)
        told = [self.three(part, need) for part in ready]
        every, single = (0, 1) if both else (1, 0)
        all_ = self.name("&".join(part[every] for part in told) if told else "A")
        one = self.name("|".join(part[single] for part in told) if told else "0")
        unclear = self.name("|".join(part[2] for part in told) if told else "0")
        for part in lazy:
            open_ = self.name(f"{need}&~{one}")
            more = self.three(part, open_)
            all_ = self.name(f"{all_}&{more[every]}")
            one = self.name(f"{one}|{more[single]}")
            unclear = self.name(f"{unclear}|{more[2]}")
        unclear = self.name(f"{unclear}&~{one}")
        return (all_, one, unclear) if both else (one, all_, unclear)
