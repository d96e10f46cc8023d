"""Where `now` comes from: pages, jobs and the API ask here once and hand the answer to the verb."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class TimeSource:
    """The wall clock, or a time a test has set; always aware, always UTC."""

    def __init__(self) -> None:
        self._fixed: datetime | None = None

    def now(self) -> datetime:
        return self._fixed or datetime.now(UTC)

    @contextmanager
    def fixed(self, at: datetime) -> Iterator["TimeSource"]:
        """Stand still at `at` (aware) inside the block."""
        before, self._fixed = self._fixed, at.astimezone(UTC)
        try:
            yield self
        finally:
            self._fixed = before

    def forward(self, by: timedelta) -> None:
        """Move a fixed time on; only tests do."""
        if self._fixed is None:
            raise RuntimeError("forward() needs a fixed time")
        self._fixed += by


source = TimeSource()


def now() -> datetime:
    """The present moment (UTC, aware)."""
    return source.now()
