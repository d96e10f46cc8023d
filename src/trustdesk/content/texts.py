"""All words of items, for those who read texts and know no item."""

from collections.abc import Iterable
from uuid import UUID

from trustdesk.content.models import ItemVersion
from trustdesk.content.rules import own_words


def texts_of(item_ids: Iterable[UUID]) -> dict[UUID, str]:
    """All words of the newest version of each item; one query."""
    rows = ItemVersion.objects.filter(item_id__in=set(item_ids)).order_by("item_id", "-no").distinct("item_id")
    return {row.item_id: words_of(row) for row in rows.only("item_id", "no", "title", "body", "fields")}


def words_of(row: ItemVersion) -> str:
    """Title, body and declared text fields, one line each."""
    parts = [row.title, row.body, *(value for _, value in own_words(row.fields))]
    return "\n".join(part for part in parts if part)
