"""A timeline as one types it, line by line, made into the events of a trial."""

import re
from datetime import date
from typing import Any

from trustdesk.clocks.rules.metrics import Status
from trustdesk.clocks.rules.policies import Priority

_LINE = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T]+)?(\d{1,2}:\d{2})\s+(.+)")


def events(text: str, *, today: date) -> tuple[list[dict[str, Any]], list[int]]:
    """The events as `rules.reading` reads them, and the line (from 1) that each stands on. A day holds for the lines below
    it. What cannot be read is left as it is, for the reader to say what is wrong with it."""
    found: list[dict[str, Any]] = []
    lines: list[int] = []
    day = today.isoformat()
    for n, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        lines.append(n)
        told = _LINE.fullmatch(line.strip())
        if told is None:
            found.append({"at": line.strip()[:40], "event": ""})
            continue
        day = told[1] or day
        words = [word for word in re.split(r"[\s,]+", told[3].strip()) if word]
        event: dict[str, Any] = {"at": f"{day}T{told[2].zfill(5)}", "event": words[0]}
        if words[0] == "bot":
            event |= {"event": "message_out", "by": "bot"}
        for word in words[1:]:
            event["priority" if word in list(Priority) else "by" if word in {"person", "bot"} else "status"] = word
        if words[0] in list(Status) and words[0] != "resolved":  # “11:00 pending”
            event |= {"event": "status_changed", "status": words[0]}
        elif words[0] in list(Priority):
            event |= {"event": "priority_changed", "priority": words[0]}
        found.append(event)
    return found, lines
