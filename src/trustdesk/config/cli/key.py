"""`trustdesk key create`: an API key for a platform."""

import argparse
import sys
from typing import Any


def add(commands: Any) -> None:
    from trustdesk.kernel.people.rules import SCOPES

    parser = commands.add_parser("key", help="API keys: create", description="Look after API keys.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser(
        "create",
        help="make an API key and print it, once",
        description="Make an API key. The key alone goes to standard output; it is shown once and stored hashed.",
        epilog=f"Scopes: {', '.join(sorted(SCOPES))}.",
    )
    create.add_argument("name", metavar="NAME", help="what the key is for; unique among keys in use")
    create.add_argument(
        "--scopes", required=True, help="what it may do, separated by commas: items:write,decisions:read"
    )
    create.add_argument("--source", help="the app or site it speaks for (default: the first one)")
    create.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config import desk

    desk.connect()
    from trustdesk.kernel.base import timesource
    from trustdesk.kernel.people import actions
    from trustdesk.kernel.people.actor import SYSTEM

    made = actions.make_key(
        actor=SYSTEM,
        name=args.name,
        scopes=[scope.strip() for scope in args.scopes.split(",") if scope.strip()],
        source=args.source,
        now=timesource.now(),
    )
    print(made.secret)
    print(f"Key “{made.name}” made. It is shown this once.", file=sys.stderr)
    return 0
