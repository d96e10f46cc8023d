"""What policies do when facts arrive: tell who answers for a braked rule, count what people overturn, go to the help pages."""

from datetime import datetime

from trustdesk.decisions.facts import DecisionOverturned
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy import actions
from trustdesk.policy.facts import PolicyPublished, PolicyRolledBack, RuleBraked


@reacts_to(RuleBraked)
def tell_owner(*, fact: RuleBraked, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    actions.tell_owner(actor=SYSTEM, code=fact.code, rule=fact.rule, number=fact.number, minutes=fact.minutes, now=now)


@reacts_to(DecisionOverturned)
def count_reversal(*, fact: DecisionOverturned, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    if fact.made_by != "rule":  # a person had made it theirs: the record is of what rules did without one
        return
    actions.note_reversal(
        decision=fact.decision,
        rules=[(str(ground["policy"]), str(ground["rule"])) for ground in fact.policies],
        decided_at=fact.decided_at,
        now=now,
    )


@reacts_to(PolicyPublished, PolicyRolledBack)
def shelve(*, fact: PolicyPublished | PolicyRolledBack, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    """A whole pack goes to the help pages at the first start."""
    actions.shelve_guidelines(actor=SYSTEM, only=fact.code, now=now)
