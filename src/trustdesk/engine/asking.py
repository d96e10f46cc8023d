"""Calls answered by the caller: lookups and declared signals become questions of the plan (`nodes.Ask`)."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

from . import nodes
from .binding import take
from .nodes import Node
from .problems import nearest
from .signals import Argument, Signal
from .values import TEXT
from .written import written

if TYPE_CHECKING:
    from .checking import Checker

TYPE_NAMES = {"number": "a number", "duration": "a duration", "list": "a list", "content": "text or a list"}


def ask(checker: Checker, tree: ast.Call, signal: Signal) -> Node:
    """The question; `key` is the call in canonical form, without the arguments that are implied."""
    shape = {argument.name: argument for argument in signal.arguments if not argument.implied}
    positional = [name for name, argument in shape.items() if not argument.keyword]
    options = [name for name, argument in shape.items() if argument.keyword]
    required = [name for name in positional if shape[name].required]
    given = take(checker, tree, ", ".join(required), options=[*(p for p in positional if p not in required), *options])
    lacking = [name for name in options if name not in given and shape[name].required]
    if lacking:
        raise checker.refuse(tree, f"{signal.name} needs {lacking[0]}=")
    if signal.one_of and sum(name in given for name in signal.one_of) != 1:
        wanted = " and ".join(f"{name}=" for name in signal.one_of)
        raise checker.refuse(tree, f"{signal.name} needs exactly one of {wanted}")
    bound = [(name, _argument(checker, given[name], signal, each)) for name, each in shape.items() if name in given]
    told = [f"{name}={written(node)}" if shape[name].keyword else written(node) for name, node in bound]
    bound += [(each.name, _implied(checker, each.implied)) for each in signal.arguments if each.implied]
    return nodes.Ask(signal.type, signal.name, f"{signal.name}({', '.join(told)})", tuple(bound), signal.cost)


def _implied(checker: Checker, path: str) -> Node:
    """The field's text, "" where there is none: that it is missing makes no question needless."""
    none = nodes.Const(TEXT, "", "text")
    kind = checker.vocabulary.fields.get(path)
    if kind is None or kind.kind != "text":
        return none
    return nodes.Default(TEXT, nodes.Field(kind, path), none)


def _argument(checker: Checker, tree: ast.expr, signal: Signal, argument: Argument) -> Node:
    node = checker.value(tree)
    kind, what = node.type.core[0], f"{argument.name} of {signal.name}"
    if any(isinstance(part, nodes.Ask | nodes.Scan) for part in nodes.walk(node)):
        raise checker.refuse(tree, f"{what} must be a field or a literal")
    match argument.type:
        case "name":
            if not isinstance(node, nodes.Const) or not isinstance(node.value, str):
                raise checker.refuse(tree, f"{what} must be text in quotes")
            if argument.choices and node.value not in argument.choices:
                said = f"{signal.name} knows no {argument.name} {json.dumps(node.value, ensure_ascii=False)}"
                raise checker.refuse(tree, said, nearest(node.value, argument.choices))
        case "share":
            inside = isinstance(node, nodes.Const) and node.kind == "number"
            if not inside or not 0 < float(str(node.value)) < 1:  # type: ignore[attr-defined]
                raise checker.refuse(tree, f"{what} is a number between 0 and 1")
        case "record":
            if kind not in {"record", "text"}:
                raise checker.refuse(tree, f"{what} must be a group of fields such as account, this is {node.type}")
        case wanted:
            if kind not in ({"text", "list"} if wanted == "content" else {wanted}):
                raise checker.refuse(tree, f"{what} must be {TYPE_NAMES.get(wanted, wanted)}, this is {node.type}")
    return node
