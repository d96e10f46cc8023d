"""Text folding: what a phrase and a text must have in common to be the same words, and the way back to the original.

A folded text is its words in single spaces with one at each end: `" sell weapon "`. So a whole-word phrase is plain
containment of `" weapon "`. Folding works mark by mark (NFKD, case, digits of every script; diacritics, zero-width
and bidi marks fall away; punctuation parts words), so every folded letter knows its original. Letters are never moved
between scripts here: Cyrillic stays Cyrillic and matches itself. Look-alikes, leetspeak, spaced and repeated letters
are a second reading, made by `disguise` only where a text shows signs of them.

Scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) and pictographs: each mark is a word of its own, so a
phrase matches anywhere inside a longer run.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from functools import lru_cache

from .lookalikes import LETTERS

# Marks that only adorn a letter. Vowel signs of Indic scripts are letters in all but name and stay.
ADORNING = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0711, 0x0711),
    (0x0730, 0x074A),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x2DE0, 0x2DFF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0x1F3FB, 0x1F3FF),
    (0xE0100, 0xE01EF),
)
# Invisible though not of category Cf: fillers, the blank of Braille, tatweel (stretches Arabic words).
INVISIBLE = frozenset({0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x0640, 0x180B, 0x180C, 0x180D, 0x180F})
SPACELESS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
MAX_TRAILING_MARKS = 8


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _fold_mark(code: int) -> str:
    """What one code point becomes: letters, a space, or nothing."""
    if code in LETTERS:
        return LETTERS[code]
    mark = chr(code)
    category = unicodedata.category(mark)
    if category == "Cf" or code in INVISIBLE or _within(code, ADORNING):
        return ""
    if category == "Cc":
        return " " if mark.isspace() else ""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", mark).casefold()).casefold()
    return "".join(map(_fold_part, parts))


def _fold_part(part: str) -> str:
    code = ord(part)
    if code in LETTERS:
        return LETTERS[code]
    category = unicodedata.category(part)
    if category == "Nd":
        return str(unicodedata.decimal(part))
    if _within(code, ADORNING) or category == "Cf":
        return ""
    if category[0] in "LNM":
        return f" {part} " if _within(code, SPACELESS) else part
    return f" {part} " if category == "So" else " "


class _Table(dict[int, str]):
    """Filled as marks are met; all of Unicode is one and a half million entries nobody needs."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_mark(code)
        return folded


TABLE = _Table()
# ASCII is folded by a byte table: lower case, spaces for punctuation, controls dropped.
_ASCII = bytes(ord(TABLE[code] or "\0") if code < 128 else 32 for code in range(256))
ASCII_DROPPED = bytes(code for code in range(128) if not TABLE[code])


def fold(text: str) -> str:
    """The words of a text, folded, in single spaces with one at each end. Linear, no limits of its own."""
    if text.isascii():
        words = text.encode().translate(_ASCII, ASCII_DROPPED).decode().split()
    else:
        words = text.translate(TABLE).split(" ")
        return " ".join(["", *filter(None, words), ""]) if any(words) else " "
    return f" {' '.join(words)} " if words else " "


@lru_cache(maxsize=65_536)
def fold_phrase(phrase: str) -> str:
    """A phrase as it is looked for, without the outer spaces; empty when it holds no letter or digit."""
    return fold(phrase).strip(" ")


class Origin:
    """The way back from a folded text to the original. Made when a hit needs it, in one pass over the text."""

    __slots__ = ("_starts", "marks", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        # marks[i]: index in the original of folded mark i; a space has that of the mark after it.
        marks = array("L", [0])
        space = True
        if text.isascii():
            for match in _ASCII_WORD.finditer(text):
                _append_word(marks, match.start(), match.group())
        else:
            table = TABLE
            for at, mark in enumerate(text):
                for part in table[ord(mark)]:
                    if part == " ":
                        if not space:
                            marks.append(at)
                            space = True
                    else:
                        marks.append(at)
                        space = False
            if not space:
                marks.append(len(text))
        self.marks = marks
        self._starts: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original span of the folded span, with the adorning marks of its last letter."""
        first, last = self.marks[start], self.marks[end - 1] + 1
        text = self.text
        for _ in range(MAX_TRAILING_MARKS):
            if last >= len(text) or text[last].isspace() or TABLE[ord(text[last])] or not _adorns(text[last]):
                break
            last += 1
        return first, last

    def words_between(self, start: int, end: int, folded: str) -> int:
        """Words that begin in the original span."""
        if self._starts is None:
            self._starts = [self.marks[m.start()] for m in re.finditer(r"(?<= )[^ ]", folded)]
        return bisect_left(self._starts, end) - bisect_left(self._starts, start)


_ASCII_WORD = re.compile(r"[0-9A-Za-z\x00-\x08\x0e-\x1b\x7f]+")


def _append_word(marks: array[int], start: int, word: str) -> None:
    kept = [start + at for at, mark in enumerate(word) if TABLE[ord(mark)]]
    if kept:
        marks.extend(kept)
        marks.append(kept[-1] + 1)


def _adorns(mark: str) -> bool:
    return unicodedata.category(mark)[0] == "M"
