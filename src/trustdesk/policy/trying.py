"""One policy tried on one item: which rule fires, which does not, and which part of each condition made it so. Pure.

Each part of a condition is asked twice, as it stands and negated, by a plan of its own: where neither holds and nothing
is unknown, a value is missing. So every answer comes from the engine itself and cannot differ from what it would do.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from trustdesk import engine
from trustdesk.engine import MISSING, Evidence, Hit, Plan, PolicyError, Verdict
from trustdesk.engine.schema import fields_of
from trustdesk.engine.signals import Request
from trustdesk.engine.values import Type
from trustdesk.policy.beside import Judged, Others, together
from trustdesk.policy.documents import Rule
from trustdesk.policy.packs import event_schema, signals_of
from trustdesk.policy.rulesets import CompiledRuleset, Entry

FIRED, FALSE, ABSENT, UNDECIDED, ELSEWHERE = "fired", "false", "missing", "undecided", "elsewhere"
_MOST_PARTS = 80  # of one rule; beyond that only the whole is told
_ROUNDS = 4
Answer = Callable[[Request], Any]


@dataclass(frozen=True)
class Value:
    """A field that a part reads, as the event has it; `value` is None where it is missing. `kind` as the engine types it."""

    name: str
    value: Any
    kind: str


@dataclass(frozen=True)
class Part:
    """A piece of a condition. `joined`: "and", "or", "not" over `parts`, "" for a leaf with what it found and read."""

    source: str
    state: str
    joined: str = ""
    parts: tuple["Part", ...] = ()
    found: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()

    @property
    def decisive(self) -> tuple["Part", ...]:
        """The leaves that explain the state: of an `and` that does not hold those that do not, and so on."""
        if not self.parts:
            return (self,)
        if self.joined == "not":
            return self.parts[0].decisive
        same = [part for part in self.parts if part.state == self.state]
        return tuple(leaf for part in same or self.parts for leaf in part.decisive)


@dataclass(frozen=True)
class RuleTrial:
    """One rule on one item. `asked`: what it waits for when it is undecided."""

    rule: Rule
    state: str
    part: Part | None
    evidence: tuple[Evidence, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A lookup the policies asked, and its answer; `answer` is None while nobody gave one."""

    key: str
    name: str
    answer: Any


@dataclass(frozen=True)
class Trial:
    """What became of it: by all policies together, and rule by rule for the one that is tried."""

    judged: Judged
    rules: tuple[RuleTrial, ...]
    questions: tuple[Question, ...]
    event: Mapping[str, Any] = field(repr=False)

    @property
    def outcome(self) -> str:
        return self.judged.outcome

    @property
    def decided_by(self) -> Hit | None:
        """The hit that made the outcome; None where no rule had anything to say."""
        first = self.judged.hits[0] if self.judged.hits else None
        return first if first and first.then.verb == self.judged.outcome else None


class Bench:
    """A policy ready to be tried on as many items as one likes. Raises PolicyError when it does not pass the check."""

    def __init__(self, others: Others, entry: Entry) -> None:
        self.others, self.entry = others, entry
        self.own: CompiledRuleset = others.with_policy(entry)
        self.fields = fields_of(event_schema(self.own.pack))

    @cached_property
    def probes(self) -> "Probes":
        return Probes(self.own, self.entry.document.rules, self.fields)

    def try_on(self, event: Mapping[str, Any], answer: Answer) -> Trial:
        """Judge one event; `answer` gives a lookup's value, `UNKNOWN` where nobody knows it."""
        questions: dict[str, Question] = {}

        def told(request: Request) -> Any:
            value = answer(request)
            shown = None if value is engine.UNKNOWN or value is MISSING else value
            questions.setdefault(request.key, Question(request.key, request.name, shown))
            return value

        own = _run(self.own.plan, event, told)
        judged = together([own, _run(self.others.compiled.plan, event, told)], own_first=True)
        asked = self.probes.asked(event, told)
        open_keys = [each for each in questions.values() if each.answer is None]
        rules = tuple(
            self._rule(rule, event, own=own, part=asked.get(rule.name), open_keys=open_keys)
            for rule in self.entry.document.rules
        )
        return Trial(judged, rules, tuple(questions.values()), event)

    def _rule(
        self,
        rule: Rule,
        event: Mapping[str, Any],
        *,
        own: Verdict,
        part: Part | None,
        open_keys: Sequence["Question"],
    ) -> RuleTrial:
        document, item = self.entry.document, event.get("item", {})
        if item.get("kind") not in document.applies_to or (
            "all" not in document.markets and item.get("market") not in document.markets
        ):
            return RuleTrial(rule, ELSEWHERE, None)
        hit = next((hit for hit in own.hits if hit.rule == rule.name), None)
        if hit is not None:
            return RuleTrial(rule, FIRED, part, hit.evidence)
        signals = {rest.signal for rest in own.undecided if rest.rule == rule.name}
        if signals:
            asked = tuple(each.key for each in open_keys if each.name in signals or each.key in signals)
            return RuleTrial(rule, UNDECIDED, part, asked=asked or tuple(sorted(signals)))
        return RuleTrial(rule, part.state if part is not None and part.state == ABSENT else FALSE, part)


