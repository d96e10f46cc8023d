"""The web and worker processes: started, watched, started again with back-off, ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO

from trustdesk.config.supervisor.parent import PIPE

# A child that lived this long (seconds) was healthy: its next crash starts again from the shortest wait.
HEALTHY = 30.0
LONGEST_WAIT = 30.0


def back_off(crashes: int) -> float:
    """Seconds before the next start after `crashes` in a row: at once after the first, then 1, 2, 4 … 30."""
    return 0.0 if crashes <= 1 else min(LONGEST_WAIT, 2.0 ** (crashes - 2))


class Child:
    """One process of the desk, in a process group of its own so that it can be ended with all it started."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        *,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        fds: tuple[int, ...] = (),
        output: IO[str] | None = None,
    ) -> None:
        self.name = name
        self._arguments = [sys.executable, "-m", "trustdesk", *arguments]
        self._environment = dict(environment)
        self._fds = fds
        self._output = output
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: int | None = None
        self._started = 0.0
        self._crashes = 0
        self._next_start = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        reader, writer = os.pipe()
        try:
            self._process = subprocess.Popen(
                self._arguments,
                env={**self._environment, PIPE: str(reader)},
                pass_fds=(*self._fds, reader),
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                process_group=0,  # Ctrl-C reaches the supervisor alone, which ends its children in order
            )
        except BaseException:
            os.close(writer)
            raise
        finally:
            os.close(reader)
        self._writer = writer
        self._started = time.monotonic()

    def look(self, now: float) -> None:
        """Called a few times a second: notices a crash, starts again when the wait is over. `now` is monotonic."""
        if self._process is None:
            if now >= self._next_start:
                self.start()
            return
        code = self._process.poll()
        if code is None:
            return
        self._forget()
        self._crashes = 1 if now - self._started > HEALTHY else self._crashes + 1
        wait = back_off(self._crashes)
        self._next_start = now + wait
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        self._say(f"The {self.name} process {how}; starting it again" + (f" in {wait:.0f} s." if wait else "."))

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic), then end the whole group."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        self._forget()

    def _forget(self) -> None:
        if self._process is not None:
            # Also when it ended by itself: what it may have started must not outlive it.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None
        if self._writer is not None:
            os.close(self._writer)
            self._writer = None
