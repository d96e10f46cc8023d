"""What the shelf does when facts arrive: articles that explain a policy are doubted when it changes."""

from datetime import datetime

from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.knowledge import actions
from trustdesk.policy.facts import PolicyPublished


@reacts_to(PolicyPublished)
def doubt(*, fact: PolicyPublished, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  every reactor is called alike
    if fact.replaces:
        actions.doubt_by_policy(actor=SYSTEM, code=fact.code, number=fact.number, now=now)
