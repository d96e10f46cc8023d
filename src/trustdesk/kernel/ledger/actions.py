"""Writing to the ledger: record facts, with their deliveries, inside the running action."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from trustdesk.kernel.base.action import action, note_recorded
from trustdesk.kernel.base.fact import Fact
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.rows import insert_objects, insert_rows
from trustdesk.kernel.ledger.facts import DeliveryRevived, PersonalValuesErased
from trustdesk.kernel.ledger.models import Delivery, FactRow, PersonalValue
from trustdesk.kernel.ledger.reacting import listeners


class Labelled(Protocol):
    """An actor, as far as the ledger cares."""

    @property
    def label(self) -> str: ...


@dataclass(frozen=True)
class Recorded:
    """The fact's id in the ledger, to be the cause of others."""

    id: UUID


def plain(value: Any) -> Any:
    """A value as JSON keeps it: ids and times as text, money exact as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def seal_value(salt: str, value: str) -> str:
    """HMAC-SHA-256 of the value under its salt, hex: proves the value without holding it (RFC 2104)."""
    return hmac.new(bytes.fromhex(salt), value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def record(
    fact: Fact, *, actor: Labelled, at: datetime, cause: UUID | None = None, effective_at: datetime | None = None
) -> Recorded:
    """Write one fact and its deliveries. `effective_at` holds deliveries back until the undo window has passed."""
    return record_many([fact], actor=actor, at=at, cause=cause, effective_at=effective_at)[0]


def record_many(
    facts: Iterable[Fact],
    *,
    actor: Labelled | Sequence[Labelled],
    at: datetime,
    cause: UUID | None = None,
    effective_at: datetime | None = None,
) -> list[Recorded]:
    """Write many facts in three statements, whatever their number. `actor` is one for all, or one for each."""
    facts = list(facts)
    note_recorded(len(facts))
    actors = [actor] * len(facts) if not isinstance(actor, Sequence) else list(actor)
    rows: list[dict[str, Any]] = []
    vault: list[PersonalValue] = []
    deliveries: list[dict[str, Any]] = []
    due = effective_at or at
    for fact, who in zip(facts, actors, strict=True):
        payload = fact.payload()
        for name in fact.personal:
            if payload.get(name) not in (None, ""):
                payload[name] = _vaulted(vault, owner=fact.subject_id(), value=str(plain(payload[name])))
        fact_id = uuid7()
        rows.append(
            {
                "id": fact_id,
                "kind": fact.kind,
                "version": fact.fact_version,
                "subject": fact.subject_id(),
                "actor": who.label,
                "at": at,
                "cause": cause,
                "payload": payload,
            }
        )
        deliveries.extend(
            {"fact_id": fact_id, "reactor": reactor.name, "tries": 0, "next_at": due, "last_error": ""}
            for reactor in listeners(fact.kind)
        )
    # Every change of the desk comes through here.
    insert_objects(PersonalValue, vault)
    insert_rows(FactRow, rows)
    insert_rows(Delivery, deliveries)
    return [Recorded(id=row["id"]) for row in rows]


def _vaulted(vault: list[PersonalValue], *, owner: str, value: str) -> dict[str, str]:
    salt = secrets.token_hex(16)
    kept = PersonalValue(owner=owner, value=value, salt=salt)
    vault.append(kept)
    return {"personal": str(kept.id), "seal": seal_value(salt, value)}


def withdraw_deliveries(*, fact_ids: Sequence[UUID], now: datetime) -> bool:
    """Take back what has not left yet: True when every open delivery of these facts was still held back.

    One conditional update: a delivery that was claimed, done or is due already stays, and the caller must roll back.
    Undo and delivery meet here; both lock the delivery row, so one of them wins.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE done_at IS NOT NULL OR dead_at IS NOT NULL OR next_at <= %s) FROM "
            "(SELECT done_at, dead_at, next_at FROM ledger_delivery WHERE fact_id = ANY(%s) ORDER BY id FOR UPDATE) d",
            [now, list(fact_ids)],
        )
        if cursor.fetchone()[0]:
            return False
        cursor.execute("UPDATE ledger_delivery SET withdrawn_at = %s WHERE fact_id = ANY(%s)", [now, list(fact_ids)])
    return True


@action(right="stuck.manage")
def revive_delivery(*, actor: Any, delivery_id: int, now: datetime) -> None:
    """Give a dead delivery another set of tries."""
    found = Delivery.objects.filter(id=delivery_id, dead_at__isnull=False).select_related("fact").first()
    if found is None:
        raise NotFound("There is no dead delivery with this number.")
    Delivery.objects.filter(id=delivery_id, dead_at__isnull=False).update(
        dead_at=None, tries=0, next_at=now, last_error=""
    )
    record(
        DeliveryRevived(delivery=str(delivery_id), reactor=found.reactor, kind_of_fact=found.fact.kind),
        actor=actor,
        at=now,
    )


@action(right="-")
def erase_personal_values(*, actor: Any, owner: str, now: datetime) -> int:
    """Erase value and salt of all personal values of `owner`; history stays and says "erased". Returns how many."""
    count = PersonalValue.objects.filter(owner=owner, erased_at=None).update(value="", salt="", erased_at=now)
    record(PersonalValuesErased(owner=owner, count=count), actor=actor, at=now)
    return count
