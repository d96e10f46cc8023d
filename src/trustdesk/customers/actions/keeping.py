"""What people of the desk write down: names, addresses, numbers, language, consents."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.customers import rules
from trustdesk.customers.actions.holding import locked, touch
from trustdesk.customers.facts import ConsentSet, ContactAdded, ContactRemoved, CustomerChanged
from trustdesk.customers.models import Consent, Contact, Customer
from trustdesk.customers.refusals import AddressTaken
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor


@action(right="customers.write")
def change(*, actor: Actor, customer_id: UUID, name: str, language: str, version: int, now: datetime) -> None:
    """What they are called and in which language they are written to. Raises NoSuchCustomer, CustomerMergedAway, Invalid,
    Stale (somebody else changed it meanwhile)."""
    row = locked(customer_id, actor=actor, right="customers.write")
    if row.version != version:
        raise Stale
    name, language = rules.line(name, rules.LONGEST_NAME), language.strip()[:12]
    if not rules.is_language(language):
        raise Invalid("This cannot be kept.", fields={"language": "A code such as id or en-GB."})
    told = {key: value for key, value in (("name", name), ("language", language)) if getattr(row, key) != value}
    if not told:
        raise Invalid("Nothing was changed.")
    touch(row, now=now, **told)
    values = json.dumps(told, ensure_ascii=False)
    record(CustomerChanged(customer=row.id, changed=sorted(told), values=values), actor=actor, at=now)


@action(right="customers.write")
def add_contact(*, actor: Actor, customer_id: UUID, kind: str, value: str, now: datetime) -> UUID:
    """An address, a telephone number or another name. Raises NoSuchCustomer, CustomerMergedAway, Invalid (kind, value),
    AddressTaken."""
    row = locked(customer_id, actor=actor, right="customers.write")
    if kind not in rules.TYPED:
        raise Invalid("This cannot be kept.", fields={"kind": "Choose what it is."})
    reached = rules.read(kind, value, (row.market,) if row.market else ())
    if reached is None:
        wrong = {
            "address": "Write an e-mail address such as name@example.com.",
            "phone": "Write a telephone number, best with its country: +62 812 3456 7890.",
            "name": "Write a name.",
        }
        raise Invalid("This cannot be kept.", fields={"value": wrong[kind]})
    live = Contact.objects.filter(removed_at=None)
    if live.filter(customer=row, kind=kind, value=reached.value).exists():
        raise Invalid("This cannot be kept.", fields={"value": "It is there already."})
    if live.filter(customer=row).count() >= rules.MOST_CONTACTS:
        raise Invalid("This cannot be kept.", fields={"value": "There are forty already. Take some away first."})
    if kind == "address" and live.filter(kind=kind, value=reached.value, shared=False).exists():
        raise AddressTaken
    made = Contact.objects.create(customer=row, kind=kind, value=reached.value, norm=reached.norm, made_at=now)
    touch(row, now=now)
    record(ContactAdded(customer=row.id, what=kind, value=reached.value), actor=actor, at=now)
    return made.id


@action(right="customers.write")
def remove_contact(*, actor: Actor, customer_id: UUID, contact_id: UUID, now: datetime) -> None:
    """Take a way to reach them away; accounts stay. Raises NoSuchCustomer, CustomerMergedAway, NotFound."""
    row = locked(customer_id, actor=actor, right="customers.write")
    found = Contact.objects.filter(id=contact_id, customer=row, removed_at=None, kind__in=rules.TYPED).first()
    if found is None:
        raise NotFound("It is not there any more.")
    Contact.objects.filter(customer=row, kind=found.kind, value=found.value, removed_at=None).update(removed_at=now)
    touch(row, now=now)
    record(ContactRemoved(customer=row.id, what=found.kind, value=found.value), actor=actor, at=now)


@action(right="customers.write")
def set_consent(
    *, actor: Actor, customer_id: UUID, what: str, given: bool, how: str, said: str, at: datetime, now: datetime
) -> UUID:
    """Note that they allowed something or withdrew it, when and how they said so. What was noted before stays. Raises
    NoSuchCustomer, CustomerMergedAway, Invalid (what, how, said, at)."""
    row = locked(customer_id, actor=actor, right="customers.write")
    wrong: dict[str, str] = {}
    if what not in rules.CONSENTS:
        wrong["what"] = "Choose what it is about."
    if how not in rules.HOWS:
        wrong["how"] = "Choose how they said so."
    if at > now:
        wrong["at"] = "That lies in the future."
    if len(said) > rules.LONGEST_SAID:
        wrong["said"] = "At most 500 characters."
    if wrong:
        raise Invalid("The consent could not be noted.", fields=wrong)
    return write_consent(row, what=what, given=given, how=how, said=said, at=at, actor=actor, now=now)


def write_consent(
    row: Customer, *, what: str, given: bool, how: str, said: str, at: datetime, actor: Actor, now: datetime
) -> UUID:
    kept: dict[str, Any] = {"what": what, "given": given, "how": how, "said": rules.words(said, rules.LONGEST_SAID)}
    made = Consent.objects.create(customer=row, by=actor.label, at=at, made_at=now, **kept)
    addresses = Contact.objects.filter(customer=row, kind="address", removed_at=None, shared=False).order_by("id")
    touch(row, now=now)
    told = "\n".join(addresses.values_list("value", flat=True))
    record(ConsentSet(customer=row.id, addresses=told, **kept), actor=actor, at=now)
    return made.id
