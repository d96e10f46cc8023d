"""A customer's record is erased: what it said of them goes, that it was there stays."""

from datetime import datetime
from uuid import UUID

from trustdesk.customers.actions.holding import locked
from trustdesk.customers.facts import CustomerErased
from trustdesk.customers.models import Apart, Consent, Contact, Customer, Merge, Promise
from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import erase_personal_values, record
from trustdesk.kernel.people.actor import Actor


@action(right="customers.erase")
def erase(*, actor: Actor, customer_id: UUID, now: datetime) -> None:
    """Names, addresses, numbers, what was said with consents and promised go, of all who were merged into them too. Their
    cases stay. Raises NoSuchCustomer, CustomerMergedAway."""
    row = locked(customer_id, actor=actor, right="customers.erase")
    gone, found = {row.id}, {row.id}
    while found:
        found = set(Customer.objects.filter(merged_into_id__in=found).values_list("id", flat=True)) - gone
        gone |= found
    Contact.objects.filter(customer_id__in=gone).delete()
    Consent.objects.filter(customer_id__in=gone).exclude(said="").update(said="")
    Promise.objects.filter(customer_id__in=gone).update(text="")
    Promise.objects.filter(customer_id__in=gone, state="open").update(state="void", ended_at=now, ended_by=actor.label)
    Merge.objects.filter(survivor_id__in=gone).update(before={}, filled={})
    Apart.objects.filter(low_id__in=gone).delete()
    Apart.objects.filter(high_id__in=gone).delete()
    Customer.objects.filter(id__in=gone).update(name="", words=None, erased_at=now, changed_at=now)
    record(CustomerErased(customer=row.id), actor=actor, at=now)
    for one in sorted(gone):
        erase_personal_values(actor=actor, owner=str(one), now=now)
