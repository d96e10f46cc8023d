"""One matcher for all text predicates of a plan: per field one automaton for phrases and sets of patterns.

Work for a text is proportional to its length and its hits, not to the number of rules: each hit knows which
predicates it answers, and a predicate without a hit costs nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from ahocorasick_rs import AhoCorasick

from . import nodes
from .disguise import SEPARATOR, Unmasked, skeleton_phrase, unmask
from .folding import Origin, fold, fold_phrase
from .nodes import Lexicon, Scan
from .patterns import PatternSet

MAX_EVIDENCE = 20
Span = tuple[int, int]


class Matcher:
    """All predicates of a plan. `numbers` gives each its number; a `MatcherView` says which of them hold in a text."""

    def __init__(self, scans: Iterable[Scan]) -> None:
        self.numbers: dict[Scan, int] = {}
        by_field: dict[str, list[Scan]] = defaultdict(list)
        for scan in scans:
            if scan not in self.numbers and not isinstance(scan, nodes.Edge | nodes.Found):
                self.numbers[scan] = len(self.numbers)
                by_field[scan.field.path].append(scan)
        self.fields = {path: FieldMatcher(found) for path, found in by_field.items()}


class FieldMatcher:
    """All predicates over one field."""

    def __init__(self, scans: Iterable[Scan]) -> None:
        self.lexicons: dict[Lexicon, int] = {}
        raw: dict[str, None] = {}
        folded: dict[str, None] = {}
        for scan in scans:
            match scan:
                case nodes.Has(lexicon=lexicon) | nodes.Count(lexicon=lexicon):
                    self._know(lexicon)
                case nodes.Near(left=left, right=right):
                    self._know(left)
                    self._know(right)
                case nodes.Pattern(regex=regex, folded=on_folded):
                    (folded if on_folded else raw)[regex] = None
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
        self.raw, self.folded = PatternSet(list(raw)), PatternSet(list(folded))
        self.pattern_at = {(regex, False): at for at, regex in enumerate(raw)}
        self.pattern_at |= {(regex, True): at for at, regex in enumerate(folded)}

    def _know(self, lexicon: Lexicon) -> None:
        self.lexicons.setdefault(lexicon, len(self.lexicons))

    def evidence(self, scan: Scan, reading: Reading) -> list[Span]:
        """Original spans that make the predicate hold, in order, none within another, at most `MAX_EVIDENCE`."""
        match scan:
            case nodes.Has(lexicon=lexicon) | nodes.Count(lexicon=lexicon):
                return apart(reading.spans(self.lexicons[lexicon]))[:MAX_EVIDENCE]
            case nodes.Near(left=left, right=right, within=within):
                pairs = reading.pairs(self.lexicons[left], self.lexicons[right], within, MAX_EVIDENCE)
                return apart([span for pair in pairs for span in pair])[:MAX_EVIDENCE]
            case nodes.Pattern(regex=regex, folded=True):
                spans = self.folded.spans(self.pattern_at[regex, True], reading.inner, MAX_EVIDENCE)
                return [reading.original(start + 1, end + 1) for start, end in spans]
            case nodes.Pattern(regex=regex):
                return self.raw.spans(self.pattern_at[regex, False], reading.text, MAX_EVIDENCE)
        return []


class MatcherView:
    """The matcher as one program needs it: only predicates of its rules are answered."""

    def __init__(self, matcher: Matcher, wanted: Collection[Scan]) -> None:
        by_field: dict[str, list[Scan]] = defaultdict(list)
        for scan in wanted:
            by_field[scan.field.path].append(scan)
        self.fields = {
            path: FieldView(matcher.fields[path], scans, matcher.numbers) for path, scans in sorted(by_field.items())
        }


class FieldView:
    """One reading of a text for the wanted predicates of its field."""

    def __init__(self, matcher: FieldMatcher, scans: Iterable[Scan], numbers: Mapping[Scan, int]) -> None:
        self.matcher = matcher
        asking: dict[int, list[int]] = defaultdict(list)  # lexicon: numbers of `has` to set
        self._counting: dict[int, list[int]] = defaultdict(list)  # lexicon: numbers of `count` to fill
        self._nearing: list[tuple[int, int, int, int]] = []  # left lexicon, right lexicon, within, number
        raw: dict[int, int] = {}
        folded: dict[int, int] = {}
        for scan in scans:
            number = numbers[scan]
            match scan:
                case nodes.Has(lexicon=lexicon):
                    asking[matcher.lexicons[lexicon]].append(number)
                case nodes.Count(lexicon=lexicon):
                    self._counting[matcher.lexicons[lexicon]].append(number)
                case nodes.Near(left=left, right=right, within=within):
                    self._nearing.append((matcher.lexicons[left], matcher.lexicons[right], within, number))
                case nodes.Pattern(regex=regex, folded=on_folded):
                    (folded if on_folded else raw)[matcher.pattern_at[regex, on_folded]] = number
        placed = {*self._counting, *(side for left, right, _, _ in self._nearing for side in (left, right))}
        # By phrase: what holds when it is found, and the lexicons whose places matter.
        self._held = [tuple(number for at in owners for number in asking.get(at, ())) for owners in matcher.owners]
        self._placed = [tuple(at for at in owners if at in placed) for owners in matcher.owners]
        self._automaton = matcher.automaton if any(self._held) or any(self._placed) else None
        self._raw = matcher.raw.view(raw) if raw else None
        self._folded = matcher.folded.view(folded) if folded else None

    def read(self, text: str, fired: dict[int, int]) -> None:
        """Write into `fired` the number of each predicate that holds, with its count."""
        if self._raw is not None:
            fired.update(dict.fromkeys(self._raw.match(text), 1))
        if self._automaton is None and self._folded is None:
            return
        folded = fold(text)
        if self._folded is not None:
            fired.update(dict.fromkeys(self._folded.match(folded[1:-1]), 1))
        if self._automaton is not None:
            self._phrases(text, folded, fired)

    def _phrases(self, text: str, folded: str, fired: dict[int, int]) -> None:
        matcher, held, placed = self.matcher, self._held, self._placed
        unmasked = unmask(text, folded)
        plain = len(held)
        lexicons: set[int] = set()
        searched = folded if unmasked is None else folded + unmasked.text
        for found, start, _ in self._automaton.find_matches_as_indexes(searched, overlapping=True):  # type: ignore[union-attr]
            if found < plain:
                phrases: Iterable[int] = (found,)
            elif unmasked is None:
                continue
            else:
                at = start + 1 - len(folded)
                phrases = [
                    phrase
                    for phrase in matcher.meant[found - plain]
                    if (held[phrase] or placed[phrase]) and unmasked.spelled(at, matcher.phrases[phrase])
                ]
            for phrase in phrases:
                for number in held[phrase]:
                    fired[number] = 1
                if placed[phrase]:
                    lexicons.update(placed[phrase])
        if lexicons:
            self._places(text, lexicons, fired)

    def _places(self, text: str, lexicons: set[int], fired: dict[int, int]) -> None:
        """Predicates that need to know where phrases stand; few texts come here."""
        nearing = [each for each in self._nearing if each[0] in lexicons and each[1] in lexicons]
        counting = [(at, numbers) for at, numbers in self._counting.items() if at in lexicons]
        if not nearing and not counting:
            return
        reading = Reading(self.matcher, text)
        for at, numbers in counting:
            count = len(apart(reading.spans(at)))
            for number in numbers:
                fired[number] = count
        for left, right, within, number in nearing:
            if reading.pairs(left, right, within, 1):
                fired[number] = 1


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
