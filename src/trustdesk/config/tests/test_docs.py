"""The operator's page says what the code does."""

import re
from pathlib import Path

import pytest

from trustdesk.config import options
from trustdesk.config.cli import COMMANDS, parser

TOP = Path(__file__).resolve().parents[4]
OPERATE = TOP / "docs/operate.md"


def table() -> str:
    """The settings as the page shows them."""
    lines = ["| setting | means | without it | in production |", "|---|---|---|---|"]
    for option in options.OPTIONS:
        default = f"`{_default(option)}`" if _default(option) else "–"
        lines.append(
            f"| `{option.name}` | {option.meaning} | {default} | {'must be set' if option.required_in_production else ''} |"
        )
    return "\n".join(lines)


def _default(option: options.Option) -> str:
    # The data folder's default depends on who asks; the page names it for people, the text beside it for root.
    return "~/.local/share/trustdesk" if option.name == "TRUSTDESK_HOME" else option.default


def test_the_settings_table_is_the_codes():
    page = OPERATE.read_text("utf-8")
    shown = re.search(r"<!-- settings: [^\n]* -->\n(.*?)\n<!-- end of settings -->", page, re.DOTALL)
    assert shown is not None
    assert shown[1] == table()


@pytest.mark.parametrize("page", sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")]), ids=lambda page: page.name)
def test_commands_in_the_docs_exist(page):
    for command, rest in re.findall(r"(?:`|^|&& )trustdesk (\w+)([^`\n]*)", page.read_text("utf-8"), re.MULTILINE):
        assert command in COMMANDS, f"{page.name}: trustdesk {command}"
        for flag in re.findall(r"(--[a-z-]+)", rest):
            assert flag in _help(command), f"{page.name}: trustdesk {command} {flag}"


def _help(command: str) -> str:
    """The help of a command with that of its verbs."""
    import argparse

    def told(one: argparse.ArgumentParser) -> str:
        below = [action for action in one._actions if isinstance(action, argparse._SubParsersAction)]
        return one.format_help() + "".join(told(child) for action in below for child in action.choices.values())

    [commands] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return told(commands.choices[command])
