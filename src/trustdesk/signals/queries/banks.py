"""Asking about banks: what is in them, how it fares, what it would say of a text; thresholds of scores."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from trustdesk.engine import IN_BANK, Signal
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.signals.hashlists import KnownHash
from trustdesk.signals.likeness import KINDS, PICTURE, Signature
from trustdesk.signals.memory import Near, memory
from trustdesk.signals.models import Bank, BankEntry, BankMatch, Threshold
from trustdesk.signals.queries.heads import score_version

STATES = tuple(BankEntry.State.values)


@dataclass(frozen=True)
class BankView:
    """A bank, with how many of its entries match, are known good, and were stopped."""

    id: UUID
    code: str
    title: str
    about: str
    kind: str
    distance: int
    bits: int
    flood_limit: int
    owner: UUID | None
    made_at: datetime
    active: int = 0
    negative: int = 0
    stopped: int = 0


@dataclass(frozen=True)
class EntryView:
    """An entry with where it comes from and how it fares. `state`: active, quarantined, suspended, removed. `text` of a
    picture is its hash, `file` where the desk has it."""

    id: UUID
    bank: str
    text: str
    file: UUID | None
    quality: int | None
    negative: bool
    state: str
    why: str
    source: str
    added_by: str
    added_at: datetime
    expires_at: datetime | None
    changed_by: str
    changed_at: datetime | None
    changed_why: str
    flood_limit: int
    matches: int
    matched_at: datetime | None
    right: int
    wrong: int


@dataclass(frozen=True)
class MatchView:
    """`text`: the beginning of what matched. `counted`: the entry matched; else it only recorded."""

    id: UUID
    entry: UUID
    owner: str
    text: str
    distance: int
    counted: bool
    at: datetime
    judged: str
    judged_by: str
    judged_at: datetime | None


@dataclass(frozen=True)
class Likeness:
    """An entry that a text is like, `distance` bits away; not `active`: it would only record."""

    entry: UUID
    distance: int
    active: bool


def banks() -> list[BankView]:
    """All banks by code; two queries."""
    standing = (
        BankEntry.objects.exclude(state="removed")
        .values("bank_id")
        .annotate(
            active=Count("id", filter=Q(state="active", negative=False)),
            good=Count("id", filter=Q(state="active", negative=True)),
            stopped=Count("id", filter=Q(state__in=["quarantined", "suspended"])),
        )
    )
    counts = {row["bank_id"]: row for row in standing}
    return [_bank(row, counts.get(row.id)) for row in Bank.objects.order_by("code")]


def bank(code: str) -> BankView:
    """Raises NotFound."""
    found = next((view for view in banks() if view.code == code), None)
    if found is None:
        raise NotFound("There is no such bank.")
    return found


def entries(
    code: str, *, state: str = "", negative: bool | None = None, text: str = "", before: UUID | None = None, limit: int
) -> list[EntryView]:
    """Entries of a bank, newest first; `state` "" leaves out what was removed, "stopped" is both kinds of it. Raises
    NotFound."""
    found = BankEntry.objects.filter(bank__code=code).select_related("bank")
    if state == "stopped":
        found = found.filter(state__in=["quarantined", "suspended"])
    else:
        found = found.filter(state=state) if state else found.exclude(state="removed")
    if negative is not None:
        found = found.filter(negative=negative)
    if text:
        found = found.filter(text__icontains=text)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found.order_by("-id")[:limit])
    if not rows and not Bank.objects.filter(code=code).exists():
        raise NotFound("There is no such bank.")
    return [_entry(row) for row in rows]


def entry(entry_id: UUID) -> EntryView:
    """Raises NotFound."""
    row = BankEntry.objects.filter(id=entry_id).select_related("bank").first()
    if row is None:
        raise NotFound("There is no such entry.")
    return _entry(row)


def matches(entry_id: UUID, *, before: UUID | None = None, limit: int) -> list[MatchView]:
    """What an entry matched in the last hundred days, newest first."""
    found = BankMatch.objects.filter(entry_id=entry_id)
    if before is not None:
        found = found.filter(id__lt=before)
    return [
        MatchView(
            id=row.id,
            entry=row.entry_id,
            owner=row.owner,
            text=row.text,
            distance=row.distance,
            counted=row.counted,
            at=row.at,
            judged=row.judged,
            judged_by=row.judged_by,
            judged_at=row.judged_at,
        )
        for row in found.order_by("-id")[:limit]
    ]


def alike(code: str, text: str, *, now: datetime) -> list[Likeness]:
    """What a bank would say of a text, nearest first; nothing is written down. Raises NotFound."""
    if memory.kind_of(code) is PICTURE:
        raise Invalid(fields={"text": _("This bank holds pictures.")})
    return _likeness(memory.like(code, [text], now=now))


def alike_picture(code: str, variants: Sequence[bytes], *, now: datetime) -> list[Likeness]:
    """What a bank of pictures would say of a picture with these hashes, turned and mirrored or not. Raises NotFound,
    Invalid."""
    kind = memory.kind_of(code)
    if kind is not None and kind is not PICTURE:
        raise Invalid(fields={"hash": _("This bank holds texts.")})
    first, *others = variants
    return _likeness(memory.near(code, [Signature(first, first, tuple(others))], now=now))


def exported(code: str) -> Iterator[KnownHash]:
    """The hashes of a bank of pictures that match. Raises NotFound, Invalid."""
    if bank(code).kind != PICTURE.code:
        raise Invalid("This bank holds texts.")
    rows = BankEntry.objects.filter(bank__code=code, state="active", negative=False).order_by("id")
    for row in rows.values_list("text", "quality", "source").iterator(chunk_size=5_000):
        yield KnownHash(*row)


def _likeness(found: list[list[Near]] | None) -> list[Likeness]:
    if found is None:
        raise NotFound("There is no such bank.")
    return [Likeness(near.entry, near.distance, near.active) for near in found[0]]


def bank_signal() -> Signal:
    """`in_bank` as policies are checked with it: a bank that does not exist is an error, where banks can be read (a
    folder is checked without a database, too)."""
    try:
        return IN_BANK.knowing(bank=memory.codes() or ("",))
    except (DatabaseError, RuntimeError):  # RuntimeError: a test that may not use one
        return IN_BANK


@dataclass(frozen=True)
class BandQuestion:
    """The least score of `label` that reaches `share` of precision or recall (`target`) in a market and language."""

    label: str
    target: str
    share: float
    market: str
    language: str


def bands(questions: Sequence[BandQuestion]) -> list[float | None]:
    """In order; for market and language if there is one, else for the language, else for all; None without any.

    Only thresholds of the version that answers now count. Where the labels of a place show that it does not reach the
    target, there is none, whatever holds elsewhere.
    """
    if not questions:
        return []
    live = {label: score_version(label) for label in {question.label for question in questions}}
    rows = Threshold.objects.filter(label__in=live)
    known = {
        (row.label, row.target, row.share, row.market, row.language): row.score
        for row in rows
        if row.version == live[row.label]
    }
    return [next(_found(known, question), None) for question in questions]


def _found(
    known: Mapping[tuple[str, str, float, str, str], float | None], asked: BandQuestion
) -> Iterator[float | None]:
    for market, language in dict.fromkeys(((asked.market, asked.language), ("", asked.language), ("", ""))):
        key = (asked.label, asked.target, asked.share, market, language)
        if key in known:
            yield known[key]


def _bank(row: Bank, counts: Mapping[str, Any] | None) -> BankView:
    return BankView(
        id=row.id,
        code=row.code,
        title=row.title,
        about=row.about,
        kind=row.kind,
        distance=row.distance,
        bits=KINDS[row.kind].bits,
        flood_limit=row.flood_limit,
        owner=row.owner,
        made_at=row.made_at,
        active=counts["active"] if counts else 0,
        negative=counts["good"] if counts else 0,
        stopped=counts["stopped"] if counts else 0,
    )


def _entry(row: BankEntry) -> EntryView:
    return EntryView(
        id=row.id,
        bank=row.bank.code,
        text=row.text,
        file=row.file_id,
        quality=row.quality,
        negative=row.negative,
        state=row.state,
        why=row.why,
        source=row.source,
        added_by=row.added_by,
        added_at=row.added_at,
        expires_at=row.expires_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        changed_why=row.changed_why,
        flood_limit=row.flood_limit or row.bank.flood_limit,
        matches=row.matches,
        matched_at=row.matched_at,
        right=row.right,
        wrong=row.wrong,
    )
