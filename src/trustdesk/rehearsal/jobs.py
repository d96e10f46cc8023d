"""Rehearsal's work with duration: a backtest. Run again after a lost worker, it goes on where it was."""

from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.rehearsal.actions.backtests import RUN_JOB, processes


@app.task(name=RUN_JOB, queue="rehearsal")
def run_backtest(*, rehearsal: str) -> None:
    from trustdesk.rehearsal.running import run

    run(UUID(rehearsal), processes=processes())
