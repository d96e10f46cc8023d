"""What side conversations do when facts arrive."""

from datetime import datetime
from uuid import UUID

from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.post.facts import LetterGivenUp
from trustdesk.sides import actions
from trustdesk.support.facts import CaseMerged


@reacts_to(CaseMerged)
def go_over(*, fact: CaseMerged, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    actions.merged(case_id=fact.case, into=fact.into)


@reacts_to(LetterGivenUp)
def tell_undelivered(*, fact: LetterGivenUp, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    if fact.letter_kind == "side":
        actions.take_answer(
            actor=SYSTEM,
            side_id=UUID(fact.about.removeprefix("side:")),
            how="returned",
            by="TrustDesk",
            text=fact.why,
            external_id=f"returned:{fact.letter}",
            at=now,
            now=now,
        )
