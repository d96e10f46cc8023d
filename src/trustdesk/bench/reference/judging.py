"""Policies over one event: hits with their evidence, what is undecided, and every input."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from trustdesk.engine import UNKNOWN, Signal
from trustdesk.engine.entities import ENTITIES
from trustdesk.engine.signals import LOOKUPS

from .expressions import ABOUT_TEXT, COUNTS, REGIONS, Here, Json, Known, Tree, pairs_of, phrases_of
from .texts import MOST_SPANS, apart, entity_spans, near_pairs, pattern_spans, places
from .values import UNITS, absent, kinds_of, plain

RANK = {"reject": 5, "hold": 4, "review": 3, "limit": 2, "approve": 1}
APPLIES = (("applies_to", "item.kind"), ("markets", "item.market"), ("languages", "item.language"))


@dataclass
class Rule:
    """One rule with its trees, as its policy has it."""

    policy: Mapping[str, Any]
    name: str
    tree: Tree
    then: Json
    if_unknown: str
    patience: float | None

    @property
    def says(self) -> Json:
        return {"policy": self.policy["code"], "rule": self.name, "version": self.policy.get("version", 1)}


class Reference:
    """`judge(event, answers)` gives what `Verdict.to_json()` would, without the plan's hash."""

    def __init__(
        self,
        policies: Iterable[Mapping[str, Any]],
        schema: Mapping[str, Any],
        lists: Mapping[str, Sequence[str]],
        *,
        constants: Mapping[str, Any] | None = None,
        signals: Iterable[Signal] = (),
    ) -> None:
        declared = {signal.name: signal for signal in (*LOOKUPS, *signals)}
        self.known = Known(kinds_of(schema), lists, constants or {}, declared)
        self.rules = [
            Rule(
                policy,
                rule["name"],
                parsed(rule["when"]),
                then_of(rule["then"]),
                rule.get("if_unknown", "review"),
                None if rule.get("patience") is None else float(rule["patience"]),
            )
            for policy in policies
            for rule in policy["rules"]
        ]

    def judge(self, event: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> Json:
        """`answers` by the question in canonical form, such as 'rate("ads", by=account, per=hours(1))'."""
        here = Judged(self.known, event, answers or {})
        rules = [rule for rule in self.rules if here.concerns(rule.policy)]
        hits: list[Json] = []
        undecided: list[Json] = []
        for rule in rules:
            value = here.truth(rule.tree)
            if value is True:
                more = {"then": rule.then, "gravity": rule.policy.get("gravity", 1)}
                labels = list(dict.fromkeys(rule.policy.get("labels") or ()))
                hits.append({**rule.says, **more, "labels": labels, "evidence": here.evidence_of(rule.tree)})
            elif value is UNKNOWN:
                more = {"if_unknown": rule.if_unknown, "then": rule.then, "patience": rule.patience}
                names = dict.fromkeys(here.unknown(rule.tree))
                undecided += [{**rule.says, "signal": name, **more} for name in names]
        hits.sort(key=lambda hit: (-RANK.get(hit["then"]["verb"], 0), -hit["gravity"]))
        decided = [hit for hit in hits if hit["then"]["verb"] in RANK]
        return {
            "outcome": decided[0]["then"]["verb"] if decided else "approve",
            "hits": hits,
            "undecided": undecided,
            "inputs": here.inputs([rule.tree for rule in rules]),
        }


class Judged(Here):
    """One event with what rules say of it."""

    def concerns(self, policy: Mapping[str, Any]) -> bool:
        for key, path in APPLIES:
            names = policy.get(key) or ["all"]
            names = [names] if isinstance(names, str) else names
            if "all" not in names and self.raw(path) not in names:
                return False
        return True

    def evidence_of(self, tree: Tree) -> list[Json]:
        found = dict.fromkeys(self.evidence(tree))
        keys = ("field", "start", "end", "text")
        return [dict(zip(keys, (path, *span, self.field(path)[slice(*span)]), strict=True)) for path, span in found]

    def evidence(self, tree: Tree) -> Iterator[tuple[str, tuple[int, int]]]:
        """Of a true expression: the words that make it so."""
        match tree:
            case ast.BoolOp(op=op, values=parts) if self.kind(tree) == "bool":
                for part in parts:
                    if isinstance(op, ast.And) or self.truth(part) is True:
                        yield from self.evidence(part)
            case ast.Compare():
                sides = [
                    side for op, *pair in pairs_of(tree) if not isinstance(op, ast.In | ast.NotIn) for side in pair
                ]
                counts = [part for side in sides for part in written_order(side) if calls(part, COUNTS)]
                for call in counts:
                    yield from self.spans(call)
            case ast.Call() if calls(tree, ABOUT_TEXT):
                yield from self.spans(tree)

    def spans(self, tree: ast.Call) -> Iterator[tuple[str, tuple[int, int]]]:
        assert isinstance(tree.func, ast.Name)
        given = self.arguments(tree)
        values = {key: self.value(argument) for key, argument in given.items()}
        text, name = values["text"], tree.func.id
        if absent(text):
            return
        spans: Iterable[tuple[int, int]]
        match name:
            case "has" | "has_any" | "count":
                spans = apart(places(text, phrases_of(values)))[:MOST_SPANS]
            case "near":
                spans = apart(near_pairs(text, values["a"], values["b"], values.get("within", 5)))[:MOST_SPANS]
            case "matches":
                found = pattern_spans(text, values["pattern"], folded=values.get("folded", False))
                spans = (found or [])[:MOST_SPANS]
            case "starts":
                spans = [(0, len(values["words"]))]
            case "ends":
                spans = [(len(text) - len(values["words"]), len(text))]
            case _:
                spans = entity_spans(name, text, self.regions())
        yield from ((ast.unparse(given["text"]), span) for span in spans)

    # What is not known, and what was read

    def unknown(self, tree: Tree) -> Iterator[str]:
        """Names of signals and fields that are not known, as they are written."""
        for part in self.read_by(tree):
            if isinstance(part, str):
                if self.field(part) is UNKNOWN:
                    yield part
            elif self.answer(part) is UNKNOWN:
                about = [*self.arguments(part).values()]
                unclear = [
                    name for argument in about for name in self.unknown(argument) if self.value(argument) is UNKNOWN
                ]
                unclear += [path for path in self.implied(part) if self.field(path) is UNKNOWN]
                assert isinstance(part.func, ast.Name)
                yield from unclear or [part.func.id]

    def read_by(self, tree: ast.AST) -> Iterator[str | ast.Call]:
        """Paths of fields and questions, in the order they are written; what a question is about belongs to it."""
        match tree:
            case ast.Name() | ast.Attribute():
                if ast.unparse(tree) in self.kinds:
                    yield ast.unparse(tree)
            case ast.Call(func=ast.Name(id=name)) if name in self.signals:
                yield tree
            case ast.Call():
                for argument in self.arguments(tree).values():
                    yield from self.read_by(argument)
            case ast.Compare():
                for _, left, right in pairs_of(tree):
                    for one, other in ((left, right), (right, left)):
                        yield from self.read_by(one)
                        if beside := self.currency_beside(one, other):
                            yield beside
            case _:
                for child in ast.iter_child_nodes(tree):
                    yield from self.read_by(child)

    def inputs(self, trees: Sequence[Tree]) -> Json:
        paths = [path for _, path in APPLIES if path in self.kinds]
        questions: list[ast.Call] = []
        for part in [part for tree in trees for part in self.read_by(tree)]:
            if isinstance(part, str):
                paths.append(part)
            else:
                questions.append(part)
                paths += self.implied(part)
                about = [inner for argument in self.arguments(part).values() for inner in self.read_by(argument)]
                paths += [inner for inner in about if isinstance(inner, str)]
        if any(calls(part, ENTITIES) for tree in trees for part in ast.walk(tree)):
            paths += [path for path in REGIONS if path in self.kinds]
        told = {path: plain(self.raw(path)) for path in paths}
        groups = {path for path in told if self.kinds[path] == "record" and isinstance(self.raw(path), Mapping)}
        told |= {path: {} for path in groups}
        return told | {self.question(tree): plain(self.answer(tree)) for tree in questions}


def calls(part: ast.AST, names: Iterable[str]) -> TypeGuard[ast.Call]:
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in names


def written_order(tree: ast.AST) -> Iterator[ast.AST]:
    """The tree and all below it, from left to right."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from written_order(child)


def parsed(source: str) -> Tree:
    return ast.parse(f"({source}\n)", mode="eval").body


def then_of(source: str) -> Json:
    tree = parsed(source)
    if isinstance(tree, ast.Name):
        return {"verb": tree.id}
    assert isinstance(tree, ast.Call)
    given: Json = {}
    for word in tree.keywords:
        value: Any = word.value
        if isinstance(value, ast.Call):
            given[str(word.arg)] = value.args[0].value * UNITS[value.func.id]  # type: ignore[attr-defined]
        else:
            given[str(word.arg)] = value.id if isinstance(value, ast.Name) else value.value
    order = ("until", "lane", "queue", "kind")
    return {"verb": ast.unparse(tree.func), **{key: given[key] for key in order if key in given}}
