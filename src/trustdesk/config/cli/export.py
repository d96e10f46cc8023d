"""`trustdesk export`: what others outside are given, as files."""

from typing import Any

from trustdesk.config.cli import export_check, export_statements, export_transparency


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "export",
        help="what others outside are given: statements, check, transparency",
        description="Write what others outside are given, and check it beforehand: docs/due-process.md.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for each in (export_statements, export_check, export_transparency):
        each.add(verbs)
