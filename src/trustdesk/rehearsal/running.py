"""Running a backtest: processes take its parts one after the other until none is left; one looks after them.

Each process has a connection and plans of its own. It ends when its parent is gone, when the backtest is cancelled, and
when there is nothing more to take; what it had begun is then taken by another.
"""

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now as now_is
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy import queries as policy
from trustdesk.rehearsal import actions, child
from trustdesk.rehearsal.judging import BATCH, Judge
from trustdesk.rehearsal.models import Part, Rehearsal
from trustdesk.rehearsal.refusals import AlreadyOver, ChangedMeanwhile
from trustdesk.rehearsal.tally import Tally
from trustdesk.screening import queries as screening

log = structlog.get_logger(__name__)

LOOK = 0.3  # seconds between two looks at the processes
MOST_LOST = 3  # processes that may die before the backtest is given up


@dataclass(frozen=True)
class Progress:
    done: int
    items: int
    seconds: float  # since this runner began
    done_before: int  # what an earlier runner had done

    @property
    def pace(self) -> float:
        """Items a second of this runner."""
        return (self.done - self.done_before) / self.seconds if self.seconds > 0 else 0.0


def run(rehearsal_id: UUID, *, processes: int, tell: Callable[[Progress], None] | None = None) -> str:
    """Run a backtest to its end and return its state. `processes` 0 judges in this process, on this connection.

    One that was running before (its runner was lost) is taken up again.
    """
    try:
        _begin(rehearsal_id)
        if processes:
            _look_after(rehearsal_id, processes, tell)
        else:
            take_parts(rehearsal_id, name="here")
        if not Part.objects.filter(rehearsal=rehearsal_id).exclude(state="done").exists():
            actions.finish_backtest(actor=SYSTEM, rehearsal_id=rehearsal_id, now=now_is())
    except AlreadyOver:
        pass  # cancelled meanwhile
    except Refusal as refusal:
        _fail(rehearsal_id, refusal.message)
    except DatabaseError:
        raise  # the database is gone: nothing can be written, and the job comes back
    except Exception as error:
        log.exception("backtest failed", rehearsal=str(rehearsal_id))
        _fail(rehearsal_id, f"{type(error).__name__}: {error}"[:300])
    return Rehearsal.objects.values_list("state", flat=True).get(id=rehearsal_id)


def _begin(rehearsal_id: UUID) -> None:
    at = now_is()
    if not Rehearsal.objects.filter(id=rehearsal_id, state="waiting").update(
        state="running", started_at=at, beat_at=at
    ):
        actions.resume_backtest(actor=SYSTEM, rehearsal_id=rehearsal_id, now=at)


def _fail(rehearsal_id: UUID, why: str) -> None:
    with suppress(AlreadyOver):  # another process said so first
        actions.fail_backtest(actor=SYSTEM, rehearsal_id=rehearsal_id, why=why, now=now_is())


def take_parts(rehearsal_id: UUID, *, name: str, go_on: Callable[[], bool] = lambda: True) -> int:
    """Judge parts until none is left, or the backtest is over; returns how many. Raises ChangedMeanwhile."""
    row = Rehearsal.objects.get(id=rehearsal_id)
    judge = Judge(_candidate(row), policy.ruleset_content(row.live_hash))
    taken = 0
    while go_on() and (part := _take(rehearsal_id, name)) is not None:
        tally = _judge_part(row, part, judge, go_on)
        if tally is None or not _put_back(row, part, name, tally):
            break
        taken += 1
        if not gc.isenabled():
            if taken == 1:
                gc.freeze()  # plans and all that stays
            gc.collect()
    return taken


def _candidate(row: Rehearsal) -> policy.Content:
    if row.version is None:
        found = policy.folder_content(Path(row.folder))
    else:
        found = policy.candidate_content(row.version, within=row.live_hash)
    if found.hash != row.candidate_hash:
        raise ChangedMeanwhile
    return found


