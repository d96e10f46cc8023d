"""How words and filters become what is looked up. Pure.

A thing's *words* are its text folded as the engine folds it, so that case, diacritics and width do not matter; a word drawn
in look-alikes is kept a second time as what it looks like. Scripts without spaces are kept mark by mark and in pairs. A
lexeme that begins with “=” is an exact value (an id of the platform, the keyed hash of a phone), which no text can contain.
Its *terms* are its filters as `name:value`.
"""

import itertools
import re
from collections.abc import Iterable
from uuid import UUID

from trustdesk.engine.folding import SPACELESS, fold
from trustdesk.engine.lookalikes import DRAWN_LIKE

LONGEST_QUERY = 500
MOST_QUERY_WORDS = 32
LONGEST_TEXT = 50_000
MOST_WORDS = 3_000
LONGEST_WORD = 60
LONGEST_VALUE = 160
# A shorter beginning would match half the vocabulary.
SHORTEST_PREFIX = 3
# Lists never count further: “1,000+”.
MOST_COUNTED = 1_000

_DRAWN = {ord(mark): plain for mark, plain in DRAWN_LIKE.items()}
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.[^\s@]{2,}")
_PHONE = re.compile(r"\+?[\d\s().-]{7,24}")


def clean(text: str) -> str:
    """Typed words without control characters (a NUL would not even reach the database), in single spaces."""
    return " ".join("".join(mark if mark.isprintable() or mark.isspace() else " " for mark in text).split())


def words_of(text: str) -> list[str]:
    """The lexemes under which a text is found, each once."""
    found: dict[str, None] = {}
    folded = fold(text[:LONGEST_TEXT].replace("\0", " ")).split()
    for word in folded:
        found[word[:LONGEST_WORD]] = None
        if (drawn := _as_drawn(word)) != word:
            found[drawn[:LONGEST_WORD]] = None
        if len(found) >= MOST_WORDS:
            break
    found.update(dict.fromkeys(_pairs(folded)[: MOST_WORDS - len(found)]))
    return list(found)


def exact(value: str) -> str:
    """The lexeme of an exact value."""
    return f"={value.strip().casefold()[:LONGEST_VALUE]}"


def tsquery(words: str, *, exactly: Iterable[str] = ()) -> str:
    """What PostgreSQL is asked: every word, the last as a beginning; or one of these exact lexemes. "" for nothing.

    The text is a `tsquery` as its type reads it, every lexeme quoted: nothing somebody types is an operator.
    """
    folded = fold(words).split()[:MOST_QUERY_WORDS]
    asked: list[str] = []
    for at, word in enumerate(folded):
        if _spaceless(word):
            before = at > 0 and _spaceless(folded[at - 1])
            after = at + 1 < len(folded) and _spaceless(folded[at + 1])
            if before:
                asked.append(_quoted(folded[at - 1] + word))
            elif not after:
                asked.append(_quoted(word))
            continue
        cut = word[:LONGEST_WORD]
        sign = ":*" if at == len(folded) - 1 and len(cut) >= SHORTEST_PREFIX else ""
        readings = dict.fromkeys((cut, _as_drawn(word)[:LONGEST_WORD]))
        asked.append(f"({' | '.join(_quoted(one) + sign for one in readings)})")
    ways = [" & ".join(asked)] if asked else []
    ways += [_quoted(one) for one in exactly]
    return " | ".join(f"({way})" for way in ways)


def as_id(words: str) -> UUID | None:
    """The id these words are, if they are one."""
    try:
        return UUID(words) if len(words) in {32, 36} else None
    except ValueError:
        return None


def is_email(words: str) -> bool:
    return bool(_EMAIL.fullmatch(words))


def is_phone(words: str) -> bool:
    """Written as a telephone number is. Bare digits may as well be an id of the platform."""
    return bool(_PHONE.fullmatch(words)) and sum(mark.isdigit() for mark in words) >= 7


def term(name: str, value: str) -> str:
    """A filter as it is kept."""
    return f"{name}:{value}"[:LONGEST_VALUE]


def _as_drawn(word: str) -> str:
    """The word as it looks to somebody who reads Latin letters; unchanged where that is no Latin word."""
    drawn = word.translate(_DRAWN).casefold()
    return drawn if drawn.isascii() and drawn.isalnum() else word


def _spaceless(word: str) -> bool:
    return len(word) == 1 and any(low <= ord(word) <= high for low, high in SPACELESS)


def _pairs(folded: list[str]) -> list[str]:
    return [one + other for one, other in itertools.pairwise(folded) if _spaceless(one) and _spaceless(other)]


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
