"""Changing content: keep what is submitted, withdraw it, write its status, pin notes, note what media turned out to be."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext

from trustdesk.content.editing import edit, take_back_edit
from trustdesk.content.facts import (
    AccountKept,
    ItemReceived,
    ItemWithdrawn,
    MarketNoteKept,
    MarketNoteRetired,
    MediaLookedInto,
    NotePinned,
)
from trustdesk.content.intake import AccountEntry, Entry, Kept, MediaEntry, keep
from trustdesk.content.intake import keep_account as keep_one_account
from trustdesk.content.market import BadNote, MarketEntry, read_folder
from trustdesk.content.models import Account, Item, MarketNote, MediaRef, Note
from trustdesk.content.remarks import KEPT
from trustdesk.content.rules import WITHDRAWAL_REASONS, content_hash, note_value
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal, Stale
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import Actor

__all__ = [
    "AccountEntry",
    "BadNote",
    "Entry",
    "Kept",
    "MarketEntry",
    "MediaEntry",
    "NothingKept",
    "content_hash",
    "edit",
    "keep_account",
    "keep_batch",
    "keep_market_note",
    "load_market_notes",
    "note_media",
    "pin_note",
    "retire_market_note",
    "set_status",
    "set_verdict",
    "take_back_edit",
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


_TOLD = ("name", "kind", "email", "language", "country", "verified", "followers", "registered_at")


@action(right="items.write")
def keep_account(*, actor: Actor, entry: AccountEntry, now: datetime) -> tuple[UUID, bool]:
    """Keep what a platform tells of its user; "" and None leave what is known. (account, is it new.) Raises Invalid."""
    if actor.source is None:
        raise Invalid("An account belongs to a source, and this key to none.")
    wrong: dict[str, str] = {}
    if entry.email and not _is_email(entry.email):
        wrong["email"] = "That is no e-mail address."
    if entry.country and not re.fullmatch("[A-Z]{2}", entry.country):
        wrong["country"] = "Must be two letters, such as ID."
    if entry.registered_at is not None and entry.registered_at > now + timedelta(days=1):
        wrong["created_at"] = "Lies in the future."
    if wrong:
        raise Invalid("The account could not be kept.", fields=wrong)
    # Two calls at once: the second waits for the first one's row, and its fact may name a change the first one made.
    before = Account.objects.filter(source_id=actor.source, external_id=entry.external_id).first()
    account_id = keep_one_account(actor.source, entry, now=now)
    told = [
        "created_at" if name == "registered_at" else name
        for name in _TOLD
        if getattr(entry, name) not in {"", None} and getattr(before, name, None) != getattr(entry, name)
    ]
    what = ["new"] if before is None else told or ["nothing new"]
    record(
        AccountKept(account=account_id, external_id=entry.external_id, source=actor.source, what=tuple(what)),
        actor=actor,
        at=now,
    )
    return account_id, before is None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@action(right="items.write")
def withdraw(*, actor: Actor, item_id: UUID, reason: str, now: datetime) -> None:
    """Take an item back for its author: the record and the evidence stay. Raises Invalid, NotFound, AlreadyWithdrawn."""
    if reason not in WITHDRAWAL_REASONS:
        raise Invalid(
            "The item could not be withdrawn.",
            fields={"reason": gettext("Must be one of %(options)s.") % {"options": ", ".join(WITHDRAWAL_REASONS)}},
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
    plain = note_value(subject, value)
    if subject not in Note.Subject.values:
        fields["subject"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(Note.Subject.values)}
    elif not plain:
        fields["value"] = _NO_VALUE.get(subject, "Say what the note is about.")
    if not text.strip() or len(text) > 4000:
        fields["text"] = "Write between 1 and 4,000 characters."
    if fields:
        raise Invalid("The note could not be kept.", fields=fields)
    note = Note.objects.create(subject=subject, value=plain, text=text.strip(), author_label=actor.label, at=now)
    # A number or address is personal and the ledger keeps its subjects for ever: those notes are told under their own id.
    key = f"{subject}:{plain}" if subject in {"account", "item"} else f"{subject}:{note.id}"
    record(NotePinned(subject_key=key, note=note.id, text=note.text), actor=actor, at=now)
    return note.id


_NO_VALUE = {
    "phone": "Write the number with its country, such as +62 812 0000 1234.",
    "email": "That is no e-mail address.",
    "address": "Write the whole address, with its number.",
}


@action(right="notes.manage")
def keep_market_note(
    *, actor: Actor, entry: MarketEntry, now: datetime, note_id: UUID | None = None, version: int = 0
) -> UUID:
    """Write a market note, or a new version of one. Raises Invalid, NotFound, Stale (somebody changed it meanwhile)."""
    if entry.wrong:
        raise Invalid("The note could not be kept.", fields=entry.wrong)
    words: dict[str, Any] = {
        "sort": entry.sort,
        "title": entry.title.strip(),
        "text": entry.text.strip(),
        "market": entry.market,
        "language": entry.language,
        "kinds": list(entry.kinds),
        "starts_on": entry.starts_on,
        "ends_on": entry.ends_on,
        "author_label": actor.label,
        "changed_at": now,
    }
    if note_id is None:
        note = MarketNote.objects.create(code=entry.code, **words)
        made, number = note.id, 1
    else:
        made, number = note_id, version + 1
        there = MarketNote.objects.filter(id=note_id, retired_at=None)
        if not there.filter(version=version).update(version=number, **words):
            if there.exists():
                raise Stale("A colleague changed this note meanwhile. Read it again, then write yours.")
            raise NotFound("There is no such market note.")
    transaction.on_commit(lambda: cache.delete(KEPT))
    record(
        MarketNoteKept(
            note=made,
            version=number,
            title=words["title"],
            sort=entry.sort,
            market=entry.market,
            language=entry.language,
        ),
        actor=actor,
        at=now,
    )
    return made


@action(right="notes.manage")
def retire_market_note(*, actor: Actor, note_id: UUID, now: datetime) -> None:
    """Take a market note away; it is shown no more. Raises NotFound."""
    note = MarketNote.objects.filter(id=note_id, retired_at=None).first()
    if note is None or not MarketNote.objects.filter(id=note_id, retired_at=None).update(retired_at=now):
        raise NotFound("There is no such market note.")
    transaction.on_commit(lambda: cache.delete(KEPT))
    record(MarketNoteRetired(note=note_id, title=note.title), actor=actor, at=now)


def load_market_notes(*, actor: Actor, path: Path, now: datetime) -> int:
    """Write those of a pack that the desk never had; returns how many. What leads changed or took away stays so.

    Raises BadNote.
    """
    entries = read_folder(path)
    known = set(MarketNote.objects.exclude(code="").values_list("code", flat=True))
    new = [entry for entry in entries if entry.code not in known]
    for entry in new:
        keep_market_note(actor=actor, entry=entry, now=now)
    return len(new)


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
