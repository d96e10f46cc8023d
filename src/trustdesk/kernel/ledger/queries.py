"""Reading the ledger: the feed by position, the story of one subject, the sentence of a fact."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from trustdesk.kernel.base.fact import KINDS, Fact
from trustdesk.kernel.ledger.models import Delivery, FactRow, PersonalValue, Position, Seal


@dataclass(frozen=True)
class FactView:
    """One fact as readers see it; `position` is None until the sequencer has placed it (within a second or two)."""

    id: UUID
    position: int | None
    kind: str
    version: int
    subject: str
    actor: str
    at: datetime
    cause: UUID | None
    payload: dict[str, Any]
    sentence: str
    told: dict[str, Any]  # the payload with personal values in their places, "" once erased


@dataclass(frozen=True)
class DeadDelivery:
    """A delivery that was given up, for the page "What is stuck"."""

    id: int
    reactor: str
    kind: str
    subject: str
    tries: int
    died_at: datetime
    error: str


def feed(*, after: int = 0, limit: int = 100) -> list[FactView]:
    """Facts by position, after the given one: gapless, never skips a late commit. `limit` ≤ 1000."""
    rows = (
        Position.objects.filter(position__gt=after)
        .order_by("position")
        .select_related("fact")[: max(1, min(limit, 1000))]
    )
    return _views([(place.fact, place.position) for place in rows])


def newest(*, before: int | None = None, limit: int = 50, kind: str = "", subject: str = "") -> list[FactView]:
    """Facts by position, newest first, for the ledger page."""
    places = Position.objects.order_by("-position").select_related("fact")
    if before is not None:
        places = places.filter(position__lt=before)
    if kind:
        places = places.filter(fact__kind__startswith=kind)
    if subject:
        places = places.filter(fact__subject=subject)
    return _views([(place.fact, place.position) for place in places[:limit]])


def of_subject(subject: str | UUID, *, limit: int = 200) -> list[FactView]:
    """The story of one subject, oldest first."""
    return of_subjects([subject], limit=limit)


def of_subjects(subjects: list[str | UUID], *, limit: int = 200) -> list[FactView]:
    """The stories of several subjects, told as one, oldest first."""
    rows = FactRow.objects.filter(subject__in=[str(subject) for subject in subjects]).order_by("id")
    return _views([(row, None) for row in rows.select_related("place")[:limit]])


def by_ids(ids: Iterable[UUID]) -> dict[UUID, FactView]:
    """Facts by id, those that exist; two queries for any number."""
    rows = FactRow.objects.filter(id__in=set(ids)).select_related("place")
    return {view.id: view for view in _views([(row, None) for row in rows])}


def dead_deliveries(*, limit: int = 100) -> list[DeadDelivery]:
    """Deliveries given up after their tries, newest first."""
    rows = Delivery.objects.filter(dead_at__isnull=False).select_related("fact").order_by("-id")[:limit]
    return [
        DeadDelivery(
            id=row.pk,
            reactor=row.reactor,
            kind=row.fact.kind,
            subject=row.fact.subject,
            tries=row.tries,
            died_at=row.dead_at or row.next_at,
            error=row.last_error,
        )
        for row in rows
    ]


def personal_values(payloads: list[dict[str, Any]]) -> dict[str, str | None]:
    """The values behind {"personal": id} marks: id → value, or None when erased. One query for any number."""
    wanted = {
        mark["personal"]
        for payload in payloads
        for mark in payload.values()
        if isinstance(mark, dict) and "personal" in mark
    }
    found = PersonalValue.objects.filter(id__in=wanted)
    return {str(row.id): None if row.erased_at else row.value for row in found}


def revive(row: FactRow) -> Fact:
    """The dataclass of a stored fact, with its types restored and personal values filled in (erased: empty text)."""
    kind = KINDS[row.kind]
    values = personal_values([row.payload]) if kind.personal else {}
    hints = get_type_hints(kind)
    given: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name not in row.payload:
            continue  # a field younger than the fact: its default stands
        raw = row.payload[field.name]
        if field.name in kind.personal and isinstance(raw, dict) and "personal" in raw:
            raw = values.get(raw["personal"]) or ""
        given[field.name] = _typed(raw, hints[field.name])
    return kind(**given)


def _typed(raw: Any, hint: Any) -> Any:
    if raw is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        hint = next(option for option in get_args(hint) if option is not type(None))
    if hint is UUID:
        return UUID(raw)
    if hint is datetime:
        return datetime.fromisoformat(raw)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(_typed(value, inner) for value in raw)
    return raw


def sentence(*, kind: str, actor: str, payload: dict[str, Any], personal: dict[str, str | None]) -> str:
    """The fact told in words."""
    known = KINDS.get(kind)
    if known is None:
        return f"{actor}: {kind}"
    words: dict[str, str] = {"actor": actor}
    for name, raw in payload.items():
        if isinstance(raw, dict) and "personal" in raw:
            value = personal.get(raw["personal"])
            words[name] = "(erased)" if value is None else value
        else:
            words[name] = ", ".join(map(str, raw)) if isinstance(raw, list) else str(raw)
    try:
        return known.says.format(**words)
    except KeyError:  # a field younger than the fact
        return f"{actor}: {kind}"


def _views(rows: list[tuple[FactRow, int | None]]) -> list[FactView]:
    personal = personal_values([row.payload for row, _ in rows])
    return [
        FactView(
            id=row.id,
            position=position if position is not None else getattr(getattr(row, "place", None), "position", None),
            kind=row.kind,
            version=row.version,
            subject=row.subject,
            actor=row.actor,
            at=row.at,
            cause=row.cause,
            payload=row.payload,
            sentence=sentence(kind=row.kind, actor=row.actor, payload=row.payload, personal=personal),
            told={
                name: (personal.get(raw["personal"]) or "") if isinstance(raw, dict) and "personal" in raw else raw
                for name, raw in row.payload.items()
            },
        )
        for row, position in rows
    ]


def last_position() -> int:
    """The newest position, 0 for an empty ledger."""
    return Position.objects.order_by("-position").values_list("position", flat=True).first() or 0


@dataclass(frozen=True)
class SealView:
    """The newest link of the chain: everything up to `last` is sealed."""

    last: int
    at: datetime
    key_id: str


def last_seal() -> SealView | None:
    found = Seal.objects.order_by("-last").first()
    return SealView(last=found.last, at=found.at, key_id=found.key_id) if found else None
