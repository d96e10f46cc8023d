"""Policies as the console shows them: frozen views, the same number of queries for two and for two hundred."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from trustdesk.engine.syntax import Refused
from trustdesk.engine.then import Then, parse_then
from trustdesk.kernel.people.queries import names_of
from trustdesk.policy.diffs import Difference, between_documents
from trustdesk.policy.documents import PolicyDocument, Rule
from trustdesk.policy.examples import Result
from trustdesk.policy.models import Policy, PolicyVersion, State, Version
from trustdesk.policy.queries.guidance import GuidelineView, guideline_view
from trustdesk.policy.queries.rulesets import TryOut, document_of, live_content, newest, try_version
from trustdesk.policy.refusals import NoPolicy, NoSuchVersion
from trustdesk.policy.rulesets import Entry

# What still needs somebody, in the order it is shown.
OPEN = (State.APPROVED, State.CHECKED, State.DRAFT)


@dataclass(frozen=True)
class VersionView:
    """One version, without its text. `author_name` and `approver_name` are as people say them."""

    id: UUID
    number: int
    state: str
    base: int
    author: str
    author_name: str
    approver: str
    approver_name: str
    changed_at: datetime
    published_at: datetime | None
    sha256: str

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The life of the version: (state, "done" | "now" | "ahead")."""
        order = [State.DRAFT, State.CHECKED, State.APPROVED, State.LIVE]
        ended = self.state in {State.SUPERSEDED, State.ROLLED_BACK}
        at = len(order) if ended else order.index(State(self.state))
        steps = [(str(each), "done" if n < at else "now" if n == at else "ahead") for n, each in enumerate(order)]
        return [*steps, (self.state, "now")] if ended else steps


@dataclass(frozen=True)
class PolicyRow:
    """One line of the list of policies."""

    code: str
    title: str
    labels: tuple[str, ...]
    applies_to: tuple[str, ...]
    gravity: int
    rules: int
    examples: int
    live: VersionView | None
    open: tuple[VersionView, ...]


@dataclass(frozen=True)
class RuleView:
    """A rule with what it does, read for people; `then` is None where it cannot be read."""

    rule: Rule
    then: Then | None
    changed: bool
    lane: int | None


@dataclass(frozen=True)
class PolicyView:
    """One version of a policy with everything the page shows. `tried` is None for versions of the past."""

    code: str
    version: VersionView
    versions: tuple[VersionView, ...]
    document: PolicyDocument
    guideline: GuidelineView
    gravity: int
    rules: tuple[RuleView, ...]
    results: tuple[Result, ...]
    tried: TryOut | None
    difference: Difference | None
    compared_with: int
    lists: tuple[str, ...]
    can_go_back: bool

    @property
    def live(self) -> VersionView | None:
        return next((each for each in self.versions if each.state == State.LIVE), None)

    @property
    def entry(self) -> Entry:
        return Entry(self.document, self.version.number, self.version.id)


def policy_list() -> list[PolicyRow]:
    """All policies by title: three queries, and the texts only of those that are not live."""
    versions: dict[UUID, list[PolicyVersion]] = {}
    fields = PolicyVersion.objects.exclude(state__in=[State.SUPERSEDED, State.ROLLED_BACK]).order_by("-number")
    for version in fields.defer("text", "translations").select_related("policy"):
        versions.setdefault(version.policy_id, []).append(version)
    shown = views(each for group in versions.values() for each in group)
    try:
        content = live_content()
    except NoPolicy:
        content = None
    documents = {entry.code: entry.document for entry in content.policies} if content else {}
    waiting = [group[0].id for group in versions.values() if group[0].policy.code not in documents]
    for version in PolicyVersion.objects.filter(id__in=waiting).select_related("policy"):
        documents[version.policy.code] = document_of(version, version.policy.code)
    rows = [
        PolicyRow(
            code=code,
            title=documents[code].title,
            labels=documents[code].labels,
            applies_to=documents[code].applies_to,
            gravity=content.gravity(documents[code]) if content else documents[code].gravity or 1,
            rules=len(documents[code].rules),
            examples=len(documents[code].examples),
            live=next((shown[each.id] for each in group if each.state == State.LIVE), None),
            open=tuple(shown[each.id] for each in group if each.state != State.LIVE),
        )
        for group in versions.values()
        for code in [group[0].policy.code]
    ]
    return sorted(rows, key=lambda row: row.title.casefold())


@dataclass(frozen=True)
class WaitingVersion:
    """A version that is checked and waits for another person's approval."""

    code: str
    title: str
    number: int


def waiting_versions() -> list[WaitingVersion]:
    """What waits for a second person, oldest first; one query, without reading any text."""
    rows = list(
        PolicyVersion.objects.filter(state=State.CHECKED).order_by("changed_at").values_list("policy__code", "number")
    )
    try:
        titles = {entry.code: entry.document.title for entry in live_content().policies} if rows else {}
    except NoPolicy:
        titles = {}
    return [WaitingVersion(code=code, title=titles.get(code, code), number=number) for code, number in rows]


