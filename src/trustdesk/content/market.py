"""Market notes as files of a pack: front matter and words. `market-notes/<code>.md`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from trustdesk.content.rules import KINDS, MARKET_NOTES, terms_of

MOST_TEXT = 8_000
_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_KEYS = {"title", "sort", "market", "language", "kinds", "from", "until"}


class BadNote(ValueError):
    """A file of a pack is no market note; the message names it."""


@dataclass(frozen=True, kw_only=True)
class MarketEntry:
    """One market note, as it was written. Days are the market's own."""

    sort: str
    title: str
    text: str
    market: str = ""
    language: str = ""
    kinds: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    code: str = ""

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong, by field."""
        found: dict[str, str] = {}
        if self.sort not in MARKET_NOTES:
            found["sort"] = f"Must be one of {', '.join(MARKET_NOTES)}."
        if not 1 <= len(self.title.strip()) <= 120:
            found["title"] = "Write between 1 and 120 characters."
        if not 1 <= len(self.text.strip()) <= MOST_TEXT:
            found["text"] = f"Write between 1 and {MOST_TEXT:,} characters."
        elif self.sort == "slang" and not terms_of(self.text):
            found["text"] = "Write one line for each word: “- word, other word: what it means”."
        if set(self.kinds) - set(KINDS):
            found["kinds"] = f"Must be some of {', '.join(KINDS)}."
        if (self.sort == "holiday") != (self.starts_on is not None) or (self.starts_on is None) != (
            self.ends_on is None
        ):
            found["starts_on"] = "A holiday, and nothing else, has a first and a last day."
        elif self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            found["ends_on"] = "The last day lies before the first."
        return found


def read_folder(path: Path) -> list[MarketEntry]:
    """The notes of a pack, by file name; none where it has no such folder. Raises BadNote."""
    return [_read(file) for file in sorted((path / "market-notes").glob("*.md"))]


def _read(file: Path) -> MarketEntry:
    parts = _FRONT.match(file.read_text(encoding="utf-8"))
    if parts is None:
        raise BadNote(f"{file.name}: begins with front matter between two lines of ---")
    try:
        front: Mapping[str, Any] = yaml.safe_load(parts[1]) or {}
    except yaml.YAMLError as error:
        raise BadNote(f"{file.name}: {error}") from error
    if unknown := set(front) - _KEYS:
        raise BadNote(f"{file.name}: unknown {', '.join(sorted(unknown))}")
    entry = MarketEntry(
        code=file.stem,
        sort=str(front.get("sort", "")),
        title=str(front.get("title", "")),
        text=parts[2].strip(),
        market=str(front.get("market") or ""),
        language=str(front.get("language") or ""),
        kinds=tuple(front.get("kinds") or ()),
        starts_on=front.get("from"),
        ends_on=front.get("until"),
    )
    if entry.wrong:
        raise BadNote(f"{file.name}: {entry.wrong}")
    return entry
