"""`trustdesk up`, from the first check to the last process ended."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import psycopg

from trustdesk.config import options
from trustdesk.config.supervisor import database
from trustdesk.config.supervisor.children import Child
from trustdesk.config.supervisor.folder import Lock, prepare
from trustdesk.config.supervisor.postgres import Embedded
from trustdesk.config.supervisor.refusals import CannotStart, Stopping
from trustdesk.config.supervisor.told import Told
from trustdesk.config.supervisor.upgrade import upgrade

ADDRESS = "127.0.0.1"
CHILDREN_SECONDS = 4.0  # web and worker, from TERM to the end of their group; the database has the rest of the ten
LOOK_SECONDS = 0.2


def _say(line: str) -> None:
    print(line, file=sys.stdout, flush=True)  # noqa: T201  the supervisor talks to the person at the terminal


@dataclass
class Supervisor:
    """One desk. `run()` returns when it was told to stop and everything has ended."""

    port: int
    upgrade_database: bool = False
    say: Callable[[str], None] = _say

    def __post_init__(self) -> None:
        self._home: Path = options.home()
        self._told = Told()
        # While True, a signal breaks off what is being done (migrations, first load: both in transactions).
        self._may_break_off = False
        self._cluster: Embedded | None = None
        self._children: list[Child] = []

    def run(self) -> None:
        """Raises CannotStart, after everything that was started has ended."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, self._on_signal)
        prepare(self._home)
        lock = Lock(self._home)
        lock.take()
        try:
            with self._bound_socket() as listener:
                self._open_database()
                self._prepare_database()
                self._start_children(listener)
                self._announce()
                self._watch()
        except Stopping:
            pass
        finally:
            self._may_break_off = False
            self._end_all()
            lock.release()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        again = self._told.is_set()
        self._told.set()
        if self._may_break_off and not again:
            raise Stopping

    def _break_here(self) -> None:
        if self._told.is_set():
            raise Stopping

    def _bound_socket(self) -> socket.socket:
        """The web server's address, ours from the first second on: early callers wait until the web process answers."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, self.port))
            listener.listen(512)
        except OverflowError:
            listener.close()
            raise CannotStart(f"There is no port {self.port}: choose one between 1 and 65535 with --port.") from None
        except PermissionError:
            listener.close()
            raise CannotStart(f"Port {self.port} needs more rights than you have: choose one above 1023.") from None
        except OSError:
            listener.close()
            raise CannotStart(
                f"Port {self.port} on {ADDRESS} is in use. Choose another: trustdesk up --port {self.port + 1}"
            ) from None
        self.port = listener.getsockname()[1]
        return listener

    def _open_database(self) -> None:
        given = options.get("TRUSTDESK_DATABASE_URL")
        if given:
            database.refuse_unfit(given)
            return
        self._cluster = Embedded(self._home)
        if self.upgrade_database and upgrade(self._cluster, now=datetime.now(UTC), say=self.say) is None:
            self.say("The database needs no upgrade.")
        self._cluster.refuse_other_major()
        self._break_here()
        if self._cluster.major is None:
            self.say("Setting up the database (first start).")
        if self._cluster.start():
            self.say("Took over the database that an earlier trustdesk left running.")
        os.environ["TRUSTDESK_DATABASE_URL"] = self._cluster.dsn
        self._break_here()

    def _prepare_database(self) -> None:
        if not os.environ.get("TRUSTDESK_PUBLIC_URL") and options.get("TRUSTDESK_MODE") != "production":
            os.environ["TRUSTDESK_PUBLIC_URL"] = f"http://{ADDRESS}:{self.port}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustdesk.config.settings")
        import django

        django.setup()
        from django.db import connections

        from trustdesk.config import first_start
        from trustdesk.kernel.people import actions as people

        self._may_break_off = True
        self._break_here()
        try:
            if database.migrate():
                self.say("Brought the database up to date.")
            for done in first_start.load(now=datetime.now(UTC)):
                self.say(f"Loaded {done}.")
            for told in people.bring_roles_up(now=datetime.now(UTC)):
                self.say(told)
        finally:
            self._may_break_off = False
            connections.close_all()

    def _start_children(self, listener: socket.socket) -> None:
        environment = {**os.environ, "PORT": str(self.port)}
        number = listener.fileno()
        self._children = [
            Child("web", ["web", "--fd", str(number)], environment=environment, say=self.say, fds=(number,)),
            Child("worker", ["worker", "--only", "text"], environment=environment, say=self.say),
            Child("media worker", ["worker", "--only", "media"], environment=environment, say=self.say),
        ]
        for child in self._children:
            self._break_here()
            child.start()

    def _announce(self) -> None:
        from trustdesk.config import first_start

        self.say(f"TrustDesk is at http://{ADDRESS}:{self.port} (Ctrl-C ends it; data in {self._home})")
        for line in first_start.sign_ins():
            self.say(line)

    def _watch(self) -> None:
        while not self._told.wait(LOOK_SECONDS):
            if self._cluster is not None and not self._cluster.alive():
                if self._told.is_set():  # told meanwhile: starting it only to end it would take its time
                    return
                self._restart_database(self._cluster)
            now = time.monotonic()
            for child in self._children:
                child.look(now)

    def _restart_database(self, cluster: Embedded) -> None:
        self.say("The database process is gone; starting it again.")
        try:
            cluster.start()
        except (CannotStart, psycopg.Error) as error:
            # Said and tried again, with the web process answering "not ready" meanwhile.
            self.say(f"{error} Trying again.")
            self._told.wait(3)

    def _end_all(self) -> None:
        deadline = time.monotonic() + CHILDREN_SECONDS
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.end(deadline)
        if self._cluster is not None:
            self._cluster.stop(seconds=5)
