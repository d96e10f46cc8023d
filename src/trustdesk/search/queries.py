"""What other slices may ask of search."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.review import queries as reviews
from trustdesk.search import finding, listing, timelines
from trustdesk.search.asking import Asked, markets_of
from trustdesk.search.listing import ItemRow, cell

__all__ = ["ItemRow", "ItemsOfAccount", "cell", "items_of", "timelines"]


@dataclass(frozen=True)
class ItemsOfAccount:
    """A page of an account's items, newest first, with the marks of the pages around it."""

    rows: list[ItemRow]
    next: str | None
    previous: str | None


def items_of(
    account: UUID, *, actor: Actor, after: str | None, before: str | None, limit: int, now: datetime
) -> ItemsOfAccount:
    """An account's items in the markets this person may see, but for those they have in hand. Raises BadCursor."""
    asked = Asked(tab="items", account=account, markets=markets_of(actor), without=reviews.in_hand(actor))
    found = finding.page(asked, after=after, before=before, limit=limit)
    made = {row.id: row for row in listing.items(found.ids, now)}
    return ItemsOfAccount([made[one] for one in found.ids if one in made], found.next, found.previous)
