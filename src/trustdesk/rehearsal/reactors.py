"""What rehearsals do when policies move on: a version that is live needs no shadow."""

from datetime import datetime
from typing import Any

from trustdesk.kernel.ledger.reacting import reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.facts import ListPublished, PolicyDraftDiscarded, PolicyPublished
from trustdesk.rehearsal import actions, queries


@reacts_to(PolicyPublished, ListPublished, PolicyDraftDiscarded)
def end_the_shadow(
    *,
    fact: PolicyPublished | ListPublished | PolicyDraftDiscarded,
    envelope: Any,  # noqa: ARG001  every reactor is called alike
    now: datetime,
) -> None:
    kind, name = ("list", fact.name) if isinstance(fact, ListPublished) else ("policy", fact.code)
    why = "discarded" if isinstance(fact, PolicyDraftDiscarded) else "published"
    for shadow in queries.shadows_of(kind, name, fact.number):
        actions.end_shadow(actor=SYSTEM, rehearsal_id=shadow, why=why, now=now)
