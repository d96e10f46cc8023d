"""Calls: text predicates, entities, units, lookups and plain functions. Checks names, arguments and types."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from . import nodes
from .asking import ask
from .binding import constant_text, take, text_field
from .entities import ENTITIES
from .folding import fold_phrase
from .functions import FUNCTIONS, Function
from .nodes import Lexicon, Node
from .patterns import regex_problem
from .problems import nearest
from .signals import DECLARABLE
from .then import UNITS
from .values import BOOL, COUNT, DURATION, MONEY, NUMBER, TIME, list_of
from .written import written

if TYPE_CHECKING:
    from .checking import Checker, Vocabulary

MAX_WITHIN, MAX_PHRASE = 50, 200
CURRENCY = re.compile(r"[A-Z]{3}")


def known_functions(vocabulary: Vocabulary) -> set[str]:
    return {*SPECIAL, *FUNCTIONS, *vocabulary.signals}


def call(checker: Checker, tree: ast.Call) -> Node:
    if not isinstance(tree.func, ast.Name):
        raise checker.refuse(tree.func, "only functions of the language can be called")
    name = tree.func.id
    for word in tree.keywords:
        if word.arg is None:
            raise checker.refuse(word.value, "** is not part of the language")
    if name in checker.vocabulary.signals:
        return ask(checker, tree, checker.vocabulary.signals[name])
    if name in SPECIAL:
        return SPECIAL[name](checker, tree)
    if name in FUNCTIONS:
        return _plain(checker, tree, FUNCTIONS[name])
    if name.startswith("_"):
        raise checker.refuse(tree.func, "names do not start with an underscore")
    if name in DECLARABLE:
        said = f"no signal named {name} is declared: add engine.{name.upper()} to signals= where the plan is compiled"
        raise checker.refuse(tree.func, said)
    near = nearest(name, known_functions(checker.vocabulary))
    raise checker.refuse(tree.func, f"no function named {name}", near)


# Phrases


def _lexicon(checker: Checker, tree: ast.expr, *, several: bool = True) -> Lexicon:
    """Phrases to look for: one text in quotes, a list of such, or a named list."""
    node = checker.value(tree)
    if (
        not isinstance(node, nodes.Const)
        or node.type.kind not in {"text", "list"}
        or node.type.item not in {"", "text"}
    ):
        wanted = 'text in quotes or a list, such as list("weapons")' if several else "text in quotes"
        raise checker.refuse(tree, f"the phrase to look for must be {wanted}")
    if node.type.kind == "list" and not several:
        raise checker.refuse(tree, "has looks for one phrase: use has_any for a list")
    phrases = node.value if isinstance(node.value, tuple) else (node.value,)
    named = _list_name(checker, tree) if isinstance(tree, ast.Call) else None
    if named is not None and named in checker.vocabulary.lexicons:
        return checker.vocabulary.lexicons[named]  # what is wrong in it was told where it was named first
    good: list[str] = []
    wrong: dict[str, list[str]] = {}
    for text in map(str, phrases):
        if len(text) > MAX_PHRASE:
            wrong.setdefault(f"longer than {MAX_PHRASE} characters", []).append(text)
        elif not fold_phrase(text):
            wrong.setdefault("without a letter or digit to look for", []).append(text)
        else:
            good.append(text)
    for why, entries in wrong.items():
        _blame(checker, tree, why, entries, named is not None)
    if named is not None:
        lexicon = checker.vocabulary.lexicons[named] = Lexicon(f"list({json.dumps(named)})", tuple(good))
        return lexicon
    return Lexicon(json.dumps(list(phrases), ensure_ascii=False) if len(phrases) > 8 else written(node), tuple(good))


def _blame(checker: Checker, tree: ast.expr, why: str, entries: list[str], named: bool) -> None:
    """In a rule it is an error; in a named list, which others keep, the entries are left out with a warning."""
    first = entries[0] if len(entries[0]) <= 40 else entries[0][:40] + "…"
    said = f"{json.dumps(first, ensure_ascii=False)} is {why}"
    if not named:
        raise checker.refuse(tree, said)
    more = len(entries) - 1
    also = f"; so are {more:,} more of its entries" if more > 1 else "; so is 1 more of its entries" if more else ""
    checker.warned.append(checker.refuse(tree, f"{said} and is left out{also}"))


def _list_name(checker: Checker, tree: ast.Call) -> str:
    """Of `list("weapons")`, or `list(name="weapons")`; the call was checked before."""
    (name,) = [*tree.args, *(word.value for word in tree.keywords)]
    return constant_text(checker, name, "the name of the list")


# Text


def _has(checker: Checker, tree: ast.Call) -> Node:
    given = take(checker, tree, "text, phrase")
    field = text_field(checker, given["text"], "has")
    return nodes.Has(BOOL, field, _lexicon(checker, given["phrase"], several=False))


def _has_any(checker: Checker, tree: ast.Call) -> Node:
    field, lexicon = _several(checker, tree)
    return nodes.Has(BOOL, field, lexicon)


def _count(checker: Checker, tree: ast.Call) -> Node:
    field, lexicon = _several(checker, tree)
    return nodes.Count(COUNT, field, lexicon)


def _several(checker: Checker, tree: ast.Call) -> tuple[nodes.Field, Lexicon]:
    """A text and one or more phrases or lists, which count as one list."""
    first = ast.copy_location(ast.Call(tree.func, tree.args[:2], tree.keywords), tree)
    given = take(checker, first, "text, phrases")
    name = tree.func.id if isinstance(tree.func, ast.Name) else ""
    field = text_field(checker, given["text"], name)
    lexicons = [_lexicon(checker, argument) for argument in [given["phrases"], *tree.args[2:]]]
    if len(lexicons) == 1:
        return field, lexicons[0]
    phrases = tuple(phrase for lexicon in lexicons for phrase in lexicon.phrases)
    return field, Lexicon(", ".join(lexicon.key for lexicon in lexicons), phrases)


def _near(checker: Checker, tree: ast.Call) -> Node:
    given = take(checker, tree, "text, a, b", options=["within"])
    field = text_field(checker, given["text"], "near")
    within = 5
    if "within" in given:
        node = checker.value(given["within"])
        if (
            not isinstance(node, nodes.Const)
            or node.kind != "number"
            or not isinstance(node.value, int)
            or not 0 <= node.value <= MAX_WITHIN
        ):
            raise checker.refuse(given["within"], f"within is a whole number of words from 0 to {MAX_WITHIN}")
        within = node.value
    return nodes.Near(BOOL, field, _lexicon(checker, given["a"]), _lexicon(checker, given["b"]), within)


def _matches(checker: Checker, tree: ast.Call) -> Node:
    given = take(checker, tree, "text, pattern", options=["folded"])
    field = text_field(checker, given["text"], "matches")
    regex = constant_text(checker, given["pattern"], "the pattern")
    folded = False
    if "folded" in given:
        node = checker.value(given["folded"])
        if not isinstance(node, nodes.Const) or not isinstance(node.value, bool):
            raise checker.refuse(given["folded"], "folded is True or False")
        folded = node.value
    problem = regex_problem(regex)
    if problem:
        raise checker.refuse(given["pattern"], problem)
    return nodes.Pattern(BOOL, field, regex, folded)


def _edge(checker: Checker, tree: ast.Call) -> Node:
    name = tree.func.id if isinstance(tree.func, ast.Name) else ""
    given = take(checker, tree, "text, words")
    field = text_field(checker, given["text"], name)
    text = constant_text(checker, given["words"], "what it looks for")
    if not text:
        raise checker.refuse(given["words"], f"every text {name} with nothing")
    return nodes.Edge(BOOL, field, text, name == "ends")


def _entity(checker: Checker, tree: ast.Call) -> Node:
    name = tree.func.id if isinstance(tree.func, ast.Name) else ""
    given = take(checker, tree, "text")
    return nodes.Found(COUNT, text_field(checker, given["text"], name), name)


# Values


def _missing(checker: Checker, tree: ast.Call) -> Node:
    given = take(checker, tree, "value")
    node = checker.value(given["value"])
    if isinstance(node, nodes.Const):
        raise checker.refuse(given["value"], "a constant is never missing")
    return nodes.IsMissing(BOOL, node)


def _default(checker: Checker, tree: ast.Call) -> Node:
    given = take(checker, tree, "value, fallback")
    value, fallback = checker.value(given["value"]), checker.value(given["fallback"])
    if value.type.core != fallback.type.core or value.type.kind == "record":
        said = f"the default of {value.type} must be {value.type}, this is {fallback.type}"
        raise checker.refuse(given["fallback"], said)
    return nodes.Default(value.type.maybe(fallback.type.optional), value, fallback)


def _unit(checker: Checker, tree: ast.Call) -> Node:
    name = tree.func.id if isinstance(tree.func, ast.Name) else ""
    given = take(checker, tree, "number")
    node = checker.value(given["number"])
    if node.type.core[0] != "number":
        raise checker.refuse(given["number"], f"{name} needs a number, this is {node.type}")
    if isinstance(node, nodes.Const) and isinstance(node.value, int | float):
        return nodes.Const(DURATION, node.value * UNITS[name], "duration")
    return nodes.Arith(DURATION, "*", node, nodes.Const(NUMBER, UNITS[name], "number"))


def _money(checker: Checker, tree: ast.Call) -> Node:
    given = take(checker, tree, "amount, currency")
    amount, currency = checker.value(given["amount"]), checker.value(given["currency"])
    if amount.type.core[0] != "number":
        raise checker.refuse(given["amount"], f"money needs a number, this is {amount.type}")
    if currency.type.kind != "text":
        raise checker.refuse(given["currency"], f'the currency is text such as "USD", this is {currency.type}')
    if isinstance(currency, nodes.Const) and not CURRENCY.fullmatch(str(currency.value)):
        raise checker.refuse(given["currency"], 'a currency is three capitals, such as "USD"')
    if isinstance(amount, nodes.Const) and isinstance(currency, nodes.Const):
        return nodes.Const(MONEY, (amount.value, currency.value), "money")
    return nodes.Call(MONEY, "money", (amount, currency))


def _time(checker: Checker, tree: ast.Call) -> Node:
    given = take(checker, tree, "text")
    text = constant_text(checker, given["text"], "the time")
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise checker.refuse(given["text"], 'a time is written "2026-11-22" or "2026-11-22T09:00+07:00"') from None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return nodes.Const(TIME, when.timestamp(), "time")


def _list(checker: Checker, tree: ast.Call) -> Node:
    given = take(checker, tree, "name")
    name = constant_text(checker, given["name"], "the name of the list")
    if name not in checker.vocabulary.lists:
        raise checker.refuse(given["name"], f"no list named {name}", nearest(name, checker.vocabulary.lists))
    return nodes.Const(list_of("text"), tuple(checker.vocabulary.lists[name]), "list of text")


def _plain(checker: Checker, tree: ast.Call, function: Function) -> Node:
    if tree.keywords:
        raise checker.refuse(tree.keywords[0].value, f"{function.name} takes no named arguments")
    least = len(function.takes)
    if len(tree.args) < least or (len(tree.args) > least and not function.many):
        wanted = f"{least} argument{'s' if least > 1 else ''}"
        raise checker.refuse(tree, f"{function.name} takes {wanted}{' or more' if function.many else ''}")
    arguments = [checker.value(argument) for argument in tree.args]
    for at, node in enumerate(arguments):
        kinds = function.takes[min(at, least - 1)]
        if node.type.core[0] not in kinds:
            wanted = " or ".join({"number": "a number", "list": "a list"}.get(kind, kind) for kind in kinds)
            raise checker.refuse(tree.args[at], f"{function.name} needs {wanted}, this is {node.type}")
    return nodes.Call(function.gives, function.name, tuple(arguments))


SPECIAL: dict[str, Callable[[Checker, ast.Call], Node]] = {
    "has": _has,
    "has_any": _has_any,
    "count": _count,
    "near": _near,
    "matches": _matches,
    "starts": _edge,
    "ends": _edge,
    **dict.fromkeys(ENTITIES, _entity),
    "missing": _missing,
    "default": _default,
    **dict.fromkeys(UNITS, _unit),
    "money": _money,
    "time": _time,
    "list": _list,
}
