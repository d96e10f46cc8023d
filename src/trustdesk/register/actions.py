"""Changing what the register is given: put statements into batches, write them, note what the register answered."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Source
from trustdesk.register.facts import StatementsAnswered, StatementsBatched, StatementsOffered, StatementsWritten
from trustdesk.register.gathering import Gathered, gather, judge_again
from trustdesk.register.models import Batch, Entry
from trustdesk.register.rules import Errors
from trustdesk.register.schema import MOST_IN_A_BATCH

__all__ = ["Gathered", "NothingWaits", "answered", "gather", "judge_again", "make_batch", "offer", "wrote"]


class NothingWaits(NotFound):
    """No statement waits for the register."""


@action(right="items.export")
def make_batch(*, actor: Actor, source: UUID, now: datetime) -> UUID:
    """Put the oldest waiting statements of a source, at most a hundred, into a new batch; returns it. Raises NothingWaits.

    The lock on the source keeps two runs from the same number; each entry goes into one batch only.
    """
    Source.objects.select_for_update().get(id=source)
    waiting = Entry.objects.select_for_update().filter(source_id=source, batch=None, errors={}).order_by("id")
    ids = list(waiting.values_list("id", flat=True)[:MOST_IN_A_BATCH])
    if not ids:
        raise NothingWaits
    last = Batch.objects.filter(source_id=source).aggregate(last=Max("number"))["last"] or 0
    batch = Batch.objects.create(source_id=source, number=last + 1, made_at=now)
    Entry.objects.filter(id__in=ids).update(batch=batch)
    record(StatementsBatched(batch=batch.id, number=batch.number, source=source, count=len(ids)), actor=actor, at=now)
    return batch.id


@action(right="items.export")
def wrote(*, actor: Actor, batch: UUID, sha256: str, now: datetime) -> None:
    """A batch's file is whole. `sha256`: of the file, hex."""
    row = Batch.objects.select_for_update().get(id=batch)
    Batch.objects.filter(id=batch, written_at=None).update(written_at=now, sha256=sha256)
    record(StatementsWritten(batch=batch, number=row.number, source=row.source_id, sha256=sha256), actor=actor, at=now)


@action(right="items.export")
def offer(*, actor: Actor, batch: UUID, count: int, now: datetime) -> None:
    """Say that a batch is about to be sent: from here on the register may have it, whatever is heard of it."""
    row = Batch.objects.select_for_update().get(id=batch)
    Batch.objects.filter(id=batch).update(offered_at=now)
    record(StatementsOffered(batch=batch, number=row.number, source=row.source_id, count=count), actor=actor, at=now)


@action(right="items.export")
def answered(
    *, actor: Actor, batch: UUID, taken: Mapping[str, str], refused: Mapping[str, Errors], now: datetime
) -> bool:
    """What the register answered: `taken` {identifier: its own id}, `refused` {identifier: errors by field}. What it refused
    leaves the batch and waits to be mended. True when the whole batch is answered for."""
    row = Batch.objects.select_for_update().get(id=batch)
    for puid, register_id in taken.items():
        Entry.objects.filter(batch_id=batch, puid=puid, taken_at=None).update(taken_at=now, register_id=register_id)
    for puid, errors in refused.items():
        Entry.objects.filter(batch_id=batch, puid=puid, taken_at=None).update(
            batch=None, errors=errors, refused_there=True
        )
    done = not Entry.objects.filter(batch_id=batch, taken_at=None).exists()
    if done:
        Batch.objects.filter(id=batch).update(sent_at=now)
    record(
        StatementsAnswered(
            batch=batch, number=row.number, source=row.source_id, taken=len(taken), refused=len(refused)
        ),
        actor=actor,
        at=now,
    )
    return done
