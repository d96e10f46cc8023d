"""Plain functions of the language: of one event's values only, cheap, without side effects.

Each runs on present values (the compiled condition handles absence); none may raise on any value of its types, and
each is linear in the length of its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .values import NUMBER, Type

_WORD = re.compile(r"\w+")
_RUN = re.compile(r"(\S)\1*")


@dataclass(frozen=True, slots=True)
class Function:
    """`takes`: for each argument the types it may have, as `Type.kind`. `many`: the last may be repeated."""

    name: str
    takes: tuple[tuple[str, ...], ...]
    gives: Type
    run: Callable[..., Any]
    doc: str
    many: bool = False


def length(value: str | Sequence[object]) -> int:
    return len(value)


def words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def upper_share(text: str) -> float:
    """Share of capitals among letters that have case; 0 for a text without such letters."""
    upper = sum(map(str.isupper, text))
    cased = upper + sum(map(str.islower, text))
    return upper / cased if cased else 0.0


def digit_share(text: str) -> float:
    """Share of digits among all marks that are not spaces; 0 for an empty text."""
    marks = len(text) - sum(map(str.isspace, text))
    return sum(map(str.isdigit, text)) / marks if marks else 0.0


def unique_share(text: str) -> float:
    """Different words per word, 1 when no word comes twice; 1 for a text without words."""
    found = _WORD.findall(text.casefold())
    return len(set(found)) / len(found) if found else 1.0


def longest_run(text: str) -> int:
    """Length of the longest run of one mark, as in !!!!!!; spaces do not count."""
    return max((match.end() - match.start() for match in _RUN.finditer(text)), default=0)


TEXTUAL, NUMERIC = ("text",), ("number",)
FUNCTIONS = {
    function.name: function
    for function in (
        Function("length", (("text", "list"),), NUMBER, length, "characters of a text, entries of a list"),
        Function("len", (("text", "list"),), NUMBER, length, "the same as length"),
        Function("words", (TEXTUAL,), NUMBER, words, "words of a text"),
        Function("upper_share", (TEXTUAL,), NUMBER, upper_share, "share of capitals among letters, 0 to 1"),
        Function("digit_share", (TEXTUAL,), NUMBER, digit_share, "share of digits among marks, 0 to 1"),
        Function("unique_share", (TEXTUAL,), NUMBER, unique_share, "different words per word, 0 to 1"),
        Function("longest_run", (TEXTUAL,), NUMBER, longest_run, "longest run of one mark"),
        Function("abs", (NUMERIC,), NUMBER, abs, "size of a number"),
        Function("min", (NUMERIC, NUMERIC), NUMBER, min, "the smallest", many=True),
        Function("max", (NUMERIC, NUMERIC), NUMBER, max, "the largest", many=True),
    )
}
