"""Asking about content. Others get frozen views."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from trustdesk.content.history import Arrived, PastVersion, arrived, past_versions
from trustdesk.content.models import Account, Item, ItemVersion, MediaRef, Note
from trustdesk.content.rules import COMMON_FIELDS, KINDS, MEDIA_KINDS, STATUSES, VERDICTS

__all__ = [
    "COMMON_FIELDS",
    "KINDS",
    "MEDIA_KINDS",
    "STATUSES",
    "VERDICTS",
    "AccountView",
    "Arrived",
    "ItemView",
    "MediaView",
    "NoteView",
    "PastVersion",
    "TextView",
    "VersionView",
    "accounts",
    "accounts_by_external",
    "accounts_named",
    "arrived",
    "items",
    "items_by_external",
    "items_named",
    "list_items",
    "newest_texts",
    "newest_versions",
    "notes",
    "past_versions",
    "status_counts",
    "texts_of",
    "versions",
    "versions_by_id",
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


@dataclass(frozen=True)
class TextView:
    """An item with all words of its newest version, one line each: title, body, declared text fields by name."""

    item: ItemView
    text: str


@dataclass(frozen=True)
class NoteView:
    id: UUID
    subject: str
    value: str
    text: str
    author_label: str
    at: datetime


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


def list_items(
    *,
    status: str = "",
    kind: str = "",
    market: str = "",
    text: str = "",
    account: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[ItemView]:
    """Items newest first, a page after the keyset `before`; `text` looks at title and external id."""
    rows = Item.objects.order_by("-id")
    for name, value in (("status", status), ("kind", kind), ("market", market), ("account_id", account)):
        if value:
            rows = rows.filter(**{name: value})
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(external_id=text))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_item(row) for row in rows[: max(1, min(limit, 200))]]


def versions(item_id: UUID) -> list[VersionView]:
    """All versions of an item, newest first."""
    return _versions(ItemVersion.objects.filter(item_id=item_id).order_by("-no"))


def newest_versions(item_ids: Iterable[UUID]) -> dict[UUID, VersionView]:
    """The newest version of each item; two queries for any number."""
    rows = ItemVersion.objects.filter(item_id__in=set(item_ids)).order_by("item_id", "-no").distinct("item_id")
    return {version.item: version for version in _versions(rows)}


def newest_texts(limit: int) -> list[TextView]:
    """The newest items with their words, newest first; two queries for any number."""
    found = list(Item.objects.order_by("-id")[: max(1, limit)])
    rows = (
        ItemVersion.objects.filter(item_id__in=[row.id for row in found]).order_by("item_id", "-no").distinct("item_id")
    )
    words = {row.item_id: _words(row) for row in rows.only("item_id", "no", "title", "body", "fields")}
    return [TextView(_item(row), words.get(row.id, row.title)) for row in found]


def texts_of(item_ids: Iterable[UUID]) -> dict[UUID, str]:
    """All words of the newest version of each item; one query."""
    rows = ItemVersion.objects.filter(item_id__in=set(item_ids)).order_by("item_id", "-no").distinct("item_id")
    return {row.item_id: _words(row) for row in rows.only("item_id", "no", "title", "body", "fields")}


def _words(row: ItemVersion) -> str:
    parts = [row.title, row.body, *(value for _, value in sorted(row.fields.items()) if isinstance(value, str))]
    return "\n".join(part for part in parts if part)


def versions_by_id(ids: Iterable[UUID]) -> dict[UUID, VersionView]:
    return {version.id: version for version in _versions(ItemVersion.objects.filter(id__in=set(ids)))}


def newest_showing(files: Iterable[UUID]) -> list[UUID]:
    """The newest versions that show one of these files, of items that were not withdrawn; one query."""
    shown = MediaRef.objects.filter(file_id__in=set(files), version__no=F("version__item__version"))
    return list(shown.filter(version__item__withdrawn_at=None).values_list("version_id", flat=True).distinct())


def notes(subjects: Sequence[tuple[str, str]]) -> list[NoteView]:
    """Notes pinned to any of these (subject, value) pairs, newest first; one query."""
    if not subjects:
        return []
    wanted = Q()
    for subject, value in subjects:
        wanted |= Q(subject=subject, value=value)
    return [
        NoteView(
            id=row.id, subject=row.subject, value=row.value, text=row.text, author_label=row.author_label, at=row.at
        )
        for row in Note.objects.filter(wanted).order_by("-at")[:50]
    ]


def status_counts(account: UUID) -> dict[str, int]:
    """How many of an account's items (the newest 1,000) have each status."""
    newest = Item.objects.filter(account_id=account).order_by("-id").values_list("status", flat=True)[:1000]
    counts: dict[str, int] = {}
    for status in newest:
        counts[status] = counts.get(status, 0) + 1
    return counts


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


def _versions(rows: Iterable[ItemVersion]) -> list[VersionView]:
    found = list(rows)
    media: dict[UUID, list[MediaView]] = {}
    for ref in MediaRef.objects.filter(version_id__in=[row.id for row in found]).order_by("position"):
        media.setdefault(ref.version_id, []).append(
            MediaView(
                id=ref.id,
                position=ref.position,
                kind=ref.kind,
                url=ref.url,
                file=ref.file_id,
                alt=ref.alt,
                state=ref.state,
                reason=ref.reason,
            )
        )
    return [
        VersionView(
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
            posted_at=row.posted_at,
            received_at=row.received_at,
            media=tuple(media.get(row.id, [])),
        )
        for row in found
    ]
