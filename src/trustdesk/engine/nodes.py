"""The checked tree. Nodes compare by content, so that equal subexpressions are found and computed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .values import Type

# Dearer from left to right; the planner evaluates the cheaper first.
COST_CLASSES = ("payload", "scan", "lookup", "model", "media", "remote")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases to look for. Equal by `key`, so that a list of ten thousand is not compared entry by entry."""

    key: str
    phrases: tuple[str, ...] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Node:
    type: Type = field(compare=False)

    @property
    def children(self) -> tuple[Node, ...]:
        return ()

    @property
    def cost(self) -> str:
        return "payload"


@dataclass(frozen=True, slots=True)
class Const(Node):
    # Values of lists are tuples. `kind` keeps True and 1 apart.
    value: object
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Field(Node):
    path: str


@dataclass(frozen=True, slots=True)
class IsMissing(Node):
    value: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.value,)


@dataclass(frozen=True, slots=True)
class Default(Node):
    """`value`, or `fallback` where it is missing. Unknown stays unknown."""

    value: Node
    fallback: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.value, self.fallback)


@dataclass(frozen=True, slots=True)
class Not(Node):
    value: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.value,)


@dataclass(frozen=True, slots=True)
class And(Node):
    parts: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.parts


@dataclass(frozen=True, slots=True)
class Or(Node):
    parts: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.parts


@dataclass(frozen=True, slots=True)
class Compare(Node):
    op: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Member(Node):
    """`value in options`; options are a constant list or a list field."""

    value: Node
    options: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.value, self.options)


@dataclass(frozen=True, slots=True)
class Arith(Node):
    op: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A registered plain function; it sees no absent value, one absent argument makes the result absent."""

    function: str
    arguments: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True)
class Scan(Node):
    """A question about the text of one field."""

    field: Field

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.field,)

    @property
    def cost(self) -> str:
        return "scan"


@dataclass(frozen=True, slots=True)
class Has(Scan):
    lexicon: Lexicon


@dataclass(frozen=True, slots=True)
class Count(Scan):
    lexicon: Lexicon


@dataclass(frozen=True, slots=True)
class Near(Scan):
    """A phrase of `left` and one of `right` with at most `within` words between them, in either order."""

    left: Lexicon
    right: Lexicon
    within: int


@dataclass(frozen=True, slots=True)
class Pattern(Scan):
    regex: str
    folded: bool


@dataclass(frozen=True, slots=True)
class Edge(Scan):
    """The raw text starts (or ends) with `text`."""

    text: str
    at_end: bool

    @property
    def cost(self) -> str:
        return "payload"


@dataclass(frozen=True, slots=True)
class Found(Scan):
    """How many telephone numbers, addresses … the text holds."""

    entity: str


@dataclass(frozen=True, slots=True)
class Ask(Node):
    """A value the caller gives: a lookup or a signal. `key` names it within one event."""

    signal: str
    key: str
    arguments: tuple[tuple[str, Node], ...]
    klass: str = field(compare=False)

    @property
    def children(self) -> tuple[Node, ...]:
        return tuple(node for _, node in self.arguments)

    @property
    def cost(self) -> str:
        return self.klass


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order they are written."""
    yield node
    for child in node.children:
        yield from walk(child)


def cost_of(node: Node) -> str:
    """The dearest class anywhere in the expression."""
    return max((part.cost for part in walk(node)), key=COST_CLASSES.index)
