"""`trustdesk policy rules`: the record of every rule in force."""

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustdesk.policy.queries import Record


def add(verbs: Any) -> None:
    rules = verbs.add_parser(
        "rules",
        help="hits, reversals, cost and state of every rule",
        description="The record of every rule in force: items in its scope, hits, how many it acted on, how many it "
        "decided alone, how many of its decisions people reversed, what it costs. States: braked, probation, dead (no "
        "hit in 30 days), overlapping (with a rule that hits nearly all the same), never_alone, trusted.",
    )
    rules.add_argument("--days", type=int, choices=(1, 7, 30), default=30, help="how far back (default: 30)")
    rules.add_argument("--state", default="", help="only rules in this state")
    rules.add_argument("--sort", choices=("hits", "reversed", "cost", "name"), default="hits")
    rules.add_argument("--json", action="store_true", help="print everything as JSON")
    rules.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config import desk

    desk.connect()
    from trustdesk.kernel.base import timesource
    from trustdesk.policy import queries

    rows = queries.records(days=args.days, now=timesource.now())
    rows = queries.ordered(queries.chosen(rows, state=args.state), by=args.sort)
    if args.json:
        print(json.dumps({"days": args.days, "rules": [row.to_json() for row in rows]}, ensure_ascii=False))
        return 0
    width = max([len(f"{row.policy}/{row.rule}") for row in rows], default=4)
    print(f"{'rule':{width}}  {'hits':>9} {'seen':>9} {'alone':>9} {'reversed':>14} {'cost':>8}  state")
    for row in rows:
        print(line(row, width))
    print(f"{len(rows)} {'rule' if len(rows) == 1 else 'rules'}, {args.days} {'day' if args.days == 1 else 'days'}.")
    return 0


def line(row: "Record", width: int) -> str:
    low, high = row.interval
    turned = f"{row.share_reversed:.0%} ({low:.0%}–{high:.0%})" if row.share_reversed is not None else "–"
    cost = f"{row.cost:.1f} µs" if row.cost is not None else "–"
    said = ", ".join(row.states)
    if row.overlaps:
        said += f" {row.overlaps[0].policy}/{row.overlaps[0].rule} ({row.overlaps[0].share:.0%})"
    return f"{row.policy + '/' + row.rule:{width}}  {row.hits:>9,} {row.seen:>9,} {row.alone:>9,} {turned:>14} {cost:>8}  {said}"
