"""The worker process: a loop per reactor, the sequencer, the seals, jobs, whatever `wiring.LOOPS` names, a heartbeat."""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import structlog

from trustdesk.config.loops import Loop
from trustdesk.config.supervisor.parent import end_soon

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 5.0
LOOK_FOR_DELIVERIES = 0.25  # how long a fact may lie before its reactors are woken
REACTOR_SECONDS = 15.0  # a reactor's loop comes round by itself this often, woken or not
JOBS_AT_ONCE = 4
MEDIA_AT_ONCE = 2  # one is fetched while another is looked into: models use the processor for themselves
MEDIA_NICE = 5  # people at pages and the pass that answers a platform go before pictures
JOB_GRACE = 3.0  # seconds a running job may finish after TERM


MEDIA_QUEUE = "media"


def work(only: str = "") -> None:
    """Until TERM or Ctrl-C; then within seconds. `only`: "text", "media" (pictures need models, memory and time) or all of
    it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustdesk.config.settings")
    from django.conf import settings

    # A connection for each loop that is busy; a pool would only be in the way.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = None
    settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    import django

    django.setup()
    if only == "media":
        os.nice(MEDIA_NICE)
    Worker(only).run()


class Worker:
    """All loops of one process; one for media alone has jobs and no more."""

    def __init__(self, only: str = "") -> None:
        from trustdesk.kernel.ledger.reacting import reactor_names

        self.stop = threading.Event()
        self.only = only
        # Who asks whether a worker reports looks for one that delivers: see health.
        self.name = f"{'media ' if only == 'media' else ''}{socket.gethostname()}/{os.getpid()}"[:200]
        self._reactors = {
            name: Loop(name, REACTOR_SECONDS, _deliver_to(name)) for name in reactor_names() if only != "media"
        }
        self.loops = [Loop("stalled jobs", 30.0, retry_stalled_jobs)]
        if only != "media":
            self.loops += [
                *self._reactors.values(),
                Loop("deliveries", LOOK_FOR_DELIVERIES, self._wake_reactors),
                *own_loops(),
            ]
        self._beat = Loop("heartbeat", HEARTBEAT_SECONDS, self._write_heartbeat)

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        threads = [
            threading.Thread(target=loop.run, args=(self.stop,), name=loop.name, daemon=True)
            for loop in [*self.loops, self._beat]
        ]
        for thread in threads:
            thread.start()
        log.info("worker started", loops=len(self.loops), only=self.only or None)
        run_jobs(self.stop, self.only)
        for loop in [*self.loops, self._beat]:
            loop.wake.set()
        for thread in threads:
            thread.join(JOB_GRACE)
        self._forget_heartbeat()
        leave_now()

    def _on_signal(self, _number: int, _frame: Any) -> None:
        if not self.stop.is_set():
            self.stop.set()
            threading.Thread(target=end_soon, daemon=True).start()

    def _wake_reactors(self, *, now: datetime) -> None:
        from trustdesk.kernel.ledger import outbox

        for name in outbox.reactors_with_due(reactors=list(self._reactors), now=now):
            self._reactors[name].wake.set()

    def _write_heartbeat(self, *, now: datetime) -> None:
        from trustdesk.config.models import Heartbeat

        state = {
            loop.name: {
                "at": loop.last_at.isoformat() if loop.last_at else None,
                "lag": round(loop.lag(), 3),
                "failing": loop.failing,
            }
            for loop in self.loops
        }
        Heartbeat.objects.update_or_create(name=self.name, defaults={"at": now, "loops": state})
        Heartbeat.objects.filter(at__lt=now - timedelta(days=1)).delete()

    def _forget_heartbeat(self) -> None:
        from django.db import DatabaseError, connection

        from trustdesk.config.models import Heartbeat

        try:
            Heartbeat.objects.filter(name=self.name).delete()
        except DatabaseError:
            pass  # the row grows old by itself
        finally:
            connection.close()


def own_loops() -> list[Loop]:
    """The ledger's own loops and those the slices hang in `wiring.LOOPS`."""
    from trustdesk.config import wiring

    return [
        Loop("sequencer", 1.0, _sequence),
        Loop("seals", 60.0, _seal),
        *(Loop(name, seconds, wiring.called(path)) for name, seconds, path in wiring.LOOPS),
    ]


