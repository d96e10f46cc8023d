"""Log lines: readable on a desk, JSON in production, and never a secret."""

import json
import logging

import pytest
import structlog

from trustdesk.config import logs

KEY = "tdk_" + "abcdefghijklmnop0123456789"


def line(production: bool, level: int = logging.INFO, **record) -> str:
    """What a log record becomes."""
    formatter = logs.configure(production=production)["formatters"]["lines"]
    made = structlog.stdlib.ProcessorFormatter(
        processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
    )
    return made.format(
        logging.makeLogRecord({"name": "trustdesk.test", "levelno": level, "levelname": "INFO", **record})
    )


@pytest.mark.parametrize(
    "name", ["Authorization", "password", "client_secret", "csrf_token", "Set-Cookie", "HTTP_COOKIE"]
)
def test_values_under_a_secret_name_are_hidden(name):
    assert logs.hide({"headers": [{name: "opensesame"}], "status": 200}) == {
        "headers": [{name: logs.HIDDEN}],
        "status": 200,
    }


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"key {KEY} is unknown", "key tdk_[hidden] is unknown"),
        ("signed with whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "signed with whsec_[hidden]"),
        ("sent Bearer abcdef0123456789.xyz", "sent Bearer [hidden]"),
        ("postgresql://desk:hunter2@db/desk is gone", "postgresql://desk:[hidden]@db/desk is gone"),
        ("https://example.com/a:b@c", "https://example.com/a:b@c"),
        ("nothing to hide: task tokens", "nothing to hide: task tokens"),
    ],
)
def test_secrets_inside_sentences_are_hidden(text, left):
    assert logs.hide(text) == left


@pytest.mark.parametrize("production", [True, False])
def test_a_traceback_is_searched_too(production):
    try:
        raise ValueError(f"cannot use {KEY}")
    except ValueError as error:
        written = line(production, msg="it failed", exc_info=(ValueError, error, error.__traceback__))
    assert KEY not in written
    assert "ValueError: cannot use tdk_[hidden]" in written


def test_production_lines_are_json_with_time_level_and_logger():
    written = json.loads(line(True, msg="worker started", loops=7))
    assert written["event"] == "worker started"
    assert written["loops"] == 7
    assert {"timestamp", "level", "logger"} <= written.keys()


def test_desk_lines_are_for_reading():
    assert line(False, msg="worker started").endswith(" worker started")


def test_procrastinate_does_not_repeat_that_the_database_is_gone():
    from procrastinate.exceptions import ConnectorException

    def record(name, error):
        return logging.makeLogRecord({"name": name, "msg": "listener error", "exc_info": (type(error), error, None)})

    assert not logs.no_lost_database(record("procrastinate.utils", ConnectorException()))
    assert logs.no_lost_database(record("procrastinate.worker", ValueError("a job's own"))), "a job's failure is told"
    assert logs.no_lost_database(record("trustdesk.post", ConnectorException()))
