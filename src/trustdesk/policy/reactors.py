"""What policies learn when facts arrive: a person overturned what a rule decided."""

from datetime import datetime

from trustdesk.decisions.facts import DecisionOverturned
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.policy import actions


@reacts_to(DecisionOverturned)
def count_reversal(*, fact: DecisionOverturned, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    actions.note_reversal(
        decision=fact.decision,
        rules=[(str(ground["policy"]), str(ground["rule"])) for ground in fact.policies],
        decided_at=fact.decided_at,
        now=now,
    )
