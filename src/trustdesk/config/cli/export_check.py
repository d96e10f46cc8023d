"""`trustdesk export check`: would the EU's register take this statement?"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

_LONGEST = 50_000_000  # bytes: a hundred statements of all their lengths are far less


def add(verbs: Any) -> None:
    check = verbs.add_parser(
        "check",
        help="whether the EU's register of statements would take a payload (needs no database)",
        description="Check one statement of reasons, or {“statements”: [1 to 100]}, as the EU's Transparency Database does. "
        "Standard output: {accepted, errors: {field: [..]}, normalised} as JSON. What the register takes and TrustDesk "
        "would not send is told on standard error. Exit codes: 0 accepted, 1 refused, 2 not understood.",
    )
    check.add_argument("file", metavar="FILE.json", help="the payload; - for standard input")
    check.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.register import rules, scan

    try:
        payload = json.loads(_read(args.file))
    except (OSError, ValueError, RecursionError) as error:
        print(f"trustdesk: {args.file}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    batch = isinstance(payload, dict) and "statements" in payload
    checked = rules.check_batch(payload) if batch else rules.check(payload)
    # ASCII, so that broken characters in a payload cannot break the answer about it.
    print(json.dumps(checked.as_json(), indent=1))
    if checked.accepted:
        for number, statement in enumerate(payload["statements"] if batch else [payload]):
            found = rules.stricter(statement)
            for name, told in scan.personal(statement).items():
                found.setdefault(name, []).extend(told)
            for name, told in found.items():
                place = f"statements.{number}.{name}" if batch else name
                print(f"TrustDesk would not send this: {place}: {' '.join(told)}", file=sys.stderr)
    return 0 if checked.accepted else 1


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(_LONGEST)
    path = Path(file)
    if path.stat().st_size > _LONGEST:
        raise ValueError(f"larger than {_LONGEST:,} bytes")
    return path.read_bytes()
