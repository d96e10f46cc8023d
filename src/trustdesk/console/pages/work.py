"""My work: the queues one may work in, what one holds, and what happened to it."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from trustdesk.appeals import queries as appeals
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work import queries as work
from trustdesk.kernel.work.queries import WorkFilter
from trustdesk.review import queries as reviews
from trustdesk.support import queries as support
from trustdesk.web.page import PageRequest, go, page
from trustdesk.wellbeing import actions as care
from trustdesk.wellbeing import queries as wellbeing

HELD = 20


@page(right="work.read")
def mine(request: PageRequest) -> HttpResponse:
    """Queues with what waits, and the items I hold; the page asks again for this when the desk tells of a change."""
    at = now()
    counts = work.counts(actor=request.actor, now=at)
    held = work.list_work(
        actor=request.actor,
        filters=WorkFilter(states=("claimed",), holder=UUID(request.actor.id)),
        order="oldest",
        limit=HELD,
    )
    lines = work.queues()
    # Only these are dealt by “review the next”: other kinds of work have pages of their own.
    reviewed = {line.code for line in lines if not line.kinds or reviews.KIND in line.kinds}
    context = {
        "counts": counts,
        "waiting": min(sum(count.mine for count in counts if count.queue in reviewed), 1001),
        "due_soon": min(sum(count.due_soon for count in counts), 1001),
        "held": held.rows,
        "reviews": reviews.of_works([one.id for one in held.rows]),
        "appeals": appeals.of_works([one.id for one in held.rows]),
        "cases": support.of_works([one.id for one in held.rows]),
        "reviewed": reviewed,
        "appealed": appeals.KIND,
        "may_appeal": request.actor.may("appeals.decide"),
        "grids": {line.code for line in lines if line.batch_question},
        "may_review": request.actor.may("review.decide"),
        "offers": wellbeing.offers_to(request.actor.id),
        "unmet": wellbeing.unmet() if request.actor.may("wellbeing.manage") else [],
        "accept_url": "console:accept",
    }
    return render(request, "console/_work.html" if request.htmx else "console/work.html", context)


@page(right="work.read", methods=("POST",))
def accept(request: PageRequest, work_id: UUID) -> HttpResponseBase:
    """Yes to urgent work that was offered: it is claimed beyond the budget and opened."""
    taken = care.accept(actor=request.actor, work_id=work_id, now=now())
    review = reviews.of_works([taken]).get(taken)
    return go(request, reverse("review:desk", args=[review.id]) if review else reverse("console:work"))
