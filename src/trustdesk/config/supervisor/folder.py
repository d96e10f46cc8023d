"""The data folder: made, writable, and owned by one `trustdesk up` at a time."""

import fcntl
import os
from pathlib import Path
from typing import IO

from trustdesk.config.supervisor.refusals import CannotStart


def prepare(home: Path) -> None:
    """Make the data folder and prove that it can be written. Raises CannotStart."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"The data folder {home} cannot be written ({error.strerror}). Choose another with TRUSTDESK_HOME."
        ) from error


class Lock:
    """`up.lock` in the data folder, held by flock: a file left by a killed process holds nobody up."""

    def __init__(self, home: Path) -> None:
        self._path = home / "up.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises CannotStart naming the process that has it."""
        # Not inherited by children (PEP 446), so only the supervisor's own life holds the lock.
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise CannotStart(
                f"Another trustdesk (process {holder}) is running on {self._path.parent}. Stop it first."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
