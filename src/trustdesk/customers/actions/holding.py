"""What every verb needs: a customer locked for its caller, its words kept, how it is reached."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from trustdesk.content import queries as content
from trustdesk.customers import queries, rules
from trustdesk.customers.models import Contact, Customer
from trustdesk.customers.refusals import CustomerMergedAway, NoSuchCustomer
from trustdesk.kernel.people.actor import Actor


def locked(customer_id: UUID, *, actor: Actor, right: str) -> Customer:
    """The customer, held until the transaction ends. Raises NoSuchCustomer, CustomerMergedAway, Forbidden."""
    row = Customer.objects.select_for_update().filter(id=customer_id).first()
    if row is None or row.erased_at is not None:
        raise NoSuchCustomer
    if right != "-":
        actor.require(right, market=row.market or None)
    if row.merged_into_id is not None:
        raise CustomerMergedAway(customer=str(queries.goes_on_as(row.id)))
    return row


def touch(row: Customer, *, now: datetime, **changes: object) -> None:
    """Write columns of a locked customer; they count as changed and are found by what is known now."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.changed_at = now
    Customer.objects.filter(id=row.id).update(**changes, changed_at=now, version=F("version") + 1)
    reword(row)


def reword(row: Customer) -> None:
    contacts = list(Contact.objects.filter(customer_id=row.id, removed_at=None).order_by("id")[:200])
    accounts = content.accounts([one.account_id for one in contacts if one.account_id])
    said = [row.name, *(one.value for one in contacts if one.kind != "account")]
    said += [part for account in accounts.values() for part in (account.external_id, account.name)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer SET words = array_to_tsvector(%s::text[]) WHERE id = %s",
            [rules.terms(one.replace("\0", "") for one in said), row.id],
        )
