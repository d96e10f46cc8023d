"""Versions made at the desk: an edit before an approval, and its taking back. The author's own version stays as it was."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from trustdesk.content.facts import ItemEdited
from trustdesk.content.models import Item, ItemVersion, MediaRef
from trustdesk.content.rules import EDITABLE, EDITABLE_KINDS, content_hash
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, NotFound, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor


@action(right="-")
def edit(*, actor: Actor, item_id: UUID, version: int, changed: Mapping[str, Any], now: datetime) -> int:
    """Make a version of the newest one with these fields changed (title, body, price, category); returns its number.

    Raises NotFound, Stale when a newer version than `version` exists, Invalid.
    """
    item, before = _newest(item_id, version)
    if item.kind not in EDITABLE_KINDS:
        raise Invalid("Only ads, listings and products can be edited at the desk.")
    fresh = {name: value for name, value in changed.items() if name in EDITABLE and value != getattr(before, name)}
    if not fresh:
        raise Invalid("Nothing was changed.", fields={"title": "Change something, or approve it as it is."})
    return _make(actor=actor, item=item, of=before, fresh=fresh, what=", ".join(sorted(fresh)), now=now)


@action(right="-")
def take_back_edit(*, actor: Actor, item_id: UUID, version: int, now: datetime) -> int:
    """Make the words that stood before the desk's edit `version` the newest again; returns the number of that version.

    Raises NotFound, Stale when the author has changed it since.
    """
    item, edited = _newest(item_id, version)
    of = ItemVersion.objects.get(item_id=item_id, no=version - 1)
    fresh = {name: getattr(of, name) for name in EDITABLE}
    return _make(actor=actor, item=item, of=edited, fresh=fresh, what="the edit was taken back", now=now)


def _newest(item_id: UUID, version: int) -> tuple[Item, ItemVersion]:
    item = Item.objects.select_for_update().filter(id=item_id).first()
    if item is None:
        raise NotFound("There is no such item.")
    if item.version != version:
        raise Stale("The author changed this while you had it open.")
    return item, ItemVersion.objects.get(item_id=item_id, no=version)


def _make(*, actor: Actor, item: Item, of: ItemVersion, fresh: Mapping[str, Any], what: str, now: datetime) -> int:
    media = list(MediaRef.objects.filter(version_id=of.id).order_by("position"))
    words = {name: fresh.get(name, getattr(of, name)) for name in EDITABLE}
    price = words["price"]
    made = ItemVersion(
        id=uuid7(),
        item_id=item.id,
        no=of.no + 1,
        market=of.market,
        language=of.language,
        url=of.url,
        title=words["title"],
        body=words["body"],
        price=price,
        currency=of.currency,
        category=words["category"],
        fields=of.fields,
        content_hash=content_hash(
            # As a submission's own: sent by the platform with these words, it is known to be the same.
            {"title": words["title"], "body": words["body"], "price": _plain(price), **of.fields},
            [{"at": one.url or one.file_id, "kind": one.kind} for one in media],
        ),
        edited_by=actor.label,
        posted_at=of.posted_at,
        received_at=now,
    )
    made.save(force_insert=True)
    for one in media:
        one.pk, one.version_id = uuid7(), made.id
    MediaRef.objects.bulk_create(media)
    Item.objects.filter(id=item.id).update(version=made.no, title=made.title[:300], changed_at=now)
    record(ItemEdited(item=item.id, version=made.no, before=of.no, what=what), actor=actor, at=now)
    return made.no


def _plain(price: Decimal | None) -> str | None:
    return None if price is None else format(price.normalize(), "f")
