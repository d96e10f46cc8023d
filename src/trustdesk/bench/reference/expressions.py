"""What an expression comes to for one event."""

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trustdesk.engine import MISSING, UNKNOWN, Signal
from trustdesk.engine.entities import ENTITIES
from trustdesk.engine.functions import FUNCTIONS

from .texts import apart, entity_spans, near_pairs, pattern_spans, places
from .values import UNITS, absent, arithmetic, constant, kind_of_sum, kind_of_value, typed, worst

# Functions with the names of their arguments; what is missing here takes its arguments as they come.
SHAPES = {
    "has": "text phrase",
    "has_any": "text",
    "count": "text",
    "near": "text a b within",
    "matches": "text pattern folded",
    "starts": "text words",
    "ends": "text words",
    "missing": "value",
    "default": "value fallback",
    "money": "amount currency",
    "time": "text",
    "list": "name",
    **dict.fromkeys(ENTITIES, "text"),
    **dict.fromkeys(UNITS, "number"),
}
COUNTS = {"count", *ENTITIES}
ABOUT_TEXT = {"has", "has_any", "near", "matches", "starts", "ends", *COUNTS}
SIGNS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
TRUTHS = {"has", "has_any", "near", "matches", "starts", "ends", "missing"}
REGIONS = ("item.market", "account.country")

