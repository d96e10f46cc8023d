"""A trace: for one event, every rule in scope with the value of each part of its condition.

Slow and plain, for people who ask why. It walks the checked tree by itself and shares with the planned evaluation only
the folding of a text, the spelling of a word and the finding of entities; `Trace.agrees` says whether both come to the
same, and a trace that does not is an error of ours, shown as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import nodes, runtime
from .disguise import skeleton, spells, unmask
from .entities import ENTITIES
from .folding import TABLE, fold, fold_phrase
from .nodes import Lexicon, Node
from .patterns import compile_pattern, readable
from .reading import fetch, plain, reader
from .values import MISSING, UNKNOWN, Absent, worst
from .written import written

if TYPE_CHECKING:
    from .plan import Plan
    from .policies import Rule

Span = tuple[int, int]
_PLACES = (("item.kind", "kinds"), ("item.market", "markets"), ("item.language", "languages"))
_REGIONS = ("item.market", "account.country")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a condition with its value: true, false, a number, a text …, "missing" or "unknown" told by `state`.

    `spans` are places in the text of the field it asks about, in code points.
    """

    text: str
    state: str  # "true", "false", "missing", "unknown" or "value"
    value: Any = None
    spans: tuple[Span, ...] = ()
    parts: tuple[Part, ...] = ()

    def to_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {"text": self.text, "state": self.state}
        if self.state == "value":
            told["value"] = self.value
        if self.spans:
            told["spans"] = [list(span) for span in self.spans]
        if self.parts:
            told["parts"] = [part.to_json() for part in self.parts]
        return told


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """`out_of_scope` names the place that keeps the rule from the event ("item.market"), "" where it is in scope."""

    policy: str
    rule: str
    version: int
    then: str
    when: str
    out_of_scope: str = ""
    condition: Part | None = None

    @property
    def state(self) -> str:
        return self.condition.state if self.condition else "out of scope"

    def to_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "policy": self.policy,
            "rule": self.rule,
            "version": self.version,
            "then": self.then,
            "when": self.when,
            "state": self.state,
        }
        if self.condition:
            told["condition"] = self.condition.to_json()
        else:
            told["out_of_scope"] = self.out_of_scope
        return told


@dataclass(frozen=True, slots=True)
class Trace:
    rules: tuple[RuleTrace, ...]

    @property
    def in_scope(self) -> tuple[RuleTrace, ...]:
        return tuple(rule for rule in self.rules if rule.condition)

    def agrees(self, hits: Iterable[tuple[str, str]], undecided: Iterable[tuple[str, str]]) -> bool:
        """Did the planned evaluation find the same rules true, and the same unknown? Pairs of (policy, rule)."""
        found: dict[str, set[tuple[str, str]]] = {"true": set(), "unknown": set()}
        for rule in self.in_scope:
            found.get(rule.state, set()).add((rule.policy, rule.rule))
        return found["true"] == set(hits) and found["unknown"] == set(undecided)


