"""`trustdesk migrate`: bring the database to this version's shape, and give it what a new desk needs."""

import argparse
from datetime import UTC, datetime
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "migrate",
        help="bring the database up to date",
        description="Bring the database to this version's shape and load what is new in the pack. "
        "`trustdesk up` does this by itself; run it before starting web and worker of a new version.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:  # noqa: ARG001  every command is called alike
    from trustdesk.config import desk

    desk.connect(migrated=False)
    from trustdesk.config import first_start
    from trustdesk.config.supervisor import database
    from trustdesk.kernel.people import actions as people

    count = database.migrate(verbosity=1)
    print(f"{count} migrations ran." if count else "The database was up to date.")
    for done in first_start.load(now=datetime.now(UTC)):
        print(f"Loaded {done}.")
    for told in people.bring_roles_up(now=datetime.now(UTC)):
        print(told)
    return 0
