"""Regular expressions of RE2: what it cannot compile is refused with the reason, what it can runs in linear time."""

from __future__ import annotations

import re
from collections.abc import Sequence

import re2

MAX_PATTERN = 1_000
# One large set thrashes its automaton cache; sets of 200 stay quick.
SHARD, SHARD_MEMORY, PATTERN_MEMORY = 200, 96 << 20, 8 << 20
_SURROGATES = re.compile("[\ud800-\udfff]")
_REASONS = (
    (re.compile(r"\(\?<?[=!]"), "look-around ({}) is not possible: patterns run in linear time"),
    (re.compile(r"\\[1-9]|\(\?P="), "back-references ({}) are not possible: patterns run in linear time"),
    (re.compile(r"\(\?>|[*+?}]\+"), "atomic and possessive groups ({}) are not possible and not needed"),
    (re.compile(r"\(\?\("), "conditionals ({}) are not possible: patterns run in linear time"),
)


def _options(memory: int) -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


def compile_pattern(regex: str) -> re2._Regexp:
    return re2.compile(regex, _options(PATTERN_MEMORY))


def regex_problem(regex: str) -> str:
    """Why the pattern cannot be used; empty when it can."""
    if not regex:
        return "the pattern is empty"
    if len(regex) > MAX_PATTERN:
        return f"the pattern has {len(regex):,} characters; at most {MAX_PATTERN:,} are read"
    if "\0" in regex or _SURROGATES.search(regex):
        return "the pattern holds a mark that is not text"
    try:
        compile_pattern(regex)
    except re2.error as error:
        for sign, reason in _REASONS:
            found = sign.search(regex)
            if found:
                return reason.format(found.group())
        said = error.args[0] if error.args else error
        told = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"the pattern is not RE2: {told}"
    return ""


class PatternSet:
    """Many patterns over one text at once."""

    def __init__(self, regexes: Sequence[str]) -> None:
        self.regexes = tuple(regexes)
        self._shards: list[tuple[int, re2.Set]] = []
        for first in range(0, len(regexes), SHARD):
            shard = re2.Set.SearchSet(_options(SHARD_MEMORY))
            for regex in regexes[first : first + SHARD]:
                shard.Add(regex)
            shard.Compile()
            self._shards.append((first, shard))

    def match(self, text: str) -> list[int]:
        """Indexes of the patterns that match somewhere."""
        text = readable(text)
        return [first + at for first, shard in self._shards for at in shard.Match(text) or ()]

    def spans(self, at: int, text: str, most: int) -> list[tuple[int, int]]:
        """Where pattern `at` matches, at most `most` spans; empty matches have no place."""
        spans: list[tuple[int, int]] = []
        for match in compile_pattern(self.regexes[at]).finditer(readable(text)):
            if match.end() > match.start():
                spans.append(match.span())
                if len(spans) == most:
                    break
        return spans


def readable(text: str) -> str:
    """Lone surrogates have no UTF-8; one replacement mark for each keeps the places."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)
