"""Writing a batch of submissions: four statements whatever its size, in an order that cannot deadlock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from trustdesk.content.models import ItemVersion, MediaRef
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.rows import as_json, insert_objects


@dataclass(frozen=True)
class AccountEntry:
    """A platform account as a submission told it; None and "" leave what is known."""

    external_id: str
    name: str = ""
    kind: str = ""
    email: str = ""
    language: str = ""
    country: str = ""
    verified: bool | None = None
    followers: int | None = None
    registered_at: datetime | None = None


@dataclass(frozen=True)
class MediaEntry:
    """One medium of a submission: uploaded (file) or to be fetched (url)."""

    kind: str
    url: str = ""
    file: UUID | None = None
    alt: str = ""
    state: str = "wanted"


@dataclass(frozen=True)
class Entry:
    """One submission, checked, with the status its verdict gives it."""

    source: UUID
    external_id: str
    kind: str
    market: str
    language: str
    account: AccountEntry
    title: str
    body: str
    price: Decimal | None
    currency: str
    category: str
    fields: dict[str, Any]
    media: tuple[MediaEntry, ...]
    posted_at: datetime | None
    url: str
    expected_views: float | None
    content_hash: str
    status: str
    hidden: bool
    verdict: str = ""
    id: UUID = field(default_factory=uuid7)

    @property
    def key(self) -> tuple[UUID, str, str]:
        return (self.source, self.kind, self.external_id)


@dataclass(frozen=True)
class Kept:
    """Where a submission went: the item (perhaps known before), its account, the new version."""

    item: UUID
    account: UUID
    version: UUID
    no: int
    new: bool


def keep(entries: Sequence[Entry], *, now: datetime) -> list[Kept | None]:
    """Write accounts, items, versions and media; None for an entry older than the newest version it would follow.

    Entries must not name one item twice. Rows are taken in key order, so two batches never wait for each other in a
    circle. Runs inside the caller's transaction.
    """
    accounts = _keep_accounts(entries, now=now)
    items = _keep_items(entries, accounts, now=now)
    kept: list[Kept | None] = []
    versions: list[ItemVersion] = []
    media: list[MediaRef] = []
    for entry in entries:
        found = items.get(entry.key)
        if found is None:
            kept.append(None)
            continue
        item_id, no, new = found
        version = ItemVersion(
            id=uuid7(),
            item_id=item_id,
            no=no,
            market=entry.market,
            language=entry.language,
            url=entry.url,
            title=entry.title,
            body=entry.body,
            price=entry.price,
            currency=entry.currency,
            category=entry.category,
            fields=entry.fields,
            content_hash=entry.content_hash,
            posted_at=entry.posted_at,
            received_at=now,
        )
        versions.append(version)
        media.extend(
            MediaRef(
                version_id=version.id,
                position=position,
                kind=medium.kind,
                url=medium.url,
                file_id=medium.file,
                alt=medium.alt,
                state=medium.state,
            )
            for position, medium in enumerate(entry.media)
        )
        kept.append(
            Kept(
                item=item_id,
                account=accounts[(entry.source, entry.account.external_id)],
                version=version.id,
                no=no,
                new=new,
            )
        )
    insert_objects(ItemVersion, versions)
    insert_objects(MediaRef, media)
    return kept


_ACCOUNTS = """
INSERT INTO content_account AS a (id, source_id, external_id, name, kind, email, language, country, verified,
    followers, registered_at, first_seen_at, items_posted)
SELECT id, source, external_id, name, kind, email, language, country, verified, followers, registered_at, %s, posted
FROM json_to_recordset(%s::json) AS t(id uuid, source uuid, external_id text, name text, kind text, email text,
    language text, country text, verified boolean, followers bigint, registered_at timestamptz, posted int)
ORDER BY source, external_id
ON CONFLICT (source_id, external_id) DO UPDATE SET
    name = coalesce(nullif(excluded.name, ''), a.name), kind = coalesce(nullif(excluded.kind, ''), a.kind),
    email = coalesce(nullif(excluded.email, ''), a.email),
    language = coalesce(nullif(excluded.language, ''), a.language),
    country = coalesce(nullif(excluded.country, ''), a.country),
    verified = coalesce(excluded.verified, a.verified), followers = coalesce(excluded.followers, a.followers),
    registered_at = coalesce(excluded.registered_at, a.registered_at),
    items_posted = a.items_posted + excluded.items_posted
