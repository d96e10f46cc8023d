"""`trustdesk feed`: items from a file, through the same path as the API."""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from trustdesk.screening.feeding import Shape, Tally
    from trustdesk.screening.lines import BadLine, LineFile

INTERRUPTED = 130  # 128 + SIGINT, as shells count
_TOLD = 20  # bad lines shown when a file keeps them all
_EVERY = 5.0  # seconds between plain progress lines


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "feed",
        help="take in items from a JSONL or CSV file",
        description="Screen and store the items of a file (JSONL or CSV, perhaps .gz) as if each were posted. A JSONL line "
        "has the shape of POST /items. Columns of other people's files are mapped: --map body=text --map external_id=id "
        "--kind comment.",
        epilog="Exit codes: 0 every line was taken, 1 some were not, 130 stopped by Ctrl-C.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--map", action="append", default=[], metavar="TARGET=COLUMN", help="where a column goes")
    parser.add_argument("--kind", default="", help="kind of items whose line does not say it")
    parser.add_argument("--market", default="", metavar="CODE", help="market of items whose line does not say it")
    parser.add_argument("--source", metavar="CODE", help="the app or site they come from (default: the only one)")
    parser.add_argument("--account", default="", metavar="ID", help="account of items without one (default: feed)")
    parser.add_argument("--account-field", default="", metavar="COLUMN", help="the column that names the account")
    parser.add_argument("--format", choices=("jsonl", "csv"), default="", help="where the file's name does not tell")
    parser.add_argument(
        "--import",
        dest="imported",
        action="store_true",
        help="items of the past: rules on probation are not judged by them",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="read N items, then stop")
    parser.add_argument("--after", type=int, default=0, metavar="LINE", help="go on after this line of the file")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="keep lines that were not taken, as JSONL")
    parser.add_argument("--json", action="store_true", help="print the summary as one line of JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config import desk

    desk.connect()
    from django.db import OperationalError

    from trustdesk.kernel.base import timesource
    from trustdesk.kernel.people.actor import SYSTEM
    from trustdesk.screening import feeding, lines

    latest = feeding.Tally()
    began = time.monotonic()
    with ExitStack() as stack:
        file = stack.enter_context(lines.opened(args.file, form=args.format))
        form = feeding.shape(
            args.map,
            file.columns,
            kind=args.kind,
            market=args.market,
            account=args.account,
            by=args.account_field,
        )
        _say_ignored(form)
        source = _source(args.source)
        keep = stack.enter_context(args.errors.open("w", encoding="utf-8")) if args.errors else None
        stopping = stack.enter_context(_ctrl_c())
        shown = stack.enter_context(_progress(file))

        def told(tally: "Tally") -> None:
            nonlocal latest
            latest = tally
            shown.show(file.done, tally)

        broke = ""
        try:
            latest = feeding.feed(
                actor=SYSTEM,
                source=source,
                lines=file,
                form=form,
                clock=timesource.now,
                imported=args.imported,
                limit=args.limit,
                after=args.after,
                bad=_BadLines(keep, shown.say),
                told=told,
                stop=lambda: bool(stopping),
            )
        except OperationalError as error:
            broke = f"The database is not there ({' '.join(str(error).split())[:200]})."
    seconds = time.monotonic() - began
    if args.json:
        print(json.dumps(_summary(args.file, latest, seconds, broke), ensure_ascii=False))
    else:
        _table(args.file, latest, seconds)
    if broke or latest.stopped:
        why = broke or "Stopped."
        print(
            f"trustdesk: {why} Lines up to {latest.last_line} are done; go on with --after {latest.last_line}.",
            file=sys.stderr,
        )
        return 1 if broke else INTERRUPTED
    return 1 if latest.bad else 0


def _source(code: str | None) -> Any:
    from trustdesk.kernel.base.refusal import NotFound
    from trustdesk.kernel.people.queries import sources

    known = sources()
    if code is None:
        return None
    found = next((source.id for source in known.values() if source.code == code), None)
    if found is None:
        raise NotFound(f"There is no source {code}. There are: {', '.join(source.code for source in known.values())}.")
    return found


def _say_ignored(form: "Shape") -> None:
    if form.ignored:
        from trustdesk.screening.lines import names_of

        print(f"Not used: the columns {clean(names_of(form.ignored))}.", file=sys.stderr)


@contextmanager
def _ctrl_c() -> Iterator[list[int]]:
    """The first Ctrl-C asks to stop after the running batch, the second ends at once (the batch rolls back)."""
    asked: list[int] = []

    def handle(number: int, _frame: Any) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        print("Stopping after this batch; Ctrl-C again to stop at once.", file=sys.stderr)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


class _BadLines:
    """Tells of each bad line on standard error; with a file, that keeps them all and only the first are shown."""

    def __init__(self, keep: IO[str] | None, say: Callable[[str], None]) -> None:
        self._keep, self._say, self._count = keep, say, 0

    def __call__(self, bad: "BadLine") -> None:
        self._count += 1
        if self._keep is not None:
            self._keep.write(json.dumps({"line": bad.number, "code": bad.code, "reason": bad.reason}) + "\n")
        if self._keep is None or self._count <= _TOLD:
            self._say(f"line {bad.number}: {clean(bad.reason)}")
        elif self._count == _TOLD + 1:
            self._say("… more; all of them are in the file that --errors names")


def clean(words: str) -> str:
    """Words that may quote a hostile file, without what a terminal would obey."""
    return "".join(char if char.isprintable() else "\ufffd" for char in words)[:1000]


class Shown(Protocol):
    """Progress on standard error, and words that do not tear it."""

    def show(self, done: int, tally: "Tally") -> None: ...
    def say(self, words: str) -> None: ...


@contextmanager
def _progress(file: "LineFile") -> Iterator[Shown]:
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Plain(file.total)
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    with Progress(
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[items]:,} items"),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        yield _Bar(bar, file.total)


class _Bar:
    def __init__(self, bar: Any, total: int) -> None:
        self._bar, self._began = bar, time.monotonic()
        self._task = bar.add_task("", total=total, items=0, rate=0.0)

    def show(self, done: int, tally: "Tally") -> None:
        rate = tally.read / max(1e-9, time.monotonic() - self._began)
        self._bar.update(self._task, completed=done, items=tally.read, rate=rate)

    def say(self, words: str) -> None:
        self._bar.console.print(words, markup=False, highlight=False, soft_wrap=True)


class _Plain:
    def __init__(self, total: int) -> None:
        self._total, self._began, self._said = total, time.monotonic(), time.monotonic()

    def show(self, done: int, tally: "Tally") -> None:
        at = time.monotonic()
        if at - self._said < _EVERY:
            return
        self._said = at
        spent = at - self._began
        left = spent * (self._total - done) / done if done else 0.0
        self.say(
            f"{tally.read:,} items, {tally.read / spent:,.0f}/s, {100 * done / max(1, self._total):.0f} %, "
            f"about {left:,.0f} s left"
        )

    def say(self, words: str) -> None:
        print(words, file=sys.stderr, flush=True)


def _summary(file: Path, tally: "Tally", seconds: float, broke: str) -> dict[str, Any]:
    return {
        "file": str(file),
        "read": tally.read,
        "taken": tally.taken,
        "bad": tally.bad,
        "repaired": tally.repaired,
        "outcomes": dict(tally.outcomes.most_common()),
        "statuses": dict(tally.statuses.most_common()),
        "rules": [{"policy": p, "rule": r, "items": n} for (p, r), n in tally.rules.most_common()],
        "errors": [
            {"code": code, "lines": n, "first": tally.first[code].number, "reason": clean(tally.first[code].reason)}
            for code, n in tally.errors.most_common()
        ],
        "seconds": round(seconds, 2),
        "items_per_second": round(tally.read / seconds, 1) if seconds else 0.0,
        "last_line": tally.last_line,
        "stopped": tally.stopped or bool(broke),
    }


def _table(file: Path, tally: "Tally", seconds: float) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    console.print(
        Text(
            f"{clean(file.name)}: {tally.read:,} items read, {tally.taken:,} taken, {tally.bad:,} bad; "
            f"{seconds:,.1f} s, {tally.read / max(seconds, 1e-9):,.0f} items/s"
        )
    )
    if tally.repaired:
        console.print(Text(f"Broken characters were repaired in {tally.repaired:,} of them."))
    parts: list[tuple[str, list[tuple[str, int]]]] = [
        ("outcome", tally.outcomes.most_common()),
        ("status", tally.statuses.most_common()),
        ("rule", [(f"{policy} / {rule}", count) for (policy, rule), count in tally.rules.most_common(12)]),
        (
            "not taken",
            [
                (f"{code}, first in line {tally.first[code].number}: {clean(tally.first[code].reason)[:160]}", count)
                for code, count in tally.errors.most_common(12)
            ],
        ),
    ]
    for title, rows in parts:
        if not rows:
            continue
        table = Table(title, "items", box=None, pad_edge=False, show_edge=False)
        table.columns[1].justify = "right"
        for words, count in rows:
            table.add_row(Text(words), f"{count:,}")
        console.print()
        console.print(table)
