"""A real `trustdesk up` in a data folder of its own, for tests of its life and death."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest


def bare_environment(home: Path, **more: str) -> dict[str, str]:
    """What a newcomer's shell has, and the data folder."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TRUSTDESK_HOME": str(home),
        "TRUSTDESK_SAMPLE": "people",
        **more,
    }


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process that belongs to this data folder: by its environment or the folder it works in."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                continue
            cwd = process.cwd()
            if cwd.startswith(str(home)) or process.environ().get("TRUSTDESK_HOME") == str(home):
                found.append(process)
    return found


_WORDS = {"web": "web", "worker": "worker --only text", "media worker": "worker --only media"}


class Desk:
    """`trustdesk up` as a process group of its own."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = bare_environment(home, **environment)
        self.process: subprocess.Popen[bytes] | None = None
        self.address = ""
        self._log = home.with_name(home.name + ".log")

    def command(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "trustdesk", *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def start(self, *arguments: str) -> "Desk":
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            # Tests started in the background inherit this, and so would the desk: it respects nohup.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "trustdesk", "up", "--port", "0", *arguments],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        found = self._until(lambda: re.search(r"TrustDesk is at (http://\S+)", self.output()), 500)
        self.address = found[1]
        self.wait_ready()
        return self

    def wait_ready(self, seconds: float = 300) -> None:
        self._until(lambda: self.readiness()[0] == 200, seconds)

    def readiness(self) -> tuple[int, dict]:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except OSError:
            return 0, {}

    def output(self) -> str:
        return self._log.read_text(errors="replace")

    def part(self, name: str) -> psutil.Process:
        """The web or worker process, or the postmaster; waits for it to be there."""
        return self._until(lambda: self._part(name), 60)

    def _part(self, name: str) -> psutil.Process | None:
        for process in processes_of(self.home):
            with suppress(psutil.Error):
                words = process.cmdline()
                if name == "postmaster" and words and words[0].endswith("/postgres"):
                    return process
                told = " ".join(words[words.index("trustdesk") + 1 :]) if "trustdesk" in words else ""
                if told.startswith(_WORDS.get(name, name)):
                    return process
        return None

    def stop(self, how: signal.Signals = signal.SIGTERM, *, group: bool = False) -> None:
        """Tell it to stop. Nothing of this folder runs afterwards."""
        assert self.process is not None
        if group:
            os.killpg(self.process.pid, how)
        else:
            self.process.send_signal(how)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            alive = [(process.pid, process.cmdline(), process.status()) for process in processes_of(self.home)]
            pytest.fail(f"still there after 60 s: {alive}\n{self.output()}")
        assert code == 0, f"exit code {code}: {self.output()}"
        assert not processes_of(self.home), [p.cmdline() for p in processes_of(self.home)]
        assert "Traceback" not in self.output(), self.output()

    def wait_gone(self, *pids: int, seconds: float = 60) -> None:
        self._until(lambda: not any(_lives(pid) for pid in pids), seconds)

    def _until(self, true, seconds: float):
        end = time.monotonic() + seconds
        while not (found := true()):
            assert self.process is not None
            assert time.monotonic() < end, f"not within {seconds} s: {self.output()}"
            time.sleep(0.1)
        return found

    def clean_up(self) -> None:
        for process in processes_of(self.home):
            with suppress(psutil.Error):
                process.kill()
        self._log.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def new_home() -> Path:
    """A data folder that the embedded PostgreSQL's own user may reach."""
    folder = Path(tempfile.mkdtemp(prefix="trustdesk-up-", dir="/tmp"))
    folder.chmod(0o755)
    return folder.resolve()
