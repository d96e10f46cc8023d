"""A worker's loop: goes on through errors, waits longer each time, says so once, stops at once."""

import threading
import time
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from structlog.testing import capture_logs

from trustdesk.config import loops, worker
from trustdesk.config.supervisor.children import back_off


@pytest.fixture
def run(monkeypatch):
    """Run a loop in its thread until the test ends; its waits are recorded and not waited."""
    monkeypatch.setattr(loops, "close_old_connections", lambda: None)
    stop, threads = threading.Event(), []

    def start(loop: loops.Loop) -> threading.Thread:
        thread = threading.Thread(target=loop.run, args=(stop,))
        threads.append((thread, loop))
        thread.start()
        return thread

    yield start
    stop.set()
    for thread, loop in threads:
        loop.wake.set()
        thread.join(60)
        assert not thread.is_alive(), "the loop did not stop"


def wait_for(true) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_loop_with_more_to_do_comes_round_at_once(run):
    rounds = iter([5, 5, 0])
    called = []

    def call(*, now):
        called.append(now)
        return next(rounds, 0)

    run(loops.Loop("busy", 60, call))
    wait_for(lambda: len(called) == 3)
    time.sleep(0.1)
    assert len(called) == 3


def test_an_idle_loop_gives_its_connection_back_and_a_busy_one_keeps_it(run, monkeypatch):
    closed, called = [], []
    monkeypatch.setattr(loops, "connection", SimpleNamespace(close=lambda: closed.append(threading.current_thread())))
    monkeypatch.setattr(loops, "LINGER", 0.2)
    busy = run(loops.Loop("busy", 0.01, lambda *, now: called.append(now)))
    idle = loops.Loop("idle", 60, lambda *, now: None)
    resting = run(idle)
    wait_for(lambda: resting in closed and len(called) > 20)
    assert busy not in closed
    idle.wake.set()
    wait_for(lambda: closed.count(resting) == 2)


def test_a_loop_outlives_errors_and_says_so_once(run):
    called = []

    def call(*, now):
        called.append(now)
        raise OperationalError("the database is gone\nand more words")

    loop = loops.Loop("unlucky", 0.01, call)
    with capture_logs() as said:
        run(loop)
        wait_for(lambda: len(called) == 1)
        for count in (2, 3):
            loop.wake.set()
            wait_for(lambda n=count: len(called) == n)
    assert [(entry["event"], entry["error"]) for entry in said] == [("loop lost the database", "the database is gone")]
    assert loop.failing == "OperationalError"


def test_a_loop_that_failed_tells_when_it_goes_on(run):
    answers = [ValueError("no"), None]
    called = []

    def call(*, now):
        called.append(now)
        answer = answers.pop(0) if answers else None
        if answer:
            raise answer

    loop = loops.Loop("recovering", 0.01, call)
    with capture_logs() as said:
        run(loop)
        wait_for(lambda: loop.failing == "ValueError")
        loop.wake.set()
        wait_for(lambda: loop.failing is None)
    assert [entry["event"] for entry in said] == ["loop failed", "loop goes on"]


def test_lag_grows_when_a_round_takes_too_long(run):
    held, entered = threading.Event(), threading.Event()

    def call(*, now):
        entered.set()
        held.wait(60)

    loop = loops.Loop("slow", 0.01, call)
    run(loop)
    entered.wait(60)
    time.sleep(0.2)
    assert loop.lag() > 0.1
    held.set()


def test_crashes_in_a_row_wait_longer_up_to_half_a_minute():
    assert [back_off(n) for n in (1, 2, 3, 4, 20)] == [0.0, 1.0, 2.0, 4.0, 30.0]


def test_a_worker_for_media_takes_its_jobs_alone_and_one_for_text_all_others():
    media, text, both = (worker.Worker(only) for only in ("media", "text", ""))
    assert worker.queues_of("media") == ["media"]
    assert {"screening", "rehearsal", "sample"} <= set(worker.queues_of("text"))
    assert "media" not in worker.queues_of("text")
    assert worker.queues_of("") is None
    assert {loop.name for loop in media.loops} == {"stalled jobs"}
    assert {loop.name for loop in text.loops} == {loop.name for loop in both.loops} > {"sequencer", "deliveries"}
    assert media.name.startswith("media ")
