"""One event at a time: rules whose fields are all there, as plain Python conditions that stop at the first answer.

Only for rules made of fields, constants and what the matcher saw. A rule that names an absent field, calls a function
or asks a lookup is computed by its full condition instead (`emitting`), which knows Kleene's logic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import nodes
from .nodes import Node

# Signature: fields, predicates that hold (number → count); gives the numbers of the rules that are true.
Quick = Callable[[Sequence[Any], Mapping[int, int]], list[int]]
CHUNK = 200
# What stands for an absent value, so that comparisons run; the answer is thrown away.
STANDS_IN: dict[str, Any] = {"text": "", "bool": False, "list": (), "record": {}, "money": (0, "")}


def simple(node: Node) -> bool:
    """Whether the condition can be one plain expression."""
    match node:
        case nodes.Field(type=kind):
            return kind.kind != "record"
        case nodes.Const() | nodes.Has() | nodes.Near() | nodes.Pattern() | nodes.Count():
            return True
        case nodes.Compare(left=left):
            return left.type.kind != "money" and all(map(simple, node.children))
        case nodes.And() | nodes.Or() | nodes.Not() | nodes.Member() | nodes.Default():
            return all(map(simple, node.children))
        case nodes.IsMissing(value=nodes.Field(type=kind)):
            return kind.kind != "record"
    return False


def quick(
    trees: Mapping[int, Node], fields: Mapping[nodes.Field, int], numbers: Mapping[nodes.Scan, int]
) -> list[Quick]:
    """Functions that judge these rules (by their number)."""
    entries = list(trees.items())
    return [_function(entries[at : at + CHUNK], fields, numbers) for at in range(0, len(entries), CHUNK)]


def _function(
    trees: Sequence[tuple[int, Node]], fields: Mapping[nodes.Field, int], numbers: Mapping[nodes.Scan, int]
) -> Quick:
    space: dict[str, Any] = {"__builtins__": {}}
    used: dict[int, None] = {}

    def constant(value: object) -> str:
        name = f"k{len(space)}"
        space[name] = value
        return name

    def operand(node: Node) -> str:
        said = expression(node)
        return said if isinstance(node, nodes.Field | nodes.Const | nodes.Count) else f"({said})"

    def expression(node: Node) -> str:
        match node:
            case nodes.Const(value=bool() | int() | float() as value):
                return repr(value) if abs(value) < 1e300 else constant(value)
            case nodes.Const(value=value):
                return constant(value)
            case nodes.Field():
                used[fields[node]] = None
                return f"f{fields[node]}"
            case nodes.Count():
                return f"p.get({numbers[node]}, 0)"
            case nodes.Scan():
                return f"{numbers[node]} in p"
            case nodes.IsMissing():
                return "False"
            case nodes.Default(value=value):
                return expression(value)
            case nodes.Not(value=value):
                return f"not ({expression(value)})"
            case nodes.And(parts=parts):
                return " and ".join(f"({expression(part)})" for part in sorted(parts, key=_weight))
            case nodes.Or(parts=parts):
                return " or ".join(f"({expression(part)})" for part in sorted(parts, key=_weight))
            case nodes.Member(value=value, options=nodes.Const(value=tuple() as options)):
                return f"{operand(value)} in {constant(frozenset(options))}"
            case nodes.Member(value=value, options=options):
                return f"{operand(value)} in {operand(options)}"
            case nodes.Compare(op=op, left=left, right=right):
                return f"{operand(left)} {op} {operand(right)}"
        raise TypeError(type(node).__name__)

    tests = [f"if {expression(tree)}: hit({at})" for at, tree in trees]
    lines = ["out = []", "hit = out.append", *(f"f{place} = f[{place}]" for place in used), *tests, "return out"]
    body = "\n".join(f"    {line}" for line in lines)
    exec(compile(f"def quick(f, p):\n{body}\n", "<quick>", "exec"), space)  # noqa: S102 (constants are bound, not written)
    made: Quick = space["quick"]
    return made


def _weight(node: Node) -> int:
    """Small conditions first; Python keeps the order of equals."""
    return sum(1 for _ in nodes.walk(node))
