"""`trustdesk web`: the web server."""

import argparse
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "web",
        help="run the web server alone",
        description="Run one web process (ASGI). Any number may run on one database, behind a proxy that speaks TLS.",
    )
    parser.add_argument("--port", type=int, help="port to listen on (default: the setting PORT, 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--fd", type=int, help=argparse.SUPPRESS)  # the socket `up` has opened already
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config.supervisor.parent import die_with_parent

    supervised = die_with_parent()
    from trustdesk.config import desk, production, web
    from trustdesk.config.options import number

    production.refuse_unfit()
    if not supervised:
        desk.connect()
    web.serve(host=args.host, port=number("PORT") if args.port is None else args.port, fd=args.fd)
    return 0
