"""Types and values: what a schema says of a field, what of an event is of that type, and how numbers are reckoned."""

import ast
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from trustdesk.engine import MISSING, UNKNOWN

UNITS = {"days": 86400, "hours": 3600, "minutes": 60}


def absent(value: object) -> bool:
    return value is MISSING or value is UNKNOWN


def worst(*values: object) -> Any:
    return UNKNOWN if any(value is UNKNOWN for value in values) else MISSING


def kinds_of(schema: Mapping[str, Any]) -> dict[str, str]:
    """Every dotted name of a schema with its type; of objects, null and plain types only."""
    kinds: dict[str, str] = {}

    def visit(node: Mapping[str, Any], above: str) -> None:
        for name, below in node.get("properties", {}).items():
            path = f"{above}.{name}" if above else name
            kinds[path] = kind_of_schema(below)
            if kinds[path] == "record":
                visit(below, path)

    visit(schema, "")
    return kinds


def kind_of_schema(node: Mapping[str, Any]) -> str:
    types = [node["type"]] if isinstance(node["type"], str) else node["type"]
    (name,) = [each for each in types if each != "null"]
    if name == "array":
        return f"list of {kind_of_schema(node['items'])}" if "items" in node else "list of any"
    if name == "string":
        return "time" if node.get("format") == "date-time" else "text"
    if name in {"number", "integer"}:
        return "duration" if node.get("format") == "duration" else "number"
    return {"object": "record", "boolean": "bool"}[name]


def kind_of_value(value: Any) -> str:
    """Of a constant of the policies."""
    match value:
        case bool():
            return "bool"
        case str():
            return "text"
        case timedelta():
            return "duration"
        case list() | tuple():
            return "list of text"
    return "number"


def constant(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


def typed(value: Any, kind: str) -> Any:
    """What is not of the type is missing. Durations in seconds, times in seconds since 1970."""
    match kind.split(" "):
        case ["number" | "duration" | "count"]:
            good = isinstance(value, int | float) and not isinstance(value, bool) and -1e300 < value < 1e300
        case ["text"]:
            good = isinstance(value, str)
        case ["bool"]:
            good = isinstance(value, bool)
        case ["time"]:
            return seconds(value)
        case ["list", "of", "any" | "record" | "list"]:
            return value if isinstance(value, list | tuple) else MISSING
        case ["list", "of", inner]:
            entries = [typed(entry, inner) for entry in value] if isinstance(value, list | tuple) else None
            return MISSING if entries is None else [entry for entry in entries if not absent(entry)]
        case _:
            good = isinstance(value, Mapping)
    return value if good else MISSING


def seconds(value: Any) -> Any:
    try:
        when = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return MISSING
    if not isinstance(when, datetime):
        return MISSING
    try:
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return MISSING


def plain(value: Any) -> Any:
    """As JSON: null where missing, {"unknown": true} where unknown."""
    if value is UNKNOWN:
        return {"unknown": True}
    match value:
        case float():
            return value if -float("inf") < value < float("inf") else None
        case str() | int():
            return value
        case datetime():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {str(name): plain(entry) for name, entry in value.items()}
        case list() | tuple():
            return [plain(entry) for entry in value]
    return None


def arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    """Numbers, durations and times are plain numbers, money is a pair."""
    if absent(left) or absent(right):
        return worst(left, right)
    if isinstance(left, tuple) and isinstance(right, tuple):
        if left[1] != right[1]:
            return MISSING
        amount = arithmetic(op, left[0], right[0])
        return amount if absent(amount) or isinstance(op, ast.Div) else (amount, left[1])
    if isinstance(left, tuple) or isinstance(right, tuple):
        currency = left[1] if isinstance(left, tuple) else right[1]
        amounts = [side[0] if isinstance(side, tuple) else side for side in (left, right)]
        amount = arithmetic(op, *amounts)
        return amount if absent(amount) else (amount, currency)
    try:
        match op:
            case ast.Add():
                result = left + right
            case ast.Sub():
                result = left - right
            case ast.Mult():
                result = left * right
            case _:
                result = left / right
    except (ZeroDivisionError, OverflowError):
        return MISSING
    return result if -1e300 < result < 1e300 else MISSING


def kind_of_sum(op: ast.operator, left: str, right: str) -> str:
    kinds = {left, right}
    if "time" in kinds:
        return "duration" if left == right else "time"
    for kind in ("duration", "money"):
        if kind in kinds:
            return "number" if left == right and isinstance(op, ast.Div) else kind
    return "number"
