"""What parts of conditions cost and how often they hold, measured on the events a plan has judged.

The planner orders conjunctions by it; `explain` shows it. It never changes a verdict: Kleene's `and` and `or` do not
care for order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from . import nodes
from .nodes import COST_CLASSES, Node
from .written import written

# Expected seconds an event by cost class, until something was measured.
GUESSES = dict(zip(COST_CLASSES, (1e-6, 5e-6, 5e-5, 5e-3, 5e-2, 5e-1), strict=True))
_RANKS = {kind: max(1, COST_CLASSES.index(kind)) for kind in COST_CLASSES}
# Below so many events a measure tells little.
ENOUGH = 200


@dataclass(slots=True)
class Measure:
    """Of one part: events it was computed for, for how many it was true, seconds it took altogether."""

    seen: int = 0
    true: int = 0
    seconds: float = 0.0

    def add(self, seen: int, true: int, seconds: float) -> None:
        self.seen += seen
        self.true += true
        self.seconds += seconds


@dataclass(slots=True)
class Measured:
    """Measures by the canonical text of each part."""

    parts: dict[str, Measure] = field(default_factory=dict)

    def of(self, node: Node) -> Measure:
        return self.parts.setdefault(written(node), Measure())

    def cost(self, node: Node) -> float:
        """Expected seconds for one event."""
        if isinstance(node, nodes.And | nodes.Or | nodes.Not):
            return sum(map(self.cost, node.children))
        known = self.parts.get(written(node))
        if known is not None and known.seen >= ENOUGH:
            return known.seconds / known.seen
        return max(GUESSES[part.cost] for part in nodes.walk(node))

    def share(self, node: Node) -> float:
        """Expected share of events for which it is true, parts taken as independent; a half until measured."""
        match node:
            case nodes.Not(value=value):
                return 1 - self.share(value)
            case nodes.And(parts=parts):
                product = 1.0
                for part in parts:
                    product *= self.share(part)
                return product
            case nodes.Or(parts=parts):
                product = 1.0
                for part in parts:
                    product *= 1 - self.share(part)
                return 1 - product
            case nodes.Const(value=value):
                return 1.0 if value else 0.0
        known = self.parts.get(written(node))
        return known.true / known.seen if known is not None and known.seen >= ENOUGH else 0.5

    def expected(self, node: Node, both: bool) -> tuple[int, float]:
        """What a part is sorted by in a conjunction (`both`) or disjunction: its dearest class (what we compute
        ourselves is one), then its cost over the share of events that it settles (Hellerstein's rank ordering)."""
        settles = 1 - self.share(node) if both else self.share(node)
        return _RANKS[nodes.cost_of(node)], self.cost(node) / max(settles, 0.01)

    def to_json(self) -> dict[str, dict[str, Any]]:
        return {part: asdict(measure) for part, measure in self.parts.items() if measure.seen}

    @classmethod
    def from_json(cls, data: Mapping[str, Mapping[str, Any]] | None) -> Measured:
        return cls({part: Measure(**measure) for part, measure in (data or {}).items()})


@dataclass(slots=True)
class RuleMeasure:
    """Of one rule: events in its scope, events it fired for, seconds its share of the work took."""

    seen: int = 0
    fired: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Meter:
    """Figures by (policy, rule), added up over every `run` it is given to.

    `parts`: by the canonical text of each part of a condition that is computed event by event, what it cost and how
    often it held; sums of these are what `compile(measured=…)` plans by.
    """

    rules: dict[tuple[str, str], RuleMeasure] = field(default_factory=dict)
    parts: dict[str, Measure] = field(default_factory=dict)

    def add(self, policy: str, rule: str, seen: int, fired: int, seconds: float) -> None:
        known = self.rules.setdefault((policy, rule), RuleMeasure())
        known.seen += seen
        known.fired += fired
        known.seconds += seconds

    def add_part(self, part: str, measure: Measure) -> None:
        self.parts.setdefault(part, Measure()).add(measure.seen, measure.true, measure.seconds)
