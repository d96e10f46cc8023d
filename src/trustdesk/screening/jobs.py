"""Screening's work with duration: the second pass and the look into media."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.kernel.base.timesource import now


@app.task(name="screening.second_pass", queue="screening")
def second_pass(*, verdict: str) -> None:
    """Compute what is missing and settle the verdict, or wait for its next turn."""
    from trustdesk.screening.actions.settling import try_settle

    try_settle(verdict_id=UUID(verdict), now=now())


@app.task(name="screening.look_into_media", queue="media")
def look_into_media(*, version: str) -> None:
    """Fetch a version's wanted media, so that people can see them."""
    from trustdesk.screening.actions.media import fetch_wanted

    fetch_wanted(version_id=UUID(version), now=now())


def ask_for_second_pass(verdicts: Sequence[UUID], *, delay: int = 0) -> None:
    """Defer, inside the caller's transaction; `delay` in seconds."""
    if verdicts:
        task = second_pass.configure(schedule_in={"seconds": delay}) if delay else second_pass
        rows: list[dict[str, Any]] = [{"verdict": str(verdict)} for verdict in verdicts]
        task.batch_defer(*rows)


def ask_for_media(versions: Sequence[UUID]) -> None:
    """Defer, inside the caller's transaction."""
    if versions:
        rows: list[dict[str, Any]] = [{"version": str(version)} for version in versions]
        look_into_media.batch_defer(*rows)
