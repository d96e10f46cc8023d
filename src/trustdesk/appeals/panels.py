"""What stands of appeals beside other things: fragments, asked for by their address (config.wiring)."""

from uuid import UUID

from django.http import HttpResponse

from trustdesk.appeals import queries
from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.web.page import PageRequest, page, swap


@page(right="appeals.read", methods=("GET", "HEAD"))
def of_account(request: PageRequest, account_id: UUID) -> HttpResponse:
    """The newest appeals that a platform account made against decisions about it, those the reader may see; never those of who
    reported it. Raises NotFound."""
    if account_id not in content.accounts([account_id]):
        raise NotFound("There is no such account.")
    found = [one for one in queries.of_account(account_id, limit=40) if one.appellant == "author"]
    items = content.items([one.item for one in found if one.item])
    rows = [
        (one, items.get(one.item) if one.item else None)
        for one in found
        if one.item is None or one.item not in items or request.actor.may("appeals.read", market=items[one.item].market)
    ]
    return swap(request, "appeals/_of_account.html", rows=rows[:8])