def _take(rehearsal_id: UUID, name: str) -> Part | None:
    with transaction.atomic():
        part = (
            Part.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(rehearsal=rehearsal_id, rehearsal__state="running", state="open")
            .order_by("number")
            .only("id", "after", "until", "items")
            .first()
        )
        if part is not None:
            Part.objects.filter(id=part.id).update(state="taken", taken_by=name)
    return part


def _judge_part(row: Rehearsal, part: Part, judge: Judge, go_on: Callable[[], bool]) -> Tally | None:
    tally, after, at = Tally(), part.after, now_is()
    while True:
        batch = screening.past(after=after, until=part.until, since=row.since, before=row.until or at, limit=BATCH)
        if not batch:
            return tally
        people = decisions.of_people([past.version for past in batch], now=at)
        judge.judge(batch, people, tally)
        after = batch[-1].verdict
        if len(batch) < BATCH:
            return tally
        if not go_on():
            return None


def _put_back(row: Rehearsal, part: Part, name: str, tally: Tally) -> bool:
    """Keep what was counted, unless somebody else has this part by now or the backtest is over."""
    with transaction.atomic():
        kept = Part.objects.filter(id=part.id, state="taken", taken_by=name).update(
            state="done", report=tally.to_json()
        )
        if kept:
            Rehearsal.objects.filter(id=row.id).update(done=F("done") + part.items, beat_at=now_is())
    return bool(kept)


def _look_after(rehearsal_id: UUID, processes: int, tell: Callable[[Progress], None] | None) -> None:
    """Start processes, watch them, replace those that die; until nothing is left to do."""
    began, lost, made = time.monotonic(), 0, 0
    before = _progress(rehearsal_id)[0]
    running: dict[str, Any] = {}
    try:
        while True:
            for name, process in [*running.items()]:
                if process.is_alive():
                    continue
                process.join()
                del running[name]
                if process.exitcode != 0:
                    lost += 1
                    Part.objects.filter(rehearsal=rehearsal_id, state="taken", taken_by=name).update(
                        state="open", taken_by=""
                    )
            done, items, state, left = _progress(rehearsal_id)
            if tell is not None:
                tell(Progress(done, items, time.monotonic() - began, before))
            if state != "running" or not (left or running):
                return
            if lost >= MOST_LOST:
                raise RuntimeError(f"{lost} processes died on it")
            while len(running) < min(processes, left):
                made += 1
                name = f"{os.getpid()}-{made}"
                running[name] = _spawn(rehearsal_id, name)
                left -= 1
            time.sleep(LOOK)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.join(5)


def _progress(rehearsal_id: UUID) -> tuple[int, int, str, int]:
    """Items done, all items, the state, parts nobody has taken."""
    row = Rehearsal.objects.values("done", "items", "state").get(id=rehearsal_id)
    return row["done"], row["items"], row["state"], Part.objects.filter(rehearsal=rehearsal_id, state="open").count()


def _spawn(rehearsal_id: UUID, name: str) -> Any:
    """A fresh process, not a fork: this one has threads and connections that a copy must not inherit."""
    database = {key: value for key, value in connection.settings_dict.items() if key != "TEST"}
    database["OPTIONS"] = {key: value for key, value in database["OPTIONS"].items() if key != "pool"}
    database["CONN_MAX_AGE"] = None
    process = multiprocessing.get_context("spawn").Process(
        target=child.main,
        args=(os.environ["DJANGO_SETTINGS_MODULE"], database, str(rehearsal_id), name, os.getpid()),
        name=f"rehearsal {name}",
        daemon=True,
    )
    process.start()
    return process


def in_child(rehearsal_id: UUID, name: str, parent: int) -> int:
    """What a started process does; returns its exit code."""
    gc.disable()  # what a part makes is thrown away with it: collected between two parts, it costs next to nothing
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command that started us; it ends us in its way
    try:
        take_parts(rehearsal_id, name=name, go_on=lambda: os.getppid() == parent)
    except Refusal as refusal:
        _fail(rehearsal_id, refusal.message)
    finally:
        connection.close()
    return 0
