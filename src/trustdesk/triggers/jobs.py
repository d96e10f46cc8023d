"""Triggers' work with duration: a trial on the past. Run again after a lost worker, it goes on where it was."""

from contextlib import suppress
from uuid import UUID

import structlog
from django.db import DatabaseError
from procrastinate.contrib.django import app

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.triggers import actions
from trustdesk.triggers.actions.trying import TRY_JOB, TrialOver, finish

log = structlog.get_logger(__name__)


@app.task(name=TRY_JOB, queue="rehearsal")
def try_on_past(*, trial: str) -> None:
    try:
        while actions.go_on(trial_id=UUID(trial), now=now()):
            pass
    except DatabaseError:
        raise  # nothing can be written: the job comes back
    except Exception as error:
        log.exception("trial failed", trial=trial)
        with suppress(TrialOver):
            finish(
                actor=SYSTEM, trial_id=UUID(trial), how="failed", now=now(), error=f"{type(error).__name__}: {error}"
            )