def _deliver_to(reactor: str) -> Callable[..., int]:
    from trustdesk.kernel.ledger import outbox

    def deliver(*, now: datetime) -> int:
        return outbox.deliver_due(reactor=reactor, now=now)

    return deliver


def _sequence(*, now: datetime) -> int:  # noqa: ARG001  every loop is called alike
    from trustdesk.kernel.ledger import sequencer

    return sequencer.sequence()


def _seal(*, now: datetime) -> bool:
    from django.conf import settings

    from trustdesk.kernel.ledger import seals

    key = seals.load_key(settings.SEAL_KEY, make=not settings.PRODUCTION)
    return seals.seal(key=key, now=now) is not None


def retry_stalled_jobs(*, now: datetime) -> None:
    """Give jobs back that a lost worker left "doing": its heartbeat is older than half a minute."""
    from asgiref.sync import async_to_sync
    from procrastinate.contrib.django import app

    async def retry() -> int:
        stalled = list(await app.job_manager.get_stalled_jobs())
        for job in stalled:
            await app.job_manager.retry_job(job, retry_at=now)
        return len(stalled)

    # async_to_sync keeps the database work in this thread, on this loop's own connection.
    if count := async_to_sync(retry)():
        log.warning("jobs of a lost worker run again", count=count)


def queues_of(only: str) -> list[str] | None:
    """The queues a worker takes jobs from; None for every one there is."""
    if only == "media":
        return [MEDIA_QUEUE]
    if not only:
        return None
    from procrastinate.contrib.django import app

    return sorted({task.queue for task in app.tasks.values()} - {MEDIA_QUEUE})


def run_jobs(stop: threading.Event, only: str = "") -> None:
    """Run procrastinate's worker until `stop`, started again with back-off when it loses the database."""
    failures = 0
    while not stop.is_set():
        try:
            asyncio.run(_jobs_until(stop, only))
            failures = 0
        except Exception as error:  # the job runner outlives a lost database
            failures += 1
            if failures == 1:
                log.warning("job runner lost the database", error=type(error).__name__)
            stop.wait(min(30.0, 0.5 * 2 ** min(failures, 10)))


async def _jobs_until(stop: threading.Event, only: str) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = cast(DjangoConnector, app.connector)
    # An app beside Django's, with connections of its own: the tasks, and with them `defer`, stay on Django's, so that
    # a job deferred inside a transaction commits with it. (`replace_connector` would take that away in all threads.)
    beside = app.with_connector(connector.get_worker_connector())
    async with beside.open_async():
        running = asyncio.create_task(
            beside.run_worker_async(
                name="trustdesk",
                queues=queues_of(only),  # type: ignore[arg-type]  # None is every queue there
                concurrency=MEDIA_AT_ONCE if only == "media" else JOBS_AT_ONCE,
                install_signal_handlers=False,
                fetch_job_polling_interval=2.0,
                delete_jobs="successful",
                update_heartbeat_interval=10.0,
                stalled_worker_timeout=30.0,
            )
        )
        told = asyncio.create_task(_wait_for(stop))
        await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if running.done():
            running.result()
            return
        running.cancel()  # procrastinate's word for: finish what runs, take nothing new
        done, _ = await asyncio.wait({running}, timeout=JOB_GRACE)
        if not done:
            # Cancelled for good, a job would be lost; left "doing", it is found stalled and run again.
            await asyncio.to_thread(leave_now)


async def _wait_for(stop: threading.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(0.1)


def leave_now() -> None:
    """End the process without waiting for any thread. Open transactions roll back; jobs left "doing" run again."""
    log.info("worker ended")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
