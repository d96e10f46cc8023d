"""The words of policies: guidelines by language, clauses to cite, what an author reads, what a decision stands on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from trustdesk.policy.documents import PolicyDocument
from trustdesk.policy.guidelines import Clause, render
from trustdesk.policy.labels import LabelText
from trustdesk.policy.models import PolicyVersion
from trustdesk.policy.queries.rulesets import document_of, live_content
from trustdesk.policy.refusals import NoPolicy, UnknownPolicy
from trustdesk.policy.rulesets import Content
from trustdesk.policy.second_looks import ReviewTerms, together
from trustdesk.policy.variables import fill
from trustdesk.signals.queries import Instructions

_FALLBACK = "en"


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

    @property
    def two_people(self) -> bool:
        """Does a removal on this ground need a second person?"""
        return self.document.two_people

    def title_in(self, language: str) -> str:
        return self.document.titles().get(language) or self.title

    def clause_title(self, clause: str, language: str) -> str:
        """The heading of a clause, "" when there is none; in English where the language has none."""
        for each in (language, _FALLBACK):
            found = render(body_in(self.document, each)).clause(clause)
            if found:
                return found.title
        return ""

    def rule_clause(self, rule: str) -> str:
        """The clause a rule enforces, "" when it names none."""
        return next((each.clause for each in self.document.rules if each.name == rule), "")

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
            told = {
                "policy": gettext("There is no version %(version)s of the policy “%(code)s”.")
                % {"version": version, "code": code}
            }
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


def instructions(code: str) -> Instructions | None:
    """The words of a policy in force as a remote model is told them; None when there is no such policy."""
    try:
        content = live_content()
    except NoPolicy:
        return None
    entry = next((entry for entry in content.policies if entry.code == code), None)
    return Instructions(entry.version, f"{entry.document.title}\n\n{entry.document.body}") if entry else None


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


def review_terms(codes: Iterable[str]) -> ReviewTerms:
    """How people judge where these policies in force have a word; no query."""
    wanted = set(codes)
    try:
        content = live_content()
    except NoPolicy:
        return ReviewTerms()
    return together(entry.document.review for entry in content.policies if entry.code in wanted)


@dataclass(frozen=True)
class Hiding:
    """A policy in force under which what is reported is hidden until somebody has looked. `seconds`: at most so long."""

    code: str
    version: int
    seconds: float
    labels: tuple[str, ...]


def hiding(*, kind: str, market: str, family: str) -> Hiding | None:
    """The policy that hides items of this kind when reports name a family of its labels, the shortest time first; None
    where none does. No query. Raises NoPolicy."""
    content = live_content()
    of = {code: label.family for code, label in content.taxonomy.labels.items()}
    found = [
        Hiding(entry.code, entry.version, document.hide_reported, mine)
        for entry in content.policies
        if (document := entry.document).hide_reported
        and kind in document.applies_to
        and {"all", market} & set(document.markets)
        and (mine := tuple(code for code in document.labels if of.get(code) == family))
    ]
    return min(found, key=lambda one: (one.seconds, one.code), default=None)


def labels() -> dict[str, LabelText]:
    """The labels in force by code; none before the first publication."""
    try:
        return dict(live_content().taxonomy.labels)
    except NoPolicy:
        return {}


def severities() -> dict[str, int]:
    """Severity, 1 to 5, by label."""
    return {code: label.severity for code, label in labels().items()}


def families() -> dict[str, str]:
    """The family of each label in force, by code."""
    return {code: label.family for code, label in labels().items()}


def lane_target(lane: int) -> int | None:
    """Minutes within which work of this lane should be decided, None where the pack sets no target. Raises NoPolicy."""
    return live_content().pack.targets.get(lane)


def lane_of(name: str | None) -> int:
    """The number of a lane's name, the last lane for none. Raises NoPolicy."""
    return live_content().pack.lane(name)


def declared_fields() -> dict[str, Mapping[str, Any]]:
    """The platform's own fields by kind, as JSON Schema. Raises NoPolicy."""
    return {kind.code: kind.fields for kind in live_content().pack.kinds.values()}


def guideline_view(document: PolicyDocument, version: int, language: str) -> GuidelineView:
    """The document's words in a language, else in English."""
    found = language if language in document.translations else _FALLBACK
    rendered = render(body_in(document, found))
    return GuidelineView(
        code=document.code,
        version=version,
        title=document.titles().get(found) or document.title,
        language=found,
        html=rendered.html,
        toc=rendered.clauses,
        hard_cases=rendered.hard_cases,
    )


def body_in(document: PolicyDocument, language: str) -> str:
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
