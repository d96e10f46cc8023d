"""Signals' work with duration: a look at a livestream."""

from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.kernel.base.timesource import now
from trustdesk.signals.actions.watching import WATCH_JOB


@app.task(name=WATCH_JOB, queue="media")
def watch_stream(*, watch: str) -> None:
    """One round; it asks for the next itself."""
    from trustdesk.signals.actions.watching import look_once

    look_once(watch_id=UUID(watch), now=now())
