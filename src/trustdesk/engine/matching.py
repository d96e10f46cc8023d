"""One matcher for all text predicates of a plan: per field one automaton for phrases and sets of patterns.

Work for a text is proportional to its length and its hits, not to the number of rules: each hit knows which
predicates it answers, and a predicate without a hit costs nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick

from . import nodes
from .disguise import SEPARATOR, Unmasked, skeleton_phrase, unmask
from .folding import Origin, fold, fold_phrase
from .nodes import Lexicon, Scan
from .patterns import PatternSet

MAX_EVIDENCE = 20
Span = tuple[int, int]


class Matcher:
    """`numbers` gives each predicate its number; `read` says which of them hold in a text."""

    def __init__(self, scans: Iterable[Scan]) -> None:
        self.numbers: dict[Scan, int] = {}
        by_field: dict[str, list[Scan]] = defaultdict(list)
        for scan in scans:
            if scan not in self.numbers and not isinstance(scan, nodes.Edge | nodes.Found):
                self.numbers[scan] = len(self.numbers)
                by_field[scan.field.path].append(scan)
        self.fields = {path: FieldMatcher(found, self.numbers) for path, found in by_field.items()}


class FieldMatcher:
    """All predicates over one field."""

    def __init__(self, scans: Iterable[Scan], numbers: dict[Scan, int]) -> None:
        self.lexicons: dict[Lexicon, int] = {}
        self.asking: list[list[int]] = []  # per lexicon: numbers of `has` to set
        self.counting: list[list[int]] = []  # per lexicon: numbers of `count` to fill
        self.nearing: list[tuple[int, int, int, int]] = []  # left lexicon, right lexicon, within, number
        raw: dict[str, list[int]] = defaultdict(list)
        folded: dict[str, list[int]] = defaultdict(list)
        for scan in scans:
            number = numbers[scan]
            match scan:
                case nodes.Has(lexicon=lexicon):
                    self.asking[self._known(lexicon)].append(number)
                case nodes.Count(lexicon=lexicon):
                    self.counting[self._known(lexicon)].append(number)
                case nodes.Near(left=left, right=right, within=within):
                    self.nearing.append((self._known(left), self._known(right), within, number))
                case nodes.Pattern(regex=regex, folded=on_folded):
                    (folded if on_folded else raw)[regex].append(number)
        owners: dict[str, list[int]] = defaultdict(list)
        for lexicon, at in self.lexicons.items():
            for phrase in dict.fromkeys(map(fold_phrase, lexicon.phrases)):
                if phrase:
                    owners[f" {phrase} "].append(at)
        self.owners = list(owners.values())
        # Plain phrases first, then skeletons, each with the phrases it may stand for.
        skeletons: dict[str, list[int]] = defaultdict(list)
        self.phrases = [phrase[1:-1] for phrase in owners]
        for at, phrase in enumerate(self.phrases):
            skeletons[f"{SEPARATOR}{skeleton_phrase(phrase)}{SEPARATOR}"].append(at)
        self.meant = list(skeletons.values())
        self.automaton = AhoCorasick([*owners, *skeletons]) if owners else None
        self.raw, self.raw_numbers = PatternSet(list(raw)), list(raw.values())
        self.folded, self.folded_numbers = PatternSet(list(folded)), list(folded.values())
        self._pattern_at = {(regex, False): at for at, regex in enumerate(raw)}
        self._pattern_at |= {(regex, True): at for at, regex in enumerate(folded)}

    def _known(self, lexicon: Lexicon) -> int:
        if lexicon not in self.lexicons:
            self.lexicons[lexicon] = len(self.lexicons)
            self.asking.append([])
            self.counting.append([])
        return self.lexicons[lexicon]

    def read(self, text: str, fired: dict[int, int]) -> Reading:
        """Write into `fired` the number of each predicate that holds, with its count."""
        reading = Reading(self, text)
        for at in reading.hits:
            for number in self.asking[at]:
                fired[number] = 1
            if self.counting[at]:
                count = len(apart(reading.spans(at)))
                for number in self.counting[at]:
                    fired[number] = count
        for left, right, within, number in self.nearing:
            if left in reading.hits and right in reading.hits and reading.pairs(left, right, within, 1):
                fired[number] = 1
        for at in self.raw.match(text) if self.raw_numbers else ():
            for number in self.raw_numbers[at]:
                fired[number] = 1
        for at in self.folded.match(reading.inner) if self.folded_numbers else ():
            for number in self.folded_numbers[at]:
                fired[number] = 1
        return reading

    def evidence(self, scan: Scan, reading: Reading) -> list[Span]:
        """Original spans that make the predicate hold, in order, none within another, at most `MAX_EVIDENCE`."""
        match scan:
            case nodes.Has(lexicon=lexicon) | nodes.Count(lexicon=lexicon):
                return apart(reading.spans(self.lexicons[lexicon]))[:MAX_EVIDENCE]
            case nodes.Near(left=left, right=right, within=within):
                pairs = reading.pairs(self.lexicons[left], self.lexicons[right], within, MAX_EVIDENCE)
                return apart([span for pair in pairs for span in pair])[:MAX_EVIDENCE]
            case nodes.Pattern(regex=regex, folded=True):
                spans = self.folded.spans(self._pattern_at[regex, True], reading.inner, MAX_EVIDENCE)
                return [reading.original(start + 1, end + 1) for start, end in spans]
            case nodes.Pattern(regex=regex):
                return self.raw.spans(self._pattern_at[regex, False], reading.text, MAX_EVIDENCE)
        return []


class Reading:
    """One text read once (and, where it shows signs of disguise, once more); places are worked out when asked for."""

    __slots__ = ("_origin", "_spans", "disguised", "folded", "hits", "matcher", "text")

    def __init__(self, matcher: FieldMatcher, text: str) -> None:
        self.matcher, self.text = matcher, text
        self.folded = fold(text)
        # Per lexicon: spans in the folded text, and spans of disguised words in the original.
        self.hits: dict[int, list[Span]] = {}
        self.disguised: dict[int, list[Span]] = {}
        self._origin: Origin | None = None
        self._spans: dict[int, list[Span]] = {}
        if matcher.automaton is None:
            return
        unmasked = unmask(text, self.folded)
        owners, plain, hits = matcher.owners, len(matcher.owners), self.hits
        searched = self.folded if unmasked is None else self.folded + unmasked.text
        for found, start, end in matcher.automaton.find_matches_as_indexes(searched, overlapping=True):
            if found < plain:
                for at in owners[found]:
                    hits.setdefault(at, []).append((start + 1, end - 1))
            elif unmasked is not None:
                self._unmask(unmasked, found - plain, start + 1 - len(self.folded))

    def _unmask(self, unmasked: Unmasked, found: int, start: int) -> None:
        for phrase in self.matcher.meant[found]:
            span = unmasked.spelled(start, self.matcher.phrases[phrase])
            if span is not None:
                for at in self.matcher.owners[phrase]:
                    self.hits.setdefault(at, [])
                    self.disguised.setdefault(at, []).append(span)

    @property
    def inner(self) -> str:
        """The folded words without the outer spaces: what a folded pattern sees."""
        return self.folded[1:-1]

    @property
    def origin(self) -> Origin:
        if self._origin is None:
            self._origin = Origin(self.text)
        return self._origin

    def original(self, start: int, end: int) -> Span:
        # A folded pattern may match a space; its place is where the gap begins.
        return self.origin.span(start, end)

    def spans(self, at: int) -> list[Span]:
        """Original spans of a lexicon's hits, in order of their start, longest first."""
        if at not in self._spans:
            found = {self.original(start, end) for start, end in self.hits.get(at, ())}
            found.update(self.disguised.get(at, ()))
            self._spans[at] = sorted(found, key=lambda span: (span[0], -span[1]))
        return self._spans[at]

    def pairs(self, left: int, right: int, within: int, most: int) -> list[tuple[Span, Span]]:
        """Pairs that do not overlap with at most `within` words between them, the nearest for each hit."""
        found: list[tuple[Span, Span]] = []
        for before, after in ((left, right), (right, left)):
            seconds = self.spans(after)
            starts = [start for start, _ in seconds]
            for first in self.spans(before):
                at = bisect_left(starts, first[1])
                if at == len(starts):
                    continue
                if self.origin.words_between(first[1], starts[at], self.folded) <= within:
                    found.append((first, seconds[at]))
                    if len(found) == most:
                        return found
        return found


def apart(spans: list[Span]) -> list[Span]:
    """The leftmost longest of overlapping spans; input ordered by start or not."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
