"""Who looked at whom: recorded, each person and customer once in a while."""

from datetime import datetime
from uuid import UUID

from trustdesk.customers import queries, rules
from trustdesk.customers.facts import CustomerLookedFor, CustomerSeen
from trustdesk.customers.refusals import NoSuchCustomer
from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import Actor


def note_seen(*, actor: Actor, customer_id: UUID, now: datetime) -> None:
    """Somebody opened a customer's record. Raises NoSuchCustomer, Forbidden."""
    actor.require("customers.read")
    found = queries.by_id(customer_id)
    if found is None or not queries.may_see(found, actor=actor):
        raise NoSuchCustomer
    lately = FactRow.objects.filter(
        subject=str(customer_id), kind=CustomerSeen.kind, actor=actor.label, at__gt=now - rules.SEEN_AGAIN
    )
    if not lately.exists():
        _record_seen(actor=actor, customer_id=customer_id, now=now)


@action(right="customers.read")
def _record_seen(*, actor: Actor, customer_id: UUID, now: datetime) -> None:
    record(CustomerSeen(customer=customer_id), actor=actor, at=now)


@action(right="customers.read")
def note_looked_for(*, actor: Actor, value: str, now: datetime) -> None:
    """Somebody asked who has this address or number."""
    record(CustomerLookedFor(by=actor.label, value=rules.line(value, 320)), actor=actor, at=now)
