"""What one may ask of customers. Views are frozen; whoever shows them asks for the actor's right before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from trustdesk.content import queries as content
from trustdesk.customers import rules
from trustdesk.customers.models import Apart, Consent, Contact, Customer, CustomerCase, Merge, Promise
from trustdesk.customers.rules import CONSENTS, HOWS, TYPED, UNDO_WITHIN
from trustdesk.kernel.people.actor import Actor

__all__ = ["CONSENTS", "HOWS", "TYPED", "UNDO_WITHIN", "CustomerView", "is_personal"]
is_personal = rules.is_personal
LIMIT = 30
WHICH = ("all", "overdue", "promised")
MOST_ALIKE = 12


@dataclass(frozen=True)
class CustomerView:
    id: UUID
    name: str
    language: str
    market: str
    merged_into: UUID | None
    erased_at: datetime | None
    made_at: datetime
    changed_at: datetime
    version: int


@dataclass(frozen=True)
class ContactView:
    id: UUID
    kind: str
    value: str
    norm: str
    account: UUID | None
    shared: bool
    made_at: datetime


@dataclass(frozen=True)
class ConsentView:
    id: UUID
    what: str
    given: bool
    how: str
    said: str
    by: str
    at: datetime
    made_at: datetime


@dataclass(frozen=True)
class PromiseView:
    id: UUID
    customer: UUID
    case: UUID | None
    text: str
    due_at: datetime
    staff: UUID | None
    staff_name: str
    state: str
    made_at: datetime
    ended_at: datetime | None

    def late(self, now: datetime) -> bool:
        return self.state == "open" and self.due_at <= now


@dataclass(frozen=True)
class Alike:
    """Somebody who may be the same customer, and why: of rules.REASONS."""

    customer: CustomerView
    contacts: tuple[ContactView, ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class MergeView:
    """`stays`: what came after and stays with the survivor when it is undone."""

    id: UUID
    survivor: UUID
    absorbed: UUID
    absorbed_name: str
    cases: int
    contacts: int
    consents: int
    promises: int
    by: str
    at: datetime
    undone_at: datetime | None
    stays: int = 0


@dataclass(frozen=True)
class Line:
    """A customer in a list. `reached`: an address, number or account of theirs."""

    customer: CustomerView
    reached: tuple[str, ...]
    cases: int
    open_promises: int
    overdue: int


@dataclass(frozen=True)
class Page:
    rows: tuple[Line, ...]
    next: tuple[datetime, UUID] | None


def by_id(customer_id: UUID) -> CustomerView | None:
    row = Customer.objects.filter(id=customer_id).first()
    return view(row) if row else None


def views_of(ids: Iterable[UUID]) -> dict[UUID, CustomerView]:
    return {row.id: view(row) for row in Customer.objects.filter(id__in=set(ids))}


def goes_on_as(customer_id: UUID) -> UUID:
    """Who this customer is by now: at the end of their merges."""
    for _ in range(50):
        into = Customer.objects.filter(id=customer_id).values_list("merged_into", flat=True).first()
        if into is None:
            break
        customer_id = into
    return customer_id


def of_case(case_id: UUID) -> CustomerView | None:
    row = CustomerCase.objects.filter(case_id=case_id).select_related("customer").first()
    return view(row.customer) if row else None


def of_account(account_id: UUID) -> UUID | None:
    """The customer a platform account belongs to."""
    rows = Contact.objects.filter(kind="account", value=str(account_id), removed_at=None, shared=False)
    return rows.values_list("customer_id", flat=True).first()


def cases_of(customer_id: UUID, *, before: datetime | None = None, limit: int = 2_000) -> list[tuple[UUID, datetime]]:
    """Their cases with when each was opened, newest first."""
    rows = CustomerCase.objects.filter(customer_id=customer_id)
    if before is not None:
        rows = rows.filter(opened_at__lt=before)
    return list(rows.order_by("-opened_at", "-id").values_list("case_id", "opened_at")[:limit])


def contacts_of(ids: Iterable[UUID]) -> dict[UUID, list[ContactView]]:
    """How each is reached, the oldest first, each way once; one query."""
    found: dict[UUID, dict[tuple[str, str], ContactView]] = {}
    for row in Contact.objects.filter(customer_id__in=set(ids), removed_at=None).order_by("id"):
        found.setdefault(row.customer_id, {}).setdefault((row.kind, row.value), _contact(row))
    return {customer: list(ways.values()) for customer, ways in found.items()}


def consents_of(customer_id: UUID) -> list[ConsentView]:
    """Everything they allowed or withdrew, newest first."""
    rows = Consent.objects.filter(customer_id=customer_id).order_by("-at", "-id")[:200]
    return [_consent(row) for row in rows]


def now_allowed(customer_id: UUID) -> dict[str, ConsentView]:
    """What holds of each consent: what was said last. Who never said anything is not in it."""
    rows = Consent.objects.filter(customer_id=customer_id).order_by("what", "-at", "-id").distinct("what")
    return {row.what: _consent(row) for row in rows}


def promises_of(customer_id: UUID, *, open_only: bool = False, limit: int = 100) -> list[PromiseView]:
    rows = Promise.objects.filter(customer_id=customer_id).select_related("staff")
    if open_only:
        return [_promise(row) for row in rows.filter(state="open").order_by("due_at", "id")[:limit]]
    return [_promise(row) for row in rows.order_by("-due_at", "-id")[:limit]]


def overdue(*, actor: Actor, now: datetime, most: int = 100) -> int:
    """How many open promises are late, counted up to a hundred."""
    rows = Promise.objects.filter(state="open", due_at__lte=now, customer__in=_visible(actor))
    return len(rows.values_list("id")[:most])


def merges_of(customer_id: UUID) -> list[MergeView]:
    """What was merged into them and not parted again, newest first."""
    rows = Merge.objects.filter(survivor_id=customer_id, undone_at=None).select_related("absorbed")
    return [_merge(row) for row in rows.order_by("-at", "-id")[:20]]


def merge(merge_id: UUID) -> MergeView | None:
    """One merge, with how much came after it."""
    row = Merge.objects.filter(id=merge_id).select_related("absorbed").first()
    return _merge(row, stays=came_after(row)) if row else None


def came_after(row: Merge) -> int:
    """How many contacts, cases, consents and promises the survivor got since: they stay when it is undone."""
    since = {"customer_id": row.survivor_id, "made_at__gt": row.at}
    return (
        Contact.objects.filter(**since).exclude(id__in=row.contacts).count()
        + CustomerCase.objects.filter(**since).exclude(id__in=row.cases).count()
        + Consent.objects.filter(**since).exclude(id__in=row.consents).count()
        + Promise.objects.filter(**since).exclude(id__in=row.promises).count()
    )


def alike(customer_id: UUID, *, actor: Actor) -> list[Alike]:
    """Who may be the same: by what is known of both, and not parted by anybody. Five queries at most."""
    ours = contacts_of([customer_id]).get(customer_id, [])
    which = Q(pk__in=[])
    for kind, norm in {(one.kind, one.norm) for one in ours}:
        which |= Q(kind=kind, norm=norm)
    near = Contact.objects.filter(which, removed_at=None).exclude(customer_id=customer_id)
    ids = set(near.order_by("-id").values_list("customer_id", flat=True)[:60])
    apart = {
        pair[0] if pair[1] == customer_id else pair[1]
        for pair in Apart.objects.filter(Q(low=customer_id) | Q(high=customer_id)).values_list("low_id", "high_id")
    }
    rows = _visible(actor).filter(id__in=[*(ids - apart), customer_id])
    people = {row.id: view(row) for row in rows}
    me = people.pop(customer_id, None)
    if me is None:
        return []
    theirs = contacts_of(people)
    mails = _mails([*ours, *(one for ways in theirs.values() for one in ways)])
    mine = _pairs(ours, mails)
    found = []
    for other in people.values():
        contacts = theirs.get(other.id, [])
        same_market = bool(me.market) and me.market == other.market
        why = rules.why_same(mine, _pairs(contacts, mails), same_market=same_market)
        if why:
            found.append(Alike(other, tuple(contacts), tuple(why)))
    found.sort(key=lambda one: (rules.REASONS.index(one.why[0]), -len(one.why), one.customer.id))
    return found[:MOST_ALIKE]


def accounts_of(customer_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The platform accounts of each, oldest first."""
    found: dict[UUID, list[UUID]] = {}
    for customer, ways in contacts_of(customer_ids).items():
        found[customer] = [one.account for one in ways if one.account is not None]
    return found


