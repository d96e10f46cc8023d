"""The desk's work with duration. Run again after a lost worker, it goes on."""

from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.kernel.base.timesource import now
from trustdesk.support.bulking import BULK_JOB


@app.task(name=BULK_JOB, queue="support")
def bulk(*, bulk: str) -> None:
    from trustdesk.support.bulking import run

    run(bulk_id=UUID(bulk), clock=now)
