"""What a rule does: `reject`, `hold(until=days(3))`, `review(lane="severe")` … parsed and typed."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from .problems import nearest
from .syntax import Refused, parse, position

# The verdict's outcome is the first of these any rule asked for; the three side effects never change it.
OUTCOMES = ("reject", "hold", "review", "limit", "approve")
SIDE_EFFECTS = ("warn", "educate", "flag")
LIMIT_KINDS = ("demote", "age", "geo", "label", "interaction")
UNITS = {"minutes": 60, "hours": 3600, "days": 86400}
ARGUMENTS: dict[str, dict[str, str]] = {
    "hold": {"until": "duration"},
    "review": {"lane": "text", "queue": "text"},
    "limit": {"kind": "limit", "until": "duration"},
}
RANK = {outcome: len(OUTCOMES) - at for at, outcome in enumerate(OUTCOMES)} | dict.fromkeys(SIDE_EFFECTS, 0)


@dataclass(frozen=True, slots=True)
class Then:
    """`until` in seconds from the decision."""

    verb: str
    until: float | None = None
    lane: str | None = None
    queue: str | None = None
    kind: str | None = None

    @property
    def rank(self) -> int:
        return RANK[self.verb]

    def to_json(self) -> dict[str, Any]:
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Then:
        return cls(**data)

    def __str__(self) -> str:
        given = [f"{name}={value!r}" for name, value in self.to_json().items() if name != "verb"]
        return f"{self.verb}({', '.join(given)})" if given else self.verb


def parse_then(source: str) -> Then:
    """Raises `Refused` with the place."""
    tree = parse(source)
    if isinstance(tree, ast.Name):
        return _checked(tree, tree.id, {}, source)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        if tree.args:
            raise Refused(f"{tree.func.id} takes named arguments only", *position(tree.args[0], source))
        return _checked(tree, tree.func.id, {word.arg or "": word.value for word in tree.keywords}, source)
    raise Refused("then is one action, such as reject or hold(until=days(3))", *position(tree, source))


def _checked(tree: ast.expr, verb: str, given: dict[str, ast.expr], source: str) -> Then:
    here = position(tree, source)
    if verb not in RANK:
        raise Refused(f"no action named {verb}", *here, nearest=nearest(verb, RANK))
    known = ARGUMENTS.get(verb, {})
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise Refused(f"{verb} has no argument {name or '**'}; {takes}", *position(value, source))
        values[name] = _duration(value, source) if known[name] == "duration" else _text(name, value, source)
    if verb == "limit":
        if "kind" not in values:
            raise Refused(f"limit needs kind=, one of {', '.join(LIMIT_KINDS)}", *here)
        if values["kind"] not in LIMIT_KINDS:
            raise Refused(
                f"no limit of kind {values['kind']}",
                *position(given["kind"], source),
                nearest=nearest(values["kind"], LIMIT_KINDS),
            )
    return Then(verb, **values)


def _text(name: str, value: ast.expr, source: str) -> str:
    # limit(kind=demote) and limit(kind="demote") are both written in policies
    if isinstance(value, ast.Name) and name == "kind":
        return value.id
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.strip():
        return value.value
    raise Refused(f'{name}= needs text in quotes, such as {name}="severe"', *position(value, source))


def _duration(value: ast.expr, source: str) -> float:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in UNITS:
        count = value.args[0] if len(value.args) == 1 and not value.keywords else None
        if (
            isinstance(count, ast.Constant)
            and isinstance(count.value, int | float)
            and not isinstance(count.value, bool)
            and 0 < count.value <= 36_500
        ):
            return count.value * UNITS[value.func.id]
    raise Refused("until= needs a duration, such as days(3)", *position(value, source))
