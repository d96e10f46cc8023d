"""The words of policies: guidelines by language, clauses to cite, what an author reads, what a decision stands on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from rapidfuzz import fuzz

from trustdesk.policy.documents import PolicyDocument, fill
from trustdesk.policy.guidelines import Clause, render
from trustdesk.policy.labels import LabelText
from trustdesk.policy.models import PolicyVersion
from trustdesk.policy.queries.rulesets import document_of, live_content
from trustdesk.policy.refusals import NoPolicy, UnknownPolicy
from trustdesk.policy.rulesets import Content

_FALLBACK = "en"
_LONGEST_QUERY = 100


@dataclass(frozen=True)
class GuidelineView:
    """A guideline in one language. `html` is safe; `language` is the one that was found."""

    code: str
    version: int
    title: str
    language: str
    html: str
    toc: tuple[Clause, ...]
    hard_cases: tuple[str, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return self.toc


@dataclass(frozen=True)
class PolicyName:
    code: str
    title: str


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


@dataclass(frozen=True)
class ReasonText:
    """What the author reads, and by whose language it was chosen: reader, market, english or any."""

    text: str
    language: str
    chosen_by: str


@dataclass(frozen=True)
class PolicyText:
    """What a decision needs of the policy version it stands on."""

    code: str
    version: int
    title: str
    gravity: int
    strikes: int
    ground: str
    legal_ground: str
    labels: tuple[str, ...]
    reasons: Mapping[str, str]
    document: PolicyDocument

    def title_in(self, language: str) -> str:
        return self.document.titles().get(language) or self.title

    def clause_title(self, clause: str, language: str) -> str:
        """The heading of a clause, "" when there is none; in English where the language has none."""
        for each in (language, _FALLBACK):
            found = render(_body(self.document, each)).clause(clause)
            if found:
                return found.title
        return ""

    def rule_clause(self, rule: str) -> str:
        """The clause a rule enforces, "" when it names none."""
        return next((each.clause for each in self.document.rules if each.name == rule), "")

    def rule_doc(self, rule: str) -> str:
        """A few words on the rule for the reviewer: the heading it enforces."""
        return self.clause_title(self.rule_clause(rule), _FALLBACK)

    def reason(self, language: str, market_languages: Sequence[str] = ()) -> ReasonText:
        """The reason with its variables still in it: in the reader's language, else the market's, else English."""
        return choose(self.reasons, language, market_languages)


class Grounds:
    """Policy versions by code and number."""

    def __init__(self, found: Mapping[tuple[str, int], PolicyText]) -> None:
        self._found = dict(found)

    def get(self, code: str, version: int) -> PolicyText:
        """Raises UnknownPolicy."""
        try:
            return self._found[code, version]
        except KeyError:
            told = {"policy": f"There is no version {version} of the policy “{code}”."}
            raise UnknownPolicy(told["policy"], fields=told) from None


def grounds(refs: Iterable[tuple[str, int]]) -> Grounds:
    """The policy versions that decisions stand on; one query, none for those in force."""
    wanted = set(refs)
    found: dict[tuple[str, int], PolicyText] = {}
    try:
        content = live_content()
    except NoPolicy:
        return Grounds({})
    for entry in content.policies:
        if (entry.code, entry.version) in wanted:
            found[entry.code, entry.version] = _text(content, entry.document, entry.version)
    rest = wanted - found.keys()
    if rest:
        asked = Q()
        for code, number in rest:
            asked |= Q(policy__code=code, number=number)
        for version in PolicyVersion.objects.filter(asked).exclude(state="draft").select_related("policy"):
            code = version.policy.code
            found[code, version.number] = _text(content, document_of(version, code), version.number)
    return Grounds(found)


def choose(texts: Mapping[str, str], language: str, market_languages: Sequence[str] = ()) -> ReasonText:
    """One of the texts by language: the reader's, then the market's in order, then English, then any."""
    short = language.split("-", maxsplit=1)[0]
    for by, each in (
        ("reader", language),
        ("reader", short),
        *(("market", one) for one in market_languages),
        ("english", _FALLBACK),
        *(("any", one) for one in sorted(texts)),
    ):
        if texts.get(each):
            return ReasonText(texts[each], each, by)
    return ReasonText("", _FALLBACK, "any")


def reason_text(
    code: str,
    version: int,
    *,
    language: str,
    market_languages: Sequence[str] = (),
    values: Mapping[str, str] | None = None,
) -> ReasonText:
    """What the author reads, variables filled in ({kind}, {matched}, {title}). Raises UnknownPolicy."""
    chosen = grounds([(code, version)]).get(code, version).reason(language, market_languages)
    return ReasonText(fill(chosen.text, values or {}), chosen.language, chosen.chosen_by)


def guideline(code: str, version: int, language: str = _FALLBACK) -> GuidelineView:
    """The guideline of a version, in English where it has no such translation. Raises UnknownPolicy."""
    text = grounds([(code, version)]).get(code, version)
    return guideline_view(text.document, version, language)


def live_guideline(code: str, language: str = _FALLBACK) -> GuidelineView | None:
    """The guideline in force, or None."""
    try:
        content = live_content()
    except NoPolicy:
        return None
    entry = next((entry for entry in content.policies if entry.code == code), None)
    return guideline_view(entry.document, entry.version, language) if entry else None


def public_list(language: str = _FALLBACK) -> list[PolicyName]:
    """The policies in force by title."""
    try:
        content = live_content()
    except NoPolicy:
        return []
    names = [
        PolicyName(entry.code, entry.document.titles().get(language) or entry.document.title)
        for entry in content.policies
    ]
    return sorted(names, key=lambda name: name.title.casefold())


def clause_search(text: str, *, language: str = _FALLBACK, limit: int = 8) -> list[ClauseHit]:
    """Clauses in force that fit what was typed, best first; small slips of the pen are forgiven.

    With nothing typed: the first clause of each policy, by title. A clause number or a policy's code fits exactly.
    """
    query = " ".join(text[:_LONGEST_QUERY].casefold().split())
    try:
        content = live_content()
    except NoPolicy:
        return []
    hits: list[ClauseHit] = []
    for entry in content.policies:
        document = entry.document
        title = document.titles().get(language) or document.title
        clauses = render(_body(document, language)).clauses or render(document.body).clauses
        known = {each.clause for each in document.rules if each.clause}
        # Headings that only group others ("1 What is not allowed") are cited seldom; leaves and those rules name are.
        leaves = [
            clause
            for clause in clauses
            if clause.code in known or not any(other.code.startswith(f"{clause.code}.") for other in clauses)
        ]
        for at, clause in enumerate(leaves):
            if not query and at:
                break
            score = _score(query, clause, title, document.code) if query else 50.0
            if score >= 55 or not query:
                hits.append(
                    ClauseHit(
                        policy=document.code,
                        version=entry.version,
                        clause=clause.code,
                        title=clause.title,
                        policy_title=title,
                        labels=document.labels,
                        score=round(score, 1),
                        matches=_matches(query, clause.title),
                    )
                )
    hits.sort(key=lambda hit: (-hit.score, hit.policy_title.casefold(), hit.clause))
    return hits[:limit]


def labels() -> dict[str, LabelText]:
    """The labels in force by code; none before the first publication."""
    try:
        return dict(live_content().taxonomy.labels)
    except NoPolicy:
        return {}


def severities() -> dict[str, int]:
    """Severity, 1 to 5, by label."""
    return {code: label.severity for code, label in labels().items()}


def queue_code_for(kind: str, labels: Sequence[str] = (), *, unscreened: bool = False) -> str:
    """The queue a review of this kind and these labels goes to. Raises NoPolicy."""
    found = live_content().pack.queue_for(kind, tuple(labels), unscreened=unscreened)
    if found is None:
        raise NoPolicy("The pack names no queue that takes this.")
    return found.code


def lane_of(name: str | None) -> int:
    """The number of a lane's name, the last lane for none. Raises NoPolicy."""
    return live_content().pack.lane(name)


