"""`trustdesk staff create`: a person who may sign in, such as a new desk's first administrator."""

import argparse
import getpass
import secrets
import sys
from typing import Any


def add(commands: Any) -> None:
    from trustdesk.kernel.people.rules import STARTING_ROLES

    parser = commands.add_parser("staff", help="staff: create", description="Look after staff.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser(
        "create",
        help="add a person who may sign in",
        description="Add a person. The password is asked for, or read from standard input when that is no terminal; "
        "an empty one is replaced by a made one, printed once.",
        epilog=f"Roles of a new desk: {', '.join(STARTING_ROLES)}.",
    )
    create.add_argument("email", metavar="EMAIL")
    create.add_argument("--name", required=True)
    create.add_argument("--role", action="append", default=[], help="may be given more than once")
    create.add_argument("--language", default="en", help="language of their pages (default: en)")
    create.add_argument("--time-zone", default="UTC", help="such as Asia/Jakarta (default: UTC)")
    create.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config import desk

    desk.connect()
    from trustdesk.kernel.base import timesource
    from trustdesk.kernel.people import actions
    from trustdesk.kernel.people.actor import SYSTEM

    given = getpass.getpass("Password (empty: make one): ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    password = given or secrets.token_urlsafe(12)
    actions.add_staff(
        actor=SYSTEM,
        email=args.email,
        name=args.name,
        password=password,
        roles=args.role,
        language=args.language,
        time_zone=args.time_zone,
        now=timesource.now(),
    )
    print(
        f"{args.name} may sign in as {args.email.strip().lower()}"
        + ("." if given else f" with the password {password}")
    )
    return 0
