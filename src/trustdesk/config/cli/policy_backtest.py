"""`trustdesk policy backtest`: what a version would have done with the desk's own past."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustdesk.rehearsal.queries import PeopleRow, RehearsalView, Report
    from trustdesk.rehearsal.rules import Share
    from trustdesk.rehearsal.running import Progress

INTERRUPTED = 130  # 128 + SIGINT, as shells count
_EVERY = 5.0  # seconds between plain progress lines
_MOST_ROWS = 20


def add(verbs: Any) -> None:
    backtest = verbs.add_parser(
        "backtest",
        help="what a version would have done with stored items",
        description="Judge stored items again with a version in the place of the live one, and show what would change, "
        "beside the live policy and beside what people decided. The report is kept and shown on the version's page.",
        epilog="VERSION is an id, CODE@NUMBER, CODE (its newest version), list:NAME@NUMBER or list:NAME. "
        "Exit codes: 0 done, 1 refused or failed, 130 cancelled by Ctrl-C.",
    )
    backtest.add_argument("version", nargs="?", metavar="VERSION", help="what to rehearse")
    backtest.add_argument("--folder", type=Path, metavar="PATH", help="rehearse a whole pack's folder instead")
    backtest.add_argument("--since", default="30d", metavar="SPAN", help="how far back: 12h, 30d, 4w (default: 30d)")
    backtest.add_argument(
        "--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="default: one for each core"
    )
    backtest.add_argument("--json", action="store_true", help="print the report as JSON")
    backtest.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    if bool(args.version) == bool(args.folder):
        print("trustdesk: name a VERSION or a --folder.", file=sys.stderr)
        return 2
    if not 1 <= args.processes <= 64:
        print("trustdesk: --processes is a number from 1 to 64.", file=sys.stderr)
        return 2
    from trustdesk.config import desk

    desk.connect()
    from trustdesk.kernel.base.timesource import now
    from trustdesk.kernel.people.actor import SYSTEM
    from trustdesk.policy import queries as policy
    from trustdesk.policy.refusals import DoesNotPass
    from trustdesk.rehearsal import actions, queries, running
    from trustdesk.rehearsal.refusals import BadSpan
    from trustdesk.rehearsal.rules import parse_span

    back = parse_span(args.since)
    if back is None:
        raise BadSpan
    try:
        if args.folder:
            made = actions.start_folder(actor=SYSTEM, path=args.folder, back=back, now=now())
        else:
            version = policy.find_version(args.version)
            made = actions.start_backtest(actor=SYSTEM, version_id=version.id, back=back, now=now(), runner="command")
    except DoesNotPass as refusal:
        for problem in refusal.problems:
            print(problem, file=sys.stderr)
        raise
    began = time.monotonic()
    try:
        with _progress(made.items) as show:
            running.run(made.id, processes=args.processes, tell=show)
    except KeyboardInterrupt:
        actions.cancel_backtest(actor=SYSTEM, rehearsal_id=made.id, now=now())
        print("trustdesk: Cancelled; nothing is kept of it.", file=sys.stderr)
        return INTERRUPTED
    view, report = queries.by_id(made.id), queries.report_of(made.id)
    if view.state != "done" or report is None:
        print(f"trustdesk: The backtest was {view.state}. {view.error}".rstrip(), file=sys.stderr)
        return 1
    seconds = time.monotonic() - began
    if args.json:
        print(json.dumps(as_json(view, report, seconds), ensure_ascii=False))
    else:
        for line in lines(view, report, seconds):
            print(line)
    return 0


@contextmanager
def _progress(items: int) -> "Iterator[Callable[[Progress], None]]":
    """A bar with the time left on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        last = time.monotonic()

        def tell(at: "Progress") -> None:
            nonlocal last
            if time.monotonic() - last >= _EVERY:
                last = time.monotonic()
                print(f"{at.done:,} of {at.items:,} items, {at.pace:,.0f} a second", file=sys.stderr)

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Judging", total=items)
        yield lambda at: bar.update(task, completed=at.done)


def as_json(view: "RehearsalView", report: "Report", seconds: float) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "what": view.label,
        "since": view.since.isoformat(),
        "until": view.until.isoformat() if view.until else None,
        "live_ruleset": view.live_number,
        "seconds": round(seconds, 2),
        "items": report.items,
        "changed": report.changed,
        "approximate_items": report.unsure,
        "matrix": {each.key: each.items for each in report.matrix},
        "rules": [row.told() for row in report.rules],
        "labels": [vars(row) for row in report.labels],
        "markets": [vars(row) for row in report.markets],
        "people": {
            "decided": report.judged,
            "live": _people_json(report.before),
            "version": _people_json(report.after),
        },
    }


def _people_json(row: "PeopleRow") -> dict[str, Any]:
    return {
        name: {"hits": share.hits, "of": share.of, "share": share.value, "interval": list(share.interval)}
        for name, share in (("precision", row.precision), ("recall", row.recall))
    }


def lines(view: "RehearsalView", report: "Report", seconds: float) -> Iterator[str]:
    pace = report.items / seconds if seconds else 0.0
    yield f"{view.label} beside ruleset {view.live_number}, verdicts of {view.since:%Y-%m-%d %H:%M} to {view.until:%Y-%m-%d %H:%M} UTC"
    yield f"{report.items:,} items in {seconds:.1f} s ({pace:,.0f} a second); {report.changed:,} would get another outcome."
    yield ""
    for change in report.changes:
        yield f"  {change.old} → {change.new}: {change.items:,}"
    if not report.changes:
        yield "  No outcome changes."
    rows = [row for row in report.rules if row.changed or row.unsure]
    if rows:
        yield ""
        yield f"  {'rule':<44} {'hits now':>9} {'then':>9} {'gained':>8} {'lost':>8}"
    for row in rows[:_MOST_ROWS]:
        mark = f"  approximate: {row.unsure_share:.0%} of items could not be answered" if row.unsure else ""
        name = f"{row.policy}/{row.rule}"
        yield f"  {name:<44} {row.before:>9,} {row.after:>9,} {row.gained:>8,} {row.lost:>8,}{mark}"
    changed = [row for row in report.markets if row.changed]
    if changed:
        yield ""
        yield "  " + "; ".join(f"{row.market}: {row.changed:,} of {row.items:,} change" for row in changed)
    yield ""
    if report.judged:
        yield f"  Against {report.judged:,} versions that people decided (95 % intervals):"
        for name, before, after in (
            ("removals that people made, too", report.before.precision, report.after.precision),
            ("people's removals that are found", report.before.recall, report.after.recall),
        ):
            yield f"    {name:<34} live {_share(before)}   this version {_share(after)}"
    else:
        yield "  No person decided any of these versions."


def _share(share: "Share") -> str:
    if share.value is None:
        return "none"
    low, high = share.interval
    return f"{share.value:.1%} ({low:.1%} to {high:.1%}, {share.hits:,} of {share.of:,})"
