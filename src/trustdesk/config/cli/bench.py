"""`trustdesk bench`: measure this machine and this TrustDesk, in a database of its own."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from trustdesk.bench import BENCHES, NEED_DATABASE


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "bench",
        help="measure speed against the machine's own",
        description="Measure this TrustDesk in a database of its own, made for the run and removed after it: in an "
        "embedded PostgreSQL, or on the server that --database or TRUSTDESK_DATABASE_URL names. "
        "Exit code 1 says that an aim was missed.",
    )
    benches = parser.add_subparsers(dest="bench", required=True, metavar="BENCH")
    for name, words in BENCHES.items():
        one = benches.add_parser(name, help=words, description=f"Measures {words}.")
        one.add_argument("--json", action="store_true", help="print one line of JSON")
        if name in NEED_DATABASE:
            one.add_argument("--database", default=os.environ.get("TRUSTDESK_DATABASE_URL"), help="PostgreSQL server")
        import_module(f"trustdesk.bench.{name}").add_options(one)
        one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    bench = import_module(f"trustdesk.bench.{args.bench}")
    if needs := getattr(bench, "needs", None):
        needs(args)
    if args.bench in NEED_DATABASE:
        with _own_database(args.database):
            report = bench.run(args)
    else:
        report = bench.run(args)
    print(report.as_json() if args.json else report.table())
    return 0 if report.passed else 1


@contextmanager
def _own_database(server: str | None) -> Iterator[None]:
    """A fresh, migrated database with Django connected to it; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="trustdesk-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # run by root, the cluster belongs to a user of its own, who must get in
        os.environ["TRUSTDESK_HOME"] = folder
        with _on_server(server) if server else _embedded(home) as dsn:
            os.environ["TRUSTDESK_DATABASE_URL"] = dsn
            import django
            from django.core.management import call_command

            django.setup()
            from django.db import connections

            try:
                call_command("migrate", interactive=False, verbosity=0)
                yield
            finally:
                connections.close_all()


@contextmanager
def _embedded(home: Path) -> Iterator[str]:
    from trustdesk.config.supervisor.postgres import Embedded

    server = Embedded(home)
    server.start()
    try:
        yield server.dsn
    finally:
        server.stop()


@contextmanager
def _on_server(url: str) -> Iterator[str]:
    import psycopg

    name = f"trustdesk_bench_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
