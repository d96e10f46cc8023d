"""A compiled plan: which rules concern an event, one reading of its texts, the conditions, the verdict.

Rules are indexed by kind, market and language. Events that the same rules concern are judged together by one `Program`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import nodes
from .batching import MANY, Many
from .columns import Raw
from .explaining import explain
from .inputs import event_of_inputs
from .judging import Answers as Given
from .matching import Matcher
from .measuring import Measured, Meter
from .program import PLACES, Few, Judged, Program
from .signals import Request
from .verdict import Verdict
from .written import written

if TYPE_CHECKING:
    from .checking import Vocabulary
    from .policies import Rule
    from .problems import Problem

Answers = Mapping[Any, Any]
_STEPS = tuple(tuple(name.split(".")) for name in PLACES)
# Conjunctions are ordered anew after so many events, then after twice as many, and so on.
REPLAN_AFTER = 5_000


class Plan:
    """Immutable in what it says and safe to share between threads; see the package for what `run` takes.

    `measured`: what parts of conditions cost and how often they held; it orders work and never changes a verdict.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        vocabulary: Vocabulary,
        identity: str,
        warnings: tuple[Problem, ...] = (),
        measured: Measured | None = None,
    ) -> None:
        self.rules, self.hash, self.warnings = tuple(rules), identity, warnings
        self.vocabulary, self.measured = vocabulary, measured or Measured()
        scans = [node for rule in rules for node in nodes.walk(rule.tree) if isinstance(node, nodes.Scan)]
        self.matcher = Matcher(scans)
        # Whoever stands first of the rules that fire makes the outcome.
        weight = sorted(range(len(rules)), key=lambda at: (-rules[at].then.rank, -rules[at].gravity))
        self._weighed = tuple(weight)
        self._named = tuple(
            frozenset(name for rule in rules for name in getattr(rule, part))
            for part in ("kinds", "markets", "languages")
        )
        self._programs: dict[tuple[str, ...], Program] = {}
        self._by_rules: dict[tuple[int, ...], Program] = {}
        self._judged, self._replan_at = 0, REPLAN_AFTER

    def run(
        self, events: Iterable[Mapping[str, Any]], signals: Answers | None = None, *, meter: Meter | None = None
    ) -> list[Verdict]:
        """A verdict for each event, in order. `signals` answers requests; what is not answered is unknown.

        `meter` adds up what each rule saw, did and cost.
        """
        return self.read(events).run(signals, meter=meter)

    def needs(
        self, events: Iterable[Mapping[str, Any]], signals: Answers | None = None, *, collect_all: bool = False
    ) -> list[Request]:
        """What is still to be asked: the unanswered requests of the rules that would end unknown.

        Models and dearer signals are asked only for rules that could still change the outcome, or that do something
        beside it (warn, educate, flag); with `collect_all` for every rule.
        """
        return self.read(events).needs(signals, collect_all=collect_all)

    def read(self, events: Iterable[Mapping[str, Any]]) -> Read:
        """The events with their texts read, to be asked and judged as often as answers come. For one thread."""
        events = events if isinstance(events, list | tuple) else list(events)
        groups: dict[int, tuple[Program, list[int]]] = {}
        if not any(self._named):
            program = self._program(("", "", ""))
            groups[0] = program, list(range(len(events)))
        else:
            for at, key in enumerate(self._keys(events)):
                program = self._programs.get(key) or self._program(key)
                groups.setdefault(id(program), (program, []))[1].append(at)
        parts: list[Few | Many] = []
        for program, places in groups.values():
            mine = events if len(places) == len(events) else [events[at] for at in places]
            parts.append((Many if len(places) >= MANY else Few)(program, mine, places))
        self._count(len(events))
        return Read(self, parts, len(events))

    def replay(self, inputs: Mapping[str, Any]) -> Verdict:
        """The verdict again from the inputs an earlier one stored."""
        event, answers = event_of_inputs(inputs)
        return self.run([event], answers)[0]

    def explain(self) -> str:
        """The plan in words: what applies where, what each rule asks of the matcher, what it costs."""
        return explain(self)

    def program_of(self, event: Mapping[str, Any]) -> Program:
        """The rules that concern an event."""
        return self._program(next(iter(self._keys([event]))))

    def _keys(self, events: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, ...]]:
        """Of each event its kind, market and language, as far as rules name them."""
        raw = Raw(events)
        nowhere = [""] * len(events)
        return zip(
            *(
                [place if isinstance(place, str) and place in named else "" for place in raw.column(steps)]
                if named
                else nowhere
                for steps, named in zip(_STEPS, self._named, strict=True)
            ),
            strict=True,
        )

    def _program(self, key: tuple[str, ...]) -> Program:
        program = self._programs.get(key)
        if program is None:
            kind, market, language = key
            mine = tuple(
                at
                for at in self._weighed
                if (not (rule := self.rules[at]).kinds or kind in rule.kinds)
                and (not rule.markets or market in rule.markets)
                and (not rule.languages or language in rule.languages)
            )
            program = self._by_rules.get(mine)
            if program is None:
                rules = [self.rules[at] for at in mine]
                program = self._by_rules[mine] = Program(rules, mine, self.matcher, self.vocabulary, self.measured)
            self._programs[key] = program
        return program

    def _count(self, events: int) -> None:
        """Order the work anew now and then. Two threads may both do it: that costs time only."""
        self._judged += events
        if self._judged >= self._replan_at:
            self._replan_at = 2 * self._judged
            for program in list(self._by_rules.values()):
                program.replan()


