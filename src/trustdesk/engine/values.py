"""The values a condition works with: missing, unknown, and the type of each expression.

Durations are seconds, times are seconds since 1970 in UTC, money is a pair (amount, currency code).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


class Absent:
    """A value that is not there. Two exist: `MISSING` (nobody gave one) and `UNKNOWN` (asked for, no answer)."""

    __slots__ = ("name",)
    name: str

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:  # pickling and copying keep identity, `is` stays safe across processes
        return self.name


MISSING: Final = Absent("MISSING")
UNKNOWN: Final = Absent("UNKNOWN")


def worst(left: object, right: object) -> Absent:
    """What an operation yields when one side is absent. Unknown outranks missing."""
    return UNKNOWN if left is UNKNOWN or right is UNKNOWN else MISSING


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression yields. `optional`: it can be missing. `choices`: the only texts it can be, if known."""

    kind: str
    item: str = ""
    optional: bool = False
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind == "list":
            return f"a list of {PLURALS[self.item]}"
        return NAMES[self.kind]

    def maybe(self, optional: bool = True) -> Type:
        return self if self.optional == optional else replace(self, optional=optional)

    @property
    def core(self) -> tuple[str, str]:
        """The type without what is known beside it; a count is a number."""
        return ("number" if self.kind == "count" else self.kind, self.item)


NAMES = {
    "number": "a number",
    "count": "a number",
    "text": "text",
    "bool": "true or false",
    "duration": "a duration",
    "time": "a time",
    "money": "money",
    "record": "a group of fields",
    "words": "a word list",
}
PLURALS = {
    "number": "numbers",
    "text": "texts",
    "bool": "truths",
    "duration": "durations",
    "time": "times",
    "any": "anything",
}

NUMBER, COUNT, TEXT, BOOL = Type("number"), Type("count"), Type("text"), Type("bool")
DURATION, TIME, MONEY, RECORD, WORDS = Type("duration"), Type("time"), Type("money"), Type("record"), Type("words")


def list_of(item: str) -> Type:
    return Type("list", item)