class Probes:
    """Every part of every rule as a small rule of its own, and its negation beside it."""

    def __init__(self, ruleset: CompiledRuleset, rules: Sequence[Rule], fields: Mapping[str, Type]) -> None:
        self.fields = fields
        self.trees: dict[str, _Tree] = {}
        for rule in rules:
            tree = _tree_of(rule.when)
            if tree is not None and sum(1 for _ in tree.walk()) <= _MOST_PARTS:
                self.trees[rule.name] = tree
        lists = {name: each.phrases for name, each in ruleset.content.lists.items()}
        schema, signals = event_schema(ruleset.pack), signals_of(ruleset.pack)
        self.plans: dict[str, Plan] = {}
        for name, tree in list(self.trees.items()):
            probes = [
                {"name": f"{sign}{each.path}", "when": f"{before}({each.source}\n)", "then": "flag"}
                for each in tree.walk()
                for sign, before in (("+", ""), ("-", "not "))
            ]
            try:
                self.plans[name] = engine.compile([{"code": "probe", "rules": probes}], schema, lists, signals=signals)
            except PolicyError:
                del self.trees[name]  # a part that cannot stand alone: the whole is told without its parts

    def asked(self, event: Mapping[str, Any], answer: Answer) -> dict[str, Part]:
        """The parts of each rule with what became of them, by the rule's name."""
        found = {}
        for name, plan in self.plans.items():
            verdict = _run(plan, event, answer)
            hits = {hit.rule: hit for hit in verdict.hits}
            waiting = {rest.rule for rest in verdict.undecided}
            found[name] = self._part(self.trees[name], hits, waiting, event)
        return found

    def _part(self, tree: "_Tree", hits: Mapping[str, Hit], waiting: set[str], event: Mapping[str, Any]) -> Part:
        held = hits.get(f"+{tree.path}")
        state = (
            FIRED if held else FALSE if f"-{tree.path}" in hits else UNDECIDED if f"+{tree.path}" in waiting else ABSENT
        )
        parts = tuple(self._part(each, hits, waiting, event) for each in tree.parts)
        if parts:
            return Part(tree.source, state, tree.joined, parts)
        texts = dict.fromkeys(piece.text for piece in held.evidence) if held else {}
        values = tuple(
            Value(name, _value(event, name), self.fields[name].kind)
            for name in tree.names
            if name in self.fields and self.fields[name].kind != "record"
        )
        return Part(tree.source, state, found=tuple(texts), values=values)


@dataclass(frozen=True)
class _Tree:
    source: str
    path: str
    joined: str = ""
    parts: tuple["_Tree", ...] = ()
    names: tuple[str, ...] = ()

    def walk(self) -> Iterator["_Tree"]:
        yield self
        for part in self.parts:
            yield from part.walk()


def _tree_of(when: str) -> _Tree | None:
    """The condition cut at its `and`, `or` and `not`; None where it cannot be cut without changing it."""
    wrapped = f"({when}\n)"
    try:
        tree = ast.parse(wrapped, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return _cut(tree, wrapped, "0")


def _cut(tree: ast.expr, text: str, path: str) -> _Tree:
    source = (ast.get_source_segment(text, tree) or "").strip()
    if isinstance(tree, ast.BoolOp):
        parts = tuple(_cut(part, text, f"{path}.{at}") for at, part in enumerate(tree.values))
        return _Tree(source, path, "and" if isinstance(tree.op, ast.And) else "or", parts)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return _Tree(source, path, "not", (_cut(tree.operand, text, f"{path}.0"),))
    return _Tree(source, path, names=tuple(dict.fromkeys(_names(tree))))


def _names(tree: ast.expr) -> Iterator[str]:
    if isinstance(tree, ast.Name | ast.Attribute):
        parts: list[str] = []
        part: ast.expr = tree
        while isinstance(part, ast.Attribute):
            parts.append(part.attr)
            part = part.value
        if isinstance(part, ast.Name):
            yield ".".join([part.id, *reversed(parts)])
        return
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.expr) and not (isinstance(tree, ast.Call) and child is tree.func):
            yield from _names(child)
        elif isinstance(child, ast.keyword):
            yield from _names(child.value)


def _value(event: Mapping[str, Any], name: str) -> Any:
    value: Any = event
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _run(plan: Plan, event: Mapping[str, Any], answer: Answer) -> Verdict:
    answers: dict[Request, Any] = {}
    for _ in range(_ROUNDS):
        questions = [one for one in plan.needs([event], answers) if one not in answers]
        if not questions:
            break
        answers |= {one: answer(one) for one in questions}
    return plan.run([event], answers)[0]
