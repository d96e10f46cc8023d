"""How articles and questions become what is looked up. Pure.

Words are folded as the engine folds them: case, diacritics and width do not matter. PostgreSQL's own parser is left out: it
parts words otherwise in each locale. A word stands as itself and, where the language has a stemmer, once more as its stem
(“en~remov”). Scripts without spaces stand mark by mark and in pairs. A question's words are read together (any of them
may be missing), weighed by how rare they are: idf as in BM25 (Robertson and Zaragoza, 2009), log(1 + (N - n + .5) / (n + .5)).
"""

import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from trustdesk.engine.folding import SPACELESS, fold

LONGEST_WORD = 60
MOST_WORDS = 4_000  # of a document
MOST_ASKED = 24  # words of a question
LONGEST_ASKED = 300
SHORTEST_PREFIX = 3
_LAST_POSITION = 16_383  # tsvector keeps no more
_MOST_POSITIONS = 256
# What a match is worth where the word was not typed as it stands.
SYNONYM, CORRECTED, PREFIX = 0.7, 0.8, 0.5
_NEAREST = 3

# Parts of a document by their weight for ts_rank, the gravest first.
PARTS = ("A", "B", "C", "D")


def words_of(text: str) -> list[str]:
    """Folded words in their order."""
    return [word[:LONGEST_WORD] for word in fold(text.replace("\0", " ")).split()]


def pairs_of(words: Sequence[str]) -> list[tuple[int, str]]:
    """Neighbouring marks of scripts without spaces, with the place of the first."""
    return [
        (at, one + other)
        for at, (one, other) in enumerate(itertools.pairwise(words))
        if _spaceless(one) and _spaceless(other)
    ]


def vector(parts: Mapping[str, str], *, language: str, stems: Mapping[str, str]) -> str:
    """A `tsvector` as its type reads it, of the texts by weight; `stems`: word → stem, "" for words that carry nothing."""
    places: dict[str, list[str]] = {}
    at = 0

    def put(lexeme: str, place: int, weight: str) -> None:
        known = places.setdefault(lexeme, [])
        if len(known) < _MOST_POSITIONS:
            known.append(f"{min(place, _LAST_POSITION)}{weight}")

    for weight in PARTS:
        words = words_of(parts.get(weight, ""))[:MOST_WORDS]
        for place, word in enumerate(words, at + 1):
            put(word, place, weight)
            if stem := stems.get(word):
                put(f"{language}~{stem}", place, weight)
        for place, pair in pairs_of(words):
            put(pair, at + 1 + place, weight)
        at += len(words) + 10  # a gap, so that no phrase runs from one part into the next
    return " ".join(f"{quoted(lexeme)}:{','.join(found)}" for lexeme, found in places.items())


@dataclass(frozen=True)
class Vocabulary:
    """The words of all documents of a language with the number of documents that hold them; groups of synonyms, folded."""

    language: str
    documents: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    stems: Mapping[str, int] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()

    def known(self, word: str, stem: str) -> bool:
        return word in self.counts or stem in self.stems

    def rarity(self, word: str, stem: str) -> float:
        n = min(self.documents, max(self.counts.get(word, 0), self.stems.get(stem, 0) if stem else 0))
        return math.log(1 + (self.documents - n + 0.5) / (n + 0.5))

    def near(self, word: str) -> list[str]:
        """Words somebody may have meant: few letters away, the nearest and most usual first; none for short words."""
        length = len(word)
        most = 0 if length < 4 or not word.isalpha() else 1 if length < 6 else 2 if length < 11 else 3
        if not most:
            return []
        found = process.extract(
            word, self.counts.keys(), scorer=OSA.distance, score_cutoff=most, limit=20, processor=None
        )
        ranked = sorted(
            (
                (distance, other[0] != word[0], -self.counts[other], other)
                for other, distance, _ in found
                if len(other) >= 3 and other.isalpha()
            ),
        )
        if not ranked:
            return []
        best = ranked[0][0]
        return [other for distance, _, _, other in ranked if distance == best][:_NEAREST]


@dataclass(frozen=True)
class Reading:
    """One way a word of the question is looked up. `group`: the place of the word; ways of one word do not add up."""

    group: int
    query: str
    weight: float


@dataclass(frozen=True)
class Question:
    """A question, ready to be asked. `whole`: the tsquery of all readings. `corrected`: what was typed → what was meant."""

    readings: tuple[Reading, ...] = ()
    whole: str = ""
    total: float = 0.0
    corrected: tuple[tuple[str, tuple[str, ...]], ...] = ()


