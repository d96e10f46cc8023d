"""Changing content: keep what is submitted, withdraw it, write its status, pin notes, note what media turned out to be."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.content.facts import ItemReceived, ItemWithdrawn, MediaLookedInto, NotePinned
from trustdesk.content.intake import AccountEntry, Entry, Kept, MediaEntry, keep
from trustdesk.content.models import Item, MediaRef, Note
from trustdesk.content.rules import WITHDRAWAL_REASONS, content_hash
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import Actor

__all__ = [
    "AccountEntry",
    "Entry",
    "Kept",
    "MediaEntry",
    "NothingKept",
    "content_hash",
    "keep_batch",
    "note_media",
    "pin_note",
    "set_status",
    "set_verdict",
    "withdraw",
]


class NothingKept(Refusal):
    """Newer versions of all of these are known."""

    code, status = "nothing_kept", 409


class AlreadyWithdrawn(Invalid):
    """This item was withdrawn before."""

    code, status = "already_withdrawn", 409


@action(right="items.write")
def keep_batch(*, actor: Actor, entries: Sequence[Entry], now: datetime) -> list[Kept | None]:
    """Keep a batch of submissions that name each item once; None where a newer version is known (see `intake.keep`).

    Raises NothingKept when that is so for all of them.
    """
    kept = keep(entries, now=now)
    if not any(kept):
        raise NothingKept
    record_many(
        [
            ItemReceived(
                item=place.item,
                version=place.no,
                kind_of_item=entry.kind,
                external_id=entry.external_id,
                account=place.account,
            )
            for entry, place in zip(entries, kept, strict=True)
            if place is not None
        ],
        actor=actor,
        at=now,
    )
    return kept


@action(right="items.write")
def withdraw(*, actor: Actor, item_id: UUID, reason: str, now: datetime) -> None:
    """Take an item back for its author: the record and the evidence stay. Raises Invalid, NotFound, AlreadyWithdrawn."""
    if reason not in WITHDRAWAL_REASONS:
        raise Invalid(
            "The item could not be withdrawn.",
            fields={"reason": f"Must be one of {', '.join(WITHDRAWAL_REASONS)}."},
        )
    mine = Item.objects.filter(id=item_id)
    if actor.source is not None:
        mine = mine.filter(source_id=actor.source)
    item = mine.first()
    if item is None:
        raise NotFound("There is no such item.")
    moved = Item.objects.filter(id=item_id, withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_reason=reason, status="withdrawn", changed_at=now
    )
    if not moved:
        raise AlreadyWithdrawn
    record(
        ItemWithdrawn(
            item=item.id, kind_of_item=item.kind, external_id=item.external_id, source=item.source_id, reason=reason
        ),
        actor=actor,
        at=now,
    )


def set_verdict(*, item_id: UUID, version: int, outcome: str) -> bool:
    """Write the newest version's verdict outcome; False when a newer version has come. Like `set_status`, for
    screening only."""
    return bool(Item.objects.filter(id=item_id, version=version).update(verdict=outcome))


def set_status(*, statuses: Mapping[UUID, tuple[str, bool]], now: datetime) -> None:
    """Write (status, hidden) of items. Not an action: only screening and decisions call it, inside theirs, which record
    why; it writes what their pure rule computed and nothing else."""
    for item_id, (status, hidden) in sorted(statuses.items()):
        Item.objects.filter(id=item_id, withdrawn_at=None).exclude(status=status, hidden=hidden).update(
            status=status, hidden=hidden, changed_at=now
        )


@action(right="notes.write")
def pin_note(*, actor: Actor, subject: str, value: str, text: str, now: datetime) -> UUID:
    """Pin a colleague's words to an account, item, phone, e-mail or address; they surface wherever it appears again."""
    fields: dict[str, str] = {}
    if subject not in Note.Subject.values:
        fields["subject"] = f"Must be one of {', '.join(Note.Subject.values)}."
    if not value.strip():
        fields["value"] = "Say what the note is about."
    if not text.strip() or len(text) > 4000:
        fields["text"] = "Write between 1 and 4,000 characters."
    if fields:
        raise Invalid("The note could not be kept.", fields=fields)
    note = Note.objects.create(
        subject=subject, value=value.strip(), text=text.strip(), author_label=actor.label, at=now
    )
    record(NotePinned(subject_key=f"{subject}:{note.value}", note=note.id, text=note.text), actor=actor, at=now)
    return note.id


@action(right="-")
def note_media(
    *, actor: Actor, item_id: UUID, version: int, results: Mapping[UUID, tuple[UUID | None, str]], now: datetime
) -> None:
    """Write what became of wanted media: media id → (file id, or None and the reason it was refused)."""
    ready = 0
    for media_id, (file_id, reason) in results.items():
        state: Any = MediaRef.State.READY if file_id else MediaRef.State.REFUSED
        ready += bool(file_id)
        MediaRef.objects.filter(id=media_id, state=MediaRef.State.WANTED).update(
            file_id=file_id, state=state, reason=reason[:300]
        )
    record(
        MediaLookedInto(item=item_id, version=version, ready=ready, refused=len(results) - ready), actor=actor, at=now
    )
