"""Reading a mapping field by field: everything wrong is collected with its place, unknown keys get the nearest name."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from trustdesk.engine.problems import Problem, nearest
from trustdesk.policy import yamltext
from trustdesk.policy.yamltext import Mapping, Node, Scalar, Sequence

_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) (second|minute|hour|day|week|year)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "year": 31_536_000}


def duration(text: str) -> float | None:
    """`15 minutes`, `2 days`, `1 year` (365 days) in seconds; None when it is not one."""
    found = _DURATION.fullmatch(text.strip())
    return float(found[1]) * _SECONDS[found[2]] if found else None


@dataclass
class Source:
    """A text being read, and what was found wrong in it."""

    text: str
    file: str = ""
    policy: str = ""
    problems: list[Problem] = field(default_factory=list)

    def place(self, offset: int) -> tuple[int, int, str]:
        """Line and column from 1, and the line itself."""
        offset = max(0, min(offset, len(self.text)))
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        line = self.text[start : end if end >= 0 else len(self.text)]
        return self.text.count("\n", 0, offset) + 1, offset - start + 1, line[:2000]

    def wrong(self, message: str, offset: int, *, near: str = "", rule: str = "", severity: str = "error") -> None:
        line, column, shown = self.place(offset)
        self.problems.append(
            Problem(
                message=message,
                policy=self.policy,
                rule=rule,
                line=line,
                column=column,
                source=shown,
                nearest=near,
                file=self.file,
                severity=severity,
            )
        )


class Section:
    """One mapping. `what` names it in messages: "the front matter", "rule phone-number"."""

    def __init__(self, node: Node, source: Source, known: Collection[str], what: str) -> None:
        self.source, self.what = source, what
        self.start = node.start
        self.entries: dict[str, tuple[Scalar, Node]] = {}
        if not isinstance(node, Mapping):
            source.wrong(f"{what} must be `key: value` lines", node.start)
            return
        self.entries = node.entries
        for name, (key, _) in node.entries.items():
            if known and name not in known:
                source.wrong(f"{what} has no key {name[:80]!r}", key.start, near=nearest(name, known))

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def node(self, key: str) -> Node | None:
        return self.entries[key][1] if key in self.entries else None

    def at(self, key: str) -> int:
        """Where the value stands; where the section starts when it is absent."""
        found = self.node(key)
        return found.start if found else self.start

    def wrong(self, key: str, message: str, near: str = "") -> None:
        self.source.wrong(f"{key}: {message}", self.at(key), near=near)

    def _scalar(self, key: str, required: bool) -> Scalar | None:
        found = self.node(key)
        if found is None or (isinstance(found, Scalar) and found.value is None and not found.style):
            if required:
                self.source.wrong(f"{self.what} needs {key}", self.at(key))
            return None
        if not isinstance(found, Scalar):
            self.wrong(key, "must be one value")
            return None
        return found

    def text(self, key: str, *, required: bool = False, longest: int = 200, pattern: str = "", hint: str = "") -> str:
        """Text as written: `1.0` stays "1.0"."""
        found = self._scalar(key, required)
        if found is None:
            return ""
        text = found.text.strip()
        if not text and required:
            self.wrong(key, "must not be empty")
        elif len(text) > longest:
            self.wrong(key, f"longer than {longest:,} characters")
        elif pattern and not re.fullmatch(pattern, text):
            self.wrong(key, hint or f"must match {pattern}")
        else:
            return text
        return ""

    def choice(self, key: str, choices: Collection[str], *, required: bool = False, default: str = "") -> str:
        found = self.text(key, required=required)
        if found and found not in choices:
            self.wrong(key, f"{found!r} is none of {', '.join(sorted(choices))}", nearest(found, choices))
            return default
        return found or default

    def whole(self, key: str, least: int, most: int, *, default: int | None = None) -> int | None:
        found = self._scalar(key, False)
        if found is None:
            return default
        if isinstance(found.value, bool) or not isinstance(found.value, int) or not least <= found.value <= most:
            self.wrong(key, f"must be a whole number from {least} to {most}")
            return default
        return found.value

    def number(self, key: str, *, default: float | None = None) -> float | None:
        found = self._scalar(key, False)
        if found is None:
            return default
        if isinstance(found.value, bool) or not isinstance(found.value, int | float):
            self.wrong(key, "must be a number")
            return default
        return found.value

    def flag(self, key: str, *, default: bool = False) -> bool:
        found = self._scalar(key, False)
        if found is None:
            return default
        if not isinstance(found.value, bool):
            self.wrong(key, "must be true or false")
            return default
        return found.value

    def seconds(self, key: str, *, default: float) -> float:
        found = self.text(key)
        if not found:
            return default
        value = duration(found)
        if value is None:
            self.wrong(key, "must be a duration such as `15 minutes` or `2 days`")
            return default
        return value

    def texts(
        self, key: str, *, required: bool = False, choices: Iterable[str] | None = None, kind: str = "value"
    ) -> tuple[str, ...]:
        """A list of words, each of `choices` if given; repeated ones are refused."""
        found = self.node(key)
        if found is None:
            if required:
                self.source.wrong(f"{self.what} needs {key}", self.start)
            return ()
        items = found.items if isinstance(found, Sequence) else (found,)
        known = None if choices is None else list(choices)
        words: list[str] = []
        for item in items:
            if not isinstance(item, Scalar) or not item.text.strip():
                self.source.wrong(f"{key}: each entry must be one word", item.start)
            elif item.text in words:
                self.source.wrong(f"{key}: {item.text} is given twice", item.start)
            elif known is not None and item.text not in known:
                self.source.wrong(f"{key}: no {kind} {item.text[:80]!r}", item.start, near=nearest(item.text, known))
            else:
                words.append(item.text)
        if required and not items:
            self.wrong(key, "must not be empty")
        return tuple(words)

    def section(self, key: str, known: Collection[str] = (), what: str = "") -> "Section | None":
        found = self.node(key)
        return None if found is None else Section(found, self.source, known, what or key)

    def sections(self, key: str, known: Collection[str], what: str) -> list["Section"]:
        """A list of mappings; `what` names one of them."""
        found = self.node(key)
        if found is None:
            return []
        if not isinstance(found, Sequence):
            self.wrong(key, "must be a list: lines that start with `- `")
            return []
        return [Section(item, self.source, known, f"{what} {at}") for at, item in enumerate(found.items, 1)]

    def plain(self, key: str) -> Any:
        found = self.node(key)
        return None if found is None else yamltext.plain(found)

    def by_language(self, key: str, *, longest: int) -> dict[str, str]:
        """Text by language; plain text counts as English."""
        found = self.node(key)
        if found is None:
            return {}
        if isinstance(found, Scalar):
            text = self.text(key, required=True, longest=longest)
            return {"en": text} if text else {}
        inner = Section(found, self.source, (), key)
        texts: dict[str, str] = {}
        for language, (at, _) in inner.entries.items():
            if not re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?", language):
                self.source.wrong(f"{key}: {language[:40]!r} is not a language code such as en or id", at.start)
            elif text := inner.text(language, required=True, longest=longest):
                texts[language] = text
        return texts
