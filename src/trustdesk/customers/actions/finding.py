"""Whose case is it? Found by account or address, or begun. Any number of workers may ask at once."""

import zlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection

from trustdesk.content import queries as content
from trustdesk.customers import rules
from trustdesk.customers.actions.holding import touch
from trustdesk.customers.actions.keeping import write_consent
from trustdesk.customers.facts import CustomerAsked, CustomerMade
from trustdesk.customers.models import Contact, Customer, CustomerCase, Gathering
from trustdesk.customers.rules import Reached
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.support import queries as support
from trustdesk.support.queries import CaseView

_BATCH, _TRIES = 100, 20
_LOCK = 0x6375  # of advisory locks: whom an address or account leads to


def note_case(*, case_id: UUID, now: datetime) -> None:
    """A case was opened: it is given its customer, once. A case that says nothing of its requester has none."""
    case = support.by_id(case_id)
    if case is None or not (case.account or case.address):
        return
    for again in range(_TRIES):
        if CustomerCase.objects.filter(case_id=case.id).exists():
            return
        try:
            _give(actor=SYSTEM, case=case, now=now)
        except (IntegrityError, _Moved):
            # Another case of theirs came at the same moment, or this one in another worker: look again.
            if again == _TRIES - 1:
                raise


def gather_older(*, now: datetime) -> bool:
    """Give cases of before this desk kept customers theirs, newest first. The worker calls it; True while there is more."""
    reader, _made = Gathering.objects.get_or_create(id=1)
    if reader.done:
        return False
    cases = support.older(before=reader.before, limit=_BATCH)
    known = set(CustomerCase.objects.filter(case_id__in=[one.id for one in cases]).values_list("case_id", flat=True))
    for case in cases:
        if case.id not in known:
            note_case(case_id=case.id, now=now)
    done = len(cases) < _BATCH
    # Two workers may do the same cases, which changes nothing; who comes last moves nothing back.
    Gathering.objects.filter(id=1, before=reader.before).update(before=cases[-1].id if cases else None, done=done)
    return not done


def note_stopped(*, address: str, now: datetime) -> None:
    """Somebody said by a link that they want no surveys: it stands in their record."""
    found = Contact.objects.filter(kind="address", value=address.casefold(), removed_at=None, shared=False).first()
    if found is not None:
        _withdraw(actor=SYSTEM, customer_id=found.customer_id, now=now)


@action(right="-")
def _withdraw(*, actor: Actor, customer_id: UUID, now: datetime) -> None:
    row = Customer.objects.select_for_update().get(id=customer_id)
    write_consent(row, what="surveys", given=False, how="link", said="", at=now, actor=actor, now=now)


class _Moved(Exception):
    """Merged or parted while we waited for it: ask again."""


@action(right="-")
def _give(*, actor: Actor, case: CaseView, now: datetime) -> None:
    """Raises IntegrityError when somebody else was quicker; nothing has happened then."""
    address = Reached("address", case.address, case.address) if case.address else None
    if address and (read := rules.address(case.address)) is not None:
        address = read
    _one_at_a_time({str(case.account or ""), address.value if address else ""})
    row = _by("account", str(case.account)) if case.account else None
    if row is None and address is not None:
        other = _by("address", address.value)
        # Who writes under an address is its owner, unless the platform says that it is another account's.
        if other is not None and not (case.account and _accounts(other)):
            row = other
    if row is None:
        row = Customer(
            id=uuid7(), made_at=now, changed_at=now, name=case.name, language=case.language, market=case.market
        )
        row.save(force_insert=True)
        record(CustomerMade(customer=row.id, case=case.id), actor=actor, at=now)
    if case.account and case.account not in _accounts(row):
        _write(row, Reached("account", str(case.account), str(case.account)), now=now, account=case.account)
        told = content.accounts([case.account])[case.account].email
        if told and (known := rules.address(told)) is not None:
            _write(row, known, now=now)
    if address is not None:
        _write(row, address, now=now)
    if (called := rules.name(case.name)) is not None:
        _write(row, called, now=now)
    CustomerCase.objects.create(customer=row, case_id=case.id, opened_at=case.opened_at, made_at=now)
    news = {
        name: getattr(case, name)
        for name in ("name", "language", "market")
        if not getattr(row, name) and getattr(case, name)
    }
    touch(row, now=now, **news)
    record(CustomerAsked(customer=row.id, case=case.id, number=case.number), actor=actor, at=now)


def _one_at_a_time(values: set[str]) -> None:
    """Two cases of somebody new come at once: the second waits here, and then finds whom the first began. The rows alone do not
    tell: between looking and writing the first may have committed, and the address would be taken for a shared one."""
    with connection.cursor() as cursor:
        for value in sorted(filter(None, values)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, zlib.crc32(value.encode()) - 2**31])


def _by(kind: str, value: str) -> Customer | None:
    """The customer this leads to, held. Raises _Moved."""
    rows = Contact.objects.filter(kind=kind, value=value, removed_at=None, shared=False)
    customer_id = rows.values_list("customer_id", flat=True).first()
    if customer_id is None:
        return None
    row = Customer.objects.select_for_update().get(id=customer_id)
    if row.merged_into_id is not None or not rows.filter(customer_id=row.id).exists():
        raise _Moved  # and let go of it: who merges waits for both in one order
    return row


def _accounts(row: Customer) -> set[UUID]:
    found = Contact.objects.filter(customer=row, kind="account", removed_at=None).values_list("account_id", flat=True)
    return {one for one in found if one}


def _write(row: Customer, reached: Reached, *, now: datetime, account: UUID | None = None) -> None:
    """Note a way to reach a held customer, once. What belongs to another customer is noted as shared."""
    same = Contact.objects.filter(kind=reached.kind, value=reached.value, removed_at=None)
    if same.filter(customer=row).exists():
        return
    if Contact.objects.filter(customer=row, removed_at=None).count() >= rules.MOST_CONTACTS:
        return
    shared = reached.kind in {"address", "account"} and same.filter(shared=False).exists()
    Contact.objects.create(
        customer=row,
        kind=reached.kind,
        value=reached.value[:320],
        norm=reached.norm[:320],
        account_id=account,
        shared=shared,
        made_at=now,
    )