def policy_view(code: str, number: int | None = None, *, language: str = "en") -> PolicyView:
    """One version; without a number the live one, else the newest. Raises NoSuchVersion."""
    policy = Policy.objects.filter(code=code).first()
    rows = list(policy.versions.order_by("-number").select_related("policy")) if policy else []
    version = chosen(rows, number)
    document = document_of(version, code)
    live = next((each for each in rows if each.state == State.LIVE), None)
    other = compared_with(rows, version, live)
    shown = views(rows)
    past = version.state in {State.SUPERSEDED, State.ROLLED_BACK}
    tried = None if past else _tried(version)
    old = document_of(other, code) if other else None
    before = {rule.name: rule for rule in old.rules} if old else {}
    content = live_content()
    return PolicyView(
        code=code,
        version=shown[version.id],
        versions=tuple(shown[each.id] for each in rows),
        document=document,
        guideline=guideline_view(document, version.number, language),
        gravity=content.gravity(document),
        rules=tuple(
            _rule_view(rule, changed=old is not None and before.get(rule.name) != rule, lanes=content.pack.lanes)
            for rule in document.rules
        ),
        results=tuple(each for each in tried.results if each.policy == code) if tried else (),
        tried=tried,
        difference=between_documents(old, document) if old and old.sha256 != document.sha256 else None,
        compared_with=other.number if other else 0,
        lists=named_lists(document, content.lists),
        can_go_back=live is not None and can_go_back(rows, live),
    )


def source_of(code: str, number: int | None = None) -> tuple[VersionView, str, dict[str, str]]:
    """A version's text and translations, for the editor. Raises NoSuchVersion."""
    rows = list(PolicyVersion.objects.filter(policy__code=code).order_by("-number"))
    version = chosen(rows, number)
    return views([version])[version.id], version.text, dict(version.translations)


def between_versions(code: str, old: int, new: int) -> Difference | None:
    """What changes from one version to another; None where one of them is not there or nothing does."""
    rows = {each.number: each for each in PolicyVersion.objects.filter(policy__code=code, number__in=[old, new])}
    if old not in rows or new not in rows or rows[old].sha256 == rows[new].sha256:
        return None
    return between_documents(document_of(rows[old], code), document_of(rows[new], code))


def own_draft(code: str, author: str) -> int | None:
    """The number of the newest draft that `author` (an actor's label) has of a policy."""
    drafts = PolicyVersion.objects.filter(policy__code=code, state=State.DRAFT, author=author)
    return drafts.order_by("-number").values_list("number", flat=True).first()


def chosen(rows: list[Any], number: int | None) -> Any:
    if number is None:
        found = next((each for each in rows if each.state == State.LIVE), rows[0] if rows else None)
    else:
        found = next((each for each in rows if each.number == number), None)
    if found is None:
        raise NoSuchVersion
    return found


def compared_with(rows: list[Any], version: Any, live: Any) -> Any:
    """What a version is compared with: the live one, or, for the live one and those past, what came before."""
    if live is not None and version.number > live.number:
        return live
    return next((each for each in rows if each.number < version.number and each.state != State.DRAFT), None)


def can_go_back(rows: list[Any], live: Any) -> bool:
    return any(each.state == State.SUPERSEDED and each.number < live.number for each in rows)


def views(versions: Iterable[Version]) -> dict[UUID, VersionView]:
    rows = list(versions)
    names = names_of({label for each in rows for label in (each.author, each.approver) if label})
    return {
        each.id: VersionView(
            id=each.id,
            number=each.number,
            state=each.state,
            base=each.base,
            author=each.author,
            author_name=names.get(each.author, ""),
            approver=each.approver,
            approver_name=names.get(each.approver, ""),
            changed_at=each.changed_at,
            published_at=each.published_at,
            sha256=each.sha256,
        )
        for each in rows
    }


def _tried(version: PolicyVersion) -> TryOut:
    return _tried_once(version.id, version.sha256, newest().hash)


@lru_cache(maxsize=64)
def _tried_once(version_id: UUID, sha256: str, ruleset: str) -> TryOut:  # noqa: ARG001  part of the key
    version = PolicyVersion.objects.select_related("policy").get(id=version_id)
    return try_version(version, thorough=False)


def _rule_view(rule: Rule, *, changed: bool, lanes: Any) -> RuleView:
    try:
        then = parse_then(rule.then)
    except Refused:
        return RuleView(rule, None, changed, None)
    return RuleView(rule, then, changed, lanes.get(then.lane) if then.lane else None)


def named_lists(document: PolicyDocument, lists: Iterable[str]) -> tuple[str, ...]:
    # Names of lists stand in quotes in list("…"); a name that is only quoted elsewhere would be shown too, no harm done.
    conditions = " ".join(rule.when for rule in document.rules)
    return tuple(sorted(name for name in lists if f'"{name}"' in conditions or f"'{name}'" in conditions))
