"""What belongs beside a thing: to whom notes can be pinned, what one must know of its market. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trustdesk.content.queries import (
    AccountView,
    MarketNoteView,
    VersionView,
    note_value,
    own_words,
)
from trustdesk.engine.entities import named

MOST_WORDS = 60_000  # characters in which places are looked for
MOST_PLACES = 12
# Streets with a number, as they are written where the desk works: Jl. Kenanga 12 · Blk 123 Ang Mo Kio Ave 4 · Ahornweg 7.
_STREETS = re.compile(
    r"(?:\b(?:jl|jln|jalan|gang|gg)\.?\s+(?:[\w'-]+\s+){1,4}?(?:no\.?\s*)?\d{1,4}[a-z]?\b)"
    r"|(?:\b(?:blk|block)\s+\d{1,4}[a-z]?\s+(?:[\w'-]+\s+){1,4}?\d{1,3}\b)"
    r"|(?:\b[a-zäöü-]{3,30}(?:straße|strasse|str\.|weg|gasse|allee|platz|damm|ufer)\s*\d{1,4}[a-z]?\b)"
    r"|(?:\b\d{1,5}\s+(?:[a-z'-]+\s+){1,3}(?:street|road|avenue|lane|drive|crescent|terrace)\b)",
    re.IGNORECASE,
)
_ADDRESS_FIELDS = ("address", "location")


@dataclass(frozen=True)
class Place:
    """A phone, e-mail or address that stands in a thing or is its account's. `shown`: as people read it."""

    subject: str
    value: str
    shown: str

    @property
    def key(self) -> str:
        return f"{self.subject}:{self.value}"


def words_of(version: VersionView, pictured: Iterable[str] = ()) -> str:
    """All words of a thing, what was read in its pictures with them."""
    parts = [version.title, version.body, *(value for _, value in own_words(version.fields)), *pictured]
    return "\n".join(part for part in parts if part)[:MOST_WORDS]


def places_of(words: str, version: VersionView, account: AccountView) -> tuple[Place, ...]:
    """Where a note can be pinned beside item and account, each once, what the account says of itself first."""
    found = {place.key: place for place in _places(words, version, account)}
    return tuple(found.values())[:MOST_PLACES]


def _places(words: str, version: VersionView, account: AccountView) -> Iterator[Place]:
    if email := note_value("email", account.email):
        yield Place("email", email, email)
    for each in named(words, (version.market,), ("phone", "email")):
        value = note_value(each.kind, each.value)
        if value:
            yield Place(each.kind, value, value)
    said = [str(version.fields[name]) for name in _ADDRESS_FIELDS if isinstance(version.fields.get(name), str)]
    for written in [*said, *(found.group() for found in _STREETS.finditer(words))]:
        if value := note_value("address", written):
            yield Place("address", value, " ".join(written.split()))


@dataclass(frozen=True)
class Known:
    """A market note where it fits. `terms`: of slang, the words that stand in the thing, with what they mean."""

    note: MarketNoteView
    terms: tuple[tuple[str, str], ...] = ()


def known_of(notes: Iterable[MarketNoteView], words: str) -> tuple[Known, ...]:
    """Market notes that say something here: slang only where its words occur."""
    folded = words.casefold()
    found = []
    for note in notes:
        if note.sort != "slang":
            found.append(Known(note))
            continue
        said = tuple(
            (word, means) for said, means in note.terms for word in said[:6] if _holds(folded, word.casefold())
        )
        if said:
            found.append(Known(note, said))
    order = {"holiday": 0, "slang": 1, "law": 2, "custom": 3}
    return tuple(sorted(found, key=lambda one: (order[one.note.sort], one.note.title)))


def slang_of(known: Iterable[Known]) -> Mapping[str, str]:
    """Words, in small letters, with what they mean."""
    return {word.casefold(): means for one in known for word, means in one.terms}


def today_in(time_zone: str, moment: datetime) -> Any:
    return moment.astimezone(ZoneInfo(time_zone)).date()


def _holds(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = text.find(word, at + 1)
    return False
