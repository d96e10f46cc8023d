"""Learning's work with duration: a measurement, or learning a model. Run again after a lost worker, it begins anew."""

from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.learning.actions.studies import RUN_JOB


@app.task(name=RUN_JOB, queue="rehearsal")
def run_study(*, study: str) -> None:
    from trustdesk.learning.running import run

    run(UUID(study))
