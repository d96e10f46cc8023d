"""Screening's work with duration: the second pass and the look into media."""

import math
from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.kernel.base.timesource import now
from trustdesk.screening.asking import (
    JUDGE_AGAIN_JOB,
    LOOK_INTO_MEDIA,
    RECHECK_JOB,
    SETTLE_JOB,
    WAKE_JOB,
    for_media,
    for_recheck,
    for_return,
)


@app.task(name=SETTLE_JOB, queue="screening")
def second_pass(*, verdict: str) -> None:
    """Compute what is missing and settle the verdict, or wait for its next turn."""
    from trustdesk.screening.actions.settling import try_settle

    try_settle(verdict_id=UUID(verdict), now=now())


@app.task(name=WAKE_JOB, queue="screening")
def wake_waiting(*, signal: str, after: str | None = None) -> None:
    """Give what waits for a signal that returned its turn, some hundred at a time."""
    from trustdesk.screening.actions.settling import wake_waiting as wake

    last = wake(signal=signal, after=UUID(after) if after else None)
    if last is not None:
        for_return(signal, last)


@app.task(name=LOOK_INTO_MEDIA, queue="media")
def look_into_media(*, version: str) -> None:
    """Fetch a version's wanted media and look into them; what another process is at has its turn a little later."""
    from trustdesk.screening.actions.media import look_into_media as look

    done = look(version_id=UUID(version), now=now())
    if done.again:
        for_media([UUID(version)], delay=math.ceil(done.again))


@app.task(name=JUDGE_AGAIN_JOB, queue="screening")
def judge_again(*, verdict: str, only_review: bool = False) -> None:
    """Judge a final verdict's version again with what is known by now."""
    from trustdesk.screening.actions.again import try_again

    try_again(verdict_id=UUID(verdict), now=now(), only_review=only_review)


@app.task(name=RECHECK_JOB, queue="media")
def recheck_bank(*, bank: str, after: str | None = None, asked: int = 0) -> None:
    """Look up what was seen before in a bank of pictures that has grown, some thousand at a time."""
    from trustdesk.screening.actions.rechecking import recheck

    done = recheck(bank=bank, after=UUID(after) if after else None, asked=asked, now=now())
    if done.after is not None:
        for_recheck(bank, after=done.after, asked=done.asked)
