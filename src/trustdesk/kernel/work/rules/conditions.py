"""What a queue takes: a conjunction of sets, one for each dimension it asks about.

The kernel gives no dimension a meaning: it is a word with values. Work has exactly one value in each dimension ("" where
it has none), so two conditions overlap exactly if, in every dimension, their sets have a value in common.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Values:
    """These values of a dimension; with `others`, all but these, known today or not."""

    named: frozenset[str]
    others: bool = False

    def __contains__(self, value: str) -> bool:
        return (value in self.named) != self.others

    def __and__(self, other: "Values") -> "Values":
        if self.others and other.others:
            return Values(self.named | other.named, others=True)
        if self.others:
            return Values(other.named - self.named)
        if other.others:
            return Values(self.named - other.named)
        return Values(self.named & other.named)

    def __bool__(self) -> bool:
        """Is anything in it? There is always a value that nobody has named yet."""
        return self.others or bool(self.named)


# Sets by dimension; a dimension that is not named takes any value. No dimension at all takes everything.
Condition = Mapping[str, Values]


def these(*values: str) -> Values:
    return Values(frozenset(values))


def but(*values: str) -> Values:
    return Values(frozenset(values), others=True)


def matches(condition: Condition, facets: Mapping[str, str]) -> bool:
    """Does work with these values lie in the condition?"""
    return all(facets.get(dimension, "") in values for dimension, values in condition.items())


def overlap(one: Condition, other: Condition) -> Condition | None:
    """The condition of what both take, None when there can be no such work. A dimension neither names is left out."""
    both: dict[str, Values] = {}
    for dimension in sorted({*one, *other}):
        mine, theirs = one.get(dimension, but()), other.get(dimension, but())
        both[dimension] = mine & theirs
        if not both[dimension]:
            return None
    return both


def read(raw: Mapping[str, Any]) -> dict[str, Values]:
    """A condition from `{"kind": {"in": ["ad"]}, "market": {"not": ["DE"]}}`; an empty set means any. Raises ValueError."""
    condition: dict[str, Values] = {}
    for dimension, told in raw.items():
        if not isinstance(told, Mapping) or len(told) != 1 or next(iter(told)) not in {"in", "not"}:
            raise ValueError(f"{dimension}: give values to be in, or not to be in")
        ((way, values),) = told.items()
        if isinstance(values, str) or not isinstance(values, Iterable) or not all(isinstance(v, str) for v in values):
            raise ValueError(f"{dimension}: values must be words")
        if found := frozenset(values):
            condition[dimension] = Values(found, others=way == "not")
    return condition


def written(condition: Condition) -> dict[str, dict[str, list[str]]]:
    """The condition as `read` reads it: sorted, without dimensions that take any."""
    return {
        dimension: {"not" if values.others else "in": sorted(values.named)}
        for dimension, values in sorted(condition.items())
        if values.named or not values.others
    }


def in_words(condition: Condition) -> str:
    """For logs and programs: "kind ad, listing; market not DE"; pages have words of their own."""
    said = [
        f"{dimension} {'not ' if values.others else ''}{', '.join(sorted(value or 'none' for value in values.named))}"
        for dimension, values in sorted(condition.items())
        if values.named or not values.others
    ]
    return "; ".join(said) or "everything"
