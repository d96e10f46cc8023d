"""Evidence in place, and what an edit changed: cut a text at the borders of its spans, compare two. Pure."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any
from unicodedata import combining


@dataclass(frozen=True)
class Piece:
    """A stretch of text. `numbers`: the hits it is evidence of; `ends`: those whose mark ends here, so that their pins stand
    after it. `means`: of a word of slang, what it means."""

    text: str
    numbers: tuple[int, ...] = ()
    tone: str = ""
    ends: tuple[int, ...] = ()
    means: str = ""


@dataclass(frozen=True)
class Stretch:
    """A part of a long text: pieces, or, where `quiet` says how many characters they have, such as nobody needs to read
    at once: nothing was found in them."""

    pieces: tuple[Piece, ...]
    quiet: int = 0


Span = tuple[int, int, int, str]
WHOLE = 3_000  # characters of a text that is shown at once
HEAD = 1_600  # of a longer one its beginning,
AROUND = 240  # and what stands around each mark;
SHORT = 400  # no fewer are folded away
MOST_MARKS = 200


def pieces(text: str, spans: Sequence[Span], terms: Sequence[tuple[int, int, str]] = ()) -> list[Piece]:
    """Cut a text at the borders of its marks. `spans`: (start, end, number, tone) in code points; they may overlap: what
    lies in several carries the numbers of all, and red goes before amber. Parts beyond the text are left out. `terms`:
    (start, end, meaning) of slang, apart."""
    marks = [*_joined(spans, text)][:MOST_MARKS]
    words = [(start, min(end, len(text)), means) for start, end, means in terms if 0 <= start < min(end, len(text))]
    edges = [(start, end) for start, end, _, _ in marks] + [(start, end) for start, end, _ in words]
    borders = sorted({0, len(text), *(at for edge in edges for at in edge)})
    found: list[Piece] = []
    for start, end in pairwise(borders):
        here = [one for one in marks if one[0] <= start and end <= one[1]]
        found.append(
            Piece(
                text[start:end],
                numbers=tuple(sorted({number for _, _, number, _ in here})),
                tone=min((tone for *_, tone in here), default="", key=lambda tone: tone != "reject"),
                ends=tuple(sorted({number for _, stop, number, _ in here if stop == end})),
                means=next((means for left, right, means in words if left <= start and end <= right), ""),
            )
        )
    return found


def _joined(spans: Sequence[Span], text: str) -> Iterator[Span]:
    """Marks of one hit that touch or overlap are one; none ends between a letter and what adorns it."""
    by_number: dict[tuple[int, str], list[list[int]]] = {}
    for start, end, number, tone in sorted(spans):
        start, end = max(0, start), min(end, len(text))
        while end < len(text) and combining(text[end]):
            end += 1
        if start >= end:
            continue
        mine = by_number.setdefault((number, tone), [])
        if mine and start <= mine[-1][1]:
            mine[-1][1] = max(mine[-1][1], end)
        else:
            mine.append([start, end])
    found = [(start, end, number, tone) for (number, tone), each in by_number.items() for start, end in each]
    yield from sorted(found)


def stretches(found: Sequence[Piece]) -> list[Stretch]:
    """A long text with its quiet parts folded: its beginning and what stands around marks is shown. No letter is lost."""
    length = sum(len(piece.text) for piece in found)
    if length <= WHOLE:
        return [Stretch(tuple(found))]
    shown: list[list[int]] = [[0, HEAD]]
    at = 0
    for piece in found:
        end = at + len(piece.text)
        if piece.numbers:
            left, right = max(0, at - AROUND), min(length, end + AROUND)
            if left - shown[-1][1] < SHORT:
                shown[-1][1] = max(shown[-1][1], right)
            else:
                shown.append([left, right])
        at = end
    if length - shown[-1][1] < SHORT:
        shown[-1][1] = length
    borders = sorted({0, length, *(at for part in shown for at in part)})
    parts, at = [], 0
    rest = deque(found)
    for start, end in pairwise(borders):
        mine: list[Piece] = []
        while rest and at < end:
            piece = rest.popleft()
            room = end - at
            if len(piece.text) > room:  # marks are never cut: they lie inside what is shown
                rest.appendleft(replace(piece, text=piece.text[room:]))
                piece = replace(piece, text=piece.text[:room])
            mine.append(piece)
            at += len(piece.text)
        visible = any(left <= start and end <= right for left, right in shown)
        parts.append(Stretch(tuple(mine), quiet=0 if visible else end - start))
    return parts


def terms_in(text: str, terms: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Where words of slang stand in a text, as whole words whatever their case: (start, end, meaning)."""
    if not terms or not text:
        return []
    return [
        (found.start(), found.end(), terms[found.group().casefold()])
        for found in islice(
            _any_of(tuple(sorted(terms, key=lambda word: (-len(word), word)))).finditer(text), MOST_MARKS
        )
        if found.group().casefold() in terms
    ]


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def spans_of(hits: Sequence[Mapping[str, Any]], field: str) -> list[tuple[int, int, int, str]]:
    """Spans of one field with the number of their hit; evidence that decides is red, what only asks is amber."""
    return [
        (span["start"], span["end"], number, "reject" if hit["then"]["verb"] in {"reject", "review"} else "warning")
        for number, hit in enumerate(hits, 1)
        for span in hit["evidence"]
        if span["field"] == field
    ]


_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_MOST = 400  # sentences compared; beyond that the whole is old and new


def changes(old: str, new: str) -> list[tuple[str, str]]:
    """What an edit changed, sentence by sentence: ("same" | "gone" | "new", words), in reading order."""
    before = [part for part in _SENTENCE.split(old) if part]
    after = [part for part in _SENTENCE.split(new) if part]
    if max(len(before), len(after)) > _MOST:
        return [("gone", old), ("new", new)]
    found: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("same", part) for part in before[i:j]]
        else:
            found += [("gone", part) for part in before[i:j]] + [("new", part) for part in after[k:m]]
    return found


_WORD = re.compile(r"\S+\s*|\s+")
_MOST_WORDS = 600


def word_changes(old: str, new: str) -> list[tuple[str, str]]:
    """How a text differs from another, word by word: ("same" | "gone" | "new", words), in reading order."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        return changes(old, new)
    old_words, new_words = ([word.strip() for word in each] for each in (before, after))
    found: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(after[k:m])))
            continue
        if i < j:
            found.append(("gone", "".join(before[i:j])))
        if k < m:
            found.append(("new", "".join(after[k:m])))
    return found
