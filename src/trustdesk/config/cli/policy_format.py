"""`trustdesk policy format`: conditions and actions of documents in canonical layout, nothing else touched."""

import argparse
import sys
from pathlib import Path
from typing import Any


def add(verbs: Any) -> None:
    parser = verbs.add_parser(
        "format",
        help="lay out the conditions of documents (needs no database)",
        description="Lay out `when` and `then` of every rule, in place; nothing else changes, and no condition comes to "
        "mean something else. Exit codes: 0 well, 1 something could not be laid out (or, with --check, would change).",
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="a pack's folder, or one policy")
    parser.add_argument("--check", action="store_true", help="change nothing, tell which files would change")
    parser.set_defaults(run=_format)


def _format(args: argparse.Namespace) -> int:
    from trustdesk.policy.formatting import formatted

    path: Path = args.path
    files = sorted((path / "policies").glob("*.md")) if path.is_dir() else [path]
    if not files:
        print(f"trustdesk: {path} has no policies.", file=sys.stderr)
        return 1
    changed = failed = 0
    for file in files:
        try:
            # Bytes, so that line ends stay what they are.
            text = file.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            print(f"trustdesk: {file} cannot be read: {error}", file=sys.stderr)
            failed += 1
            continue
        if "translation_of:" in text.partition("\n---")[0]:
            continue  # a translation has no rules
        made = formatted(text)
        for left in made.left:
            print(f"{file}: {left}", file=sys.stderr)
        failed += bool(made.left)
        if made.text != text:
            changed += 1
            print(f"would change {file}" if args.check else f"changed {file}")
            if not args.check:
                file.write_bytes(made.text.encode())
    unchanged = len(files) - changed
    print(f"{changed} {'would change' if args.check else 'changed'}, {unchanged} left as they were.")
    return 1 if failed or (args.check and changed) else 0
