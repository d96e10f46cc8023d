"""A loop of the worker: one thing done again and again in a thread of its own, through lost databases and errors."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from procrastinate.exceptions import ConnectorException

from trustdesk.kernel.base import timesource

log = structlog.get_logger(__name__)

LONGEST_WAIT = 30.0
LINGER = 3.0  # seconds an idle loop keeps its database connection: one that is busy does not connect anew each time


@dataclass
class Loop:
    """`call(now=…)` every `seconds`. When it returns a truthy number there may be more: it is called again at once."""

    name: str
    seconds: float
    call: Callable[..., Any]
    wake: threading.Event = field(default_factory=threading.Event)
    last_at: datetime | None = None
    failing: str | None = None
    _due: float = 0.0

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set and `wake` with it."""
        failures = 0
        self._due = time.monotonic()
        try:
            while not stop.is_set():
                wait = self.seconds
                try:
                    if self.call(now=timesource.now()):
                        wait = 0.0
                    if failures:
                        log.info("loop goes on", loop=self.name)
                    failures, self.failing = 0, None
                    self.last_at = timesource.now()
                except Exception as error:  # a loop outlives whatever its work raises
                    failures += 1
                    wait = min(LONGEST_WAIT, max(self.seconds, 0.5 * 2 ** min(failures, 10)))
                    self._tell(error, failures)
                finally:
                    close_old_connections()
                self._due = time.monotonic() + wait
                if wait:
                    self._rest(wait)
        finally:
            connection.close()

    def _rest(self, seconds: float) -> None:
        """Until woken, at most so long. An idle loop gives its connection back: there are dozens, a database has a hundred."""
        if not self.wake.wait(min(seconds, LINGER)) and seconds > LINGER:
            connection.close()
            self.wake.wait(seconds - LINGER)
        self.wake.clear()

    def lag(self) -> float:
        """Seconds by which the loop is behind its rhythm; 0 when it is on time."""
        return max(0.0, time.monotonic() - self._due)

    def _tell(self, error: Exception, failures: int) -> None:
        self.failing = type(error).__name__
        if failures > 1:
            return  # said once; the heartbeat and the metrics keep saying it
        # The job library wraps what the driver says into an error of its own.
        cause = error.__cause__ if isinstance(error, ConnectorException) and error.__cause__ else error
        if isinstance(cause, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError):
            log.warning("loop lost the database", loop=self.name, error=str(cause).splitlines()[0])
        else:
            log.exception("loop failed", loop=self.name)
