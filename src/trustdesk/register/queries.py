"""Asking about the register: what waits, what was refused and why, what left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from trustdesk.register.models import Batch, Entry


@dataclass(frozen=True)
class BatchView:
    id: UUID
    source: UUID
    number: int
    made_at: datetime
    written_at: datetime | None
    offered_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True)
class EntryView:
    """A statement for the register; `errors` by field when it is refused."""

    id: UUID
    decision: UUID
    puid: str
    payload: dict[str, Any]
    errors: dict[str, list[str]]
    made_at: datetime
    taken_at: datetime | None
    register_id: str


@dataclass(frozen=True)
class Counts:
    waiting: int
    refused: int
    written: int
    taken: int


def waiting_sources() -> list[UUID]:
    """Sources with statements for a next batch."""
    return list(
        Entry.objects.filter(batch=None, errors={}).order_by("source_id").values_list("source_id", flat=True).distinct()
    )


def unwritten() -> list[BatchView]:
    """Batches whose file is not known to be whole, oldest first."""
    return [_batch(row) for row in Batch.objects.filter(written_at=None).order_by("source_id", "number")]


def unsent(source: UUID) -> list[BatchView]:
    """Batches of a source that were written and not answered for, oldest first."""
    rows = Batch.objects.filter(source_id=source, sent_at=None, written_at__isnull=False)
    return [_batch(row) for row in rows.order_by("number")]


def entries_of(batch: UUID) -> list[EntryView]:
    """A batch's statements in their order."""
    return [_entry(row) for row in Entry.objects.filter(batch_id=batch).order_by("decision_id")]


def of_day(source: UUID, day: date) -> Iterator[EntryView]:
    """What left in batches made on a day (UTC), in order, row by row."""
    begin = datetime.combine(day, time(), UTC)
    rows = Entry.objects.filter(
        source_id=source, batch__made_at__gte=begin, batch__made_at__lt=begin + timedelta(days=1)
    )
    return (_entry(row) for row in rows.order_by("batch__number", "decision_id").iterator(chunk_size=1000))


def refused(*, limit: int = 1000) -> list[EntryView]:
    """What is refused, oldest first."""
    return [_entry(row) for row in Entry.objects.filter(batch=None).exclude(errors={}).order_by("id")[:limit]]


def counts() -> Counts:
    told = Entry.objects.aggregate(
        waiting=Count("id", filter=Q(batch=None, errors={})),
        refused=Count("id", filter=Q(batch=None) & ~Q(errors={})),
        written=Count("id", filter=Q(batch__isnull=False)),
        taken=Count("id", filter=Q(taken_at__isnull=False)),
    )
    return Counts(**told)


def _batch(row: Batch) -> BatchView:
    return BatchView(row.id, row.source_id, row.number, row.made_at, row.written_at, row.offered_at, row.sent_at)


def _entry(row: Entry) -> EntryView:
    return EntryView(
        row.id, row.decision_id, row.puid, row.payload, row.errors, row.made_at, row.taken_at, row.register_id
    )
