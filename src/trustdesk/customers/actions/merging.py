"""Two customers become one, and two again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from trustdesk.customers import queries, rules
from trustdesk.customers.actions.holding import locked, reword, touch
from trustdesk.customers.facts import CustomersMerged, KeptApart, MergeUndone
from trustdesk.customers.models import Apart, Consent, Contact, Customer, CustomerCase, Merge, Promise
from trustdesk.customers.refusals import NoSuchCustomer, PartNewerFirst, TooLateToPart, TwoAccounts
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor

_MOVED: tuple[tuple[str, Any], ...] = (
    ("contacts", Contact),
    ("cases", CustomerCase),
    ("consents", Consent),
    ("promises", Promise),
)


class PartedAlready(Refusal):
    """They are two again already."""

    code, status = "parted_already", 409


@action(right="customers.write")
def merge(*, actor: Actor, customer_id: UUID, other_id: UUID, confirmed: bool, now: datetime) -> UUID:
    """`other_id` goes on as `customer_id`: all that is theirs goes over, and what went over is kept for undoing. Different
    platform accounts need `confirmed`. Raises NoSuchCustomer, CustomerMergedAway, TwoAccounts, Invalid."""
    if customer_id == other_id:
        raise Invalid("These are the same customer.")
    # Locked in one order, so that two who merge crosswise do not wait for each other.
    rows = {one: locked(one, actor=actor, right="customers.write") for one in sorted((customer_id, other_id))}
    survivor, absorbed = rows[customer_id], rows[other_id]
    accounts = queries.accounts_of([survivor.id, absorbed.id])
    ours, theirs = set(accounts.get(survivor.id, [])), set(accounts.get(absorbed.id, []))
    two = bool(ours and theirs and ours != theirs)
    if two and not confirmed:
        raise TwoAccounts
    moved = {
        name: list(model.objects.filter(customer=absorbed).order_by("id").values_list("id", flat=True))
        for name, model in _MOVED
    }
    filled = {
        name: getattr(absorbed, name)
        for name in ("name", "language", "market")
        if not getattr(survivor, name) and getattr(absorbed, name)
    }
    made = Merge.objects.create(
        survivor=survivor,
        absorbed=absorbed,
        before={name: getattr(survivor, name) for name in filled},
        filled=filled,
        confirmed=two,
        by=actor.label,
        at=now,
        **moved,
    )
    for _name, model in _MOVED:
        model.objects.filter(customer=absorbed).update(customer=survivor)
    Customer.objects.filter(id=absorbed.id).update(merged_into=survivor, changed_at=now, version=F("version") + 1)
    touch(survivor, now=now, **filled)
    told = CustomersMerged(
        customer=survivor.id,
        absorbed=absorbed.id,
        merge=made.id,
        cases=len(moved["cases"]),
        contacts=len(moved["contacts"]),
        confirmed=two,
    )
    record(told, actor=actor, at=now)
    return made.id


@action(right="customers.write")
def undo_merge(*, actor: Actor, merge_id: UUID, now: datetime) -> UUID:
    """Two again: exactly what went over goes back, what came since stays. Returns who is back. Raises NotFound,
    NoSuchCustomer, PartedAlready, PartNewerFirst (they were merged on since), TooLateToPart."""
    found = Merge.objects.filter(id=merge_id).first()
    if found is None:
        raise NotFound("There is no such merge.")
    rows = {
        row.id: row
        for row in Customer.objects.select_for_update()
        .filter(id__in=[found.survivor_id, found.absorbed_id])
        .order_by("id")
    }
    survivor, absorbed = rows[found.survivor_id], rows[found.absorbed_id]
    for row in rows.values():
        actor.require("customers.write", market=row.market or None)
    if survivor.erased_at or absorbed.erased_at:
        raise NoSuchCustomer
    found = Merge.objects.get(id=merge_id)
    if found.undone_at is not None:
        raise PartedAlready
    if survivor.merged_into_id is not None:
        raise PartNewerFirst
    if now > found.at + rules.UNDO_WITHIN:
        raise TooLateToPart
    stays = queries.came_after(found)
    for name, model in _MOVED:
        model.objects.filter(id__in=getattr(found, name), customer=survivor).update(customer=absorbed)
    Merge.objects.filter(id=found.id).update(undone_at=now, undone_by=actor.label)
    Customer.objects.filter(id=absorbed.id).update(merged_into=None, changed_at=now, version=F("version") + 1)
    reword(absorbed)
    # What somebody wrote over since is theirs to keep.
    back = {name: found.before[name] for name, value in found.filled.items() if getattr(survivor, name) == value}
    touch(survivor, now=now, **back)
    told = MergeUndone(customer=survivor.id, absorbed=absorbed.id, merge=found.id, stayed=stays)
    record(told, actor=actor, at=now)
    return absorbed.id


@action(right="customers.write")
def keep_apart(*, actor: Actor, customer_id: UUID, other_id: UUID, now: datetime) -> None:
    """Somebody looked: they are not the same, and are not suggested again. Raises NoSuchCustomer, CustomerMergedAway, Invalid."""
    if customer_id == other_id:
        raise Invalid("These are the same customer.")
    for one in sorted((customer_id, other_id)):
        locked(one, actor=actor, right="customers.write")
    low, high = sorted((customer_id, other_id))
    Apart.objects.get_or_create(low_id=low, high_id=high, defaults={"by": actor.label, "at": now})
    record(KeptApart(customer=customer_id, other=other_id), actor=actor, at=now)
