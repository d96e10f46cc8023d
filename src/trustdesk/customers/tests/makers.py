"""Customers to work on, as their cases make them."""

from trustdesk.customers import queries
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support.tests import makers as support
from trustdesk.web.tests import makers

asked = support.asked


def person(role="reviewer", name="Sari"):
    return actor_for(makers.staff(role, name=name))


def heard(now):
    """What customers hear of has happened."""
    outbox.deliver_all(now=now, reactors=["customers.take_in", "customers.withdraw"])


def customer(now, **given):
    """A customer with one case, by its id."""
    opened = asked(now, **given)
    heard(now)
    return queries.of_case(opened.id).id


def ways(customer_id):
    return sorted((one.kind, one.value) for one in queries.contacts_of([customer_id]).get(customer_id, []))
