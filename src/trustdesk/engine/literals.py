"""What a text must hold for a regular expression to match: found once per pattern, asked before it is run.

The pattern is read by Python's own parser. Where Python and RE2 read a pattern differently, or it is not understood, it
has no literals and is run on every text: literals only ever save work. They are compared with the casefolded text, so
that a pattern with (?i) and one without are treated alike (RE2 then has the last word).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from typing import Any

# The parser has no public name since Python 3.11; a Python without it costs speed, not truth.
try:
    _parser: Any = import_module("re._parser")
except ImportError:
    _parser = None

MOST_STRINGS, LONGEST, SHORTEST = 24, 40, 2
# Escapes that mean the same to both, and signs of what does not.
_ALIKE = re.compile(r"(?:[^\\]|\\[bBdDsSwWAnrtfv.\\/^$*+?{}()\[\]|\-#&~@!%,:;<>='\"` _])*", re.DOTALL)
_DIFFERENT = ("[[", "[:", "(?x", "(?P=", "(?L", "(?a", "(?u", "(?#", "(?(", "(?<", "(?>", "(?=", "(?!", "{,")
WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")

Strings = frozenset[str]


@dataclass(frozen=True, slots=True)
class Required:
    """`first`: the text holds one of these, casefolded; `others`: and one of each of these groups.

    `left`, `right`: a word border stands before or after it. `words`: the pattern is nothing but these texts (as they
    are written); then a literal found between its borders decides by itself in an ASCII text. `cased`: case matters.
    """

    first: Strings
    others: tuple[Strings, ...] = ()
    words: Strings | None = None
    left: bool = False
    right: bool = False
    cased: bool = True


@dataclass(slots=True)
class _Part:
    """A piece of a pattern: all texts it can be (`exact`, casefolded), or groups of which one text each must be there."""

    exact: Strings | None
    needs: list[Strings]


_EMPTY = frozenset({""})


class _Unreadable(Exception):
    pass


def required(regex: str) -> Required | None:
    """What a text must hold; nothing when that cannot be said."""
    if _parser is None or any(sign in regex for sign in _DIFFERENT) or not _ALIKE.fullmatch(regex):
        return None
    try:
        tree = _parser.parse(regex)
        groups = _flush(_sequence(tree))
    except (re.error, _Unreadable, OverflowError, RecursionError, Warning):
        return None
    groups = [group for group in groups if min(map(len, group)) >= SHORTEST]
    if not groups:
        return None
    groups.sort(key=lambda group: (-min(map(len, group)), len(group)))
    first, others = groups[0], tuple(groups[1:3])
    words, left, right = _words(list(tree))
    cased = not tree.state.flags & re.IGNORECASE
    if words is not None and frozenset(map(fold_case, words)) == first:
        return Required(first, (), words, left, right, cased)
    left, right = _borders(list(tree), first)
    return Required(first, others, None, left, right)


def fold_case(text: str) -> str:
    return text.lower() if text.isascii() else text.casefold()


def _sequence(items: Iterable[Any]) -> _Part:
    exact: Strings | None = _EMPTY
    needs: list[Strings] = []
    whole = True
    for op, value in items:
        part = _part(str(op), value)
        joined = _joined(exact, part.exact)
        if joined is not None:
            exact = joined
            continue
        whole = False
        if exact is not None:
            needs.append(exact)
        needs += part.needs
        exact = part.exact if part.exact is not None else _EMPTY
    if whole:
        return _Part(exact, needs)
    if exact is not None:
        needs.append(exact)
    return _Part(None, [group for group in needs if group and "" not in group])


def _flush(part: _Part) -> list[Strings]:
    return part.needs if part.exact is None else [part.exact] if "" not in part.exact else []


def _joined(before: Strings | None, after: Strings | None) -> Strings | None:
    if before is None or after is None or len(before) * len(after) > MOST_STRINGS:
        return None
    joined = frozenset(left + right for left, right in product(before, after))
    return joined if max(map(len, joined), default=0) <= LONGEST else None


def _part(op: str, value: Any) -> _Part:
    match op:
        case "LITERAL":
            return _Part(frozenset({chr(value).casefold()}), [])
        case "AT":
            return _Part(_EMPTY, [])
        case "IN":
            return _Part(_one_of(value), [])
        case "ANY" | "NOT_LITERAL" | "CATEGORY":
            return _Part(None, [])
        case "SUBPATTERN":
            return _sequence(value[3])
        case "BRANCH":
            parts = [_sequence(branch) for branch in value[1]]
            texts = [part.exact for part in parts if part.exact is not None]
            if len(texts) == len(parts) and sum(map(len, texts)) <= 4 * MOST_STRINGS:
                return _Part(frozenset().union(*texts), [])
            best = [max(_flush(part), key=lambda group: min(map(len, group)), default=None) for part in parts]
            known = [group for group in best if group is not None]
            return _Part(None, [frozenset().union(*known)] if len(known) == len(best) else [])
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, most, inner = value
            if least == 0:
                return _Part(None, [])
            part = _sequence(inner)
            if least == most == 1:
                return part
            return _Part(None, _flush(part))
    raise _Unreadable(op)


def _one_of(entries: Iterable[Any]) -> Strings | None:
    letters = set()
    for op, value in entries:
        if str(op) != "LITERAL":
            return None
        letters.add(chr(value).casefold())
    return frozenset(letters) if len(letters) <= 4 else None


def _words(items: list[Any]) -> tuple[Strings | None, bool, bool]:
    """The texts of a pattern that is nothing but texts between word borders, as they are written."""
    left = right = False
    while items and str(items[0][0]) == "AT" and str(items[0][1]) == "AT_BOUNDARY":
        left, items = True, items[1:]
    while items and str(items[-1][0]) == "AT" and str(items[-1][1]) == "AT_BOUNDARY":
        right, items = True, items[:-1]
    texts = _texts(items)
    if texts is None or not all(text and text.isascii() for text in texts):
        return None, False, False
    if any((left and text[0] not in WORD) or (right and text[-1] not in WORD) for text in texts):
        return None, False, False
    return texts, left, right


def _borders(items: list[Any], first: Strings) -> tuple[bool, bool]:
    """Whether a word border must stand before and after the literal, where the pattern begins with it."""
    at, left, written = 0, False, ""
    while at < len(items) and str(items[at][0]) == "AT" and str(items[at][1]) == "AT_BOUNDARY":
        at, left = at + 1, True
    while at < len(items) and str(items[at][0]) == "LITERAL":
        at, written = at + 1, written + chr(items[at][1])
    if not written.isascii() or frozenset({written.lower()}) != first:
        return False, False
    return left and written[0] in WORD, at < len(items) and _ends_word(*items[at]) and written[-1] in WORD


def _ends_word(op: Any, value: Any) -> bool:
    """Whether what comes next cannot be part of a word."""
    match str(op):
        case "AT":
            return str(value) == "AT_BOUNDARY"
        case "LITERAL":
            return value < 128 and chr(value) not in WORD
        case "IN":
            return [str(kind) for _, kind in value] == ["CATEGORY_SPACE"]
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, _, inner = value
            return least > 0 and len(inner) == 1 and _ends_word(*inner[0])
    return False


def _texts(items: Iterable[Any]) -> Strings | None:
    texts: Strings = _EMPTY
    for op, value in items:
        match str(op):
            case "LITERAL":
                part: Strings | None = frozenset({chr(value)})
            case "IN" if all(str(kind) == "LITERAL" for kind, _ in value):
                part = frozenset(chr(letter) for _, letter in value)
            case "SUBPATTERN" if not value[1] and not value[2]:
                part = _texts(value[3])
            case "BRANCH":
                parts = [_texts(branch) for branch in value[1]]
                known = [each for each in parts if each is not None]
                part = frozenset().union(*known) if len(known) == len(parts) else None
            case _:
                return None
        joined = None if part is None or len(part) > 4 * MOST_STRINGS else _product(texts, part)
        if joined is None:
            return None
        texts = joined
    return texts


def _product(before: Strings, after: Strings) -> Strings | None:
    if len(before) * len(after) > 4 * MOST_STRINGS:
        return None
    return frozenset(left + right for left, right in product(before, after))
