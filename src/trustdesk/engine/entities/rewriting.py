"""A text read more plainly, with the way back: every mark of the reading knows its span in the original text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

Span = tuple[int, int]
_INVISIBLE = {"Cf", "Mn", "Me"}


@dataclass(frozen=True, slots=True, eq=False)
class Rewritten:
    """Equal to itself only, which makes it a cheap key. `starts` and `ends` of each mark in the original; None where nothing moved."""

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> Span:
        """Where a piece of the reading, not empty, stands in the original."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def replaced(self, pieces: Iterable[tuple[int, int, str]]) -> Rewritten:
        """The reading with pieces (start, end, instead) replaced; in order, apart. Each new mark spans its whole piece."""
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0

        def keep(until: int) -> None:
            parts.append(self.text[at:until])
            if self.starts is None or self.ends is None:
                starts.extend(range(at, until))
                ends.extend(range(at + 1, until + 1))
            else:
                starts.extend(self.starts[at:until])
                ends.extend(self.ends[at:until])

        for start, end, instead in pieces:
            keep(start)
            parts.append(instead)
            first, last = self.span(start, end)
            starts.extend([first] * len(instead))
            ends.extend([last] * len(instead))
            at = end
        keep(len(self.text))
        return Rewritten("".join(parts), starts, ends)


@lru_cache(maxsize=4)
def plain(text: str) -> Rewritten:
    """Digits of all scripts as 0–9, letters of all widths and styles as a–z, dashes as -, invisible marks out."""
    if text.isascii():
        return Rewritten(text)
    read = text.translate(_PLAIN)
    if len(read) == len(text):
        return Rewritten(read)
    starts = [at for at, mark in enumerate(text) if _PLAIN[ord(mark)]]
    return Rewritten(read, starts, [at + 1 for at in starts])


def _plain_mark(mark: str) -> str:
    if mark.isascii():
        return mark
    if mark.isdecimal():
        return str(unicodedata.decimal(mark))
    category = unicodedata.category(mark)
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    if category in _INVISIBLE:
        return ""
    same = unicodedata.normalize("NFKC", mark)
    if len(same) == 1 and same.isascii():  # full width, circled, mathematical, superscript
        return same
    return {"⓪": "0", "⓿": "0", "\u3002": ".", "\uff61": "."}.get(mark, _OTHER_DIGITS.get(mark, mark))


# Digits in circles that have no compatibility form.
_OTHER_DIGITS = {chr(first + step): str(step + 1) for first in (0x2776, 0x2780, 0x278A, 0x24F5) for step in range(9)}


class _PlainMarks(dict[int, str]):
    """Filled as marks are met, each becomes one mark or none."""

    def __missing__(self, code: int) -> str:
        self[code] = read = _plain_mark(chr(code))
        return read


_PLAIN = _PlainMarks()


def apart(spans: Iterable[Span]) -> list[Span]:
    """In order; of overlapping spans the one that begins first, of those with one start the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def widest(spans: Iterable[Span]) -> list[Span]:
    """In order; of overlapping spans the longest."""
    kept: list[Span] = []
    for span in sorted(spans):
        if kept and span[0] < kept[-1][1]:
            if span[1] - span[0] > kept[-1][1] - kept[-1][0]:
                kept[-1] = span
        else:
            kept.append(span)
    return kept
