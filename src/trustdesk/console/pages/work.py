"""My work: the queues one may work in, what one holds, and what happened to it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work import queries as work
from trustdesk.kernel.work.queries import WorkFilter
from trustdesk.review import queries as reviews
from trustdesk.web.page import PageRequest, page

HELD = 20


@page(right="work.read")
def mine(request: PageRequest) -> HttpResponse:
    """Queues with what waits, and the items I hold; the page asks again for this every 15 seconds."""
    at = now()
    counts = work.counts(actor=request.actor, now=at)
    held = work.list_work(
        actor=request.actor,
        filters=WorkFilter(states=("claimed",), holder=UUID(request.actor.id)),
        order="oldest",
        limit=HELD,
    )
    context = {
        "counts": counts,
        "waiting": min(sum(count.mine for count in counts), 1001),
        "due_soon": min(sum(count.due_soon for count in counts), 1001),
        "held": held.rows,
        "reviews": reviews.of_works([one.id for one in held.rows]),
        "may_review": request.actor.may("review.decide"),
    }
    return render(request, "console/_work.html" if request.htmx else "console/work.html", context)
