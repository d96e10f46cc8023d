"""The arguments of a call: bound to their names, with everything that does not fit refused at its place."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import nodes

if TYPE_CHECKING:
    from .checking import Checker


def take(checker: Checker, tree: ast.Call, shape: str, *, options: Iterable[str] = ()) -> dict[str, ast.expr]:
    """Bind the arguments to the names of `shape` ("text, phrase"); `options` may be given by name only."""
    name = tree.func.id if isinstance(tree.func, ast.Name) else ""
    names = shape.split(", ") if shape else []
    wanted = f"{name}({', '.join([*names, *(f'{option}=…' for option in options)])})"
    if len(tree.args) > len(names):
        raise checker.refuse(tree.args[len(names)], f"too many arguments: write {wanted}")
    given = dict(zip(names, tree.args, strict=False))
    for word in tree.keywords:
        if word.arg not in {*names, *options}:
            near = difflib.get_close_matches(str(word.arg), [*names, *options], 1)
            said = f"{name} has no argument {word.arg}"
            raise checker.refuse(word.value, said, near[0] if near else "")
        if word.arg in given:
            raise checker.refuse(word.value, f"argument {word.arg} is given twice")
        given[str(word.arg)] = word.value
    lacking = [each for each in names if each not in given]
    if lacking:
        raise checker.refuse(tree, f"{name} needs {lacking[0]}: write {wanted}")
    return given


def text_field(checker: Checker, tree: ast.expr, function: str) -> nodes.Field:
    node = checker.value(tree)
    if not isinstance(node, nodes.Field):
        raise checker.refuse(tree, f"{function} looks into one text field, such as item.text")
    if node.type.kind != "text":
        raise checker.refuse(tree, f"{function} looks into text, {node.path} is {node.type}")
    return node


def constant_text(checker: Checker, tree: ast.expr, what: str) -> str:
    node = checker.value(tree)
    if not isinstance(node, nodes.Const) or not isinstance(node.value, str):
        raise checker.refuse(tree, f"{what} must be text in quotes")
    return node.value
