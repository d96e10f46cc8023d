"""`trustdesk up`: the whole desk with one command."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "up",
        help="run the whole desk: database, web and worker",
        description="Run the whole desk on 127.0.0.1: the embedded database (or the one named by "
        "TRUSTDESK_DATABASE_URL), the web server and the worker. Ctrl-C ends everything.",
    )
    parser.add_argument("--port", type=int, help="port of the web server (default: the setting PORT, 8000)")
    parser.add_argument(
        "--upgrade-database",
        action="store_true",
        help="copy the embedded database of an older PostgreSQL, then bring it to this version",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config import production
    from trustdesk.config.options import number
    from trustdesk.config.supervisor.run import Supervisor

    production.refuse_unfit()
    Supervisor(port=number("PORT") if args.port is None else args.port, upgrade_database=args.upgrade_database).run()
    return 0
