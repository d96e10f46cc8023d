"""What decisions do when facts arrive: a decision takes effect when its undo window is over, and ends what it overtakes."""

from datetime import datetime

from trustdesk.content.facts import ItemWithdrawn
from trustdesk.decisions import actions
from trustdesk.decisions.facts import AccountDecided, DecisionMade
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM


@reacts_to(DecisionMade)
def take_effect(*, fact: DecisionMade, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    actions.take_effect(decision_id=fact.decision, now=now)
    actions.count_after(decision_id=fact.decision, now=now)
    actions.propose_due(decision_id=fact.decision, now=now)


@reacts_to(DecisionMade, AccountDecided)
def end_overtaken(*, fact: DecisionMade | AccountDecided, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    """A decision that is in effect takes the place of what still waits for a second person."""
    item = fact.item if isinstance(fact, DecisionMade) else None
    actions.withdraw_over(actor=SYSTEM, account=fact.account, item=item, now=now)


@reacts_to(ItemWithdrawn)
def end_withdrawn(*, fact: ItemWithdrawn, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    actions.withdraw_gone(actor=SYSTEM, item=fact.item, now=now)


@reacts_to(AccountDecided)
def take_effect_on_account(*, fact: AccountDecided, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    actions.count_after(decision_id=fact.decision, now=now)
