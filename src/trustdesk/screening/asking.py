"""Asking for screening's jobs by name, inside the caller's transaction: who asks need not know the job."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

SETTLE_JOB = "screening.second_pass"
LOOK_INTO_MEDIA = "screening.look_into_media"
WAKE_JOB = "screening.wake_waiting"
JUDGE_AGAIN_JOB = "screening.judge_again"
RECHECK_JOB = "screening.recheck_bank"


def for_second_pass(verdicts: Sequence[UUID], *, delay: int = 0) -> None:
    """`delay` in seconds."""
    if verdicts:
        later: dict[str, Any] = {"schedule_in": {"seconds": delay}} if delay else {}
        rows: list[dict[str, Any]] = [{"verdict": str(verdict)} for verdict in verdicts]
        app.configure_task(SETTLE_JOB, queue="screening", **later).batch_defer(*rows)


def for_media(versions: Sequence[UUID], *, delay: int = 0) -> None:
    """`delay` in seconds."""
    if versions:
        later: dict[str, Any] = {"schedule_in": {"seconds": delay}} if delay else {}
        rows: list[dict[str, Any]] = [{"version": str(version)} for version in versions]
        app.configure_task(LOOK_INTO_MEDIA, queue="media", **later).batch_defer(*rows)


def for_another_look(verdicts: Sequence[UUID], *, only_review: bool = False) -> None:
    """Final verdicts of which more is known by now. `only_review`: a person is asked where a rule would act."""
    if verdicts:
        rows: list[dict[str, Any]] = [{"verdict": str(verdict), "only_review": only_review} for verdict in verdicts]
        app.configure_task(JUDGE_AGAIN_JOB, queue="screening").batch_defer(*rows)


def for_return(signal: str, after: UUID | None = None) -> None:
    """A signal answers again: all that waited for it have their turn."""
    app.configure_task(WAKE_JOB, queue="screening").defer(signal=signal, after=str(after) if after else None)


def for_recheck(bank: str, *, after: UUID | None = None, asked: int = 0) -> None:
    """A bank of pictures has grown: look up what was seen before."""
    told = {"bank": bank, "after": str(after) if after else None, "asked": asked}
    app.configure_task(RECHECK_JOB, queue="media").defer(**told)
