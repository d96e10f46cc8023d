"""Asking about content. Others get frozen views."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from trustdesk.content.around import Around, Glimpse, around
from trustdesk.content.history import (
    MOST_COUNTED,
    Arrived,
    PastVersion,
    Where,
    arrived,
    markets_of,
    past_versions,
    posted,
    posted_between,
    status_counts,
    where,
)
from trustdesk.content.listed import ItemFilter, listed
from trustdesk.content.models import Account, Item, ItemVersion, MediaRef
from trustdesk.content.remarks import (
    MarketNoteView,
    NoteView,
    market_note,
    market_notes,
    market_notes_for,
    notes,
)
from trustdesk.content.rules import (
    COMMON_FIELDS,
    EDITABLE_KINDS,
    KINDS,
    MARKET_NOTES,
    MEDIA_KINDS,
    STATUSES,
    VERDICTS,
    folded_address,
    note_value,
    own_words,
)
from trustdesk.content.texts import texts_of, words_of

__all__ = [
    "COMMON_FIELDS",
    "EDITABLE_KINDS",
    "KINDS",
    "MARKET_NOTES",
    "MEDIA_KINDS",
    "STATUSES",
    "VERDICTS",
    "AccountView",
    "Around",
    "Arrived",
    "Glimpse",
    "ItemFilter",
    "ItemView",
    "MarketNoteView",
    "MediaView",
    "NoteView",
    "PastVersion",
    "TextView",
    "VersionView",
    "Where",
    "accounts",
    "accounts_by_external",
    "accounts_named",
    "around",
    "arrived",
    "folded_address",
    "items",
    "items_at",
    "items_by_external",
    "items_named",
    "items_of_source",
    "listed",
    "market_note",
    "market_notes",
    "market_notes_for",
    "markets_of",
    "newest_texts",
    "newest_versions",
    "newest_whole",
    "note_value",
    "notes",
    "own_words",
    "past_versions",
    "posted",
    "posted_between",
    "status_counts",
    "texts_of",
    "versions",
    "versions_by_id",
    "where",
]


@dataclass(frozen=True)
class AccountView:
    id: UUID
    source: UUID
    external_id: str
    name: str
    kind: str
    email: str
    language: str
    country: str
    verified: bool | None
    followers: int | None
    registered_at: datetime | None
    first_seen_at: datetime
    items_posted: int


@dataclass(frozen=True)
class ItemView:
    id: UUID
    source: UUID
    external_id: str
    kind: str
    account: UUID
    market: str
    language: str
    status: str
    verdict: str
    hidden: bool
    title: str
    version: int
    url: str
    expected_views: float | None
    posted_at: datetime | None
    received_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str


_MEDIUM = ("id", "position", "kind", "url", "file_id", "alt", "state", "reason")


@dataclass(frozen=True)
class MediaView:
    id: UUID
    position: int
    kind: str
    url: str
    file: UUID | None
    alt: str
    state: str
    reason: str


@dataclass(frozen=True)
class VersionView:
    id: UUID
    item: UUID
    no: int
    market: str
    language: str
    url: str
    title: str
    body: str
    price: Decimal | None
    currency: str
    category: str
    fields: dict[str, Any]
    content_hash: str
    posted_at: datetime | None
    received_at: datetime
    media: tuple[MediaView, ...]
    edited_by: str = ""  # who at the desk made it of the one before


@dataclass(frozen=True)
class TextView:
    """An item with all words of its newest version, one line each: title, body, declared text fields by name."""

    item: ItemView
    text: str


def accounts_by_external(source: UUID, external_ids: Iterable[str]) -> dict[str, AccountView]:
    """Accounts of one source by external id; one query."""
    rows = Account.objects.filter(source_id=source, external_id__in=set(external_ids))
    return {row.external_id: _account(row) for row in rows}


def accounts(ids: Iterable[UUID]) -> dict[UUID, AccountView]:
    return {row.id: _account(row) for row in Account.objects.filter(id__in=set(ids))}


def items(ids: Iterable[UUID], *, source: UUID | None = None) -> dict[UUID, ItemView]:
    """Items by id; bounded to one source for keys of one."""
    rows = Item.objects.filter(id__in=set(ids))
    if source is not None:
        rows = rows.filter(source_id=source)
    return {row.id: _item(row) for row in rows}


def items_by_external(source: UUID | None, external_id: str, *, kind: str = "") -> list[ItemView]:
    """Items with this external id (one per kind and source)."""
    rows = Item.objects.filter(external_id=external_id)
    if source is not None:
        rows = rows.filter(source_id=source)
    if kind:
        rows = rows.filter(kind=kind)
    return [_item(row) for row in rows.order_by("id")[:50]]


def items_at(addresses: Iterable[str], *, source: UUID | None = None) -> dict[str, UUID]:
    """Items by the address they are shown at, as the platform told it; of several the newest. One query."""
    rows = Item.objects.filter(url__in={address for address in addresses if address})
    if source is not None:
        rows = rows.filter(source_id=source)
    return dict(rows.order_by("id").values_list("url", "id"))


def items_of_source(source: UUID, external_ids: Iterable[str]) -> list[ItemView]:
    """Items of a source with one of these external ids, whatever their kind; one query."""
    rows = Item.objects.filter(source_id=source, kind__in=KINDS, external_id__in=set(external_ids))
    return [_item(row) for row in rows[:50]]


def items_named(owners: Iterable[str]) -> dict[str, ItemView]:
    """Items by their name in rules and in signals' memory (item.id: source/kind/external id); one query. Names of items
    that were never stored are left out."""
    asked = {owner for owner in owners if owner.count("/") >= 2 and _of_source(owner)}
    parts = [owner.split("/", 2) for owner in asked]
    rows = Item.objects.filter(
        source_id__in={source for source, _, _ in parts},
        kind__in={kind for _, kind, _ in parts},
        external_id__in={external_id for _, _, external_id in parts},
    )
    return {name: _item(row) for row in rows if (name := f"{row.source_id}/{row.kind}/{row.external_id}") in asked}


def accounts_named(names: Iterable[str]) -> dict[str, AccountView]:
    """Accounts by their name in rules and in signals' memory (account.id: source/external id); one query."""
    asked = {name for name in names if "/" in name and _of_source(name)}
    parts = [name.split("/", 1) for name in asked]
    rows = Account.objects.filter(
        source_id__in={source for source, _ in parts}, external_id__in={external_id for _, external_id in parts}
    )
    return {name: _account(row) for row in rows if (name := f"{row.source_id}/{row.external_id}") in asked}


