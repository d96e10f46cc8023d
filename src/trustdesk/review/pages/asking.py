"""Asking the author: the sheet, and what was asked and answered beside the item."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.review import actions, queries
from trustdesk.review.actions import asking
from trustdesk.review.forms import AskAuthorForm
from trustdesk.review.pages.taking import onward
from trustdesk.web.page import PageRequest, page, refuse, swap


@dataclass(frozen=True)
class Sent:
    """A file of an answer: its small picture's address, "" where there is none to show."""

    id: UUID
    media_type: str
    ready: bool
    url: str


@page(right="review.decide", methods=("POST",))
def ask_author(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    """Ask, and go on with the next item."""
    form = AskAuthorForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.ask(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
    return onward(request, after=review_id)


@page(right="review.read", methods=("GET", "HEAD"))
def evidence(request: PageRequest, review_id: UUID) -> HttpResponse:
    """What the author was asked about this item, and answered."""
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    asked = asking.requests_of(review_id)
    found = files.views_of({file for one in asked for file in one.files})
    moment = now()
    told = [
        (
            one,
            [
                Sent(
                    id=file,
                    media_type=found[file].media_type,
                    ready=found[file].ready,
                    url=files.signed_url(file, "shown", now=moment) if "shown" in found[file].renditions else "",
                )
                for file in one.files
                if file in found
            ],
        )
        for one in asked
    ]
    return swap(request, "review/_evidence.html", told=told, may_take_out=request.actor.may("files.original"))
