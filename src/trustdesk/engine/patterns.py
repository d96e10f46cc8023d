"""Regular expressions of RE2: what it cannot compile is refused with the reason, what it can runs in linear time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import re2
from ahocorasick_rs import AhoCorasick

from .literals import WORD, fold_case, required

# MAX_PROGRAM, in instructions of RE2: where its automaton grows too large, each mark of a text costs so many steps.
MAX_PATTERN, MAX_PROGRAM = 1_000, 5_000
# One large set thrashes its automaton cache; sets of 200 stay quick. SHARD_SIZE is in instructions of RE2.
SHARD, SHARD_SIZE, SHARD_MEMORY, PATTERN_MEMORY = 200, 20_000, 96 << 20, 8 << 20
_SURROGATES = re.compile("[\ud800-\udfff]")
_REASONS = (
    (re.compile(r"\(\?<?[=!]"), "look-around ({}) is not possible: patterns run in linear time"),
    (re.compile(r"\\[1-9]|\(\?P="), "back-references ({}) are not possible: patterns run in linear time"),
    (re.compile(r"\(\?>|[*+?}]\+"), "atomic and possessive groups ({}) are not possible and not needed"),
    (re.compile(r"\(\?\("), "conditionals ({}) are not possible: patterns run in linear time"),
)

Search = Callable[[bytes], bool]
# Of a literal, by its borders (none, after it, before it, both): the numbers that match then and the patterns to be run;
# and the numbers that match then where it is written so.
_Meaning = tuple[Sequence[tuple[tuple[int, ...], tuple[int, ...]]], Mapping[str, Sequence[tuple[int, ...]]]]
_NOBODY: Sequence[tuple[int, ...]] = ((), (), (), ())


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
        size = compile_pattern(regex).programsize
    except re2.error as error:
        for sign, reason in _REASONS:
            found = sign.search(regex)
            if found:
                return reason.format(found.group())
        said = error.args[0] if error.args else error
        told = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"the pattern is not RE2: {told}"
    if size > MAX_PROGRAM:
        return (
            f"the pattern takes {size:,} steps for each mark, at most {MAX_PROGRAM:,}: shorten what is repeated {{…}}"
        )
    return ""


class PatternSet:
    """Many patterns over one text at once.

    One pass finds the literals that patterns cannot do without; only patterns whose literals are there are run. Those
    without any run together in sets. (One set of all would be slower by far: what it remembers of a text grows with
    every combination of patterns that matched.)
    """

    def __init__(self, regexes: Sequence[str]) -> None:
        self.regexes = tuple(regexes)
        self.needed = [required(regex) for regex in self.regexes]
        self.owners: dict[str, list[int]] = {}
        for at, need in enumerate(self.needed):
            for literal in need.first if need else ():
                self.owners.setdefault(literal, []).append(at)
        self.automaton = AhoCorasick(list(self.owners)) if self.owners else None
        self.searches: dict[int, Search] = {}

    def view(self, wanted: Mapping[int, int]) -> PatternView:
        """The same patterns, of which only these (place → number to be told by) are asked about."""
        return PatternView(self, wanted)

    def search(self, at: int) -> Search:
        """One pattern that answers whether it matches an encoded text; quicker than the one that says where."""
        made = self.searches[at] = _search(self.regexes[at])
        return made

    def spans(self, at: int, text: str, most: int) -> list[tuple[int, int]]:
        """Where pattern `at` matches, at most `most` spans; empty matches have no place."""
        spans: list[tuple[int, int]] = []
        for match in compile_pattern(self.regexes[at]).finditer(readable(text)):
            if match.end() > match.start():
                spans.append(match.span())
                if len(spans) == most:
                    break
        return spans


class PatternView:
    """Which of the wanted patterns match a text, told by the numbers given for them."""

    def __init__(self, patterns: PatternSet, wanted: Mapping[int, int]) -> None:
        self.patterns, self._wanted = patterns, wanted
        self._found = [_meaning(patterns, literal, owners, wanted) for literal, owners in patterns.owners.items()]
        self._beyond_ascii = [tuple(at for at in owners if at in wanted) for owners in patterns.owners.values()]
        self._automaton = patterns.automaton if any(self._found) else None
        self._shards = _shards({at: patterns.regexes[at] for at in sorted(wanted) if patterns.needed[at] is None})
        # What a text must hold besides the literal: single texts, and groups of which one must be there.
        self._musts: dict[int, tuple[str, ...]] = {}
        self._choices: dict[int, list[frozenset[str]]] = {}
        for at in wanted:
            need = patterns.needed[at]
            if need is not None and need.others:
                self._musts[at] = tuple(next(iter(group)) for group in need.others if len(group) == 1)
                self._choices[at] = [group for group in need.others if len(group) > 1]

    def match(self, text: str) -> Iterable[int]:
        """Numbers of the wanted patterns that match somewhere."""
        matched: set[int] = set()
        encoded = b""
        text = readable(text)
        if self._automaton is not None:
            plain = text.isascii()
            low = text.lower() if plain else text.casefold()
            hits = self._automaton.find_matches_as_indexes(low, overlapping=True)
            if hits:
                candidates = self._by_words(text, low, hits, matched) if plain else set()
                if not plain:
                    candidates.update(*[self._beyond_ascii[literal] for literal, _, _ in hits])
                if candidates:
                    encoded = text.encode()
                    self._run(candidates, low, encoded, matched)
        if self._shards:
            encoded = encoded or text.encode()
            wanted = self._wanted
            for patterns, shard in self._shards:
                matched.update([wanted[patterns[at]] for at in shard(encoded)])
        return matched

    def _by_words(self, text: str, low: str, hits: Iterable[tuple[int, int, int]], matched: set[int]) -> set[int]:
        """In an ASCII text a literal between the right borders decides by itself; gives the patterns still to be run."""
        decided: list[tuple[int, ...]] = []
        candidates: list[tuple[int, ...]] = []
        last, found, word = len(low), self._found, WORD
        for literal, start, end in hits:
            entry = found[literal]
            if entry is None:
                continue
            borders = (2 if start == 0 or low[start - 1] not in word else 0) + (
                1 if end == last or low[end] not in word else 0
            )
            any_case, as_written = entry
            numbers, others = any_case[borders]
            if numbers:
                decided.append(numbers)
            if others:
                candidates.append(others)
            if as_written:
                numbers = as_written.get(text[start:end], _NOBODY)[borders]
                if numbers:
                    decided.append(numbers)
        matched.update(*decided)
        return set().union(*candidates)

    def _run(self, candidates: Iterable[int], low: str, encoded: bytes, matched: set[int]) -> None:
        musts, choices, searches, wanted = self._musts, self._choices, self.patterns.searches, self._wanted
        for at in candidates:
            for each in musts.get(at, ()):
                if each not in low:
                    break
            else:
                groups = choices.get(at)
                if groups and not all(any(each in low for each in group) for group in groups):
                    continue
                if (searches.get(at) or self.patterns.search(at))(encoded):
                    matched.add(wanted[at])


def _meaning(patterns: PatternSet, literal: str, owners: Sequence[int], wanted: Mapping[int, int]) -> _Meaning | None:
    """What a found literal means; nothing when it is no one's."""
    mine = [(at, need) for at in owners if at in wanted and (need := patterns.needed[at])]
    if not mine:
        return None
    any_case = []
    as_written: dict[str, list[tuple[int, ...]]] = {}
    spellings = {
        word for _, need in mine if need.words and need.cased for word in need.words if fold_case(word) == literal
    }
    for before, after in ((False, False), (False, True), (True, False), (True, True)):
        fit = [(at, need) for at, need in mine if (before or not need.left) and (after or not need.right)]
        decided = tuple(wanted[at] for at, need in fit if need.words is not None and not need.cased)
        any_case.append((decided, tuple(at for at, need in fit if need.words is None)))
        for spelled in spellings:
            exactly = tuple(wanted[at] for at, need in fit if need.cased and need.words and spelled in need.words)
            as_written.setdefault(spelled, []).append(exactly)
    return any_case, as_written


