"""What notices do when facts arrive: decisions answer them, so does the end of what they are about."""

from contextlib import suppress
from datetime import datetime

from trustdesk.content.facts import ItemWithdrawn
from trustdesk.decisions.facts import AccountDecided, DecisionMade
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.notices import actions
from trustdesk.review.facts import ReviewClosed, ReviewNoticed, ReviewOpened

_ACTED = frozenset({"limit", "hold", "remove", "warn"})


@reacts_to(DecisionMade)
def answer_notifiers(*, fact: DecisionMade, envelope: Envelope, now: datetime) -> None:
    """A decision in effect answers who reported. What a machine lets be answers nobody: a person is to look."""
    acted = fact.outcome in _ACTED or bool(fact.edited)
    by_rule = fact.made_by == "rule"
    if (
        fact.imported
        or fact.outcome not in {*_ACTED, "approve"}
        or (by_rule and fact.outcome in {"approve", "warn", "hold"})
    ):
        return
    with suppress(actions.NothingToAnswer):
        actions.answer_decided(
            actor=SYSTEM,
            item=fact.item,
            account=fact.account,
            decision=fact.decision,
            acted=acted,
            automated=fact.automated_decision,
            made_at=envelope.at,
            now=now,
        )


@reacts_to(ReviewNoticed, ReviewOpened)
def hide_meanwhile(*, fact: ReviewNoticed | ReviewOpened, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """A person will look at what was reported: until then it may be hidden."""
    actions.hide_reported(item_id=fact.item, now=now)


@reacts_to(DecisionMade)
def show_what_may_stay(*, fact: DecisionMade, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """A person has looked: what was hidden for its notices alone is not hidden by them any more."""
    if fact.made_by != "rule":
        actions.show_again(item_id=fact.item, now=now)


@reacts_to(ReviewClosed)
def show_unlooked(*, fact: ReviewClosed, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """Nobody will look any more."""
    actions.show_again(item_id=fact.item, now=now)


@reacts_to(AccountDecided)
def answer_about_account(*, fact: AccountDecided, envelope: Envelope, now: datetime) -> None:
    """As for items; what rules decide of an account is a person's to confirm, and answers nobody before."""
    if fact.made_by == "rule":
        return
    with suppress(actions.NothingToAnswer):
        actions.answer_decided(
            actor=SYSTEM,
            item=None,
            account=fact.account,
            decision=fact.decision,
            acted=fact.outcome != "approve",
            automated=fact.automated_decision,
            made_at=envelope.at,
            now=now,
        )


@reacts_to(ItemWithdrawn)
def answer_withdrawn(*, fact: ItemWithdrawn, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    with suppress(actions.NothingToAnswer):
        actions.answer_gone(actor=SYSTEM, item=fact.item, now=now)
