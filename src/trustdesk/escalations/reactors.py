"""What hand-overs do when facts arrive."""

from datetime import datetime
from uuid import UUID

from trustdesk.escalations import actions
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.work.facts import WorkCancelled, WorkCompleted, WorkFinished
from trustdesk.post.facts import LetterGivenUp


@reacts_to(WorkCompleted, WorkFinished)
def close_with_work(*, fact: WorkCompleted | WorkFinished, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    actions.work_ended(work_id=fact.work, reason="the work is done", now=now)


@reacts_to(WorkCancelled)
def cancel_with_work(*, fact: WorkCancelled, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    actions.work_ended(work_id=fact.work, reason="the work is not needed any more", now=now)


@reacts_to(LetterGivenUp)
def tell_undelivered(*, fact: LetterGivenUp, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    if fact.letter_kind == "team_question":
        actions.undelivered(escalation_id=UUID(fact.about.removeprefix("escalation:")), why=fact.why, now=now)
