"""Search's work with duration: runs and exports. Run again after a lost worker, they go on."""

from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.kernel.base.timesource import now
from trustdesk.search.exporting import EXPORT_JOB
from trustdesk.search.running import RUN_JOB


@app.task(name=RUN_JOB, queue="search")
def run(*, run: str) -> None:
    from trustdesk.search.running import run as go_on

    go_on(run_id=UUID(run), clock=now)


@app.task(name=EXPORT_JOB, queue="search")
def export(*, export: str) -> None:
    from trustdesk.search.exporting import write

    write(export_id=UUID(export), clock=now)