def asked(text: str) -> list[str]:
    """The folded words of a question."""
    return words_of(text[:LONGEST_ASKED])[:MOST_ASKED]


def question(
    words: Sequence[str],
    *,
    vocabulary: Vocabulary,
    stems: Mapping[str, str],
    typing: bool = False,
    exactly: bool = False,
) -> Question:
    """`stems`: of these words and of `vocabulary.near` of them (word → stem, "" for stop words). `typing`: the last word may
    be unfinished. `exactly`: no word is taken for another."""
    telling = [at for at, word in enumerate(words) if stems.get(word, word)] or list(range(len(words)))
    readings: list[Reading] = []
    corrected: list[tuple[str, tuple[str, ...]]] = []
    language = vocabulary.language
    for at in telling:
        word = words[at]
        if _spaceless(word) and _part_of_pair(words, at):
            continue
        stem = stems.get(word) or ""
        weight = vocabulary.rarity(word, stem)
        last = typing and at == len(words) - 1 and len(word) >= SHORTEST_PREFIX
        if vocabulary.known(word, stem) or not last:
            readings.append(_reading(at, [word], {word: stem}, language, weight))
        if last:
            readings.append(Reading(at, f"{quoted(word)}:*", PREFIX * weight))
        near = [] if exactly or last or vocabulary.known(word, stem) else vocabulary.near(word)
        if near:
            weight = max(vocabulary.rarity(other, stems.get(other) or "") for other in near)
            readings.append(_reading(at, near, stems, language, CORRECTED * weight))
            corrected.append((word, tuple(near)))
        others = [] if exactly else _synonyms(word, [*near], vocabulary.synonyms)
        if others:
            readings.append(Reading(at, _any_of(others), SYNONYM * max(weight, 1.0)))
    readings += _phrases(words, vocabulary, exactly=exactly)
    for at, pair in pairs_of(words):
        readings.append(Reading(at, quoted(pair), vocabulary.rarity(pair, "")))
    best: dict[int, float] = {}
    for one in readings:
        best[one.group] = max(best.get(one.group, 0.0), one.weight)
    return Question(
        readings=tuple(readings),
        whole=" | ".join(f"({one.query})" for one in readings),
        total=sum(best.values()),
        corrected=tuple(corrected),
    )


def quoted(lexeme: str) -> str:
    """As `tsvector` and `tsquery` read a lexeme: nothing somebody types is an operator."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def folded_groups(groups: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Synonyms as they are compared: folded, each once, groups of at least two."""
    made = (tuple(dict.fromkeys(" ".join(words_of(one)) for one in group if words_of(one))) for group in groups)
    return tuple(group for group in made if len(group) > 1)


def _reading(at: int, words: Sequence[str], stems: Mapping[str, str], language: str, weight: float) -> Reading:
    ways = list(dict.fromkeys([*words, *(f"{language}~{stems[word]}" for word in words if stems.get(word))]))
    # ts_rank divides by the number of ways; what matches one of them counts as it would alone.
    return Reading(at, " | ".join(map(quoted, ways)), weight * len(ways))


def _any_of(phrases: Sequence[str]) -> str:
    return " | ".join("(" + " & ".join(map(quoted, phrase.split())) + ")" for phrase in phrases)


def _synonyms(word: str, near: Sequence[str], groups: Collection[Sequence[str]]) -> list[str]:
    mine = {word, *near}
    found = [other for group in groups if mine & set(group) for other in group if other not in mine]
    return list(dict.fromkeys(found))


def _phrases(words: Sequence[str], vocabulary: Vocabulary, *, exactly: bool) -> list[Reading]:
    """Synonyms of several words that the question holds: “money back” is looked up as “refund”, too."""
    if exactly:
        return []
    text = f" {' '.join(words)} "
    found = []
    for group in vocabulary.synonyms:
        for phrase in group:
            if " " in phrase and f" {phrase} " in text:
                others = [other for other in group if other != phrase]
                at = text[: text.index(f" {phrase} ")].count(" ")
                found.append(Reading(at, _any_of(others), 2.0))
    return found


def _spaceless(word: str) -> bool:
    return len(word) == 1 and any(low <= ord(word) <= high for low, high in SPACELESS)


def _part_of_pair(words: Sequence[str], at: int) -> bool:
    return (at > 0 and _spaceless(words[at - 1])) or (at + 1 < len(words) and _spaceless(words[at + 1]))
