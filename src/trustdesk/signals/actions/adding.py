"""Adding to banks: texts, pictures, hashes of pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from trustdesk.files import queries as files
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.signals.actions.banks import bank_for, next_stamp
from trustdesk.signals.facts import EntriesAdded
from trustdesk.signals.hashlists import KnownHash
from trustdesk.signals.likeness import KINDS, LEAST_QUALITY, PICTURE, Signature
from trustdesk.signals.models import Bank, BankEntry
from trustdesk.signals.queries.looks import hash_of
from trustdesk.signals.rules import LONGEST_ENTRY, MOST_AT_ONCE, MOST_HASHES


@dataclass(frozen=True)
class Added:
    """What became of the contents: new entries, how many were there before, how many have too little shape to be told
    from others."""

    entries: tuple[UUID, ...]
    known: int
    flat: int = 0


@dataclass(frozen=True)
class _Content:
    """What an entry holds beside its signature."""

    text: str
    sign: bytes
    file: UUID | None = None
    quality: int | None = None
    source: str = ""


@action(right="banks.edit")
def add_entries(
    *,
    actor: Actor,
    code: str,
    texts: Sequence[str],
    why: str,
    now: datetime,
    source: str = "",
    negative: bool = False,
    expires_at: datetime | None = None,
) -> Added:
    """Add texts to a bank, or with `negative` texts that are known to be good. What is there already stays as it is.
    Raises NotFound, Invalid."""
    bank = bank_for(code, lock=True)
    if bank.kind == PICTURE.code:
        raise Invalid(fields={"texts": _("This bank holds pictures.")})
    _check(why, expires_at, now)
    if len(texts) > MOST_AT_ONCE:
        raise Invalid(fields={"texts": _("At most %(n)s at once.") % {"n": f"{MOST_AT_ONCE:,}"}})
    signature = KINDS[bank.kind].signature
    wanted: dict[bytes, _Content] = {}
    for text in texts:
        if len(text) > LONGEST_ENTRY:
            raise Invalid(fields={"texts": _("A text has at most %(n)s signs.") % {"n": f"{LONGEST_ENTRY:,}"}})
        signed = signature(text.strip())
        if text.strip() and signed.digest != signature("").digest:
            wanted.setdefault(signed.digest, _Content(text.strip(), signed.sign))
    if not wanted:
        raise Invalid(fields={"texts": _("There is no text in this.")})
    return _add(bank, wanted, why=why, source=source, negative=negative, expires_at=expires_at, actor=actor, now=now)


def add_pictures(
    *,
    actor: Actor,
    code: str,
    why: str,
    now: datetime,
    pictures: Sequence[UUID] = (),
    hashes: Sequence[KnownHash] = (),
    source: str = "",
    negative: bool = False,
    expires_at: datetime | None = None,
) -> Added:
    """Add stored pictures, or hashes of pictures, to a bank of pictures. Those with too little shape to be told from
    others are left out and counted. Raises NotFound, Invalid, Forbidden."""
    actor.require("banks.edit")
    known = files.views_of(pictures)
    signed: list[tuple[Signature, _Content]] = []
    flat = 0
    for file in pictures:
        view = known.get(file)
        if view is None or not view.is_picture:
            raise Invalid(fields={"pictures": _("There is no such picture, or it cannot be opened.")})
        found = hash_of(view)  # reads bytes: before the transaction
        if found.quality is not None and found.quality < LEAST_QUALITY:
            flat += 1
            continue
        content = _Content(found.hash, bytes.fromhex(found.hash), file=file, quality=found.quality)
        signed.append((PICTURE.signature(found.hash), content))
    for each in hashes:
        signature = PICTURE.signature(each.hash.strip().lower())
        if not signature.digest:
            wrong = _("%(hash)s is not a PDQ hash: 64 hexadecimal digits.") % {"hash": each.hash[:70]}
            raise Invalid(fields={"hashes": wrong})
        if each.quality is not None and each.quality < LEAST_QUALITY:
            flat += 1
            continue
        text = each.hash.strip().lower()
        signed.append((signature, _Content(text, signature.sign, quality=each.quality, source=each.source)))
    return _add_pictures(
        actor=actor,
        code=code,
        signed=signed,
        flat=flat,
        why=why,
        source=source,
        negative=negative,
        expires_at=expires_at,
        now=now,
    )


@action(right="banks.edit")
def _add_pictures(
    *,
    actor: Actor,
    code: str,
    signed: Sequence[tuple[Signature, _Content]],
    flat: int,
    why: str,
    source: str,
    negative: bool,
    expires_at: datetime | None,
    now: datetime,
) -> Added:
    bank = bank_for(code, lock=True)
    if bank.kind != PICTURE.code:
        raise Invalid(fields={"hashes": _("This bank holds texts.")})
    _check(why, expires_at, now)
    if len(signed) > MOST_HASHES:
        raise Invalid(fields={"hashes": _("At most %(n)s at once.") % {"n": f"{MOST_HASHES:,}"}})
    wanted: dict[bytes, _Content] = {}
    for signature, content in signed:
        wanted.setdefault(signature.digest, content)
    if not wanted:
        said = _("These have too little shape to be told from other pictures.") if flat else _("There is no picture.")
        raise Invalid(fields={"hashes": said})
    return _add(
        bank,
        wanted,
        why=why,
        source=source,
        negative=negative,
        expires_at=expires_at,
        actor=actor,
        now=now,
        flat=flat,
    )


def _check(why: str, expires_at: datetime | None, now: datetime) -> None:
    if not why.strip():
        raise Invalid(fields={"why": _("Say why they belong here.")})
    if expires_at is not None and expires_at <= now:
        raise Invalid(fields={"expires_at": _("This is in the past.")})


def _add(
    bank: Bank,
    wanted: Mapping[bytes, _Content],
    *,
    why: str,
    source: str,
    negative: bool,
    expires_at: datetime | None,
    actor: Actor,
    now: datetime,
    flat: int = 0,
) -> Added:
    """In an action, with the bank's row locked."""
    there = BankEntry.objects.filter(bank=bank, negative=negative, digest__in=list(wanted)).exclude(state="removed")
    known = {bytes(digest) for digest in there.values_list("digest", flat=True)}
    stamp = next_stamp(bank)
    rows = [
        BankEntry(
            id=uuid7(),
            bank=bank,
            text=content.text,
            file_id=content.file,
            quality=content.quality,
            digest=digest,
            sign=content.sign,
            negative=negative,
            stamp=stamp,
            why=why.strip()[:300],
            source=(content.source or source).strip()[:200],
            added_by=actor.label,
            added_at=now,
            expires_at=expires_at,
        )
        for digest, content in wanted.items()
        if digest not in known
    ]
    BankEntry.objects.bulk_create(rows, batch_size=2_000)
    record(
        EntriesAdded(
            bank=bank.id,
            code=bank.code,
            count=len(rows),
            entries=[str(row.id) for row in rows[:100]],
            negative=negative,
            why=why.strip()[:300],
            source=source.strip()[:200],
        ),
        actor=actor,
        at=now,
    )
    return Added(entries=tuple(row.id for row in rows), known=len(known), flat=flat)
