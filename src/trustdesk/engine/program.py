"""The rules for one set of kinds, markets and languages: what they read, and how they are evaluated.

Two ways to the same verdicts: many events at once as columns and masks (`_Many`), few events one by one (`_Few`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any

from . import nodes
from .emitting import Condition, Layout, emit
from .fetching import fetcher
from .gating import Gates
from .judging import Answers, Frame
from .leaves import Leaves
from .matching import Matcher, MatcherView
from .nodes import Node
from .quick import STANDS_IN, Quick, quick, simple
from .reading import reader
from .sweeping import Sweep, sweep
from .values import MISSING, UNKNOWN
from .verdict import Evidence, Hit, Undecided

if TYPE_CHECKING:
    from .checking import Vocabulary
    from .measuring import Measure, Measured
    from .policies import Rule

# Where an event says which rules concern it; always among the inputs.
PLACES = ("item.kind", "item.market", "item.language")
REGIONS = ("item.market", "account.country")


class Program:
    """`rules` come in the order of their weight: whoever fires first makes the outcome. `order` gives the written order."""

    def __init__(
        self, rules: Sequence[Rule], order: Sequence[int], matcher: Matcher, vocabulary: Vocabulary, measured: Measured
    ) -> None:
        self.rules, self.order, self.matcher, self.vocabulary, self.measured = (
            rules,
            order,
            matcher,
            vocabulary,
            measured,
        )
        self.trees = [rule.tree for rule in rules]
        self.layout = layout = Layout(matcher.numbers, measured.expected)
        known = vocabulary.fields
        for at in sorted(range(len(rules)), key=order.__getitem__):
            layout.add(rules[at].tree)
        extra = [*PLACES, *(REGIONS if layout.entities else ())]
        for path in extra:
            if path in known:
                layout.add(nodes.Field(known[path], path))
        self.fields = [(tuple(field.path.split(".")), field.type) for field in layout.fields]
        self.readers = [reader(field.type) for field in layout.fields]
        self.places = {field.path: at for field, at in layout.fields.items()}
        self.read_paths = [(field.path, steps) for field, (steps, _) in zip(layout.fields, self.fields, strict=True)]
        self.records = [field.path for field in layout.fields if field.type.kind == "record"]
        scans = {part for tree in self.trees for part in nodes.walk(tree) if isinstance(part, nodes.Scan)}
        self.view = MatcherView(matcher, {scan for scan in scans if not isinstance(scan, nodes.Edge | nodes.Found)})
        self.texts = [(self.places[path], path) for path in self.view.fields]
        self.scanned = {layout.fields[scan.field] for scan in scans}
        self.asks = list(layout.asks)
        self.entities = list(layout.entities)
        self.regions = [self.places[path] for path in REGIONS if path in known] if layout.entities else []
        # A rule that asks nothing of a text has no evidence, and the same hit for every event.
        self.hits = [Hit(rule.policy, rule.name, rule.version, rule.then, rule.gravity, rule.labels) for rule in rules]
        self.told = [any(isinstance(part, nodes.Scan) for part in nodes.walk(tree)) for tree in self.trees]
        self.outcomes = [rule.then.verb if rule.then.rank else "approve" for rule in rules]
        self.answer_readers: dict[str, Callable[[object], Any]] = {
            ask.key: reader(vocabulary.signals[ask.signal].type) for ask in self.asks
        }
        self._made: dict[Node, Condition] = {}
        self._rules: list[Condition | None] = [None] * len(rules)
        self._measures: dict[int, Measure] = {}

    @cached_property
    def asks_of(self) -> list[list[int]]:
        """For each rule, the lookups and signals it asks, in the order they are written."""
        places = self.layout.asks
        return [[places[part] for part in nodes.walk(tree) if isinstance(part, nodes.Ask)] for tree in self.trees]

    def condition(self, tree: Node) -> Condition:
        """A rule, or a part of one, as a function of one event."""
        made = self._made.get(tree)
        if made is None:
            made = self._made[tree] = emit(tree, self.layout)
        return made

    def rule(self, at: int) -> Condition:
        """The condition of a rule by its number: looked up without comparing trees."""
        made = self._rules[at]
        if made is None:
            made = self._rules[at] = self.condition(self.trees[at])
        return made

    # Many events

    @cached_property
    def leaves(self) -> Leaves:
        leaves = Leaves(self.layout.fields, self.layout.numbers)
        for tree in self.trees:
            rest = [tree]
            while rest:
                node = rest.pop()
                if isinstance(node, nodes.And | nodes.Or | nodes.Not):
                    rest += node.children
                elif not isinstance(node, nodes.Const):
                    leaves.number(node)
        return leaves

    @cached_property
    def columns_wanted(self) -> list[int]:
        return sorted(self.leaves.places())

    @cached_property
    def lazy_places(self) -> list[int]:
        """Fields that lazy leaves read."""
        parts = {part for node in self.leaves.lazy.values() for part in nodes.walk(node)}
        return sorted({self.layout.fields[part] for part in parts if isinstance(part, nodes.Field)})

    @cached_property
    def lazy_of(self) -> list[list[int]]:
        """For each rule, its lazy leaves."""
        leaves = self.leaves
        found = []
        for tree in self.trees:
            parts = {leaves.number(part)[0] for part in nodes.walk(tree) if part in leaves.known}
            found.append(sorted(parts & leaves.lazy.keys()))
        return found

    def measure(self, leaf: int) -> Measure:
        """Where the cost of a leaf is added up."""
        known = self._measures.get(leaf)
        if known is None:
            known = self._measures[leaf] = self.measured.of(self.leaves.named[leaf])
        return known

    @cached_property
    def sweeps(self) -> list[Sweep]:
        return sweep(self.trees, self.leaves, self.measured.expected, exact=False)

    @cached_property
    def exact_sweeps(self) -> list[Sweep]:
        """The same where fields are unknown."""
        return sweep(self.trees, self.leaves, self.measured.expected, exact=True)

    def replan(self) -> None:
        """Order conjunctions anew by what was measured since."""
        for name in ("sweeps", "exact_sweeps"):
            self.__dict__.pop(name, None)

    # Few events

    @cached_property
    def fetch(self) -> Callable[[Mapping[str, Any]], list[Any]]:
        return fetcher(self.fields)

    @cached_property
    def gates(self) -> Gates:
        return Gates(self.trees, self.layout.numbers, self.layout.fields)

    @cached_property
    def simple(self) -> frozenset[int]:
        """Rules that no gate keeps away and that are plain expressions."""
        return frozenset(at for at in self.gates.always if simple(self.trees[at]))

    @cached_property
    def others(self) -> list[int]:
        """Rules that no gate keeps away and that are not."""
        return [at for at in self.gates.always if at not in self.simple]

    @cached_property
    def quick(self) -> list[Quick]:
        return quick({at: self.trees[at] for at in sorted(self.simple)}, self.layout.fields, self.layout.numbers)

    @cached_property
    def touching(self) -> list[frozenset[int]]:
        """For each field, the simple rules that read it."""
        found: list[set[int]] = [set() for _ in self.fields]
        for at in self.simple:
            for part in nodes.walk(self.trees[at]):
                if isinstance(part, nodes.Field):
                    found[self.layout.fields[part]].add(at)
        return [frozenset(each) for each in found]

    @cached_property
    def stand_ins(self) -> list[Any]:
        return [STANDS_IN.get(kind.kind, 0) for _, kind in self.fields]


class Few:
    """Events judged one by one."""

    def __init__(self, program: Program, events: Sequence[Mapping[str, Any]], places: Sequence[int]) -> None:
        began = perf_counter()
        self.program, self.events, self.places, self.size = program, events, places, len(places)
        self.frames = [self._frame(event, at) for event, at in zip(events, places, strict=True)]
        self.seconds = perf_counter() - began

    def _frame(self, event: Mapping[str, Any], at: int) -> Frame:
        program = self.program
        fields = program.fetch(event)
        fired: dict[int, int] = {}
        for place, path in program.texts:
            text = fields[place]
            if text is not MISSING and text is not UNKNOWN:
                program.view.fields[path].read(text, fired)
        return Frame(program, event, at, fields, fired)

    def judge(self, answers: Answers) -> Judged:
        began = perf_counter()
        frames = [frame.given(answers) for frame in self.frames]
        told = [_judge_one(self.program, frame) for frame in frames]
        undecided = [each for _, each in told]
        judged = Judged(self.program, frames.__getitem__, [each for each, _ in told], undecided)
        if not any(undecided):
            judged.undecided = None
        judged.seconds = perf_counter() - began
        return judged


class Judged:
    """What became of a batch: for each event the rules that fired, and those left undecided (None: nowhere any).

    Rules are told by number; those that fired in the order of their weight, undecided ones as they are written.
    `seconds`: what judging took; `spent`: what lazy leaves took of it.
    """

    __slots__ = ("fired", "frame", "program", "seconds", "spent", "undecided")

    def __init__(
        self,
        program: Program,
        frame: Callable[[int], Frame],
        fired: Sequence[Sequence[int]],
        undecided: Sequence[Sequence[int]] | None,
    ) -> None:
        self.program, self.frame, self.fired, self.undecided = program, frame, fired, undecided
        self.seconds = 0.0
        self.spent: dict[int, Measure] = {}

    def hits(self, at: int) -> tuple[Hit, ...]:
        """Hits of one event; evidence is looked for when it is read."""
        hits, told, lazily = self.program.hits, self.program.told, Hit.lazily
        return tuple(
            [lazily(hits[number], (self, at, number)) if told[number] else hits[number] for number in self.fired[at]]
        )

    def evidence(self, at: int, number: int) -> tuple[Evidence, ...]:
        return self.frame(at).evidence(self.program.trees[number])

    def undecided_rules(self, at: int) -> tuple[Undecided, ...]:
        found = self.undecided[at] if self.undecided is not None else ()
        return self.frame(at).undecided(found) if found else ()

    def inputs(self, at: int) -> dict[str, Any]:
        return self.frame(at).inputs()


def _judge_one(program: Program, frame: Frame) -> tuple[list[int], list[int]]:
    fields, fired = frame.fields, frame.fired
    absent = [at for at, value in enumerate(fields) if value is MISSING or value is UNKNOWN]
    due: list[int] = list(program.others)
    hits: list[int] = []
    if program.simple:
        if absent:
            doubtful: set[int] = set()
            stand_ins, present = program.stand_ins, list(fields)
            for place in absent:
                doubtful |= program.touching[place]
                present[place] = stand_ins[place]
            for judge in program.quick:
                hits += [at for at in judge(present, fired) if at not in doubtful]
            due += doubtful
        else:
            for judge in program.quick:
                hits += judge(fields, fired)
    due += program.gates.due(fired, [at for at in absent if at in program.scanned])
    undecided: list[int] = []
    for at in due:
        value = frame.ask(program.rule(at))
        if value is True:
            hits.append(at)
        elif value is UNKNOWN:
            undecided.append(at)
    hits.sort()
    if len(undecided) > 1:
        undecided.sort(key=program.order.__getitem__)
    return hits, undecided
