"""Where a finding's suggestion belongs: which letters of the line give way to the nearest known name. Pure."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from trustdesk.engine import Problem

# A name as rules and front matter write it: dotted, hyphened, or a text in quotes.
_WORD = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'|[\w][\w.-]*')
_ALIKE = 45  # of 100: what is less like the suggestion is not what was meant


@dataclass(frozen=True)
class Mend:
    """Replace `line`'s letters from column `start` up to `end` (from 1, in code points, end excluded) by `text`."""

    line: int
    start: int
    end: int
    text: str


def mend_of(problem: Problem) -> Mend | None:
    """The one edit that takes the suggestion, or None where there is none, or no word it could be for."""
    if not problem.nearest or not problem.line or "…" in problem.nearest:
        return None
    found = _word(problem.source, problem.column - 1, problem.nearest)
    if found is None:
        return None
    start, end = found
    text = problem.nearest
    written = problem.source[start:end]
    if written[:1] in "\"'" and written[:1] == written[-1:] and text[:1] not in "\"'":
        start, end = start + 1, end - 1  # the quotes stay
    return Mend(problem.line, start + 1, end + 1, text)


def extent_of(problem: Problem) -> tuple[int, int]:
    """The columns a finding speaks of, from 1, end excluded: the word that stands there, at least one letter."""
    at = problem.column - 1
    for word in _WORD.finditer(problem.source):
        if word.start() <= at < word.end():
            return at + 1, word.end() + 1
    return at + 1, at + 2


def _word(source: str, at: int, nearest: str) -> tuple[int, int] | None:
    """The word at a place if it is like the suggestion, else the most alike of its line, the closer the better."""
    best: tuple[float, int, int] | None = None
    for word in _WORD.finditer(source):
        alike = fuzz.ratio(word.group().strip("\"'"), nearest.strip("\"'"))
        if word.start() <= at < word.end() and alike >= _ALIKE:
            return word.start(), word.end()
        if alike >= _ALIKE:
            rank = alike - abs(word.start() - at) / 10
            if best is None or rank > best[0]:
                best = (rank, word.start(), word.end())
    return best[1:] if best else None