def _search(regex: str) -> Search:
    """Whether the pattern matches: the binding itself where it can be had, which works out no groups."""
    options = _options(PATTERN_MEMORY)
    options.never_capture = True
    compiled = re2.compile(regex, options)
    bare = getattr(compiled, "_regexp", None)
    anchor = getattr(re2, "_Anchor", None)
    if bare is None or anchor is None:
        return lambda text: compiled.search(text) is not None
    match, unanchored = bare.Match, anchor.UNANCHORED
    return lambda text: match(unanchored, text, 0, len(text))[0][0] >= 0


def _shards(patterns: Mapping[int, str]) -> list[tuple[tuple[int, ...], Callable[[bytes], Iterable[int]]]]:
    """The patterns in sets that run together, none too large for its memory: a set that runs out of it says nothing."""
    shards: list[list[int]] = []
    size = SHARD_SIZE
    for at, regex in patterns.items():
        own = compile_pattern(regex).programsize
        if size + own > SHARD_SIZE or len(shards[-1]) == SHARD:
            shards.append([])
            size = 0
        shards[-1].append(at)
        size += own
    return [(tuple(numbers), _together([patterns[at] for at in numbers])) for numbers in shards]


def _together(regexes: Sequence[str]) -> Callable[[bytes], Iterable[int]]:
    if len(regexes) > 1:
        made = re2.Set.SearchSet(_options(SHARD_MEMORY))
        try:
            for regex in regexes:
                made.Add(regex)
            made.Compile()
        except re2.error:
            pass
        else:
            return lambda text: made.Match(text) or ()
    searches = [_search(regex) for regex in regexes]
    return lambda text: [at for at, search in enumerate(searches) if search(text)]


def readable(text: str) -> str:
    """Lone surrogates have no UTF-8; one replacement mark for each keeps the places."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)
