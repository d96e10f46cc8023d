"""From Python's syntax tree to the checked tree: every name known, every type right, every problem reported.

What passes here cannot raise when it runs. Operators are here, calls in `calls`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import nodes
from .nodes import Node
from .problems import nearest
from .signals import Signal
from .syntax import Refused, parse, position
from .values import BOOL, DURATION, MONEY, NUMBER, RECORD, TEXT, TIME, Type, list_of

MAX_NUMBER = 1e15
COMPARISONS: dict[type, str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
ORDERED = {"number", "duration", "time", "money"}
OPERATORS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
ARITHMETIC = {
    ("number", "+", "number"): NUMBER,
    ("number", "-", "number"): NUMBER,
    ("number", "*", "number"): NUMBER,
    ("number", "/", "number"): NUMBER,
    ("duration", "+", "duration"): DURATION,
    ("duration", "-", "duration"): DURATION,
    ("duration", "*", "number"): DURATION,
    ("number", "*", "duration"): DURATION,
    ("duration", "/", "number"): DURATION,
    ("duration", "/", "duration"): NUMBER,
    ("time", "-", "time"): DURATION,
    ("time", "+", "duration"): TIME,
    ("time", "-", "duration"): TIME,
    ("duration", "+", "time"): TIME,
    ("money", "+", "money"): MONEY,
    ("money", "-", "money"): MONEY,
    ("money", "*", "number"): MONEY,
    ("number", "*", "money"): MONEY,
    ("money", "/", "number"): MONEY,
    ("money", "/", "money"): NUMBER,
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything a condition may name. `unclear`: fields that have no one type, with the reason."""

    fields: Mapping[str, Type]
    lists: Mapping[str, Sequence[str]]
    constants: Mapping[str, nodes.Const]
    signals: Mapping[str, Signal]
    unclear: Mapping[str, str] = field(default_factory=dict)
    # Named lists already looked through: thousands of rules may name one list of thousands of entries.
    lexicons: dict[str, nodes.Lexicon] = field(default_factory=dict, compare=False, repr=False)


