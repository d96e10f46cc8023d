"""From an event (nested JSON-like objects) to typed values. What has not the declared type is missing, never an error."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .values import MISSING, UNKNOWN, Type


def number(value: object) -> Any:
    if value.__class__ is int or value.__class__ is float:
        return value if -1e300 < value < 1e300 else MISSING
    if isinstance(value, Decimal):
        return number(int(value) if value.is_finite() and value == value.to_integral_value() else float(value))
    return UNKNOWN if value is UNKNOWN else MISSING


def text(value: object) -> Any:
    return value if isinstance(value, str) else UNKNOWN if value is UNKNOWN else MISSING


def truth(value: object) -> Any:
    return value if value is True or value is False or value is UNKNOWN else MISSING


def time(value: object) -> Any:
    """Seconds since 1970; a time without zone is UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return MISSING
    if isinstance(value, datetime):
        try:
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
        except (OverflowError, ValueError):
            return MISSING
    return UNKNOWN if value is UNKNOWN else MISSING


def record(value: object) -> Any:
    return value if isinstance(value, Mapping) else UNKNOWN if value is UNKNOWN else MISSING


def _entries(read: Callable[[object], Any]) -> Callable[[object], Any]:
    def entries(value: object) -> Any:
        if not isinstance(value, list | tuple):
            return UNKNOWN if value is UNKNOWN else MISSING
        typed = [read(entry) for entry in value]
        return tuple(entry for entry in typed if entry is not MISSING and entry is not UNKNOWN)

    return entries


READERS: dict[str, Callable[[object], Any]] = {
    "number": number,
    "count": number,
    "duration": number,
    "text": text,
    "bool": truth,
    "time": time,
    "record": record,
}


def reader(kind: Type) -> Callable[[object], Any]:
    if kind.kind == "list":
        return _entries(READERS.get(kind.item, lambda value: value))
    return READERS[kind.kind]


def fetch(event: Mapping[str, Any], steps: tuple[str, ...]) -> Any:
    """The raw value at a dotted name, `MISSING` where the way ends or the value is null."""
    value: Any = event
    for step in steps:
        if value is UNKNOWN:
            return UNKNOWN
        if not isinstance(value, Mapping):
            return MISSING
        value = value.get(step)
    return MISSING if value is None else value


def plain(value: Any) -> Any:
    """A value as plain JSON: null where missing, `{"unknown": true}` where unknown, times in ISO 8601."""
    match value:
        case str() | bool() | int() | None:
            return value
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return value.isoformat()
        case Decimal():
            return plain(int(value) if value.is_finite() and value == value.to_integral_value() else float(value))
        case Mapping():
            return {str(name): plain(entry) for name, entry in value.items()}
        case list() | tuple():
            return [plain(entry) for entry in value]
    if value is UNKNOWN:
        return {"unknown": True}
    return None
