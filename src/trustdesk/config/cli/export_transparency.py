"""`trustdesk export transparency`: the figures of a stretch of days, as CSV, or published."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any


def add(verbs: Any) -> None:
    parser = verbs.add_parser(
        "transparency",
        help="what the desk tells the public about its work in some days, as CSV",
        description="Count what was decided, reported, appealed and corrected in these days (both included, UTC), hold every "
        "part against its whole, and write one figure a line. A figure nobody measured is empty; 0 means there was none. "
        "What does not add up is told line by line on standard error, and nothing is written. Exit codes: 0 written, "
        "1 refused or does not add up, 2 not understood.",
    )
    parser.add_argument("--from", dest="first", type=_day, required=True, metavar="DATE", help="such as 2026-01-01")
    parser.add_argument("--to", dest="last", type=_day, required=True, metavar="DATE", help="the last day, included")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write there (default: standard output)")
    parser.add_argument("--publish", action="store_true", help="put it on the public page as its next edition, too")
    parser.add_argument("--by", metavar="EMAIL", help="who publishes it")
    parser.set_defaults(run=run)


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word) if len(word) == 10 else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> date:
    raise argparse.ArgumentTypeError("a date that exists, written as 2026-03-31")


def run(args: argparse.Namespace) -> int:
    if args.publish and not args.by:
        print("trustdesk: a report is published by a person: name them by --by EMAIL.", file=sys.stderr)
        return 2
    from trustdesk.config import desk

    desk.connect()
    from trustdesk.config.cli.policy import _person
    from trustdesk.kernel.base.timesource import now
    from trustdesk.transparency import actions, queries

    try:
        drawn = queries.draw(first=args.first, last=args.last, now=now())
        if args.publish:
            actions.publish(actor=_person(args.by), first=args.first, last=args.last, now=now())
    except queries.DoesNotAddUp as refusal:
        print(f"trustdesk: {refusal.message}", file=sys.stderr)
        for why in refusal.fields.values():
            print(f"  {why}", file=sys.stderr)
        return 1
    if args.output:
        args.output.write_text(drawn.csv, encoding="utf-8")
    else:
        sys.stdout.write(drawn.csv)
    if drawn.unfinished:
        print(f"{args.last} is not over: its figures will grow.", file=sys.stderr)
    return 0
