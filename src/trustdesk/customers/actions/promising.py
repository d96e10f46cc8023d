"""What the desk says it will do, and whether it did."""

from datetime import datetime
from uuid import UUID

from trustdesk.customers import rules
from trustdesk.customers.actions.holding import locked, touch
from trustdesk.customers.facts import PromiseEnded, PromiseMade
from trustdesk.customers.models import CustomerCase, Promise
from trustdesk.customers.refusals import PromiseEndedAlready
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor


@action(right="customers.write")
def promise(
    *,
    actor: Actor,
    customer_id: UUID,
    text: str,
    due_at: datetime,
    now: datetime,
    staff: UUID | None = None,
    case_id: UUID | None = None,
) -> UUID:
    """Note what was promised, until when, and who does it (by default who notes it). Raises NoSuchCustomer,
    CustomerMergedAway, Invalid (text, due_at, staff, case)."""
    row = locked(customer_id, actor=actor, right="customers.write")
    wrong: dict[str, str] = {}
    text = rules.line(text, rules.LONGEST_PROMISE + 1)
    if not text:
        wrong["text"] = "Write what was promised."
    elif len(text) > rules.LONGEST_PROMISE:
        wrong["text"] = "At most 500 characters."
    if due_at <= now:
        wrong["due_at"] = "Choose a time that lies ahead."
    elif due_at > now + rules.LATEST_PROMISE:
        wrong["due_at"] = "At most a year ahead."
    if staff is None and actor.kind == "staff":
        staff = UUID(actor.id)
    found = people.staff_by_id(staff) if staff else None
    if staff is not None and (found is None or not found.active):
        wrong["staff"] = "There is nobody like that."
    if case_id is not None and not CustomerCase.objects.filter(customer=row, case_id=case_id).exists():
        wrong["case"] = "It is not a case of this customer."
    if not wrong and Promise.objects.filter(customer=row, state="open").count() >= rules.MOST_OPEN_PROMISES:
        wrong["text"] = "There are fifty open promises already. End some of them first."
    if wrong:
        raise Invalid("The promise could not be noted.", fields=wrong)
    made = Promise.objects.create(customer=row, case_id=case_id, text=text, due_at=due_at, staff_id=staff, made_at=now)
    touch(row, now=now)
    told = PromiseMade(customer=row.id, promise=made.id, case=case_id, text=text, due_at=due_at, staff=staff)
    record(told, actor=actor, at=now)
    return made.id


@action(right="customers.write")
def end_promise(*, actor: Actor, customer_id: UUID, promise_id: UUID, how: str, now: datetime) -> None:
    """It was kept, broken, or is void. Raises NoSuchCustomer, CustomerMergedAway, NotFound, Invalid, PromiseEndedAlready."""
    row = locked(customer_id, actor=actor, right="customers.write")
    if how not in rules.ENDS:
        raise Invalid("Say what became of it.")
    if not Promise.objects.filter(id=promise_id, customer=row).exists():
        raise NotFound("There is no such promise.")
    ended = Promise.objects.filter(id=promise_id, customer=row, state="open").update(
        state=how, ended_at=now, ended_by=actor.label
    )
    if not ended:
        raise PromiseEndedAlready
    touch(row, now=now)
    record(PromiseEnded(customer=row.id, promise=promise_id, how=how), actor=actor, at=now)
