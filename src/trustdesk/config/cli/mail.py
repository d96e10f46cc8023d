"""`trustdesk mail show FILE`: how the desk understands a raw mail. Needs no desk and no database."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser("mail", help="mail: see how a raw mail is understood")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    show = verbs.add_parser(
        "show",
        help="say as JSON how a raw mail is understood",
        description="Read a raw mail and write as JSON who wrote it, its words, what is attached, which case it belongs "
        "to, whether a machine sent it and what about it pretends. Nothing is changed, opened or sent. Exit codes: 0 for "
        "whatever the file holds, 2 when it cannot be read.",
    )
    show.add_argument("file", metavar="FILE", help="a mail as it came (.eml); `-` reads standard input")
    show.add_argument("--return-path", default="", metavar="ADDRESS", help="the envelope's sender; `<>` for none")
    show.add_argument("--mailbox", default="", metavar="NAME", help="the mailbox it came for; else any of the desk's")
    show.set_defaults(run=_show)


def _show(args: argparse.Namespace) -> int:
    try:
        raw = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        print(f"trustdesk mail show: {args.file!r} cannot be read: {why}.", file=sys.stderr)
        return 2
    from trustdesk.post.mail import telling
    from trustdesk.post.mail.reading import understand
    from trustdesk.post.ourselves import desk

    mail = understand(raw, return_path=args.return_path, desk=desk(mailbox=args.mailbox))
    sys.stdout.buffer.write(json.dumps(telling.told(mail), ensure_ascii=False, indent=2).encode() + b"\n")
    sys.stdout.buffer.flush()
    return 0
