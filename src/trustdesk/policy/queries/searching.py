"""Finding the clause somebody means while they type a few letters of it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2

from rapidfuzz import fuzz

from trustdesk.policy.documents import PolicyDocument
from trustdesk.policy.guidelines import Clause, render
from trustdesk.policy.queries.guidance import body_in
from trustdesk.policy.queries.rulesets import live_content
from trustdesk.policy.refusals import NoPolicy
from trustdesk.policy.rulesets import Content

_LONGEST_QUERY = 100
_LEAST = 55.0  # of 100: below, a hit is no help
_QUOTED = re.compile(r'"([^"\\]{2,60})"')
_WORD = re.compile(r"\w+")
# How much a word counts where it is met: the heading says most, what the rules look for less than what people read.
_HEADING, _TITLE, _TEXT, _RULES, _LABELS = 96.0, 86.0, 78.0, 74.0, 64.0
# How much the beginning of a word counts, by how much of it was typed.
_BEGUN = {1: 0.3, 2: 0.6, 3: 0.86}
Words = Mapping[str, int]


@dataclass(frozen=True)
class ClauseHit:
    """A clause that fits what was typed. `matches` are spans (start, end) of `title` to underline; score 0 to 100."""

    policy: str
    version: int
    clause: str
    title: str
    policy_title: str
    labels: tuple[str, ...]
    score: float
    matches: tuple[tuple[int, int], ...]

    @property
    def value(self) -> str:
        """As a form names it."""
        return f"{self.policy}:{self.version}:{self.clause}"

    @property
    def parts(self) -> list[tuple[str, bool]]:
        return cut_at(self.title, self.matches)


@dataclass(frozen=True)
class _Entry:
    """A clause with the words by which it is found, and how often each stands there: heading, title, text, rules."""

    policy: str
    version: int
    clause: str
    title: str
    policy_title: str
    labels: tuple[str, ...]
    places: tuple[tuple[float, Words], ...]


def cut_at(title: str, matches: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """A title cut at what was typed: (text, was it typed?)."""
    cut, at = [], 0
    for start, end in matches:
        if start >= at:
            cut += [(title[at:start], False), (title[start:end], True)]
            at = end
    return [part for part in [*cut, (title[at:], False)] if part[0]]


def clause_search(text: str, *, language: str = "en", limit: int = 8) -> list[ClauseHit]:
    """Clauses in force under which something can be rejected, best first; small slips of the pen are forgiven.

    With nothing typed: the first clause of each policy, by title. A clause number or a policy's code fits exactly.
    """
    try:
        content = live_content()
    except NoPolicy:
        return []
    query = " ".join(text[:_LONGEST_QUERY].casefold().split())
    words = _WORD.findall(query)
    hits: list[tuple[float, _Entry]] = []
    seen: set[str] = set()
    for entry in _index(content.hash, language):
        if not query:
            if entry.policy not in seen:
                hits.append((50.0, entry))
        else:
            score = _score(query, words, entry)
            if score >= _LEAST:
                hits.append((score, entry))
        seen.add(entry.policy)
    hits.sort(key=lambda hit: (-hit[0], hit[1].policy_title.casefold(), hit[1].clause))
    return [
        ClauseHit(
            policy=entry.policy,
            version=entry.version,
            clause=entry.clause,
            title=entry.title,
            policy_title=entry.policy_title,
            labels=entry.labels,
            score=round(score, 1),
            matches=_matches(words, entry.title),
        )
        for score, entry in hits[:limit]
    ]


def citable(document: PolicyDocument, clauses: tuple[Clause, ...]) -> list[Clause]:
    """The clauses to reject under: those that rules enforce, and all of section 1.

    “What is fine”, hard cases and reasons are sections of their own; a policy without subclauses is cited whole.
    """
    named = {rule.clause for rule in document.rules if rule.clause}
    found = [each for each in clauses if "." in each.code and (each.code in named or each.code.startswith("1."))]
    return found or [each for each in clauses if each.code in named] or list(clauses[:1])


@lru_cache(maxsize=8)
def _index(ruleset: str, language: str) -> tuple[_Entry, ...]:  # noqa: ARG001  part of the key
    content = live_content()
    return tuple(
        each for entry in content.policies for each in _entries(content, entry.document, entry.version, language)
    )


def _entries(content: Content, document: PolicyDocument, version: int, language: str) -> list[_Entry]:
    english = render(document.body)
    told = {clause.code: clause for clause in render(body_in(document, language)).clauses}
    title = document.titles().get(language) or document.title
    labels = _words(" ".join(document.labels).replace("_", " ").replace(".", " "))
    # People type English on an Indonesian desk, and the other way round: every language is searched.
    titles = _words(" ".join([*document.titles().values(), document.code]))
    bodies = [english, *(render(each.body) for each in document.translations.values())]
    entries = []
    for clause in citable(document, english.clauses):
        shown = told.get(clause.code, clause)
        same = [found for each in bodies if (found := each.clause(clause.code))]
        entries.append(
            _Entry(
                policy=document.code,
                version=version,
                clause=clause.code,
                title=shown.title,
                policy_title=title,
                labels=document.labels,
                places=(
                    (_HEADING, _words(" ".join(each.title for each in same))),
                    (_TITLE, titles),
                    (_TEXT, _words(" ".join(each.text for each in same))),
                    (_RULES, _sought(content, document, clause.code)),
                    (_LABELS, labels),
                ),
            )
        )
    return entries


def _sought(content: Content, document: PolicyDocument, clause: str) -> Words:
    """The words that the rules of a clause look for, in conditions and in the lists they name."""
    found: Counter[str] = Counter()
    for rule in document.rules:
        if rule.clause == clause:
            for quoted in _QUOTED.findall(rule.when):
                phrases = content.lists[quoted].phrases if quoted in content.lists else (quoted,)
                for phrase in phrases:
                    found.update(_words(phrase))
    return found


def _words(text: str) -> Words:
    return Counter(_WORD.findall(text.casefold()))


def _score(query: str, words: list[str], entry: _Entry) -> float:
    """0 to 100: each typed word counts by the best place that has it; all of them must be met somewhere."""
    if query in {entry.clause, entry.policy}:
        return 100.0
    met = [max(_met(word, weight, there) for weight, there in entry.places) for word in words]
    return sum(met) / len(met) if met and all(met) else 0.0


def _met(word: str, weight: float, there: Words) -> float:
    """The weight for the word itself, and a little for how often; less for a part of a word or a slip of the pen."""
    if word in there:
        return weight + min(4.0, log2(there[word]))
    best = 0.0
    for other in there:
        if other.startswith(word):
            best = max(best, _BEGUN.get(len(word), 0.95))
        elif len(word) >= 4:
            if word in other:
                best = max(best, 0.9)
            elif (
                other[0] == word[0]
                and abs(len(other) - len(word)) <= 2
                and (ratio := fuzz.ratio(word, other) / 100) >= 0.75
            ):
                best = max(best, 0.9 * ratio)
    return weight * best


def _matches(words: list[str], title: str) -> tuple[tuple[int, int], ...]:
    low = title.casefold()
    if len(low) != len(title):
        return ()  # a letter that folds into two (ß) would shift the spans
    spans = []
    for word in words:
        found = re.search(rf"\b{re.escape(word)}", low)
        if found:
            spans.append(found.span())
    return tuple(sorted(set(spans)))
