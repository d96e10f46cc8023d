"""The checked tree as Python code: one function a condition, run for every event the rule applies to.

The source is made of our own names and numbers; texts and lists of the policy are bound as constants and never
become part of it. Values are True, False or one of the two absent values; a function cannot raise.

Signature: `rule(f, a, p, s, found)`: f = values of the fields, a = per text field False or why it is absent,
p = predicates that hold (number → count), s = answers, found = entities in a text, counted when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import nodes, runtime
from .nodes import Node
from .values import MISSING, UNKNOWN, Absent, worst

Condition = Callable[[list[Any], list[Any], Mapping[int, int], list[Any], Callable[[int], Any]], Any]


# What parts of a conjunction (True) or disjunction (False) are sorted by.
Order = Callable[[Node, bool], tuple[int, float]]


def in_classes(node: Node, _both: bool) -> tuple[int, float]:
    """By nothing but the dearest class of a part."""
    return nodes.COST_CLASSES.index(nodes.cost_of(node)), 0.0


class Layout:
    """Where each field, predicate, answer and entity stands for the conditions of one plan.

    `order`: conjunctions are computed cheapest first.
    """

    def __init__(self, numbers: Mapping[nodes.Scan, int], order: Order = in_classes) -> None:
        self.numbers, self.order = numbers, order
        self.fields: dict[nodes.Field, int] = {}
        self.asks: dict[nodes.Ask, int] = {}
        self.entities: dict[nodes.Found, int] = {}

    def add(self, tree: Node) -> None:
        for node in nodes.walk(tree):
            match node:
                case nodes.Field():
                    self.fields.setdefault(node, len(self.fields))
                case nodes.Ask():
                    self.asks.setdefault(node, len(self.asks))
                case nodes.Found():
                    self.entities.setdefault(node, len(self.entities))


def emit(tree: Node, layout: Layout) -> Condition:
    """The function that computes the tree."""
    writer = _Writer(layout)
    result = writer.value(tree)
    body = "\n".join([*writer.lines, f"    return {result}"])
    source = f"def condition(f, a, p, s, found):\n{body}\n"
    space: dict[str, Any] = {**_NAMES, **writer.constants, "__builtins__": {}}
    exec(compile(source, "<condition>", "exec"), space)  # noqa: S102 (our own text, see above)
    made: Condition = space["condition"]
    return made


_NAMES: dict[str, Any] = {
    "M": MISSING,
    "U": UNKNOWN,
    "X": Absent,
    "worst": worst,
    "arith": runtime.arithmetic,
    "compare_money": runtime.compare_money,
    "call": runtime.call,
}


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}
        self.depth = 1
        self.count = 0
        # What is already computed where we are; what is computed inside an `if` is not known after it.
        self.known: list[dict[Node, str]] = [{}]

    def value(self, node: Node) -> str:
        for scope in reversed(self.known):
            if node in scope:
                return scope[node]
        atom = self._write(node)
        self.known[-1][node] = atom
        return atom

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def name(self, expression: str) -> str:
        self.count += 1
        self.line(f"v{self.count} = {expression}")
        return f"v{self.count}"

    def constant(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def inner(self, test: str) -> None:
        self.line(f"if {test}:")
        self.depth += 1
        self.known.append({})

    def outer(self) -> None:
        self.depth -= 1
        self.known.pop()

    def _write(self, node: Node) -> str:
        layout = self.layout
        match node:
            case nodes.Const(value=value):
                return self.constant(value)
            case nodes.Field():
                return self.name(f"f[{layout.fields[node]}]")
            case nodes.Ask():
                return self.name(f"s[{layout.asks[node]}]")
            case nodes.Found():
                return self.name(f"found({layout.entities[node]})")
            case nodes.Count(field=field):
                at, number = layout.fields[field], layout.numbers[node]
                return self.name(f"p.get({number}, 0) if a[{at}] is False else f[{at}]")
            case nodes.Edge(field=field, text=text, at_end=at_end):
                verb, at = "endswith" if at_end else "startswith", layout.fields[field]
                return self.name(f"f[{at}].{verb}({self.constant(text)}) if a[{at}] is False else f[{at}]")
            case nodes.Scan(field=field):
                return self.name(f"{layout.numbers[node]} in p or a[{layout.fields[field]}]")
            case nodes.Not(value=inner):
                atom = self.value(inner)
                return self.name(f"False if {atom} is True else True if {atom} is False else {atom}")
            case nodes.And(parts=parts):
                return self._join(parts, "False", "True")
            case nodes.Or(parts=parts):
                return self._join(parts, "True", "False")
            case nodes.IsMissing(value=inner):
                atom = self.value(inner)
                return self.name(f"U if {atom} is U else {atom} is M")
            case nodes.Default(value=inner, fallback=fallback):
                result = self.name(self.value(inner))
                self.inner(f"{result} is M")
                self.line(f"{result} = {self.value(fallback)}")
                self.outer()
                return result
            case nodes.Compare(op=op, left=left, right=right):
                if left.type.kind == "money":
                    return self.name(f"compare_money({op!r}, {self.value(left)}, {self.value(right)})")
                return self._guarded(f"{{}} {op} {{}}", left, right)
            case nodes.Member(value=inner, options=options):
                if isinstance(options, nodes.Const) and isinstance(options.value, tuple):
                    entries = self.constant(frozenset(options.value))
                    atom = self.value(inner)
                    return self.name(f"{atom} in {entries} if {atom}.__class__ is not X else {atom}")
                return self._guarded("{} in {}", inner, options)
            case nodes.Arith(op=op, left=left, right=right):
                return self.name(f"arith({op!r}, {self.value(left)}, {self.value(right)})")
            case nodes.Call(function=function, arguments=arguments):
                atoms = ", ".join(self.value(argument) for argument in arguments)
                return self.name(f"call({function!r}, {atoms})")
        raise TypeError(type(node).__name__)

    def _guarded(self, shape: str, left: Node, right: Node) -> str:
        atoms = self.value(left), self.value(right)
        doubtful = [atom for atom, node in zip(atoms, (left, right), strict=True) if not isinstance(node, nodes.Const)]
        test = " and ".join(f"{atom}.__class__ is not X" for atom in dict.fromkeys(doubtful))
        if not test:
            return self.name(shape.format(*atoms))
        return self.name(f"{shape.format(*atoms)} if {test} else worst({', '.join(atoms)})")

    def _join(self, parts: tuple[Node, ...], ends: str, goes_on: str) -> str:
        """Kleene's `and` (ends at False) and `or` (ends at True); the absent values are carried along."""
        parts = tuple(sorted(parts, key=lambda part: self.layout.order(part, ends == "False")))
        result = self.name(self.value(parts[0]))
        for part in parts[1:]:
            self.inner(f"{result} is not {ends}")
            atom = self.value(part)
            self.line(
                f"{result} = {atom} if {result} is {goes_on} or {atom} is {ends} "
                f"else {result} if {atom} is {goes_on} else worst({result}, {atom})"
            )
            self.outer()
        return result
