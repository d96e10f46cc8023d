"""A plan in words, for `policy explain`: what concerns whom, what is done in which order, what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import nodes
from .gating import gate
from .leaves import Leaves
from .nodes import Node
from .written import written

if TYPE_CHECKING:
    from .matching import FieldMatcher
    from .plan import Plan
    from .policies import Rule

# How a leaf is answered.
COLUMN, MATCHED, GATED, ALONE, ASKED = (
    "compared for the whole batch",
    "told by the matcher",
    "computed where the matcher found something",
    "computed event by event",
    "asked of the caller",
)


def explain(plan: Plan) -> str:
    """One block a rule, after a summary of the rules' scopes, the matcher, and what is computed once."""
    lines = [f"Plan {plan.hash[:12]}: {_many(len(plan.rules), 'rule')}.", *_scopes(plan)]
    lines += [_matcher(path, matcher) for path, matcher in sorted(plan.matcher.fields.items())]
    lines += _shared(plan)
    costs = Counter(nodes.cost_of(rule.tree) for rule in plan.rules)
    lines += [f"Dearest part {cost}: {_many(costs[cost], 'rule')}." for cost in nodes.COST_CLASSES if costs[cost]]
    for rule in plan.rules:
        lines += ["", *_rule(plan, rule)]
    return "\n".join(lines)


def _many(count: int, one: str) -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def _scopes(plan: Plan) -> Iterator[str]:
    """How many rules an item of each kind meets: the others cost it nothing."""
    kinds = sorted({kind for rule in plan.rules for kind in rule.kinds})
    if kinds:
        met = {kind: sum(not rule.kinds or kind in rule.kinds for rule in plan.rules) for kind in kinds}
        others = sum(not rule.kinds for rule in plan.rules)
        told = ", ".join(f"{kind} {count}" for kind, count in met.items())
        yield f"Rules that concern an item, by kind: {told}, any other {others}."
    for part in ("markets", "languages"):
        scoped = sum(bool(getattr(rule, part)) for rule in plan.rules)
        if scoped:
            yield f"Only for some {part}: {_many(scoped, 'rule')}."


def _matcher(path: str, matcher: FieldMatcher) -> str:
    needed = [*matcher.raw.needed, *matcher.folded.needed]
    told = f"Matcher on {path}: {_many(len(matcher.owners), 'phrase')}, {_many(len(needed), 'pattern')}, one pass"
    always = sum(need is None for need in needed)
    return f"{told}; {_many(always, 'pattern')} without a literal to look for first." if always else f"{told}."


def _shared(plan: Plan) -> Iterator[str]:
    uses = Counter(part for rule in plan.rules for part in set(_leaves(rule.tree)))
    if uses:
        said = f"{_many(len(uses), 'different part')} of {_many(sum(uses.values()), 'condition part')}"
        yield f"Computed once an item, however many rules ask: {said}."


def _leaves(tree: Node) -> Iterator[Node]:
    if isinstance(tree, nodes.And | nodes.Or | nodes.Not):
        for part in tree.children:
            yield from _leaves(part)
    elif not isinstance(tree, nodes.Const):
        yield tree


def _rule(plan: Plan, rule: Rule) -> list[str]:
    where = [", ".join(sorted(names)) or "all" for names in (rule.kinds, rule.markets, rule.languages)]
    lines = [
        f"{rule.policy} / {rule.name} (version {rule.version}, gravity {rule.gravity})",
        f"  kinds: {where[0]}; markets: {where[1]}; languages: {where[2]}",
        f"  when {written(rule.tree)}",
        f"  then {rule.then}, if unknown {rule.if_unknown}; cost class {nodes.cost_of(rule.tree)}",
    ]
    scans = gate(rule.tree)
    if scans:
        lines.append(f"  looked at only where {' or '.join(sorted(map(written, scans)))}")
    lines += [f"  {line}" for line in _steps(plan, rule.tree, 1)]
    asks = [part.key for part in dict.fromkeys(nodes.walk(rule.tree)) if isinstance(part, nodes.Ask)]
    if asks:
        lines.append(f"  asks: {'; '.join(asks)}")
    return lines


def _steps(plan: Plan, tree: Node, depth: int) -> Iterator[str]:
    """The parts in the order they are computed, each with how and for how much."""
    pad = "  " * (depth - 1)
    match tree:
        case nodes.And() | nodes.Or():
            both = isinstance(tree, nodes.And)
            yield f"{pad}{'all of' if both else 'one of'}"
            for part in sorted(
                tree.children, key=lambda part: (_way(part) not in _READY, plan.measured.expected(part, both))
            ):
                yield from _steps(plan, part, depth + 1)
        case nodes.Not(value=value):
            yield f"{pad}not"
            yield from _steps(plan, value, depth + 1)
        case _:
            yield f"{pad}{written(tree)}: {_cost(plan, tree)}"


_READY = (COLUMN, MATCHED)


def _way(node: Node) -> str:
    """How the dearest leaf of a part is answered."""
    if isinstance(node, nodes.And | nodes.Or | nodes.Not):
        ways = {_way(part) for part in node.children}
        return next((way for way in (ASKED, ALONE, GATED) if way in ways), COLUMN)
    if isinstance(node, nodes.Const):
        return COLUMN
    if any(isinstance(part, nodes.Ask) for part in nodes.walk(node)):
        return ASKED
    fields = {part: at for at, part in enumerate(nodes.walk(node)) if isinstance(part, nodes.Field)}
    scans = {part: at for at, part in enumerate(nodes.walk(node)) if isinstance(part, nodes.Scan)}
    leaves = Leaves(fields, scans)
    number, _ = leaves.number(node)
    if number not in leaves.lazy:
        return MATCHED if isinstance(node, nodes.Scan) else COLUMN
    return GATED if number in leaves.gates else ALONE


def _cost(plan: Plan, leaf: Node) -> str:
    way = _way(leaf)
    if way in _READY:
        return way
    known = plan.measured.parts.get(written(leaf))
    if known is None or not known.seen:
        return f"{way}, expected {_microseconds(plan.measured.cost(leaf))}"
    return (
        f"{way}, measured {_microseconds(known.seconds / known.seen)} and true for {known.true / known.seen:.1%} "
        f"of {_many(known.seen, 'event')}"
    )


def _microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:,.3g} µs" if seconds < 1e-3 else f"{seconds * 1e3:,.3g} ms"
