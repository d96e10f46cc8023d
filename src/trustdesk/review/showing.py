"""Words for the review page: what the machine thinks, which clauses it suggests, which guideline to open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.policy import queries as policy
from trustdesk.review.queries import Sheet
from trustdesk.review.records import Right
from trustdesk.review.seeing import said_of


@dataclass(frozen=True)
class Suggestion:
    """A clause a rule's hit points to. `value` is what the form sends."""

    policy: str
    version: int
    clause: str
    rule: str
    policy_title: str
    clause_title: str
    verb: str
    value: str

    @property
    def title(self) -> str:
        return self.clause_title or self.policy_title


@dataclass(frozen=True)
class Option:
    """A clause in the list of the sheet, with the letters that matched marked."""

    value: str
    title: str
    policy_title: str
    clause: str
    suggested: bool
    matches: tuple[tuple[int, int], ...] = ()

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The title cut at its matches: (text, was it typed?)."""
        return policy.cut_at(self.title, self.matches)


def suggestions(hits: Sequence[Mapping[str, Any]], *, language: str) -> list[Suggestion]:
    """One for each hit, in order."""
    texts = policy.grounds({(hit["policy"], hit["version"]) for hit in hits})
    found = []
    for hit in hits:
        words = texts.get(hit["policy"], hit["version"])
        clause = hit.get("clause") or ""
        found.append(
            Suggestion(
                policy=hit["policy"],
                version=hit["version"],
                clause=clause,
                rule=hit["rule"],
                policy_title=words.title_in(language),
                clause_title=words.clause_title(clause, language),
                verb=hit["then"]["verb"],
                value=f"{hit['policy']}:{hit['version']}:{clause}:{hit['rule']}",
            )
        )
    return found


@dataclass(frozen=True)
class Reason:
    """A hit in words. `tone`: red where it decides or asks, amber where it only supports. `right`: how often the rule was,
    in words, "" while nobody can tell. `quotes`: the words it saw; `seen`: what it saw in pictures."""

    number: int
    tone: str
    title: str
    policy: str
    clause: str
    rule: str
    right: str
    quotes: tuple[str, ...]
    seen: tuple[str, ...]


def reasons_of(
    hits: Sequence[Mapping[str, Any]], suggested: Sequence[Suggestion], rights: Mapping[tuple[str, str], Right]
) -> list[Reason]:
    """One for each hit, in order: the numbers of its marks."""
    found = []
    for number, (hit, said) in enumerate(zip(hits, suggested, strict=True), 1):
        right = rights.get((hit["policy"], hit["rule"]))
        texts = [" ".join(span["text"].split())[:80] for span in hit["evidence"] if not span.get("picture")]
        found.append(
            Reason(
                number=number,
                tone="reject" if hit["then"]["verb"] in {"reject", "review"} else "warning",
                title=said.title,
                policy=said.policy_title if said.policy_title != said.title else "",
                clause=said.clause,
                rule=hit["rule"],
                right=str(right) if right else "",
                quotes=tuple(dict.fromkeys(filter(None, texts)))[:3],
                seen=tuple(dict.fromkeys(filter(None, map(said_of, hit["evidence"])))),
            )
        )
    return found


def verdict_in_words(sheet: Sheet, suggested: Sequence[Suggestion]) -> str:
    """The verdict as one or two sentences."""
    if "verdict" in sheet.hidden:
        return _("What the machine said is hidden. Judge by the thing itself.")
    if sheet.review.because == "unscreened":
        return _("A signal gave no answer in time, so nobody could tell. Please look.")
    if sheet.review.because == "sweep" and not suggested:
        return _(
            "No rule asked for a look: somebody searched for items like this one. Please judge it by the guideline."
        )
    if sheet.review.because == "notice" and not suggested:
        return _("No rule asked for a look: somebody reported this. What they wrote stands below.")
    if sheet.review.because == "after_removal":
        return _("A person removed this before. The author changed it, and no rule objects now.")
    if not suggested:
        return _("No rule has anything to say about this.")
    titles = list(dict.fromkeys(one.policy_title for one in suggested))
    asked = ngettext("One rule asks for a person.", "%(n)s rules ask for a person.", len(suggested)) % {
        "n": len(suggested)
    }
    return _("May break “%(title)s”.") % {"title": titles[0]} + " " + asked


def restrained(sheet: Sheet) -> list[str]:
    """What is in force against the account's things, in words, the heaviest first."""
    counted = Counter(sheet.restrictions)
    words = {
        "remove": lambda n: ngettext("%(n)s item removed", "%(n)s items removed", n),
        "disable": lambda n: ngettext("%(n)s item disabled", "%(n)s items disabled", n),
        "demote": lambda n: ngettext("%(n)s item shown to fewer", "%(n)s items shown to fewer", n),
        "age": lambda n: ngettext("%(n)s item for adults only", "%(n)s items for adults only", n),
        "geo": lambda n: ngettext("%(n)s item not shown everywhere", "%(n)s items not shown everywhere", n),
        "label": lambda n: ngettext("%(n)s item labelled", "%(n)s items labelled", n),
        "interaction": lambda n: ngettext("%(n)s item without answers", "%(n)s items without answers", n),
    }
    return [say(counted[kind]) % {"n": counted[kind]} for kind, say in words.items() if counted[kind]]


def guideline_of(suggested: Sequence[Suggestion], *, language: str) -> Any:
    """The guideline of the first suggestion, open at its clause; None without one."""
    if not suggested:
        return None
    first = suggested[0]
    return policy.guideline(first.policy, first.version, language)


def options_for(query: str, suggested: Sequence[Suggestion], *, language: str) -> list[Option]:
    """Clauses for the sheet: what fits the words, or without words the suggested ones."""
    known = {(one.policy, one.clause) for one in suggested}
    if not query.strip():
        unique = {(one.policy, one.clause): one for one in reversed(suggested)}
        return [
            Option(value=one.value, title=one.title, policy_title=one.policy_title, clause=one.clause, suggested=True)
            for one in reversed(unique.values())
        ] or [_option(hit, known) for hit in policy.clause_search("", language=language, limit=8)]
    return [_option(hit, known) for hit in policy.clause_search(query, language=language, limit=8)]


def _option(hit: Any, known: set[tuple[str, str]]) -> Option:
    return Option(
        value=f"{hit.policy}:{hit.version}:{hit.clause}",
        title=hit.title,
        policy_title=hit.policy_title,
        clause=hit.clause,
        suggested=(hit.policy, hit.clause) in known,
        matches=hit.matches,
    )