def listed(
    *,
    actor: Actor,
    text: str = "",
    which: str = "all",
    after: tuple[datetime, UUID] | None = None,
    limit: int = LIMIT,
    now: datetime,
) -> Page:
    """A page of customers, the last changed first. `text`: beginnings of words, an address, a number."""
    rows = _visible(actor)
    if words := rules.asked(text):
        query = " & ".join(_lexeme(word) for word in words)
        rows = rows.filter(id__in=RawSQL("SELECT id FROM customers_customer WHERE words @@ %s::tsquery", [query]))
    elif text.strip():
        rows = rows.none()
    if which != "all":
        promised = Promise.objects.filter(customer=OuterRef("pk"), state="open")
        rows = rows.filter(Exists(promised.filter(due_at__lte=now) if which == "overdue" else promised))
    if after is not None:
        at, last = after
        rows = rows.filter(changed_at__lte=at).filter(Q(changed_at__lt=at) | Q(changed_at=at, id__lt=last))
    found = list(rows.order_by("-changed_at", "-id")[: limit + 1])
    shown = found[:limit]
    ids = [row.id for row in shown]
    ways = contacts_of(ids)
    cases: dict[UUID, int] = {}
    for customer in CustomerCase.objects.filter(customer_id__in=ids).values_list("customer_id", flat=True)[:30_000]:
        cases[customer] = cases.get(customer, 0) + 1
    open_, late = dict.fromkeys(ids, 0), dict.fromkeys(ids, 0)
    for customer, due in Promise.objects.filter(customer_id__in=ids, state="open").values_list("customer_id", "due_at"):
        open_[customer] += 1
        late[customer] += due <= now
    return Page(
        rows=tuple(
            Line(
                view(row),
                tuple(one.value for one in ways.get(row.id, []) if one.kind in {"address", "phone"})[:3],
                cases.get(row.id, 0),
                open_[row.id],
                late[row.id],
            )
            for row in shown
        ),
        next=(shown[-1].changed_at, shown[-1].id) if len(found) > limit else None,
    )


