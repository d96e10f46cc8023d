"""`trustdesk worker`: deliveries, jobs, seals, everything periodic; or with `--only` a part of it."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "worker",
        help="run the worker alone",
        description="Run one worker: it delivers facts to their reactors, runs jobs, orders and seals the ledger. "
        "At least one must run; more share the work. With --only it takes one part: `text` is everything but media, "
        "`media` looks into pictures, with models in memory; then at least one of each must run.",
    )
    parser.add_argument("--only", choices=("text", "media"), default="", help="one part of the work instead of all")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config.supervisor.parent import die_with_parent

    supervised = die_with_parent()
    from trustdesk.config import desk, production, worker

    production.refuse_unfit()
    if not supervised:
        desk.connect()
    worker.work(args.only)
    return 0
