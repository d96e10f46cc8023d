"""`trustdesk worker`: deliveries, jobs, seals, everything periodic."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "worker",
        help="run the worker alone",
        description="Run one worker: it delivers facts to their reactors, runs jobs, orders and seals the ledger. "
        "At least one must run; more share the work.",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:  # noqa: ARG001  every command is called alike
    from trustdesk.config.supervisor.parent import die_with_parent

    supervised = die_with_parent()
    from trustdesk.config import desk, production, worker

    production.refuse_unfit()
    if not supervised:
        desk.connect()
    worker.work()
    return 0