def may_see(customer: CustomerView, *, actor: Actor, right: str = "customers.read") -> bool:
    return actor.may(right, market=customer.market or None)


def _visible(actor: Actor) -> QuerySet[Customer]:
    """Those who go on, in the markets of the actor's right."""
    rows = Customer.objects.filter(merged_into=None, erased_at=None)
    if actor.kind == "system":
        return rows
    scopes = Q(pk__in=[])
    for one in actor.allowances:
        if one.right == "customers.read":
            if not one.markets:
                return rows
            scopes |= Q(market__in=[*one.markets, ""])
    return rows.filter(scopes)


def _pairs(contacts: Sequence[ContactView], mails: dict[UUID, str]) -> set[tuple[str, str]]:
    """Contacts as they are compared; an account is also what its own address says."""
    found = {(one.kind, one.norm) for one in contacts}
    return found | {("account", mails[one.account]) for one in contacts if one.account in mails}


def _mails(contacts: Iterable[ContactView]) -> dict[UUID, str]:
    """The own address of each platform account, as addresses are compared; one query."""
    accounts = content.accounts({one.account for one in contacts if one.account})
    read = {account.id: rules.address(account.email) for account in accounts.values() if account.email}
    return {account: reached.norm for account, reached in read.items() if reached is not None}


def _lexeme(word: str) -> str:
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*"


def view(row: Customer) -> CustomerView:
    return CustomerView(
        id=row.id,
        name=row.name,
        language=row.language,
        market=row.market,
        merged_into=row.merged_into_id,
        erased_at=row.erased_at,
        made_at=row.made_at,
        changed_at=row.changed_at,
        version=row.version,
    )


def _contact(row: Contact) -> ContactView:
    return ContactView(row.id, row.kind, row.value, row.norm, row.account_id, row.shared, row.made_at)


def _consent(row: Consent) -> ConsentView:
    return ConsentView(row.id, row.what, row.given, row.how, row.said, row.by, row.at, row.made_at)


def _promise(row: Promise) -> PromiseView:
    return PromiseView(
        id=row.id,
        customer=row.customer_id,
        case=row.case_id,
        text=row.text,
        due_at=row.due_at,
        staff=row.staff_id,
        staff_name=row.staff.name if row.staff else "",
        state=row.state,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )


def _merge(row: Merge, *, stays: int = 0) -> MergeView:
    return MergeView(
        id=row.id,
        survivor=row.survivor_id,
        absorbed=row.absorbed_id,
        absorbed_name=row.absorbed.name,
        cases=len(row.cases),
        contacts=len(row.contacts),
        consents=len(row.consents),
        promises=len(row.promises),
        by=row.by,
        at=row.at,
        undone_at=row.undone_at,
        stays=stays,
    )
