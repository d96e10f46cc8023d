"""The command line: one module per command, each with `add(subparsers)` and `run(args) -> int`."""

import argparse
import difflib
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

COMMANDS = (
    "up",
    "migrate",
    "web",
    "worker",
    "check",
    "ledger",
    "key",
    "staff",
    "policy",
    "signals",
    "learn",
    "mail",
    "feed",
    "clock",
    "export",
    "bench",
)
EPILOG = "`trustdesk COMMAND --help` explains a command. Settings come from the environment: docs/operate.md."


class _Parser(argparse.ArgumentParser):
    """argparse, with a suggestion where a word is nearly right."""

    def error(self, message: str) -> NoReturn:
        if "invalid choice: " in message:
            word = message.split("invalid choice: ")[1].split("'")[1]
            near = difflib.get_close_matches(word, self._words(), n=1, cutoff=0.5)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            self.exit(2, f"{self.prog}: there is no command `{word}`.{hint} `{self.prog} --help` lists them.\n")
        self.exit(2, f"{self.prog}: {message}. `{self.prog} --help` explains.\n")

    def _words(self) -> list[str]:
        return [str(word) for action in self._actions for word in action.choices or ()]


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    made = _Parser(prog="trustdesk", description="The open trust & safety desk.", epilog=EPILOG)
    from trustdesk import __version__

    made.add_argument("--version", action="version", version=f"TrustDesk {__version__}")
    commands: Any = made.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for name in COMMANDS:
        import_module(f"trustdesk.config.cli.{name}").add(commands)
    return made


def main(argv: list[str] | None = None) -> int:
    """Parse, hand to the command's `run`, return its exit code: 0 done, 1 refused or found wanting, 2 not understood."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustdesk.config.settings")
    from trustdesk.config.options import BadSetting
    from trustdesk.config.supervisor.refusals import CannotStart
    from trustdesk.kernel.base.refusal import Refusal

    args = parser().parse_args(argv)
    try:
        code: int = args.run(args)
    except (CannotStart, BadSetting) as refusal:
        return _refused(str(refusal))
    except Refusal as refusal:
        return _refused(" ".join([refusal.message, *(f"{name}: {why}" for name, why in refusal.fields.items())]))
    except BrokenPipeError:
        # Whoever read our output has enough (`| head`); nothing more is to be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _refused(sentence: str) -> int:
    print(f"trustdesk: {' '.join(sentence.split())}", file=sys.stderr)
    return 1
