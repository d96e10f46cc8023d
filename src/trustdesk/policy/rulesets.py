"""Policies, lists, labels and settings that hold together, compiled into one plan. Pure.

Everything the engine finds is told with its place in the document, not in the condition.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from trustdesk import engine
from trustdesk.engine import Measured, Plan, PolicyError, Problem
from trustdesk.engine.problems import nearest
from trustdesk.engine.syntax import Refused
from trustdesk.engine.then import Then, parse_then
from trustdesk.policy.documents import PolicyDocument, Rule
from trustdesk.policy.identities import RuleId, rule_ids
from trustdesk.policy.labels import Taxonomy
from trustdesk.policy.packs import Pack, event_schema, signals_of
from trustdesk.policy.reading import Source
from trustdesk.policy.wordlists import WordListText

# Rules' `then` is compiled as if it stood this many lines below, which tells its problems from those of `when`.
_THEN_FROM = 1_000_000


@dataclass(frozen=True)
class Entry:
    """A policy in a ruleset: the document, its version number, the id of the version's row where there is one."""

    document: PolicyDocument
    version: int
    id: UUID | None = None
    policy_id: UUID | None = None

    @property
    def code(self) -> str:
        return self.document.code


@dataclass(frozen=True)
class Content:
    """What a ruleset consists of. Policies are in order of their code, which also settles ties."""

    pack: Pack
    taxonomy: Taxonomy
    policies: tuple[Entry, ...]
    lists: Mapping[str, WordListText]

    def having(self, entries: Iterable[Entry] = (), lists: Iterable[WordListText] = ()) -> "Content":
        """The same with these policies and lists in place of those with the same code or name."""
        policies = {entry.code: entry for entry in self.policies} | {entry.code: entry for entry in entries}
        return replace(
            self,
            policies=tuple(policies[code] for code in sorted(policies)),
            lists={**self.lists, **{each.name: each for each in lists}},
        )

    @cached_property
    def hash(self) -> str:
        """SHA-256, hex, over versions and texts of everything inside."""
        told = {
            "policies": {entry.code: [entry.version, entry.document.sha256] for entry in self.policies},
            "lists": {name: each.sha256 for name, each in sorted(self.lists.items())},
            "settings": self.pack.sha256,
            "labels": self.taxonomy.sha256,
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @cached_property
    def rules(self) -> dict[tuple[str, str], RuleId]:
        """Every rule with what it is to the machine, by (policy, rule)."""
        return rule_ids(self)

    def gravity(self, document: PolicyDocument) -> int:
        """As the document says, else the highest severity of its labels."""
        if document.gravity is not None:
            return document.gravity
        known = self.taxonomy.labels
        return max((known[label].severity for label in document.labels if label in known), default=1)


@dataclass(frozen=True)
class CompiledRuleset:
    """A ruleset ready to judge. `hash` names its content, `plan.hash` what the machine makes of it."""

    number: int
    content: Content = field(repr=False)
    plan: Plan = field(repr=False)

    @property
    def hash(self) -> str:
        return self.content.hash

    @property
    def pack(self) -> Pack:
        return self.content.pack

    @cached_property
    def policies(self) -> dict[str, Entry]:
        return {entry.code: entry for entry in self.content.policies}

    @cached_property
    def clauses(self) -> dict[tuple[str, str], str]:
        """The clause that each (policy, rule) enforces, "" where the rule names none."""
        return {
            (entry.code, rule.name): rule.clause for entry in self.content.policies for rule in entry.document.rules
        }

    def market_values(self, market: str) -> Mapping[str, float]:
        """The amounts that hold in a market by these settings: what rules read as market.<name>."""
        return self.pack.constants.get(market, {})

    def severity(self, labels: Iterable[str]) -> int:
        """The highest severity of the labels, 1 where none is known."""
        known = self.content.taxonomy.labels
        return max((known[label].severity for label in labels if label in known), default=1)

    def event(
        self,
        *,
        item: Mapping[str, Any],
        account: Mapping[str, Any],
        now: datetime,
        notice: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """One event as the plan reads it: with the amounts that hold in the item's market."""
        return event_of(self.pack, item=item, account=account, now=now, notice=notice)


def event_of(
    pack: Pack,
    *,
    item: Mapping[str, Any],
    account: Mapping[str, Any],
    now: datetime,
    notice: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    event: dict[str, Any] = {
        "item": item,
        "account": account,
        "now": now,
        "market": pack.constants.get(str(item.get("market")), {}),
    }
    if notice is not None:
        event["notice"] = notice
    return event


def compile_content(
    content: Content, number: int = 0, *, measured: Measured | None = None, checked: bool = False
) -> CompiledRuleset:
    """Raises PolicyError with everything that is wrong, placed in the documents. `measured` orders the plan's work.

    `checked`: somebody just asked `check_content` and it found no error, so it is not asked again.
    """
    problems = [] if checked else [problem for problem in check_content(content) if problem.severity == "error"]
    if problems:
        raise PolicyError(problems)
    plan = engine.compile(
        [_machine(content, entry) for entry in content.policies],
        event_schema(content.pack),
        {name: each.phrases for name, each in content.lists.items()},
        signals=signals_of(content.pack),
        measured=measured,
    )
    return CompiledRuleset(number, content, plan)


def plan_identity(content: Content) -> str:
    """The hash of the plan that this content compiles to, without compiling it: milliseconds instead of seconds."""
    return engine.identity(
        [_machine(content, entry) for entry in content.policies],
        event_schema(content.pack),
        {name: each.phrases for name, each in content.lists.items()},
        signals=signals_of(content.pack),
    )


def check_content(content: Content, only: Iterable[str] | None = None, *, unread: bool = True) -> list[Problem]:
    """Everything wrong or doubtful in the policies (or in those of `only`): names, types, lists, labels, kinds.

    Without `unread`, nothing of what reading the documents told already: rules without a name, condition or action.
    """
    entries = [entry for entry in content.policies if only is None or entry.code in set(only)]
    documents = {entry.code: entry.document for entry in entries}
    found = [problem for entry in entries for problem in _own_problems(content, entry.document)]
    checked = engine.check(
        [_machine(content, entry) for entry in entries],
        event_schema(content.pack),
        {name: each.phrases for name, each in content.lists.items()},
        signals=signals_of(content.pack),
    )
    # The engine knows the kinds too, but not where the document names them.
    told = {(problem.policy, problem.message) for problem in found}
    found += [
        _placed(problem, documents)
        for problem in checked
        if (problem.policy, problem.message) not in told and (unread or not _hollow(problem, documents))
    ]
    return sorted(found, key=lambda problem: (problem.file, problem.line, problem.column))


def _machine(content: Content, entry: Entry) -> dict[str, Any]:
    document = entry.document
    return {
        "code": document.code,
        "version": entry.version,
        "labels": list(document.labels),
        "applies_to": list(document.applies_to),
        "markets": list(document.markets),
        "gravity": content.gravity(document),
        "strikes": document.strikes,
        "ground": document.ground,
        "file": document.file,
        "rules": [
            {
                "name": rule.name,
                "when": rule.when,
                "then": rule.then,
                **({"if_unknown": rule.if_unknown} if rule.if_unknown else {}),
                "places": {"when": [1, 1], "then": [_THEN_FROM + 1, 1]},
            }
            for rule in document.rules
        ],
    }


def _hollow(problem: Problem, documents: Mapping[str, PolicyDocument]) -> bool:
    """Does the engine miss something of a rule that the document does not have at all?"""
    document = documents.get(problem.policy)
    if document is None:
        return False
    rule = next((rule for rule in document.rules if rule.name == problem.rule), None)
    if rule is None or not rule.name:  # the engine counts the nameless: “rule 3 has no name”
        return any(not each.name for each in document.rules)
    return not (rule.then if problem.line > _THEN_FROM else rule.when)


def _placed(problem: Problem, documents: Mapping[str, PolicyDocument]) -> Problem:
    """The same finding, pointing into the file."""
    document = documents.get(problem.policy)
    if document is None:
        return problem
    rule = next((rule for rule in document.rules if rule.name == problem.rule), None)
    source = Source(document.text, document.file, document.code)
    offset = _offset(rule, problem, document.text) if rule is not None else _find(document.text, "code:")
    line, column, shown = source.place(offset)
    return replace(problem, line=line, column=column, source=shown, file=document.file)


def _offset(rule: Rule, problem: Problem, document: str) -> int:
    text, offsets, line = rule.when, rule.when_at, problem.line
    if problem.line > _THEN_FROM:
        text, offsets, line = rule.then, rule.then_at, problem.line - _THEN_FROM
    if not offsets:  # a rule without its condition or action: its name is what one can point at
        return _find(document, rule.name, "rules:")
    if not problem.line:
        return offsets[0]
    lines = text.split("\n")
    at = sum(len(each) + 1 for each in lines[: line - 1]) + problem.column - 1
    return offsets[max(0, min(at, len(offsets) - 1))]


def _find(text: str, word: str, after: str = "") -> int:
    start = max(text.find(after), 0) if after else 0
    return max(text.find(word, start), 0)


def _own_problems(content: Content, document: PolicyDocument) -> list[Problem]:
    """Names the engine does not know of: labels, kinds, markets, lanes, queues, and what examples say."""
    source = Source(document.text, document.file, document.code)
    pack = content.pack
    for key, words, known, kind in (
        ("labels:", document.labels, content.taxonomy.labels, "label"),
        ("applies_to:", document.applies_to, pack.kinds, "kind"),
        ("markets:", document.markets, [*pack.markets, "all"], "market"),
    ):
        for word in words:
            if word not in known:
                source.wrong(f"no {kind} named {word}", _find(document.text, word, key), near=nearest(word, known))
    for rule in document.rules:
        _check_then(rule, pack, source)
    names = {rule.name for rule in document.rules}
    fields = event_schema(pack)["properties"]
    for example in document.examples:
        for what, word, known in (
            ("kind", example.kind, list(pack.kinds)),
            ("market", example.market, list(pack.markets)),
            ("rule", example.rule, sorted(names)),
        ):
            if word and word not in known:
                source.wrong(f"example: no {what} named {word}", example.at, near=nearest(word, known))
        for what, given in (("item", example.item), ("account", example.account)):
            for word in given:
                if word not in fields[what]["properties"]:
                    near = nearest(word, fields[what]["properties"])
                    source.wrong(f"example: {what} has no field {word}", example.at, near=near)
    languages = {language for market in pack.markets.values() for language in market.languages}
    for language in sorted(languages - document.reasons().keys()):
        source.wrong(
            f"no reason in {language}; people who read {language} get the English one",
            _find(document.text, "reason:"),
            severity="warning",
        )
    return source.problems


def _check_then(rule: Rule, pack: Pack, source: Source) -> None:
    try:
        then: Then = parse_then(rule.then)
    except Refused:
        return  # the engine tells it, with its place
    for what, word, known in (
        ("lane", then.lane, list(pack.lanes)),
        ("queue", then.queue, [queue.code for queue in pack.queues]),
    ):
        if word and word not in known:
            at = rule.then_at[min(rule.then.find(word), len(rule.then_at) - 1)] if rule.then_at else 0
            source.wrong(f"no {what} named {word}", at, near=nearest(word, known), rule=rule.name)