RETURNING id, source_id, external_id
"""


def keep_account(source: UUID, account: AccountEntry, *, now: datetime) -> UUID:
    """Write what a platform tells of one account outside any submission, inside the caller's transaction."""
    key = (source, account.external_id)
    return _write_accounts({key: account}, {key: 0}, now=now)[key]


def _keep_accounts(entries: Sequence[Entry], *, now: datetime) -> dict[tuple[UUID, str], UUID]:
    # The last word on an account in a batch wins; its submissions are counted together.
    latest: dict[tuple[UUID, str], AccountEntry] = {}
    posted: dict[tuple[UUID, str], int] = {}
    for entry in entries:
        key = (entry.source, entry.account.external_id)
        latest[key] = entry.account
        posted[key] = posted.get(key, 0) + 1
    return _write_accounts(latest, posted, now=now)


def _write_accounts(
    latest: Mapping[tuple[UUID, str], AccountEntry], posted: Mapping[tuple[UUID, str], int], *, now: datetime
) -> dict[tuple[UUID, str], UUID]:
    rows = [
        {
            "id": uuid7(),
            "source": source,
            "external_id": external_id,
            "name": account.name,
            "kind": account.kind,
            "email": account.email,
            "language": account.language,
            "country": account.country,
            "verified": account.verified,
            "followers": account.followers,
            "registered_at": account.registered_at,
            "posted": posted[source, external_id],
        }
        for (source, external_id), account in latest.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [now, as_json(rows)])
        return {(source, external_id): account_id for account_id, source, external_id in cursor.fetchall()}


_ITEMS = """
INSERT INTO content_item AS i (id, source_id, external_id, kind, account_id, market, language, status, hidden, verdict,
    title, version, url, expected_views, posted_at, received_at, changed_at, withdrawn_at, withdrawn_reason)
SELECT id, source, external_id, kind, account, market, language, status, hidden, verdict, title, 1, url, views,
    posted_at, %s, %s, NULL, ''
FROM json_to_recordset(%s::json) AS t(id uuid, source uuid, external_id text, kind text, account uuid, market text,
    language text, status text, hidden boolean, verdict text, title text, url text, views float8, posted_at timestamptz)
ORDER BY source, kind, external_id
ON CONFLICT (source_id, kind, external_id) DO UPDATE SET
    version = i.version + 1, account_id = excluded.account_id, market = excluded.market,
    language = excluded.language, status = excluded.status, hidden = excluded.hidden,
    verdict = excluded.verdict, title = excluded.title,
    url = excluded.url, expected_views = coalesce(excluded.expected_views, i.expected_views),
    posted_at = coalesce(excluded.posted_at, i.posted_at), changed_at = excluded.changed_at,
    withdrawn_at = NULL, withdrawn_reason = ''
WHERE excluded.posted_at IS NULL OR i.posted_at IS NULL OR excluded.posted_at >= i.posted_at
RETURNING id, source_id, kind, external_id, version
"""


def _keep_items(
    entries: Sequence[Entry], accounts: dict[tuple[UUID, str], UUID], *, now: datetime
) -> dict[tuple[UUID, str, str], tuple[UUID, int, bool]]:
    rows = [
        {
            "id": entry.id,
            "source": entry.source,
            "external_id": entry.external_id,
            "kind": entry.kind,
            "account": accounts[(entry.source, entry.account.external_id)],
            "market": entry.market,
            "language": entry.language,
            "status": entry.status,
            "hidden": entry.hidden,
            "verdict": entry.verdict,
            "title": entry.title[:300],
            "url": entry.url,
            "views": entry.expected_views,
            "posted_at": entry.posted_at,
        }
        for entry in entries
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, [now, now, as_json(rows)])
        return {
            (source, kind, external_id): (item_id, version, version == 1)
            for item_id, source, kind, external_id, version in cursor.fetchall()
        }
