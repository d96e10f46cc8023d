"""Asking what colleagues wrote: notes pinned to what people are known by, and what one must know of a market."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q, TextField, Value
from django.db.models.functions import Concat, StrIndex

from trustdesk.content.models import MarketNote, Note
from trustdesk.content.rules import terms_of
from trustdesk.engine.folding import fold

KEPT = "content.market_notes"


@dataclass(frozen=True)
class NoteView:
    id: UUID
    subject: str
    value: str
    text: str
    author_label: str
    at: datetime


@dataclass(frozen=True)
class MarketNoteView:
    id: UUID
    sort: str
    title: str
    text: str
    market: str
    language: str
    kinds: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    version: int
    author_label: str
    changed_at: datetime
    retired_at: datetime | None

    @property
    def terms(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Of slang: words with what they mean."""
        return terms_of(self.text) if self.sort == "slang" else ()


def notes(subjects: Sequence[tuple[str, str]], *, words: str = "") -> list[NoteView]:
    """Notes pinned to any of these (subject, value) pairs, or to an address that stands in these words, newest first; one
    query. Values are as `note_value` writes them."""
    if not subjects and not words:
        return []
    rows, wanted = Note.objects.order_by("-at"), Q()
    for subject, value in subjects:
        wanted |= Q(subject=subject, value=value)
    if words:
        folded = fold(words[:60_000])
        if any(mark.isdigit() for mark in folded):  # an address has a number
            # Notes on addresses are few: each is looked for in the words, not the words in an index.
            place = Concat(Value(" "), "value", Value(" "), output_field=TextField())
            rows = rows.annotate(place=StrIndex(Value(folded), place))
            wanted |= Q(subject="address", place__gt=0)
    return [
        NoteView(
            id=row.id, subject=row.subject, value=row.value, text=row.text, author_label=row.author_label, at=row.at
        )
        for row in rows.filter(wanted)[:50]
    ]


def market_notes(*, retired: bool = False) -> list[MarketNoteView]:
    """All market notes, by market, language and title; at most 1,000."""
    rows = MarketNote.objects.filter(retired_at__isnull=not retired)
    return [_market_note(row) for row in rows.order_by("market", "language", "sort", "title")[:1_000]]


def market_note(note_id: UUID) -> MarketNoteView | None:
    row = MarketNote.objects.filter(id=note_id).first()
    return _market_note(row) if row else None


def market_notes_for(*, market: str, language: str, kind: str, today: date) -> list[MarketNoteView]:
    """What one must know here on this day. `today`: in the market. All notes are kept for ten seconds: every page asks."""
    kept: list[MarketNoteView] | None = cache.get(KEPT)
    if kept is None:
        kept = market_notes()
        cache.set(KEPT, kept, 10)
    return [
        note
        for note in kept
        if note.market in {"", market}
        and note.language in {"", language}
        and (not note.kinds or kind in note.kinds)
        and (note.starts_on is None or (note.ends_on is not None and note.starts_on <= today <= note.ends_on))
    ]


def _market_note(row: MarketNote) -> MarketNoteView:
    return MarketNoteView(
        id=row.id,
        sort=row.sort,
        title=row.title,
        text=row.text,
        market=row.market,
        language=row.language,
        kinds=tuple(row.kinds),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        version=row.version,
        author_label=row.author_label,
        changed_at=row.changed_at,
        retired_at=row.retired_at,
    )