class Read:
    """Events whose texts were read once: folding and matching cost more than all conditions together."""

    def __init__(self, plan: Plan, parts: Sequence[Few | Many], size: int) -> None:
        self._plan, self._parts, self._size = plan, parts, size

    def needs(self, signals: Answers | None = None, *, collect_all: bool = False) -> list[Request]:
        """As `Plan.needs`."""
        answers = _by_event(signals)
        found: list[Request] = []
        for part in self._parts:
            if not part.program.asks:
                continue
            judged = part.judge(answers)
            for at, rules in enumerate(judged.undecided or ()):
                if rules:
                    frame = judged.frame(at)
                    found += frame.requests(judged.fired[at], rules, self._plan.vocabulary, collect_all=collect_all)
        return sorted(found, key=lambda request: request.event)

    def run(self, signals: Answers | None = None, *, meter: Meter | None = None) -> list[Verdict]:
        """As `Plan.run`."""
        answers = _by_event(signals)
        identity, lazily = self._plan.hash, Verdict.lazily
        verdicts: list[Any] = [None] * self._size
        for each in self._parts:
            # Only a batch measures part by part: an event that is measured is read once more.
            part = Many(each.program, each.events, each.places) if meter is not None and each.size < MANY else each
            judged = part.judge(answers)
            outcomes = part.program.outcomes
            for at, (place, fired) in enumerate(zip(part.places, judged.fired, strict=True)):
                verdicts[place] = lazily(outcomes[fired[0]] if fired else "approve", identity, (judged, at))
            if meter is not None:
                _add_up(meter, part, judged)
        return verdicts


def _add_up(meter: Meter, part: Few | Many, judged: Judged) -> None:
    """Each rule's figures: what it alone computes, and an equal share of what all have in common."""
    program = part.program
    if not program.rules:
        return
    counts = [0] * len(program.rules)
    for fired in judged.fired:
        for at in fired:
            counts[at] += 1
    spent = sum(measure.seconds for measure in judged.spent.values())
    common = max(0.0, part.seconds + judged.seconds - spent) / len(program.rules)
    users: dict[int, int] = {}
    if judged.spent:
        for leaves in program.lazy_of:
            for leaf in leaves:
                users[leaf] = users.get(leaf, 0) + 1
    for at, rule in enumerate(program.rules):
        own = sum(judged.spent[leaf].seconds / users[leaf] for leaf in program.lazy_of[at] if leaf in judged.spent)
        meter.add(rule.policy, rule.name, part.size, counts[at], common + own)
    for leaf, measure in judged.spent.items():
        meter.add_part(written(program.leaves.named[leaf]), measure)


def _by_event(signals: Answers | None) -> Given:
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
