"""Handing a review over to another team, and taking it up again with the answer."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from trustdesk.escalations import queries as escalations
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.review import actions, queries
from trustdesk.review.forms import EscalateForm
from trustdesk.review.pages.taking import onward
from trustdesk.web.page import PageRequest, go, page, refuse, swap


@page(right="escalations.send")
def escalate(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    """The teams one can ask (for the sheet, when it opens); posted, the review is theirs to answer."""
    if request.method != "POST":
        teams, severities = escalations.teams(), escalations.severities()
        return swap(request, "escalations/_ask.html", teams=teams, severities=severities, areas=escalations.areas())
    form = EscalateForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    link = reverse("review:desk", args=[review_id])
    actions.escalate(actor=request.actor, review_id=review_id, link=link, now=now(), **form.cleaned_data)
    return onward(request, after=review_id)


@page(right="review.read", methods=("GET", "HEAD"))
def asked(request: PageRequest, review_id: UUID) -> HttpResponse:
    """What other teams were asked about this review and said."""
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    told = escalations.of_work(sheet.review.work, actor=request.actor) if sheet.asked else []
    return swap(request, "escalations/_of_work.html", asked=told)


@page(right="review.decide", methods=("POST",))
def take_up(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    actions.take_up(actor=request.actor, review_id=review_id, now=now())
    return go(request, reverse("review:desk", args=[review_id]))
