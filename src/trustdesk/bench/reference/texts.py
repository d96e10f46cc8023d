"""Words of a text: where phrases stand, plainly or in disguise, where patterns match. Spans are in the original text."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import re2

from trustdesk.engine.disguise import spells, unmask
from trustdesk.engine.entities import ENTITIES
from trustdesk.engine.folding import TABLE, Origin, fold, fold_phrase

MOST_SPANS, LONGEST_PHRASE = 20, 200
_SURROGATES = re.compile("[\ud800-\udfff]")
Span = tuple[int, int]


def entity_spans(name: str, text: str, regions: tuple[str, ...]) -> list[Span]:
    return ENTITIES[name](text, regions)


@lru_cache(maxsize=64)
def words(text: str) -> list[tuple[str, int, int]]:
    """Each folded word with its span, by folding one mark after the other."""
    found: list[tuple[str, int, int]] = []
    inside = False
    for at, mark in enumerate(text):
        for part in TABLE[ord(mark)]:
            if part == " ":
                inside = False
            elif inside:
                word, start, _ = found.pop()
                found.append((word + part, start, at + 1))
            else:
                found.append((part, at, at + 1))
                inside = True
    return [(word, start, with_ornaments(text, end)) for word, start, end in found]


def with_ornaments(text: str, end: int) -> int:
    """The end with up to eight accents that stand behind a word's last letter."""
    for _ in range(8):
        if end < len(text) and unicodedata.category(text[end])[0] == "M" and not TABLE[ord(text[end])]:
            end += 1
    return end


@lru_cache(maxsize=64)
def disguised_words(text: str) -> list[tuple[str, int, int]]:
    unmasked = unmask(text, fold(text))
    return unmasked.words if unmasked else []


def places(text: str, phrases: Iterable[str]) -> list[Span]:
    """Where the phrases stand, in order of their start, the longest first."""
    found: set[Span] = set()
    # What is longer than a phrase may be is left out of a list, and so is what has no letter or digit.
    for phrase in {fold_phrase(phrase) for phrase in phrases if len(phrase) <= LONGEST_PHRASE} - {""}:
        wanted = phrase.split(" ")
        for read, same in ((words(text), str.__eq__), (disguised_words(text), spells)):
            for first in range(len(read) - len(wanted) + 1):
                window = read[first : first + len(wanted)]
                if all(same(word, want) for (word, _, _), want in zip(window, wanted, strict=True)):
                    found.add((window[0][1], window[-1][2]))
    return sorted(found, key=lambda span: (span[0], -span[1]))


def near_pairs(text: str, left: str | Sequence[str], right: str | Sequence[str], within: int) -> list[Span]:
    """Spans of a phrase of one side and of the nearest one of the other that begins behind it, close enough."""
    starts = [start for _, start, _ in words(text)]
    sides = [places(text, [side] if isinstance(side, str) else side) for side in (left, right)]
    found: list[Span] = []
    for one, other in (sides, sides[::-1]):
        for start, end in one:
            behind = [span for span in other if span[0] >= end]
            if behind and sum(end <= at < behind[0][0] for at in starts) <= within:
                found += [(start, end), behind[0]]
    return found[: 2 * MOST_SPANS]


def apart(spans: Iterable[Span]) -> list[Span]:
    """Of overlapping spans the first, of those with one start the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def pattern_spans(text: str, regex: str, *, folded: bool) -> list[Span] | None:
    """Where the pattern matches more than nothing; None when it does not match at all."""
    seen = _SURROGATES.sub("\ufffd", fold(text)[1:-1] if folded else text)
    if re2.search(regex, seen) is None:
        return None
    spans = [match.span() for match in re2.finditer(regex, seen) if match.end() > match.start()]
    origin = Origin(text)
    return [origin.span(start + 1, end + 1) for start, end in spans] if folded else spans