Tree = ast.expr
Json = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What conditions may name. `kinds`: each dotted field with its type, as `values.kinds_of` reads it."""

    kinds: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]
    constants: Mapping[str, Any]
    signals: Mapping[str, Signal]


class Here:
    """The language, for one event: `value(tree)`, and `truth(tree)` for a condition."""

    def __init__(self, known: Known, event: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
        self.known, self.event, self.answers = known, event, answers
        self.kinds, self.constants, self.signals = known.kinds, known.constants, known.signals

    # Fields

    def raw(self, path: str) -> Any:
        value: Any = self.event
        for step in path.split("."):
            if value is UNKNOWN:
                return UNKNOWN
            value = value.get(step) if isinstance(value, Mapping) else None
        return MISSING if value is None else value

    def field(self, path: str) -> Any:
        value = self.raw(path)
        return value if absent(value) else typed(value, self.kinds[path])

    # What an expression is, needed where the language depends on it

    def kind(self, tree: Tree) -> str:
        match tree:
            case ast.Constant(value=value):
                return "bool" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
            case ast.Name() | ast.Attribute():
                path = ast.unparse(tree)
                return self.kinds[path] if path in self.kinds else kind_of_value(self.constants[path])
            case ast.List():
                return f"list of {self.kind(tree.elts[0])}"
            case ast.UnaryOp(op=ast.Not()) | ast.Compare():
                return "bool"
            case ast.UnaryOp(operand=inner):
                return self.kind(inner)
            case ast.BoolOp(values=parts):
                truths = all(self.kind(part) in {"bool", "count"} for part in parts)
                return "bool" if truths or isinstance(tree.op, ast.And) else self.kind(parts[0])
            case ast.BinOp(op=op, left=left, right=right):
                return kind_of_sum(op, self.kind(left), self.kind(right))
            case ast.Call(func=ast.Name(id=name)):
                if name in self.signals:
                    return self.signals[name].type.kind
                if name in TRUTHS:
                    return "bool"
                if name in COUNTS:
                    return "count"
                if name == "default":
                    return self.kind(self.arguments(tree)["value"])
                return {
                    "money": "money",
                    "time": "time",
                    "list": "list of text",
                    **dict.fromkeys(UNITS, "duration"),
                }.get(name, "number")
        raise TypeError(ast.dump(tree))

    def arguments(self, tree: ast.Call) -> dict[str, Tree]:
        """By name; those that have none here are called 0, 1, 2 …"""
        assert isinstance(tree.func, ast.Name)
        signal = self.signals.get(tree.func.id)
        written = [each for each in signal.arguments if not each.implied] if signal else []
        names = [each.name for each in written if not each.keyword] if signal else SHAPES.get(tree.func.id, "").split()
        given = dict(zip([*names, *map(str, range(len(tree.args)))], tree.args, strict=False))
        given |= {str(word.arg): word.value for word in tree.keywords}
        return {each.name: given[each.name] for each in written if each.name in given} if signal else given

    # What an expression comes to

    def truth(self, tree: Tree) -> Any:
        value = self.value(tree)
        return value if absent(value) or isinstance(value, bool) else value > 0

    def value(self, tree: Tree) -> Any:
        match tree:
            case ast.Constant(value=value):
                return value
            case ast.Name() | ast.Attribute():
                path = ast.unparse(tree)
                return self.field(path) if path in self.kinds else constant(self.constants[path])
            case ast.List():
                return [self.value(entry) for entry in tree.elts]
            case ast.UnaryOp(op=ast.Not()):
                value = self.truth(tree.operand)
                return value if absent(value) else not value
            case ast.UnaryOp(op=ast.USub()):
                return arithmetic(ast.Mult(), self.value(tree.operand), -1)
            case ast.UnaryOp():
                return self.value(tree.operand)
            case ast.BoolOp() if self.kind(tree) == "bool":
                values = [self.truth(part) for part in tree.values]
                decisive = isinstance(tree.op, ast.Or)
                if any(value is decisive for value in values):
                    return decisive
                return worst(*values) if any(map(absent, values)) else not decisive
            case ast.BoolOp():  # `x or y or z` of values: the first that is not missing
                values = [self.value(part) for part in tree.values]
                return next((value for value in values[:-1] if value is not MISSING), values[-1])
            case ast.Compare():
                links = [self.link(op, left, right) for op, left, right in pairs_of(tree)]
                if any(link is False for link in links):
                    return False
                return worst(*links) if any(map(absent, links)) else True
            case ast.BinOp():
                return arithmetic(tree.op, self.value(tree.left), self.value(tree.right))
            case ast.Call():
                return self.call(tree)
        raise TypeError(ast.dump(tree))

    def link(self, op: ast.cmpop, left_tree: Tree, right_tree: Tree) -> Any:
        left, right = self.priced(left_tree, right_tree), self.priced(right_tree, left_tree)
        if absent(left) or absent(right):
            return worst(left, right)
        if isinstance(left, tuple) and isinstance(right, tuple):
            if left[1] != right[1]:
                return MISSING  # two currencies: nobody gave the rate
            left, right = left[0], right[0]
        match op:
            case ast.Eq():
                return left == right
            case ast.NotEq():
                return left != right
            case ast.Lt():
                return left < right
            case ast.LtE():
                return left <= right
            case ast.Gt():
                return left > right
            case ast.GtE():
                return left >= right
            case ast.In():
                return left in right
        return left not in right

    def currency_beside(self, tree: Tree, other: Tree) -> str:
        """A number compared with money has the currency of the field `currency` beside it."""
        if not isinstance(tree, ast.Name | ast.Attribute) or self.kind(other) != "money":
            return ""
        path = ast.unparse(tree)
        beside = f"{path.rpartition('.')[0]}.currency".lstrip(".")
        return beside if self.kinds.get(path) == "number" and self.kinds.get(beside) == "text" else ""

    def priced(self, tree: Tree, other: Tree) -> Any:
        value, beside = self.value(tree), self.currency_beside(tree, other)
        if not beside:
            return value
        currency = self.field(beside)
        return worst(value, currency) if absent(value) or absent(currency) else (value, currency)

    # Calls

    def call(self, tree: ast.Call) -> Any:
        assert isinstance(tree.func, ast.Name)
        name, given = tree.func.id, self.arguments(tree)
        if name in self.signals:
            return self.answer(tree)
        if name == "list":
            return self.known.lists[self.value(given["name"])]
        values = {key: self.value(argument) for key, argument in given.items()}
        if name == "missing":
            return UNKNOWN if values["value"] is UNKNOWN else values["value"] is MISSING
        if name == "default":
            return values["fallback"] if values["value"] is MISSING else values["value"]
        if any(map(absent, values.values())):
            return worst(*values.values())
        if name in UNITS:
            return arithmetic(ast.Mult(), values["number"], UNITS[name])
        if name == "money":
            return (values["amount"], values["currency"])
        if name == "time":
            return typed(values["text"], "time")
        if name in ABOUT_TEXT:
            return self.about_text(name, values)
        result = FUNCTIONS[name].run(*values.values())
        return result if -1e300 < result < 1e300 else MISSING

    def about_text(self, name: str, values: Json) -> Any:
        text = values["text"]
        match name:
            case "has" | "has_any":
                return bool(places(text, phrases_of(values)))
            case "count":
                return len(apart(places(text, phrases_of(values))))
            case "near":
                return bool(near_pairs(text, values["a"], values["b"], values.get("within", 5)))
            case "matches":
                return pattern_spans(text, values["pattern"], folded=values.get("folded", False)) is not None
            case "starts":
                return text.startswith(values["words"])
            case "ends":
                return text.endswith(values["words"])
        return len(entity_spans(name, text, self.regions()))

    def regions(self) -> tuple[str, ...]:
        values = [self.field(path) for path in REGIONS if path in self.kinds]
        return tuple(dict.fromkeys(value.upper() for value in values if isinstance(value, str)))

    # Lookups and signals

    def implied(self, tree: ast.Call) -> list[str]:
        assert isinstance(tree.func, ast.Name)
        paths = [each.implied for each in self.signals[tree.func.id].arguments if each.implied]
        return [path for path in paths if self.kinds.get(path) == "text"]

    def answer(self, tree: ast.Call) -> Any:
        assert isinstance(tree.func, ast.Name)
        about = [self.value(argument) for argument in self.arguments(tree).values()]
        if any(map(absent, about)) or any(self.field(path) is UNKNOWN for path in self.implied(tree)):
            return worst(*about, *(self.field(path) for path in self.implied(tree)))
        value = self.answers.get(self.question(tree), UNKNOWN)
        if value is None or absent(value):
            return MISSING if value is None else value
        value = typed(value, self.signals[tree.func.id].type.kind)
        return UNKNOWN if value is MISSING else value

    def question(self, tree: Tree) -> str:
        """The canonical form of a question or an argument of one."""
        match tree:
            case ast.Call(func=ast.Name(id=name)) if name in UNITS:
                seconds = self.value(tree)
                unit = next((unit for unit in UNITS if seconds and seconds % UNITS[unit] == 0), "minutes")
                return f"{unit}({seconds / UNITS[unit]:g})"
            case ast.Call(func=ast.Name(id=name)):
                keyword = {each.name for each in self.signals[name].arguments if each.keyword}
                told = [(key, self.question(part)) for key, part in self.arguments(tree).items()]
                return f"{name}({', '.join(f'{key}={said}' if key in keyword else said for key, said in told)})"
            case ast.BoolOp(values=[*firsts, last]):
                value = self.question(last)
                for part in reversed(firsts):
                    value = f"default({self.question(part)}, {value})"
                return value
            case ast.Constant(value=value):
                return json.dumps(value) if isinstance(value, str) else repr(value)
            case ast.BinOp(left=left, right=right):
                sides = [
                    f"({self.question(side)})" if isinstance(side, ast.BinOp) else self.question(side)
                    for side in (left, right)
                ]
                return f" {SIGNS[type(tree.op)]} ".join(sides)
        return ast.unparse(tree)


def pairs_of(tree: ast.Compare) -> list[tuple[ast.cmpop, Tree, Tree]]:
    operands = [tree.left, *tree.comparators]
    return [(op, operands[at], operands[at + 1]) for at, op in enumerate(tree.ops)]


def phrases_of(values: Json) -> list[str]:
    """All phrases of `has(text, "…")`, `has_any(text, […], list("…"), …)`."""
    given = [value for key, value in values.items() if key != "text"]
    return [phrase for value in given for phrase in ([value] if isinstance(value, str) else value)]