def declared_fields() -> dict[str, Mapping[str, Any]]:
    """The platform's own fields by kind, as JSON Schema. Raises NoPolicy."""
    return {kind.code: kind.fields for kind in live_content().pack.kinds.values()}


def guideline_view(document: PolicyDocument, version: int, language: str) -> GuidelineView:
    """The document's words in a language, else in English."""
    found = language if language in document.translations else _FALLBACK
    rendered = render(_body(document, found))
    return GuidelineView(
        code=document.code,
        version=version,
        title=document.titles().get(found) or document.title,
        language=found,
        html=rendered.html,
        toc=rendered.clauses,
        hard_cases=rendered.hard_cases,
    )


def _body(document: PolicyDocument, language: str) -> str:
    translation = document.translations.get(language)
    return translation.body if translation else document.body


def _text(content: Content, document: PolicyDocument, version: int) -> PolicyText:
    return PolicyText(
        code=document.code,
        version=version,
        title=document.title,
        gravity=content.gravity(document),
        strikes=document.strikes,
        ground=document.ground,
        legal_ground=document.legal_ground,
        labels=document.labels,
        reasons=document.reasons(),
        document=document,
    )


def _score(query: str, clause: Clause, policy_title: str, code: str) -> float:
    """0 to 100: headings weigh most, then the policy's title, then the words below the heading."""
    if query in {clause.code, code}:
        return 100.0
    title, policy = clause.title.casefold(), policy_title.casefold()
    both = f"{title} {policy} {code.replace('-', ' ')}"
    words = query.split()
    # Each word must be met somewhere; the beginning of a word is enough while somebody is still typing.
    in_heading = sum(_met(word, both) for word in words) / len(words)
    in_text = sum(_met(word, clause.text.casefold()) for word in words) / len(words)
    return max(
        0.75 * in_heading + 0.25 * fuzz.token_set_ratio(query, title),
        0.70 * in_text,
        0.9 * fuzz.token_set_ratio(query, both),
    )


def _met(word: str, text: str) -> float:
    best = 0.0
    for other in text.split():
        bare = other.strip(".,;:!?()\"'“”*")
        if bare.startswith(word):
            return 100.0
        if len(word) >= 4 and abs(len(bare) - len(word)) <= 2:
            best = max(best, fuzz.ratio(word, bare))
    return best if best >= 75 else 0.0


def _matches(query: str, title: str) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    low = title.casefold()
    if len(low) != len(title):
        return ()  # a letter that folds into two (ß) would shift the spans
    for word in query.split():
        at = low.find(word)
        if at >= 0:
            spans.append((at, at + len(word)))
    return tuple(sorted(set(spans)))
