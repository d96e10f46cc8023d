"""`trustdesk clock simulate`: what the clocks of a policy would have done on a timeline."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

_DESCRIPTION = """\
Try a clock policy on a timeline before it counts. FILE holds policy, calendar and timeline as JSON (“-”: standard
input); due times, minutes for each metric, warnings and breaches are written to standard output as JSON. Needs no
database. Exit code 2 when FILE cannot be understood: each field that is wrong is named on standard error.
docs/support.md describes both.
"""


def add(commands: Any) -> None:
    parser = commands.add_parser("clock", help="try clock policies", description="Service-level clocks.")
    verbs: Any = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=type(parser))
    trial = verbs.add_parser("simulate", help="try a policy on a timeline", description=_DESCRIPTION)
    trial.add_argument("file", metavar="FILE.json", help="policy, calendar and timeline")
    trial.set_defaults(run=simulate)


def simulate(args: argparse.Namespace) -> int:
    from trustdesk.clocks.rules import reading, simulating
    from trustdesk.clocks.rules.policies import Problems

    try:
        raw = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        return _wrong(f"{args.file}: {error.strerror}")
    except UnicodeDecodeError:
        return _wrong(f"{args.file}: This is no UTF-8 text.")
    try:
        trial, zone = reading.read_trial(text)
        outcome = simulating.simulate(trial)
    except Problems as problems:
        return _wrong(*(f"{where or args.file}: {why}" for where, why in problems.fields.items()))
    print(json.dumps(reading.written(outcome, zone, trial.until), indent=2, ensure_ascii=False))
    return 0


def _wrong(*lines: str) -> int:
    for line in lines:
        print(f"trustdesk: {line}", file=sys.stderr)
    return 2
