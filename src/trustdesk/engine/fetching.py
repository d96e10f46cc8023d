"""One event's fields, read by code written for the fields of one program: a third of the time of asking one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .reading import number, reader, text, truth
from .values import MISSING, UNKNOWN, Type

Fetch = Callable[[Mapping[str, Any]], list[Any]]


class _UnknownGroup:
    """A group of fields of which nothing is known."""

    def get(self, _name: str) -> Any:
        return UNKNOWN


_EMPTY: dict[str, Any] = {}
_UNKNOWN = _UnknownGroup()


def _group(value: Any) -> Any:
    """What fields are got from, whatever stands there."""
    if isinstance(value, Mapping):
        return value
    return _UNKNOWN if value is UNKNOWN else _EMPTY


def fetcher(fields: Sequence[tuple[tuple[str, ...], Type]]) -> Fetch:
    """A function from an event to its typed values, in the order of `fields` (dotted names split, and types)."""
    lines: list[str] = []
    names: dict[tuple[str, ...], str] = {(): "e"}
    space: dict[str, Any] = {
        "__builtins__": {"dict": dict, "float": float, "int": int, "str": str, "bool": bool},
        "group": _group,
        "number": number,
        "text": text,
        "truth": truth,
        "M": MISSING,
    }

    def constant(value: object) -> str:
        name = f"k{len(space)}"
        space[name] = value
        return name

    def group(steps: tuple[str, ...]) -> str:
        if steps not in names:
            above = group(steps[:-1])
            names[steps] = name = f"g{len(names)}"
            lines.append(f"{name} = {above}.get({constant(steps[-1])})")
            lines.append(f"if {name}.__class__ is not dict: {name} = group({name})")
        return names[steps]

    results: list[str] = []
    for steps, kind in fields:
        name = f"v{len(results)}"
        lines.append(f"{name} = {group(steps[:-1])}.get({constant(steps[-1])})")
        match kind.kind:
            case "number" | "count" | "duration":
                test = f"({name}.__class__ is not float and {name}.__class__ is not int) or not -1e300 < {name} < 1e300"
                lines.append(f"if {test}: {name} = number({name})")
            case "text":
                lines.append(f"if {name}.__class__ is not str: {name} = text({name})")
            case "bool":
                lines.append(f"if {name}.__class__ is not bool: {name} = truth({name})")
            case _:
                lines.append(f"{name} = {constant(reader(kind))}(M if {name} is None else {name})")
        results.append(name)
    body = "\n".join(f"    {line}" for line in ["if e.__class__ is not dict: e = group(e)", *lines])
    exec(compile(f"def fetch(e):\n{body}\n    return [{', '.join(results)}]\n", "<fetch>", "exec"), space)  # noqa: S102 (names are bound, not written)
    made: Fetch = space["fetch"]
    return made
