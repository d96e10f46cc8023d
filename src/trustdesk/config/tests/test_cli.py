"""The command line before it touches a database: help, suggestions, refusals in one line."""

import subprocess
import sys

import psycopg
import pytest

from trustdesk.config.cli import COMMANDS, main, parser
from trustdesk.config.supervisor import database
from trustdesk.config.supervisor.refusals import CannotStart
from trustdesk.config.tests.desk import bare_environment


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: trustdesk {command}" in capsys.readouterr().out


def test_an_unknown_command_gets_a_suggestion(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["wrker"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "trustdesk: there is no command `wrker`. Did you mean `worker`? `trustdesk --help` lists them.\n"
    )


def test_an_unknown_verb_gets_one_too(capsys):
    with pytest.raises(SystemExit):
        main(["ledger", "verfy"])
    assert "Did you mean `verify`?" in capsys.readouterr().err


def test_a_missing_argument_is_said_in_one_line(capsys):
    with pytest.raises(SystemExit):
        main(["key", "create", "x"])
    assert capsys.readouterr().err == (
        "trustdesk key create: the following arguments are required: --scopes. "
        "`trustdesk key create --help` explains.\n"
    )


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    from pathlib import Path

    return subprocess.run(
        [sys.executable, "-m", "trustdesk", *arguments],
        env={**bare_environment(Path("/tmp")), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("up", "--port", "99999"), {}, "There is no port 99999"),
        (("up",), {"PORT": "eight"}, "PORT is “eight”, which is no whole number."),
        (
            ("up", "--port", "0"),
            {"TRUSTDESK_HOME": "/proc/trustdesk"},
            "The data folder /proc/trustdesk cannot be written",
        ),
        (
            ("up", "--port", "0"),
            {"TRUSTDESK_DATABASE_URL": "postgresql://desk:hunter2@127.0.0.1:9/desk"},
            "The database named by TRUSTDESK_DATABASE_URL cannot be used: connection",
        ),
        (("up", "--port", "0"), {"TRUSTDESK_DATABASE_URL": "mysql://x"}, "TRUSTDESK_DATABASE_URL cannot be used"),
        (("ledger", "verify"), {}, "No desk is running on"),
    ],
)
def test_a_refusal_is_one_line_without_a_traceback(tmp_path, arguments, environment, said):
    done = run(*arguments, **{"TRUSTDESK_HOME": str(tmp_path), **environment})
    assert done.returncode == 1
    assert done.stderr.startswith("trustdesk: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr
    assert done.stdout == ""


def test_a_database_older_than_15_is_refused(monkeypatch):
    class Info:
        server_version = 140011

    class Connection:
        info = Info()

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(psycopg, "connect", lambda *_, **__: Connection())
    with pytest.raises(CannotStart, match="is PostgreSQL 14; TrustDesk needs 15 or newer"):
        database.refuse_unfit("postgresql://x")
