"""Evidence in place, and what an edit changed: cut a text at the borders of its spans, compare two. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `number` is 0 where nothing was found. `last`: the mark's number is shown after it."""

    text: str
    number: int = 0
    tone: str = ""
    last: bool = False


def pieces(text: str, spans: Sequence[tuple[int, int, int, str]]) -> list[Piece]:
    """`spans`: (start, end, number, tone) in code points. Overlaps go to the one that starts first; those beyond the text
    are left out."""
    found: list[Piece] = []
    at = 0
    for start, end, number, tone in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:end], number=number, tone=tone, last=True))
        at = end
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


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
