"""What decisions do when facts arrive: a decision takes effect when its undo window is over."""

from datetime import datetime

from trustdesk.decisions import actions
from trustdesk.decisions.facts import DecisionMade
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to


@reacts_to(DecisionMade)
def take_effect(*, fact: DecisionMade, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    actions.take_effect(decision_id=fact.decision, now=now)
