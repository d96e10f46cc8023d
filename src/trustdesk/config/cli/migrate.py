"""`trustdesk migrate`: bring the database to this version's shape."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser("migrate", help="bring the database up to date")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:  # noqa: ARG001  every command is called alike
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    return 0