def _of_source(name: str) -> bool:
    """Does it begin with the id of a source? Signals remember names as they were given, whoever gave them."""
    try:
        UUID(name.partition("/")[0])
    except ValueError:
        return False
    return True


def has_items() -> bool:
    """Has the desk any content at all?"""
    return Item.objects.exists()


def known_items(external_ids: Iterable[str]) -> set[tuple[str, str]]:
    """Which of these external ids belong to items the desk has, as (kind, external id); one query."""
    return set(Item.objects.filter(external_id__in=set(external_ids)).values_list("kind", "external_id"))


def versions(item_id: UUID) -> list[VersionView]:
    """All versions of an item, newest first."""
    return _versions(ItemVersion.objects.filter(item_id=item_id).order_by("-no"))


def newest_versions(item_ids: Iterable[UUID]) -> dict[UUID, VersionView]:
    """The newest version of each item; two queries for any number."""
    rows = ItemVersion.objects.filter(item_id__in=set(item_ids)).order_by("item_id", "-no").distinct("item_id")
    return {version.item: version for version in _versions(rows)}


def newest_whole(item_id: UUID) -> tuple[ItemView, VersionView, AccountView, dict[str, int]] | None:
    """An item with its newest version, its account, and how many items of that have each status; one query."""
    past = Item.objects.filter(account_id=OuterRef("item__account_id")).order_by("-id").values("status")
    media = MediaRef.objects.filter(version=OuterRef("pk")).order_by("position")
    told = JSONObject(**{name: name for name in _MEDIUM})
    rows = ItemVersion.objects.filter(item_id=item_id).select_related("item__account")
    rows = rows.annotate(statuses=ArraySubquery(past[:MOST_COUNTED]), shown=ArraySubquery(media.values(told=told)))
    row = rows.order_by("-no").first()
    if row is None:
        return None
    statuses: list[str] = getattr(row, "statuses")  # noqa: B009  annotated
    shown: list[dict[str, Any]] = getattr(row, "shown")  # noqa: B009  annotated
    version = _version(row, (_medium(one) for one in shown))
    return _item(row.item), version, _account(row.item.account), dict(Counter(statuses))


