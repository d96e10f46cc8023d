"""A compiled plan: which rules concern an event, one reading of its texts, the conditions, the verdict.

The planner's seam is `_Program`: the rules for one (kind, market, language) in the order they are evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import nodes
from .emitting import Condition, Layout, emit
from .entities import ENTITIES
from .explaining import explain
from .gating import Gates
from .matching import Matcher, Reading
from .nodes import Node
from .reading import fetch, plain, reader
from .signals import Request
from .values import MISSING, UNKNOWN
from .verdict import Evidence, Hit, Undecided, Verdict

if TYPE_CHECKING:
    from .checking import Vocabulary
    from .policies import Rule
    from .problems import Problem

Answers = Mapping[Any, Any]
# Where an event says which rules concern it; always among the inputs.
PLACES = ("item.kind", "item.market", "item.language")
REGIONS = ("item.market", "account.country")


class Plan:
    """Immutable after it is made and safe to share between threads; see the package for what `run` takes."""

    def __init__(
        self, rules: Sequence[Rule], vocabulary: Vocabulary, identity: str, warnings: tuple[Problem, ...] = ()
    ) -> None:
        self.rules, self.hash, self.warnings = tuple(rules), identity, warnings
        self.vocabulary = vocabulary
        scans = [node for rule in rules for node in nodes.walk(rule.tree) if isinstance(node, nodes.Scan)]
        self.matcher = Matcher(scans)
        self._programs: dict[tuple[str, str, str], _Program] = {}
        self._named = tuple(
            frozenset(name for rule in rules for name in getattr(rule, part))
            for part in ("kinds", "markets", "languages")
        )

    def run(self, events: Iterable[Mapping[str, Any]], signals: Answers | None = None) -> list[Verdict]:
        """A verdict for each event, in order. `signals` answers requests; what is not answered is unknown."""
        return self.read(events).run(signals)

    def needs(self, events: Iterable[Mapping[str, Any]], signals: Answers | None = None) -> list[Request]:
        """What is still to be asked: the unanswered requests of the rules that would end unknown."""
        return self.read(events).needs(signals)

    def read(self, events: Iterable[Mapping[str, Any]]) -> Read:
        """The events with their texts read, to be asked and judged as often as answers come. For one thread."""
        return Read(self, [self._frame(event, at) for at, event in enumerate(events)])

    def replay(self, inputs: Mapping[str, Any]) -> Verdict:
        """The verdict again from the inputs an earlier one stored."""
        event: dict[str, Any] = {}
        answers: dict[str, Any] = {}
        for name, value in inputs.items():
            value = UNKNOWN if value == {"unknown": True} else value
            if "(" in name:
                answers[name] = MISSING if value is None else value
            elif value is not None:
                *above, last = name.split(".")
                node: Any = event
                for step in above:  # below a group that is unknown all is unknown
                    node = node if node is UNKNOWN else node.setdefault(step, {})
                if node is not UNKNOWN and (last not in node or value != {}):
                    node[last] = {} if value == {} else value  # ours to fill, not the caller's
        return self.run([event], answers)[0]

    def explain(self) -> str:
        """The plan in words: what applies where, what each rule asks of the matcher, what it costs."""
        return explain(self)

    def _frame(self, event: Mapping[str, Any], at: int) -> _Frame:
        places = tuple(fetch(event, tuple(name.split("."))) for name in PLACES)
        key = tuple(
            place if isinstance(place, str) and place in named else ""
            for place, named in zip(places, self._named, strict=True)
        )
        program = self._programs.get(key)  # type: ignore[arg-type]
        if program is None:
            program = self._programs[key] = _Program(self, *key)  # type: ignore[index]
        return _Frame(program, event, at)


class Read:
    """Events whose texts were read once: folding and matching cost more than all conditions together."""

    def __init__(self, plan: Plan, frames: Sequence[_Frame]) -> None:
        self._plan, self._frames = plan, frames

    def needs(self, signals: Answers | None = None) -> list[Request]:
        """As `Plan.needs`."""
        answers = _by_event(signals)
        return [request for frame in self._frames for request in frame.given(answers).requests(self._plan.vocabulary)]

    def run(self, signals: Answers | None = None) -> list[Verdict]:
        """As `Plan.run`."""
        answers = _by_event(signals)
        return [frame.given(answers).verdict(self._plan.hash) for frame in self._frames]


class _Program:
    """The rules for one kind, market and language, with the layout of what they read."""

    def __init__(self, plan: Plan, kind: str, market: str, language: str) -> None:
        self.rules = [
            rule
            for rule in plan.rules
            if (not rule.kinds or kind in rule.kinds)
            and (not rule.markets or market in rule.markets)
            and (not rule.languages or language in rule.languages)
        ]
        self.matcher = plan.matcher
        self.layout = layout = Layout(plan.matcher.numbers)
        known = plan.vocabulary.fields
        extra = [*PLACES]
        for rule in self.rules:
            layout.add(rule.tree)
        if layout.entities:
            extra += REGIONS
        for path in extra:
            if path in known:
                layout.add(nodes.Field(known[path], path))
        self.fields = [(field.path, tuple(field.path.split(".")), reader(field.type)) for field in layout.fields]
        self.records = [field.path for field in layout.fields if field.type.kind == "record"]
        self.texts = [(at, field.path) for field, at in layout.fields.items() if field.path in plan.matcher.fields]
        edges = {
            n.field for rule in self.rules for n in nodes.walk(rule.tree) if isinstance(n, nodes.Edge | nodes.Found)
        }
        self.scanned = {at for at, _ in self.texts} | {layout.fields[field] for field in edges}
        self.asks = list(layout.asks)
        self.entities = list(layout.entities)
        self.regions = [layout.fields[nodes.Field(known[p], p)] for p in REGIONS if p in known and layout.entities]
        self.conditions = [emit(rule.tree, layout) for rule in self.rules]
        self.gates = Gates([rule.tree for rule in self.rules], layout.numbers, layout.fields)
        self._made: dict[Node, Condition] = {}
        self.answer_readers: dict[str, Callable[[object], Any]] = {
            ask.key: reader(plan.vocabulary.signals[ask.signal].type) for ask in self.asks
        }

    def condition(self, tree: Node) -> Condition:
        """Part of a rule as a condition of its own: asked for evidence, so only where something hit."""
        made = self._made.get(tree)
        if made is None:
            made = self._made[tree] = emit(tree, self.layout)
        return made


class _Frame:
    """One event while it is judged."""

    def __init__(self, program: _Program, event: Mapping[str, Any], at: int) -> None:
        self.program, self.at = program, at
        self.raw = [fetch(event, steps) for _, steps, _ in program.fields]
        self.fields = [read(raw) for raw, (_, _, read) in zip(self.raw, program.fields, strict=True)]
        self.absent: list[Any] = [None] * len(self.fields)
        for place in program.scanned:
            value = self.fields[place]
            self.absent[place] = value if value is MISSING or value is UNKNOWN else False
        self.fired: dict[int, int] = {}
        self.readings: dict[str, Reading] = {}
        for place, path in program.texts:
            if self.absent[place] is False:
                self.readings[path] = program.matcher.fields[path].read(self.fields[place], self.fired)
        self._found: dict[int, list[tuple[int, int]]] = {}
        self._counts: dict[int, Any] = {}
        self.answers: list[Any] = []

    def given(self, answers: Mapping[tuple[int | None, str], Any]) -> _Frame:
        """The same event with these answers in the place of earlier ones."""
        self.answers = []
        self.answers = [self._answer(ask, answers) for ask in self.program.asks]
        return self

    def _answer(self, ask: nodes.Ask, answers: Mapping[tuple[int | None, str], Any]) -> Any:
        about = [self._value(node) for _, node in ask.arguments if not isinstance(node, nodes.Const)]
        if any(value is MISSING or value is UNKNOWN for value in about):
            return UNKNOWN if UNKNOWN in about else MISSING  # nothing to ask about
        value = answers.get((self.at, ask.key), answers.get((None, ask.key), UNKNOWN))
        if value is UNKNOWN or value is MISSING or value is None:
            return MISSING if value is None else value
        typed = self.program.answer_readers[ask.key](value)
        return UNKNOWN if typed is MISSING else typed  # an answer of the wrong type is a broken signal

    def _value(self, node: Node) -> Any:
        """What a lookup is asked about; it holds no lookup itself."""
        if isinstance(node, nodes.Const):
            return node.value
        if isinstance(node, nodes.Field):
            return self.fields[self.program.layout.fields[node]]
        return self.ask(self.program.condition(node))

    def found(self, entity: int) -> Any:
        """How many entities the text holds, or why that cannot be said."""
        count = self._counts.get(entity)
        if count is None:
            node = self.program.entities[entity]
            place = self.program.layout.fields[node.field]
            present = self.absent[place] is False
            count = self._counts[entity] = len(self._spans_of(entity)) if present else self.fields[place]
        return count

    def _spans_of(self, entity: int) -> list[tuple[int, int]]:
        if entity not in self._found:
            node = self.program.entities[entity]
            text = self.fields[self.program.layout.fields[node.field]]
            self._found[entity] = ENTITIES[node.entity](text, self._regions)
        return self._found[entity]

    @cached_property
    def _regions(self) -> tuple[str, ...]:
        values = (self.fields[place] for place in self.program.regions)
        return tuple(dict.fromkeys(value.upper() for value in values if isinstance(value, str)))

    def ask(self, condition: Condition) -> Any:
        return condition(self.fields, self.absent, self.fired, self.answers, self.found)

    def _judged(self) -> Iterable[tuple[Rule, Any]]:
        """Each rule whose condition is not false, with what it comes to."""
        program = self.program
        absent = [place for place in program.scanned if self.absent[place] is not False]
        given = (self.fields, self.absent, self.fired, self.answers, self.found)
        for at in program.gates.due(self.fired, absent):
            value = program.conditions[at](*given)
            if value is not False:
                yield program.rules[at], value

    def verdict(self, plan_hash: str) -> Verdict:
        hits: list[Hit] = []
        undecided: list[Undecided] = []
        for rule, value in self._judged():
            if value is True:
                evidence = tuple(dict.fromkeys(self._evidence(rule.tree)))
                hits.append(Hit(rule.policy, rule.name, rule.version, rule.then, rule.gravity, rule.labels, evidence))
            elif value is UNKNOWN:
                undecided += [
                    Undecided(rule.policy, rule.name, rule.version, signal, rule.if_unknown, rule.then, rule.patience)
                    for signal in self._unknown(rule.tree)
                ]
        hits.sort(key=lambda hit: (-hit.then.rank, -hit.gravity))
        outcome = hits[0].then.verb if hits and hits[0].then.rank else "approve"
        return Verdict(outcome, tuple(hits), tuple(undecided), self.inputs(), plan_hash)

    def _evidence(self, node: Node) -> Iterable[Evidence]:
        """Why a true expression is true, as far as words of the text tell: only the parts that hold count."""
        match node:
            case nodes.And(parts=parts):
                for part in parts:
                    yield from self._evidence(part)
            case nodes.Or(parts=parts):
                for part in parts:
                    if self.ask(self.program.condition(part)) is True:
                        yield from self._evidence(part)
            case nodes.Compare():
                for part in nodes.walk(node):
                    if isinstance(part, nodes.Count | nodes.Found):
                        yield from self._evidence(part)
            case nodes.Edge(field=field, text=text, at_end=at_end):
                whole = self.fields[self.program.layout.fields[field]]
                start = len(whole) - len(text) if at_end else 0
                yield Evidence(field.path, start, start + len(text), text)
            case nodes.Found(field=field):
                whole = self.fields[self.program.layout.fields[field]]
                if isinstance(whole, str):
                    spans = self._spans_of(self.program.layout.entities[node])
                    yield from (Evidence(field.path, start, end, whole[start:end]) for start, end in spans)
            case nodes.Scan(field=field):
                reading = self.readings.get(field.path)
                if reading is not None:
                    for start, end in reading.matcher.evidence(node, reading):
                        yield Evidence(field.path, start, end, reading.text[start:end])

    def _unknown(self, tree: Node) -> list[str]:
        """Names of the signals (or fields) that are not known, in the order they are written."""
        layout = self.program.layout
        names: dict[str, None] = {}
        rest = [tree]
        while rest:
            node = rest.pop()
            if isinstance(node, nodes.Ask):
                if self.answers[layout.asks[node]] is not UNKNOWN:
                    continue
                unclear = [child for child in node.children if self._value(child) is UNKNOWN]
                if not unclear:
                    names[node.signal] = None
                rest += reversed(unclear)
            elif isinstance(node, nodes.Field):
                if self.fields[layout.fields[node]] is UNKNOWN:
                    names[node.path] = None
            else:
                rest += reversed(node.children)
        return list(names)

    def requests(self, vocabulary: Vocabulary) -> Iterable[Request]:
        layout = self.program.layout
        open_asks = {
            node: None
            for rule, value in self._judged()
            if value is UNKNOWN
            for node in nodes.walk(rule.tree)
            if isinstance(node, nodes.Ask) and self.answers[layout.asks[node]] is UNKNOWN
        }
        for node in open_asks:
            signal = vocabulary.signals[node.signal]
            arguments = {name: self._value(value) for name, value in node.arguments}
            if UNKNOWN in arguments.values():
                continue  # it cannot be asked yet
            yield Request(self.at, node.key, signal.name, arguments, signal.cost, signal.version, signal.timeout)

    def inputs(self) -> dict[str, Any]:
        values = {path: plain(raw) for (path, _, _), raw in zip(self.program.fields, self.raw, strict=True)}
        for path in self.program.records:  # that a group is there is an input, what else it holds is not
            values[path] = {} if isinstance(values[path], dict) and values[path] != {"unknown": True} else values[path]
        for node, answer in zip(self.program.asks, self.answers, strict=True):
            values[node.key] = plain(answer)
        return values


def _by_event(signals: Answers | None) -> dict[tuple[int | None, str], Any]:
    """Answers by request, by (event, key), or by key alone for all events."""
    answers: dict[tuple[int | None, str], Any] = {}
    for name, value in (signals or {}).items():
        if isinstance(name, Request):
            answers[name.event, name.key] = value
        elif isinstance(name, tuple):
            answers[name[0], name[1]] = value
        else:
            answers[None, name] = value
    return answers