def trace(plan: Plan, event: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> Trace:
    """Walk all rules of the plan over one event. `answers`: what was said to each lookup and signal, by its key."""
    reading = _Walk(plan, event, answers or {})
    return Trace(tuple(reading.rule(rule) for rule in plan.rules))


class _Walk:
    """One event. A part that two rules share is looked at once."""

    def __init__(self, plan: Plan, event: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
        self.plan, self.event, self.answers = plan, event, answers
        self._seen: dict[Node, tuple[Any, tuple[Span, ...], tuple[Part, ...]]] = {}
        self._words: dict[str, list[tuple[str, int, int]]] = {}
        self._places_of: dict[str, tuple[dict[str, list[int]], list[tuple[str, int, int]], dict[str, list[int]]]] = {}
        self._regions = tuple(
            dict.fromkeys(place.upper() for path in _REGIONS if isinstance(place := self._raw(path), str))
        )

    def rule(self, rule: Rule) -> RuleTrace:
        told = (rule.policy, rule.name, rule.version, str(rule.then), rule.when)
        for path, names in _PLACES:
            wanted, place = getattr(rule, names), self._raw(path)
            if wanted and not (isinstance(place, str) and place in wanted):
                return RuleTrace(*told, out_of_scope=path)
        return RuleTrace(*told, condition=self.part(rule.tree))

    def part(self, node: Node) -> Part:
        value, spans, parts = self._look(node)
        match value:
            case True | False:
                return Part(written(node), "true" if value else "false", None, spans, parts)
            case Absent():
                return Part(written(node), "unknown" if value is UNKNOWN else "missing", None, spans, parts)
        return Part(written(node), "value", plain(_short(value)), spans, parts)

    def value(self, node: Node) -> Any:
        return self._look(node)[0]

    def _look(self, node: Node) -> tuple[Any, tuple[Span, ...], tuple[Part, ...]]:
        if node not in self._seen:
            value, spans = self._scan(node) if isinstance(node, nodes.Scan) else (self._compute(node), ())
            below = () if isinstance(node, nodes.Scan) else node.children
            parts = tuple(self.part(child) for child in below if not isinstance(child, nodes.Const))
            self._seen[node] = value, spans, parts
        return self._seen[node]

    def _raw(self, path: str) -> Any:
        return fetch(self.event, tuple(path.split(".")))

    def _compute(self, node: Node) -> Any:
        match node:
            case nodes.Const(value=value):
                return value
            case nodes.Field(path=path, type=type_):
                return reader(type_)(self._raw(path))
            case nodes.Ask():
                return self._answer(node)
            case nodes.Not(value=inner):
                value = self.value(inner)
                return value if isinstance(value, Absent) else not value
            case nodes.And(parts=parts):
                return _joined([self.value(part) for part in parts], ends=False)
            case nodes.Or(parts=parts):
                return _joined([self.value(part) for part in parts], ends=True)
            case nodes.IsMissing(value=inner):
                value = self.value(inner)
                return value if value is UNKNOWN else value is MISSING
            case nodes.Default(value=inner, fallback=fallback):
                value = self.value(inner)
                return self.value(fallback) if value is MISSING else value
            case nodes.Arith(op=op, left=left, right=right):
                return runtime.arithmetic(op, self.value(left), self.value(right))
            case nodes.Call(function=function, arguments=arguments):
                return runtime.call(function, *map(self.value, arguments))
            case nodes.Compare(op=op, left=left, right=right):
                first, second = self.value(left), self.value(right)
                if left.type.kind == "money":
                    return runtime.compare_money(op, first, second)
                if isinstance(first, Absent) or isinstance(second, Absent):
                    return worst(first, second)
                return runtime.COMPARISON[op](first, second)
            case nodes.Member(value=inner, options=options):
                first, second = self.value(inner), self.value(options)
                if isinstance(first, Absent) or isinstance(second, Absent):
                    return worst(first, second)
                return first in second
        raise TypeError(type(node).__name__)

    def _answer(self, node: nodes.Ask) -> Any:
        about = [self.value(child) for child in node.children]
        if any(isinstance(value, Absent) for value in about):
            return UNKNOWN if UNKNOWN in about else MISSING
        value = self.answers.get(node.key, UNKNOWN)
        if value is None or value is MISSING:
            return MISSING
        if value is UNKNOWN:
            return UNKNOWN
        typed = reader(self.plan.vocabulary.signals[node.signal].type)(value)
        return UNKNOWN if typed is MISSING else typed

    # Texts

    def _scan(self, node: nodes.Scan) -> tuple[Any, tuple[Span, ...]]:
        text = self.value(node.field)
        if isinstance(text, Absent):
            return text, ()
        match node:
            case nodes.Has(lexicon=lexicon):
                found = _apart(self._places(text, lexicon))
                return bool(found), tuple(found)
            case nodes.Count(lexicon=lexicon):
                found = _apart(self._places(text, lexicon))
                return len(found), tuple(found)
            case nodes.Near(left=left, right=right, within=within):
                found = _apart(self._near(text, left, right, within))
                return bool(found), tuple(found)
            case nodes.Pattern(regex=regex, folded=True):
                return compile_pattern(regex).search(readable(fold(text)[1:-1])) is not None, ()
            case nodes.Pattern(regex=regex):
                spans = [match.span() for match in compile_pattern(regex).finditer(readable(text))]
                return bool(spans), tuple((start, end) for start, end in spans if end > start)[:20]
            case nodes.Edge(text=wanted, at_end=at_end):
                holds = text.endswith(wanted) if at_end else text.startswith(wanted)
                start = len(text) - len(wanted) if at_end else 0
                return holds, ((start, start + len(wanted)),) if holds else ()
            case nodes.Found(entity=entity):
                found = ENTITIES[entity](text, self._regions)
                return len(found), tuple(found)
        raise TypeError(type(node).__name__)

    def _folded(self, text: str) -> list[tuple[str, int, int]]:
        """Each folded word with its span, mark by mark."""
        if text not in self._words:
            words: list[tuple[str, int, int]] = []
            open_word = False
            for at, mark in enumerate(text):
                for part in TABLE[ord(mark)]:
                    if part == " ":
                        open_word = False
                    elif open_word:
                        word, start, _ = words[-1]
                        words[-1] = (word + part, start, at + 1)
                    else:
                        words.append((part, at, at + 1))
                        open_word = True
            self._words[text] = words
        return self._words[text]

    def _places(self, text: str, lexicon: Lexicon) -> set[Span]:
        words = self._folded(text)
        first, seen, drawn = self._indexed(text)
        found: set[Span] = set()
        for phrase in lexicon.phrases:
            wanted = fold_phrase(phrase).split(" ")
            for at in first.get(wanted[0], ()):
                window = words[at : at + len(wanted)]
                if [word for word, _, _ in window] == wanted:
                    found.add((window[0][1], window[-1][2]))
            for at in drawn.get(skeleton(wanted[0]), ()) if drawn else ():
                disguised = seen[at : at + len(wanted)]
                if len(disguised) == len(wanted) and all(
                    spells(form, want) for (form, _, _), want in zip(disguised, wanted, strict=True)
                ):
                    found.add((disguised[0][1], disguised[-1][2]))
        return found

    def _indexed(self, text: str) -> tuple[dict[str, list[int]], list[tuple[str, int, int]], dict[str, list[int]]]:
        """Where each folded word stands; the words of the second reading, and where each skeleton of them stands."""
        if text not in self._places_of:
            first: dict[str, list[int]] = {}
            for at, (word, _, _) in enumerate(self._folded(text)):
                first.setdefault(word, []).append(at)
            unmasked = unmask(text, fold(text))
            seen = unmasked.words if unmasked is not None else []
            drawn: dict[str, list[int]] = {}
            for at, (form, _, _) in enumerate(seen):
                drawn.setdefault(skeleton(form), []).append(at)
            self._places_of[text] = first, seen, drawn
        return self._places_of[text]

    def _near(self, text: str, left: Lexicon, right: Lexicon, within: int) -> set[Span]:
        starts = [start for _, start, _ in self._folded(text)]
        sides = self._places(text, left), self._places(text, right)
        return {
            span
            for ones, others in (sides, sides[::-1])
            for one in ones
            for other in others
            if other[0] >= one[1] and sum(one[1] <= at < other[0] for at in starts) <= within
            for span in (one, other)
        }


def _joined(values: Sequence[Any], *, ends: bool) -> Any:
    """Kleene's `and` (ends=False) and `or` (ends=True) of all values."""
    if any(value is ends for value in values):
        return ends
    absent = [value for value in values if isinstance(value, Absent)]
    return (UNKNOWN if UNKNOWN in absent else MISSING) if absent else not ends


def _apart(spans: Iterable[Span]) -> list[Span]:
    """The leftmost longest of overlapping spans."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > 200:
        return value[:199] + "…"
    return value if not isinstance(value, tuple) or len(value) <= 20 else value[:20]
