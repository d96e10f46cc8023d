"""Golden items: the leads' list and shares, what one was told, one's own answers."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work import queries as work
from trustdesk.review import golden, golden_book, second
from trustdesk.review.forms import GoldenForm, ShareForm
from trustdesk.review.pages.showing import undo_and_told
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

LIMIT = 50


@page(right="golden.manage", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """The set, how often each was judged as expected, the share of each queue, how well people agree."""
    start = cursors.decode(request.GET.get("after"), datetime, UUID)
    found = golden_book.listed(before=(start[0], start[1]) if start else None, limit=LIMIT + 1)
    shown = cursors.page_of(found, limit=LIMIT, key=lambda one: (one.made_at, one.id))
    shares = golden.shares()
    context = {
        "rows": shown.rows,
        "next": shown.next,
        "queues": [
            (one, round(100 * shares.get(one.code, 0.0), 1)) for one in work.queues() if "escalation" not in one.kinds
        ],
        "agreement": second.agreement(since=now() - golden.APART),
    }
    return render(request, "review/golden.html", context)


@page(right="golden.manage", methods=("POST",))
def make(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    """A decided review becomes a golden item."""
    form = GoldenForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    golden.make(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
    messages.success(request, _("Kept as a golden item."))
    return go(request, reverse("golden:list"))


@page(right="golden.manage", methods=("POST",))
def retire(request: PageRequest, golden_id: UUID) -> HttpResponseBase:
    golden.retire(actor=request.actor, golden_id=golden_id, now=now())
    return go(request, reverse("golden:list"))


@page(right="golden.manage", methods=("POST",))
def set_share(request: PageRequest) -> HttpResponseBase:
    """Per cent of a queue's reviews that bring a golden item along."""
    form = ShareForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    asked = form.cleaned_data
    golden.set_share(actor=request.actor, queue=asked["queue"], share=asked["percent"] / 100, now=now())
    return go(request, reverse("golden:list"))


@page(right="review.decide", methods=("GET", "HEAD"))
def mine(request: PageRequest) -> HttpResponse:
    """My own answers to golden items, which nobody else sees."""
    return render(request, "review/golden_mine.html", {"rows": golden_book.mine(request.actor)})


@page(right="review.decide", methods=("GET", "HEAD"))
def told(request: PageRequest) -> HttpResponse:
    """What the golden item expected that was judged a moment ago."""
    found = undo_and_told(request)["told"]
    return HttpResponse() if found is None else swap(request, "review/_told.html", told=found)


@page(right="review.decide", methods=("POST",))
def read(request: PageRequest, answer_id: UUID) -> HttpResponseBase:
    golden.read(actor=request.actor, answer_id=answer_id, now=now())
    return HttpResponse() if request.htmx else go(request, reverse("console:home"))