@dataclass(slots=True)
class Checker:
    """Checks one condition; `refused` and `warned` fill up, one finding does not hide the next."""

    vocabulary: Vocabulary
    source: str
    refused: list[Refused] = field(default_factory=list)
    warned: list[Refused] = field(default_factory=list)
    doubts: list[tuple[ast.expr, Node]] = field(default_factory=list)

    def check(self) -> Node | None:
        """The tree, or nothing when something was refused."""
        try:
            node = self.condition(parse(self.source))
        except Refused as refusal:
            self.refused.append(refusal)
            return None
        if self.refused or node is None:
            return None
        asked = {part.value for part in nodes.walk(node) if isinstance(part, nodes.IsMissing)}
        for tree, doubt in self.doubts:
            missing = sorted({part.path for part in can_miss(doubt) if part not in asked})
            if missing:
                names = " or ".join(missing)
                hint = f"or missing({missing[0]})"
                said = f"this is neither true nor false where {names} is missing: add `{hint}` if it should fire then"
                self.warned.append(Refused(said, *self.at(tree)))
        return node

    # Findings

    def at(self, tree: ast.AST) -> tuple[int, int]:
        return position(tree, self.source)

    def refuse(self, tree: ast.AST, message: str, nearest_name: str = "") -> Refused:
        return Refused(message, *self.at(tree), nearest=nearest_name)

    def attempt(self, tree: ast.expr) -> Node | None:
        """A part whose refusal must not hide those of its neighbours."""
        try:
            return self.value(tree)
        except Refused as refusal:
            self.refused.append(refusal)
            return None

    # Expressions

    def condition(self, tree: ast.expr) -> Node | None:
        node = self.attempt(tree)
        return None if node is None else self.truth(node, tree)

    def truth(self, node: Node, tree: ast.expr) -> Node:
        if node.type.kind == "bool":
            return node
        if node.type.kind == "count":  # `phones(item.text)` alone means: at least one
            return nodes.Compare(BOOL, ">", node, number(0))
        hint = {
            "number": "compare it, for example with > 0",
            "text": 'compare it, for example with == "…", or use has(…)',
            "list": "use length(…) > 0",
        }.get(node.type.kind, "compare it")
        raise self.refuse(tree, f"a condition is true or false, this is {node.type}: {hint}")

    def value(self, tree: ast.expr) -> Node:
        match tree:
            case ast.Constant():
                return self.constant(tree)
            case ast.Name() | ast.Attribute():
                return self.name(tree)
            case ast.BoolOp():
                return self.both(tree)
            case ast.UnaryOp():
                return self.unary(tree)
            case ast.Compare():
                return self.compare(tree)
            case ast.BinOp():
                return self.arithmetic(tree)
            case ast.List():
                return self.listing(tree)
            case ast.Call():
                from .calls import call  # calls check their arguments with this class

                return call(self, tree)
        raise self.refuse(tree, f"{type(tree).__name__} is not part of the language")

    def constant(self, tree: ast.Constant) -> nodes.Const:
        match tree.value:
            case bool():
                return nodes.Const(BOOL, tree.value, "bool")
            case int() | float() if abs(tree.value) <= MAX_NUMBER:
                return number(tree.value)
            case int() | float():
                raise self.refuse(tree, "this number is too large")
            case str():
                return nodes.Const(TEXT, tree.value, "text")
            case None:
                raise self.refuse(tree, "None is not a value here: use missing(x)")
        raise self.refuse(tree, f"{tree.value!r} is not a value of the language")

    def dotted(self, tree: ast.expr) -> str:
        parts: list[str] = []
        part: ast.expr = tree
        while isinstance(part, ast.Attribute):
            parts.append(part.attr)
            part = part.value
        if not isinstance(part, ast.Name):
            raise self.refuse(tree, "only names have parts: write item.text, account.age")
        parts.append(part.id)
        if any(name.startswith("_") for name in parts):
            raise self.refuse(tree, "names do not start with an underscore")
        return ".".join(reversed(parts))

    def name(self, tree: ast.expr) -> Node:
        name = self.dotted(tree)
        vocabulary = self.vocabulary
        if name in vocabulary.fields:
            return nodes.Field(vocabulary.fields[name], name)
        if name in vocabulary.constants:
            return vocabulary.constants[name]
        if name in {"true", "false", "null", "none"}:
            right = {"true": "True", "false": "False"}.get(name, "missing(…)")
            raise self.refuse(tree, f"{name} is not a name here", right)
        from .calls import known_functions

        if name in known_functions(vocabulary):
            raise self.refuse(tree, f"{name} is a function: write {name}(…)")
        for end in range(1, name.count(".") + 2):
            above = ".".join(name.split(".")[:end])
            if above in vocabulary.unclear:
                raise self.refuse(tree, vocabulary.unclear[above])
        near = nearest(name, [*vocabulary.fields, *vocabulary.constants])
        raise self.refuse(tree, f"no field named {name}", near)

    def both(self, tree: ast.BoolOp) -> Node:
        checked = [(part, self.attempt(part)) for part in tree.values]
        parts = [(part, node) for part, node in checked if node is not None]
        if len(parts) < len(checked):
            for part, node in parts:
                if node.type.kind not in {"bool", "count"} and isinstance(tree.op, ast.And):
                    self.truth_or_note(node, part)
            return nodes.Const(BOOL, True, "bool")  # never runs: the refusal is noted
        first = parts[0][1].type
        truths = all(node.type.kind in {"bool", "count"} for _, node in parts)
        if isinstance(tree.op, ast.Or) and not truths and all(node.type.core == first.core for _, node in parts):
            if first.kind == "record":
                raise self.refuse(tree, "a group of fields has no default")
            node = parts[-1][1]
            for _, value in reversed(parts[:-1]):
                node = nodes.Default(first.maybe(node.type.optional), value, node)
            return node
        if isinstance(tree.op, ast.Or) and not truths and not any(node.type.kind == "bool" for _, node in parts[1:]):
            odd = next(((part, node) for part, node in parts if node.type.core != first.core), parts[0])
            raise self.refuse(odd[0], f"the default of {first} must be {first}, this is {odd[1].type}")
        joined = tuple(self.truth_or_note(node, part) for part, node in parts)
        kind = nodes.And if isinstance(tree.op, ast.And) else nodes.Or
        return kind(BOOL, joined)

    def truth_or_note(self, node: Node, tree: ast.expr) -> Node:
        try:
            return self.truth(node, tree)
        except Refused as refusal:
            self.refused.append(refusal)
            return nodes.Const(BOOL, True, "bool")

    def unary(self, tree: ast.UnaryOp) -> Node:
        node = self.value(tree.operand)
        if isinstance(tree.op, ast.Not):
            truth = self.truth(node, tree.operand)
            self.doubts.append((tree, truth))
            return nodes.Not(BOOL, truth)
        if node.type.core[0] not in {"number", "duration", "money"}:
            raise self.refuse(tree, f"a sign needs a number, this is {node.type}")
        if isinstance(tree.op, ast.UAdd):
            return node
        if isinstance(node, nodes.Const) and isinstance(node.value, int | float):
            return nodes.Const(node.type, -node.value, node.kind)
        return nodes.Arith(node.type if node.type.kind != "count" else NUMBER, "*", node, number(-1))

    def compare(self, tree: ast.Compare) -> Node:
        operands = [tree.left, *tree.comparators]
        values = [self.attempt(operand) for operand in operands]
        parts: list[Node] = []
        for at, op in enumerate(tree.ops):
            left, right = values[at], values[at + 1]
            if left is None or right is None:
                continue
            try:
                parts.append(self.pair(tree, op, (operands[at], left), (operands[at + 1], right)))
            except Refused as refusal:
                self.refused.append(refusal)
        if not parts:
            return nodes.Const(BOOL, True, "bool")
        return parts[0] if len(parts) == 1 else nodes.And(BOOL, tuple(parts))

    def pair(self, tree: ast.expr, op: ast.cmpop, first: tuple[ast.expr, Node], second: tuple[ast.expr, Node]) -> Node:
        """One link of a chain of comparisons."""
        (left_tree, left), (right_tree, right) = first, second
        if isinstance(op, ast.In | ast.NotIn):
            return self.member(tree, op, left, second)
        left, right = self.priced(left, right), self.priced(right, left)
        (kind, _), (other, _) = left.type.core, right.type.core
        sign = COMPARISONS[type(op)]
        if kind != other:
            hint = ": write days(3), hours(3) or minutes(3)" if {kind, other} == {"number", "duration"} else ""
            hint = ': write money(100, "USD")' if {kind, other} == {"number", "money"} else hint
            raise self.refuse(right_tree, f"{left.type} cannot be compared with {right.type}{hint}")
        if kind in {"list", "record"} or (sign not in {"==", "!="} and kind not in ORDERED):
            what = "used with" if kind in {"list", "record"} else "ordered with"
            raise self.refuse(left_tree, f"{left.type} cannot be {what} {sign}")
        for here, this, that in ((right_tree, right, left), (left_tree, left, right)):
            self.possible(here, this, that)
        node = nodes.Compare(BOOL, sign, left, right)
        if sign == "!=":
            self.doubts.append((tree, node))
        return node

    def priced(self, node: Node, other: Node) -> Node:
        """A number compared with money has the currency of the field `currency` beside it."""
        if other.type.kind != "money" or not isinstance(node, nodes.Field) or node.type.core[0] != "number":
            return node
        beside = f"{node.path.rpartition('.')[0]}.currency".lstrip(".")
        currency = self.vocabulary.fields.get(beside)
        if currency is None or currency.kind != "text":
            return node
        return nodes.Call(MONEY, "money", (node, nodes.Field(currency, beside)))

    def possible(self, tree: ast.expr, constant: Node, value: Node) -> None:
        """A text the field can never be is a slip of the pen."""
        if not value.type.choices or not isinstance(constant, nodes.Const):
            return
        entries = constant.value if isinstance(constant.value, tuple) else (constant.value,)
        trees = tree.elts if isinstance(tree, ast.List) else [tree] * len(entries)
        for entry, at in zip(entries, trees, strict=True):
            if entry not in value.type.choices:
                name = value.path if isinstance(value, nodes.Field) else "this"
                near = nearest(str(entry), value.type.choices)
                self.refused.append(self.refuse(at, f'{name} is never "{entry}"', f'"{near}"' if near else ""))

    def member(self, tree: ast.expr, op: ast.cmpop, left: Node, second: tuple[ast.expr, Node]) -> Node:
        right_tree, right = second
        if right.type.kind == "text":
            raise self.refuse(right_tree, "in looks into a list: to look into text use has(text, …)")
        if right.type.kind != "list":
            raise self.refuse(right_tree, f"in looks into a list, this is {right.type}")
        if right.type.item != left.type.core[0] and right.type.item != "any":
            raise self.refuse(right_tree, f"{left.type} cannot be looked for in {right.type}")
        self.possible(right_tree, right, left)
        node: Node = nodes.Member(BOOL, left, right)
        if isinstance(op, ast.NotIn):
            self.doubts.append((tree, node))
            node = nodes.Not(BOOL, node)
        return node

    def arithmetic(self, tree: ast.BinOp) -> Node:
        left, right = self.attempt(tree.left), self.attempt(tree.right)
        if left is None or right is None:
            raise self.refused.pop()
        op = OPERATORS[type(tree.op)]
        kind = ARITHMETIC.get((left.type.core[0], op, right.type.core[0]))
        if kind is None:
            raise self.refuse(tree, f"{left.type} {op} {right.type} has no meaning")
        return nodes.Arith(kind, op, left, right)

    def listing(self, tree: ast.List) -> nodes.Const:
        entries = [self.value(entry) for entry in tree.elts]
        if not entries:
            raise self.refuse(tree, "the list is empty")
        for entry, at in zip(entries, tree.elts, strict=True):
            if not isinstance(entry, nodes.Const) or entry.type.kind == "list":
                raise self.refuse(at, "a list holds literals only")
            if entry.type.core != entries[0].type.core:
                raise self.refuse(at, f"a list holds one kind of value: {entries[0].type}, not {entry.type}")
        values = tuple(entry.value for entry in entries if isinstance(entry, nodes.Const))
        return nodes.Const(list_of(entries[0].type.core[0]), values, f"list of {entries[0].type.kind}")


def number(value: float) -> nodes.Const:
    return nodes.Const(NUMBER, value, "number")


def can_miss(node: Node) -> set[nodes.Field]:
    """The optional fields whose absence makes the expression missing."""
    match node:
        case nodes.IsMissing():
            return set()
        case nodes.Default(fallback=fallback):
            return can_miss(fallback)
        case nodes.Field(type=kind):
            return {node} if kind.optional and kind != RECORD else set()
        case nodes.Ask():
            return set()
    return {part for child in node.children for part in can_miss(child)}
