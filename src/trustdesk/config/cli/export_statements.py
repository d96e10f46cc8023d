"""`trustdesk export statements`: the statements of reasons for the EU's register."""

import argparse
import sys
from pathlib import Path
from typing import Any


def add(verbs: Any) -> None:
    statements = verbs.add_parser(
        "statements",
        help="the statements of reasons for the EU's register (DSA, Article 24(5))",
        description="Write the statements of reasons that the EU's Transparency Database must be given: JSON batches of at "
        "most a hundred, as its API takes them, and a CSV for each day. Only what is new since the last run; a run that was "
        "cut off is taken up where it stopped, and no identifier leaves twice. What our checks refuse stays and is told by "
        "field. Exit codes: 0 well, 1 something is refused, 2 not understood.",
    )
    statements.add_argument("--to", required=True, choices=["dsa"], help="the register: dsa")
    statements.add_argument(
        "--out", type=Path, default=Path(), metavar="FOLDER", help="where the files go (default: here)"
    )
    statements.add_argument(
        "--send",
        metavar="SOURCE",
        help="send what was written of this source, too (TRUSTDESK_DSA_URL, TRUSTDESK_DSA_TOKEN)",
    )
    statements.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config import desk

    desk.connect()
    from trustdesk.kernel.base import timesource
    from trustdesk.kernel.people.actor import SYSTEM
    from trustdesk.register import exporting

    try:
        done = exporting.export(actor=SYSTEM, folder=args.out, now=timesource.now())
    except OSError as error:
        print(f"trustdesk: {args.out}: {error.strerror or error}", file=sys.stderr)
        return 2
    for path in (*done.batches, *done.days):
        print(path)
    print(f"{done.entries} new, {done.mended} mended, {len(done.refused)} refused.", file=sys.stderr)
    for name, entries in exporting.refusals(done.refused).items():
        print(f"{name}: {len(entries)} refused", file=sys.stderr)
        for entry in entries[:20]:
            print(f"  decision {entry.decision}: {' '.join(entry.errors[name])}", file=sys.stderr)
    if args.send:
        return max(_send(args.send), 1 if done.refused else 0)
    return 1 if done.refused else 0


def _send(code: str) -> int:
    from trustdesk.config import options
    from trustdesk.kernel.base import timesource
    from trustdesk.kernel.people.actor import SYSTEM
    from trustdesk.kernel.people.queries import sources
    from trustdesk.register import sending

    source = next((source for source in sources().values() if source.code == code), None)
    token = options.get("TRUSTDESK_DSA_TOKEN")
    if source is None or not token:
        missing = f"there is no source {code}" if source is None else "TRUSTDESK_DSA_TOKEN is not set"
        print(f"trustdesk: {missing}.", file=sys.stderr)
        return 2
    sent = sending.send(
        actor=SYSTEM, source=source.id, url=options.get("TRUSTDESK_DSA_URL"), token=token, now=timesource.now()
    )
    print(f"{sent.batches} batches sent, {sent.taken} taken, {sent.refused} refused.", file=sys.stderr)
    return 1 if sent.refused else 0
