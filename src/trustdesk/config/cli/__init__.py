"""The command line: one module per command, each with `add(subparsers)` and `run(args) -> int`."""

import argparse
import os
from importlib import import_module

COMMANDS = ("migrate",)


def main(argv: list[str] | None = None) -> int:
    """Parse, hand to the command's `run`, return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustdesk.config.settings")
    parser = argparse.ArgumentParser(prog="trustdesk", description="The open trust & safety desk.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        import_module(f"trustdesk.config.cli.{name}").add(commands)
    args = parser.parse_args(argv)
    code: int = args.run(args)
    return code
