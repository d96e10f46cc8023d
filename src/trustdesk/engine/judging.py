"""One event looked at by itself: what a lazy leaf needs, and what is told of a verdict when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import nodes
from .emitting import Condition
from .entities import ENTITIES
from .matching import Reading
from .nodes import Node
from .reading import fetch, plain
from .signals import Request
from .values import MISSING, UNKNOWN
from .verdict import Evidence, Undecided

if TYPE_CHECKING:
    from .checking import Vocabulary
    from .program import Program

Answers = Mapping[tuple[int | None, str], Any]
# Kinds of signals that are asked whenever they can answer a rule: they cost less than weighing whether to.
CHEAP = frozenset({"payload", "scan", "lookup"})


class Frame:
    """One event of a program. `fields`: typed values; `fired`: what the matcher saw (number → count)."""

    def __init__(
        self, program: Program, event: Mapping[str, Any], at: int, fields: list[Any], fired: Mapping[int, int]
    ) -> None:
        self.program, self.event, self.at = program, event, at
        self.fields, self.fired = fields, fired
        self.absent: list[Any] = [None] * len(fields)
        for place in program.scanned:
            value = fields[place]
            self.absent[place] = value if value is MISSING or value is UNKNOWN else False
        self._readings: dict[str, Reading | None] = {}
        self._found: dict[int, list[tuple[int, int]]] = {}
        self._counts: dict[int, Any] = {}
        self.answers: list[Any] = []

    def given(self, answers: Answers) -> Frame:
        """The same event with these answers; verdicts told from earlier ones keep theirs."""
        if not self.program.asks:
            return self
        frame = copy(self)  # what was found in the texts is shared
        frame.answers = []
        frame.answers = [frame._answer(ask, answers) for ask in self.program.asks]
        return frame

    def _answer(self, ask: nodes.Ask, answers: Answers) -> Any:
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

    # Told when asked for

    def evidence(self, tree: Node) -> tuple[Evidence, ...]:
        """Why a condition that holds for this event is true, in the order it is written."""
        return tuple(dict.fromkeys(self._evidence(tree)))

    def undecided(self, rules: Iterable[int]) -> tuple[Undecided, ...]:
        return tuple(
            Undecided(rule.policy, rule.name, rule.version, signal, rule.if_unknown, rule.then, rule.patience)
            for rule in (self.program.rules[number] for number in rules)
            for signal in self._unknown(rule.tree)
        )

    def _reading(self, path: str) -> Reading | None:
        if path not in self._readings:
            place = self.program.places[path]
            matcher = self.program.matcher.fields.get(path)
            there = matcher is not None and self.absent[place] is False
            self._readings[path] = Reading(matcher, self.fields[place]) if there and matcher is not None else None
        return self._readings[path]

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
                reading = self._reading(field.path)
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

    def requests(
        self, fired: Iterable[int], undecided: Iterable[int], vocabulary: Vocabulary, *, collect_all: bool
    ) -> Iterable[Request]:
        """What is still to be asked for the undecided rules. A dear signal is asked only where it can change something."""
        program = self.program
        best = max((program.rules[number].then.rank for number in fired), default=1)
        open_asks: dict[int, None] = {}
        for number in undecided:
            rank = program.rules[number].then.rank
            matters = collect_all or rank > best or rank == 0
            for place in program.asks_of[number]:
                if self.answers[place] is UNKNOWN and (matters or program.asks[place].klass in CHEAP):
                    open_asks[place] = None
        for place in open_asks:
            node = program.asks[place]
            signal = vocabulary.signals[node.signal]
            arguments = {name: self._value(value) for name, value in node.arguments}
            if UNKNOWN in arguments.values():
                continue  # it cannot be asked yet
            yield Request(self.at, node.key, signal.name, arguments, signal.cost, signal.version, signal.timeout)

    def inputs(self) -> dict[str, Any]:
        """Every value the plan reads for this kind and market, as plain JSON."""
        program = self.program
        values = {path: plain(fetch(self.event, steps)) for path, steps in program.read_paths}
        for path in program.records:  # that a group is there is an input, what else it holds is not
            values[path] = {} if isinstance(values[path], dict) and values[path] != {"unknown": True} else values[path]
        for node, answer in zip(program.asks, self.answers, strict=True):
            values[node.key] = plain(answer)
        return values
