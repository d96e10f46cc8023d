"""A plan in words, for `policy explain`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from . import nodes
from .written import written

if TYPE_CHECKING:
    from .plan import Plan
    from .policies import Rule


def explain(plan: Plan) -> str:
    """One block a rule, after a summary of the matcher."""
    lines = [f"Plan {plan.hash[:12]}: {len(plan.rules)} rules."]
    for path, matcher in sorted(plan.matcher.fields.items()):
        phrases, patterns = len(matcher.owners), len(matcher.raw.regexes) + len(matcher.folded.regexes)
        lines.append(f"Matcher on {path}: {phrases} phrases, {patterns} patterns, one pass.")
    costs = Counter(nodes.cost_of(rule.tree) for rule in plan.rules)
    lines += [f"Dearest part {cost}: {costs[cost]} rules." for cost in nodes.COST_CLASSES if costs[cost]]
    for rule in plan.rules:
        lines += ["", *_rule(rule)]
    return "\n".join(lines)


def _rule(rule: Rule) -> list[str]:
    where = [", ".join(sorted(names)) or "all" for names in (rule.kinds, rule.markets, rule.languages)]
    lines = [
        f"{rule.policy} / {rule.name} (version {rule.version}, gravity {rule.gravity})",
        f"  kinds: {where[0]}; markets: {where[1]}; languages: {where[2]}",
        f"  when {written(rule.tree)}",
        f"  then {rule.then}, if unknown {rule.if_unknown}; cost class {nodes.cost_of(rule.tree)}",
    ]
    parts = list(dict.fromkeys(nodes.walk(rule.tree)))
    reads = sorted({part.path for part in parts if isinstance(part, nodes.Field)})
    asks = [part.key for part in parts if isinstance(part, nodes.Ask)]
    scans = [written(part) for part in parts if isinstance(part, nodes.Scan)]
    for title, entries in (("reads", reads), ("matcher", scans), ("asks", asks)):
        if entries:
            lines.append(f"  {title}: {'; '.join(entries)}")
    return lines
