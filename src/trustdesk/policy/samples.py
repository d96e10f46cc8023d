"""Further fields of a sample, one a line: `item.condition: new`, `account.verified: true`, `rate: 12`. Pure."""

from typing import Any

from trustdesk.policy import yamltext
from trustdesk.policy.reading import duration

_MOST = 60


def further(text: str) -> tuple[dict[str, Any], dict[str, float], str]:
    """Fields by dotted name, lookups by name or whole call, and what is wrong in words, "" where nothing is."""
    fields: dict[str, Any] = {}
    lookups: dict[str, float] = {}
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if len(lines) > _MOST:
        return {}, {}, f"at most {_MOST} lines"
    for line in lines:
        name, colon, written = line.rpartition(":") if line.count(")") and "): " in line else line.partition(":")
        name, written = name.strip(), written.strip()
        if not colon or not name or not written:
            return {}, {}, f"{line[:60]!r} is not `name: value`"
        try:
            value = yamltext.plain(yamltext.read(written))
        except yamltext.BadYaml as error:
            return {}, {}, f"{name}: {error.message}"
        if "." in name and "(" not in name:
            seconds = duration(str(value)) if isinstance(value, str) else None
            fields[name] = value if seconds is None else seconds
        elif isinstance(value, int | float) and not isinstance(value, bool):
            lookups[name] = value
        else:
            return {}, {}, f"{name} must be a number, or a field such as item.condition"
    return fields, lookups, ""
