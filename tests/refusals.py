"""The sentences of refusals, read from the source: a refusal is raised in English and said in the reader's language.

What a refusal says is the first line of its class's docstring, the text that it is raised with, or a text for one field.
Only a text that stands in the source can be gathered and translated; one with a value in it goes through gettext where
it is made: `gettext("There is no queue “%(name)s”.") % {"name": name}`.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import trustdesk

PACKAGE = Path(trustdesk.__file__).parent
NOT_SHIPPED = {"tests", "migrations", "bench"}
# The command line speaks English, and so do the lines that it reads.
ENGLISH = ("config/", "screening/feeding.py", "screening/lines.py", "sample/")


@cache
def _modules() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(PACKAGE)): ast.parse(path.read_text())
        for path in sorted(PACKAGE.rglob("*.py"))
        if not NOT_SHIPPED & set(path.relative_to(PACKAGE).parts)
    }


def _name(of: ast.expr) -> str:
    return of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""


@cache
def _classes() -> dict[str, list[tuple[str, ast.ClassDef]]]:
    """Every class that is a Refusal, by its name, over as many steps as it takes."""
    made = [
        (where, node, {_name(base) for base in node.bases})
        for where, tree in _modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    found: dict[str, list[tuple[str, ast.ClassDef]]] = {}
    names, grown = {"Refusal"}, True
    while grown:
        grown = False
        for where, node, bases in made:
            if bases & names and (where, node) not in found.setdefault(node.name, []):
                found[node.name].append((where, node))
                names.add(node.name)
                grown = True
    return {name: kept for name, kept in found.items() if kept} | {"Refusal": [_base()]}


@cache
def _dicts() -> dict[str, list[ast.Dict]]:
    """The dictionaries of reasons that modules keep, by the name of the constant."""
    found: dict[str, list[ast.Dict]] = {}
    for tree in _modules().values():
        for node in tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if _name(target).isupper():
                        found.setdefault(_name(target), []).append(node.value)
    return found


def _texts(of: ast.expr) -> Iterator[ast.expr]:
    """What an expression may come to: constants, f-strings and names."""
    if isinstance(of, ast.IfExp):
        yield from _texts(of.body)
        yield from _texts(of.orelse)
    elif isinstance(of, (ast.BoolOp, ast.Dict)):
        for value in of.values:
            yield from _texts(value)
    elif isinstance(of, ast.DictComp):
        yield from _texts(of.value)
    elif isinstance(of, ast.BinOp) and isinstance(of.op, ast.BitOr):
        yield from _texts(of.left)
        yield from _texts(of.right)
    elif isinstance(of, ast.Call) and _name(of.func) == "fromkeys" and len(of.args) > 1:
        yield from _texts(of.args[1])
    elif isinstance(of, ast.Call) and isinstance(of.func, ast.Attribute) and of.func.attr == "get":
        for one in (of.func.value, *of.args[1:]):
            yield from _texts(one)
    elif isinstance(of, ast.Subscript):
        yield from _texts(of.value)
    elif _name(of).isupper():
        for kept in _dicts().get(_name(of), ()):
            yield from _texts(kept)
    else:
        yield of


def _kept_under(name: str, scope: ast.AST) -> Iterator[ast.expr]:
    """What is put into a variable, or into a place of it, inside a function."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if _name(target.value if isinstance(target, ast.Subscript) else target) == name:
                    yield from _texts(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _name(node.func.value) == name:
            if node.func.attr == "setdefault" and len(node.args) > 1:
                yield from _texts(node.args[1])
            elif node.func.attr == "update" and node.args:
                yield from _texts(node.args[0])


def _outermost(of: ast.AST) -> Iterator[ast.AST]:
    """The functions of a module, without those inside of others."""
    for node in ast.iter_child_nodes(of):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        else:
            yield from _outermost(node)


@cache
def _given() -> list[tuple[str, ast.expr]]:
    """Every text that a refusal is made with, and what the variables hold that are given for one, with its module."""
    kinds = set(_classes())
    found: list[tuple[str, ast.expr]] = []
    for where, tree in _modules().items():
        if where.startswith(ENGLISH):
            continue
        for scope in _outermost(tree):
            for call in ast.walk(scope):
                if not isinstance(call, ast.Call) or _name(call.func) not in kinds:
                    continue
                given = [*call.args[:1], *(key.value for key in call.keywords if key.arg in {"fields", "message"})]
                for text in [each for expression in given for each in _texts(expression)]:
                    found.append((where, text))
                    if isinstance(text, ast.Name):
                        found += [(where, kept) for kept in _kept_under(text.id, scope)]
    return found


@cache
def sentences() -> dict[str, str]:
    """What refusals say, each with a module that says it."""
    found: dict[str, str] = {}
    for where, node in [each for kept in _classes().values() for each in kept]:
        said = ast.get_docstring(node)
        if said and not where.startswith(ENGLISH):
            found.setdefault(said.strip().splitlines()[0], where)
    for where, text in _given():
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and " " in text.value.strip():
            found.setdefault(text.value, where)
    return found


def _base() -> tuple[str, ast.ClassDef]:
    where = "kernel/base/refusal.py"
    return where, next(
        node for node in _modules()[where].body if isinstance(node, ast.ClassDef) and node.name == "Refusal"
    )


def untranslatable() -> list[str]:
    """Where a refusal is made with a text that nobody can translate: an f-string."""
    return sorted({f"{where}:{text.lineno}" for where, text in _given() if isinstance(text, ast.JoinedStr)})
