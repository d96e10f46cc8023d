"""Taking reviews: the next, the one after it, a particular one, giving back, staying."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.urls import reverse

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import ClaimLost, NothingWaiting
from trustdesk.review import actions, queries
from trustdesk.review.forms import AheadForm
from trustdesk.review.pages.showing import context_of, undo_and_told
from trustdesk.web.page import PageRequest, go, page, refuse, swap


@page(right="review.decide", methods=("POST",))
def take_next(request: PageRequest) -> HttpResponseBase:
    """Claim the next item of a queue (or of all) and open it; say so kindly when nothing waits.

    A desk that swaps gets the fragment, or 204 when nothing waits.
    """
    queue = request.POST.get("queue", "")
    found = _claim(request, queue)
    if found is None and queue and swaps(request):  # a queue that is done leads on to the others
        found = _claim(request, "")
    if swaps(request):
        return HttpResponse(status=204) if found is None else fragment(request, found)
    return go(request, reverse("review:nothing") if found is None else reverse("review:desk", args=[found]))


@page(right="review.decide")
def nothing(request: PageRequest) -> HttpResponse:
    """Nothing waits, or nothing for this person now: say why, and what was done last, so that it can still be undone."""
    why = work.why_nothing(actor=request.actor, now=now())
    return swap(request, "review/nothing.html", why=why, **undo_and_told(request))


@page(right="review.decide", methods=("POST",))
def ahead(request: PageRequest) -> HttpResponseBase:
    """The fragment of the item that comes after the one on screen, claimed for it; 204 when there is none to prepare.

    `opened` says that the one prepared before is on screen now. Refused when that is somebody else's by now.
    """
    form = AheadForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    if form.cleaned_data["opened"]:
        actions.open_ahead(actor=request.actor, review_id=form.cleaned_data["opened"], now=now())
    queue = form.cleaned_data["queue"]
    for queues in ([queue], None) if queue else (None,):
        try:
            found = actions.claim_ahead(actor=request.actor, now=now(), queues=queues)
            # A page that was left gives back what it held by a beacon, which may come when this page was given the same.
            sheet = _sheet(request, found)
            if not sheet.mine:
                sheet = _sheet(request, actions.claim_ahead(actor=request.actor, now=now(), queues=queues))
        except NothingWaiting:
            continue
        if sheet.mine:
            return swap(request, "review/_desk.html", **context_of(request, sheet, ahead=True))
    return HttpResponse(status=204)


@page(right="review.decide", methods=("POST",))
def leave(request: PageRequest) -> HttpResponse:
    """The page closes: what it held ready and nobody has seen is given back. Sent as a beacon."""
    actions.release_ahead(actor=request.actor, now=now())
    return HttpResponse(status=204)


@page(right="-", methods=("GET", "HEAD"))
def token(request: PageRequest) -> HttpResponse:
    """What forms of a page that outlived its session send along: whoever signed in again elsewhere goes on with it."""
    return JsonResponse({"token": get_token(request)})


@page(right="review.decide", methods=("POST",))
def take(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    actions.claim_this(actor=request.actor, review_id=review_id, now=now())
    if swaps(request):
        return HttpResponse(status=204)
    return go(request, reverse("review:desk", args=[review_id]))


@page(right="review.decide", methods=("POST",))
def release(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    actions.release(actor=request.actor, review_id=review_id, now=now())
    return go(request, reverse("console:home"))


@page(right="review.read", methods=("POST",))
def heartbeat(request: PageRequest, review_id: UUID) -> HttpResponse:
    """Still here: the lease goes on, others see who looks, and who else looks is answered. `also`: reviews of this person
    that wait behind the one on screen. A lost claim answers with its refusal, which the page shows beside what was typed."""
    moment = now()
    mine = request.POST.get("mine") == "yes"
    actions.look(actor=request.actor, review_id=review_id, now=moment)
    if mine:
        actions.heartbeat(actor=request.actor, review_id=review_id, now=moment)
    for other in request.POST.getlist("also")[:10]:
        with suppress(ClaimLost, NotFound, ValueError):
            actions.heartbeat(actor=request.actor, review_id=UUID(other), now=moment)
    others = queries.others_looking(review_id, actor=request.actor, now=moment)
    return swap(request, "review/_others.html", others=others)


def swaps(request: PageRequest) -> bool:
    """Does the page put the next item in place by itself? Then it wants fragments and plain answers, no redirects."""
    return request.headers.get("X-Desk") == "swaps"


def fragment(request: PageRequest, review_id: UUID) -> HttpResponse:
    """The part of the page that changes from item to item."""
    return swap(request, "review/_desk.html", **context_of(request, _sheet(request, review_id)))


def _sheet(request: PageRequest, review_id: UUID) -> queries.Sheet:
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    return sheet


def onward(request: PageRequest, *, after: UUID, **told: Any) -> HttpResponseBase:
    """The answer when an item is done with and leaves the screen, whatever was done: to a page that swaps `told` as JSON,
    for it shows the next already; else the next of the same queue, so that one keeps one's mind on one thing, and when that
    is empty of any."""
    if swaps(request):
        return JsonResponse(told)
    found = _claim(request, queries.queue_of(after)) or _claim(request, "")
    return go(request, reverse("review:nothing") if found is None else reverse("review:desk", args=[found]))


def _claim(request: PageRequest, queue: str) -> UUID | None:
    try:
        return actions.claim_next(actor=request.actor, now=now(), queues=[queue] if queue else None)
    except NothingWaiting:
        return None
