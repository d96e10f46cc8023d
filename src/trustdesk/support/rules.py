"""What a case may become, what a field may hold, in which order cases are dealt. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trustdesk.kernel.work.rules.priority import Part

KIND, QUEUE, LANE = "case", "cases", 5
STATUSES = ("new", "open", "pending", "on_hold", "resolved", "closed")
ENDED = ("resolved", "closed")
RESTING = ("pending", "on_hold")  # somebody else's turn: nobody is dealt it
SETTABLE = STATUSES[1:]
PRIORITIES = ("urgent", "high", "normal", "low")
DIRECTIONS = ("in", "out", "note")
STATES = ("received", "noted", "sending", "sent", "failed")
LINKS = ("item", "account", "decision", "appeal", "notice", "case", "follows")
FIELD_KINDS = ("text", "number", "date", "choice", "yes_no")
MODES = ("reply", "note")

UNDO_WINDOW = timedelta(seconds=15)
LONGEST_TEXT = 60_000  # of what the desk writes; what comes in is kept as it is
LONGEST_SUBJECT = 200
LONGEST_REST = timedelta(days=365)
MOST_TAGS, LONGEST_TAG = 20, 40
MOST_FILES = 10  # in one message of the desk
BY_MAIL = frozenset({"mail", "form"})  # channels whose answers leave by mail
MOST_LINKS = 10  # told to another team
MOST_AT_ONCE = 500  # cases changed by one bulk
KEPT_FOR = timedelta(hours=4)  # assigned, a case waits so long for its colleague, then for anyone

_CHAT = 400.0
_SCORES = {"urgent": 200.0, "high": 48.0, "normal": 0.0, "low": -24.0}
_ADDRESS = re.compile(r"https?://[^\s<>\"]{3,500}|/[^\s<>\"/\\][^\s<>\"\\]{0,500}")
_TAG = re.compile(r"[^\W_]+(?:[-_][^\W_]+)*")


@dataclass(frozen=True)
class FieldRule:
    """A custom field: what it holds, and the statuses a case cannot be given without it."""

    code: str
    name: str
    kind: str
    choices: tuple[str, ...] = ()
    required_at: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What is done with each of many cases; what is empty stays as it is. `to` is a member of staff, "-" nobody; `until` puts
    away; `macro` is sent as it stands in version `macro_number`."""

    status: str = ""
    priority: str = ""
    category: str = ""
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    queue: str = ""
    to: str = ""
    until: str = ""
    macro: str = ""
    macro_number: int = 0

    @property
    def what(self) -> str:
        """In one line and plain words, for histories: nobody's name, no words of a reply."""
        parts = [
            self.macro and "a saved reply",
            self.status and f"status {self.status}",
            self.priority and f"priority {self.priority}",
            self.category and f"category {self.category}",
            *(f"tag +{tag}" for tag in self.add_tags),
            *(f"tag -{tag}" for tag in self.remove_tags),
            self.queue and f"queue {self.queue}",
            self.to and ("given back" if self.to == "-" else "assigned"),
            self.until and "put away",
        ]
        return ", ".join(part for part in parts if part)


def score_of(priority: str, channel: str = "") -> tuple[float, tuple[Part, ...]]:
    """Points within the lane; waiting adds one an hour, so a high priority is worth two days. Who waits in a chat has
    minutes."""
    score = _SCORES[priority]
    parts: tuple[Part, ...] = (Part("priority", score, f"priority {priority}"),) if score else ()
    if channel == "chat":
        parts += (Part("channel", _CHAT, "somebody waits in a chat"),)
    return sum(part.value for part in parts), parts


def one_line(subject: str) -> str:
    """A subject as lists show it: one line, no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in subject).split())[:LONGEST_SUBJECT]


def folded(address: str) -> str:
    """An address as it is compared; "" for none."""
    return address.strip().casefold()[:320]


def tags_of(given: Iterable[str]) -> tuple[list[str], str]:
    """(tags, what is wrong): small letters and digits, joined by hyphens, each once."""
    tags = list(dict.fromkeys(tag.strip().lower().replace(" ", "-") for tag in given if tag.strip()))
    if len(tags) > MOST_TAGS:
        return tags, f"At most {MOST_TAGS} tags."
    wrong = next((tag for tag in tags if len(tag) > LONGEST_TAG or not _TAG.fullmatch(tag)), None)
    return tags, f"“{wrong}” cannot be a tag: use letters, digits and hyphens." if wrong else ""


def checked(rules: Iterable[FieldRule], given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """(values as they are kept, what is wrong by field). An empty value takes the field away: it is kept as None."""
    known = {rule.code: rule for rule in rules}
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for code, raw in given.items():
        if (rule := known.get(code)) is None:
            wrong[code] = "There is no such field."
            continue
        try:
            values[code] = _value(rule, raw)
        except ValueError as error:
            wrong[code] = str(error)
    return values, wrong


def missing(rules: Iterable[FieldRule], status: str, values: Mapping[str, Any]) -> list[FieldRule]:
    """The fields that this status needs and that have no value."""
    return [rule for rule in rules if status in rule.required_at and values.get(rule.code) is None]


def _value(rule: FieldRule, raw: Any) -> Any:
    if raw is None or raw == "":
        return None
    if rule.kind == "number":
        return _number(raw)
    if rule.kind == "yes_no":
        words = {"yes": True, "true": True, "no": False, "false": False}
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() in words:
            return words[str(raw).lower()]
        raise ValueError("Choose yes or no.")
    if not isinstance(raw, str):
        raise ValueError("Must be text.")
    text = raw.replace("\0", "").strip()
    if rule.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError("Must be a date such as 2026-03-10.") from None
    if rule.kind == "choice" and text not in rule.choices:
        raise ValueError("Choose one from the list.")
    if len(text) > 500:
        raise ValueError("At most 500 characters.")
    return text or None


def _number(raw: Any) -> float | int:
    if isinstance(raw, bool):
        raise ValueError("Must be a number.")
    try:
        found = float(raw)
    except (TypeError, ValueError):
        raise ValueError("Must be a number.") from None
    if not abs(found) <= 1e15:  # nor is it "not a number"
        raise ValueError("Must be a number of at most 15 digits.")
    return int(found) if found.is_integer() else found


def letter_language(code: str) -> str:
    """In which language the desk writes by itself: Malay is nearer to Indonesian; what nobody wrote is answered in English."""
    return "id" if code[:2] in {"id", "ms"} else "en"


def links_of(text: str) -> list[str] | None:
    """Addresses of the web or of the desk's own pages, one a line, each once; None when a line is none."""
    lines = list(dict.fromkeys(line.strip() for line in text.replace("\0", "").splitlines() if line.strip()))
    return lines if all(map(_ADDRESS.fullmatch, lines)) else None