def newest_texts(limit: int) -> list[TextView]:
    """The newest items with their words, newest first; two queries for any number."""
    found = list(Item.objects.order_by("-id")[: max(1, limit)])
    rows = (
        ItemVersion.objects.filter(item_id__in=[row.id for row in found]).order_by("item_id", "-no").distinct("item_id")
    )
    words = {row.item_id: words_of(row) for row in rows.only("item_id", "no", "title", "body", "fields")}
    return [TextView(_item(row), words.get(row.id, row.title)) for row in found]


def versions_by_id(ids: Iterable[UUID]) -> dict[UUID, VersionView]:
    return {version.id: version for version in _versions(ItemVersion.objects.filter(id__in=set(ids)))}


def newest_showing(files: Iterable[UUID]) -> list[UUID]:
    """The newest versions that show one of these files, of items that were not withdrawn; one query."""
    shown = MediaRef.objects.filter(file_id__in=set(files), version__no=F("version__item__version"))
    return list(shown.filter(version__item__withdrawn_at=None).values_list("version_id", flat=True).distinct())


def _account(row: Account) -> AccountView:
    return AccountView(
        id=row.id,
        source=row.source_id,
        external_id=row.external_id,
        name=row.name,
        kind=row.kind,
        email=row.email,
        language=row.language,
        country=row.country,
        verified=row.verified,
        followers=row.followers,
        registered_at=row.registered_at,
        first_seen_at=row.first_seen_at,
        items_posted=row.items_posted,
    )


def _item(row: Item) -> ItemView:
    return ItemView(
        id=row.id,
        source=row.source_id,
        external_id=row.external_id,
        kind=row.kind,
        account=row.account_id,
        market=row.market,
        language=row.language,
        status=row.status,
        verdict=row.verdict,
        hidden=row.hidden,
        title=row.title,
        version=row.version,
        url=row.url,
        expected_views=row.expected_views,
        posted_at=row.posted_at,
        received_at=row.received_at,
        changed_at=row.changed_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason,
    )


def _medium(told: Mapping[str, Any]) -> MediaView:
    """A medium by its columns; those that came as JSON have ids as words."""
    file = told["file_id"]
    rest = {name: told[name] for name in _MEDIUM if name not in {"id", "file_id"}}
    return MediaView(id=UUID(str(told["id"])), file=UUID(str(file)) if file else None, **rest)


def _versions(rows: Iterable[ItemVersion]) -> list[VersionView]:
    found = list(rows)
    media: dict[UUID, list[MediaView]] = {}
    refs = MediaRef.objects.filter(version_id__in=[row.id for row in found]).order_by("position")
    for told in refs.values("version_id", *_MEDIUM):
        media.setdefault(told["version_id"], []).append(_medium(told))
    return [_version(row, media.get(row.id, ())) for row in found]


def _version(row: ItemVersion, media: Iterable[MediaView]) -> VersionView:
    return VersionView(
        id=row.id,
        item=row.item_id,
        no=row.no,
        market=row.market,
        language=row.language,
        url=row.url,
        title=row.title,
        body=row.body,
        price=row.price,
        currency=row.currency,
        category=row.category,
        fields=row.fields,
        content_hash=row.content_hash,
        edited_by=row.edited_by,
        posted_at=row.posted_at,
        received_at=row.received_at,
        media=tuple(media),
    )
