"""Review's work with duration: a joint decision, taking it back, sorting what waits. Run again after a lost worker, it goes on."""

from uuid import UUID

from procrastinate.contrib.django import app

from trustdesk.kernel.base.timesource import now
from trustdesk.review.sorting import SORT_JOB
from trustdesk.review.together import DECIDE_JOB, UNDO_JOB


@app.task(name=DECIDE_JOB, queue="review")
def decide_together(*, joint: str) -> None:
    from trustdesk.review.together import decide_members

    decide_members(joint_id=UUID(joint), clock=now)


@app.task(name=UNDO_JOB, queue="review")
def undo_together(*, joint: str) -> None:
    from trustdesk.review.together import undo_members

    undo_members(joint_id=UUID(joint), clock=now)


@app.task(name=SORT_JOB, queue="review")
def sort_again(*, sorting: str) -> None:
    from trustdesk.review.actions.queues import sort_batches

    sort_batches(sorting_id=UUID(sorting), clock=now)
