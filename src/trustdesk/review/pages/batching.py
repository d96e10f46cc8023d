"""The batch grid: a queue of one kind of thing, twenty at a time."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.actions import NothingWaiting
from trustdesk.kernel.work.queries import QueueView
from trustdesk.review import batches
from trustdesk.review.actions import batching
from trustdesk.review.batches import Answer
from trustdesk.review.forms import BatchForm, ReviewsForm
from trustdesk.web.page import PageRequest, go, page, refuse


@page(right="review.decide", methods=("GET", "HEAD"))
def all_batches(request: PageRequest) -> HttpResponse:
    """The queues that are worked as a grid, with what waits in each."""
    moment = now()
    grids = {queue.code: queue for queue in work_queries.queues() if queue.batch_question}
    counts = [one for one in work_queries.counts(actor=request.actor, now=moment) if one.queue in grids]
    rows = [(grids[one.queue], one) for one in counts]
    return render(request, "review/batches.html", {"rows": rows, "size": batches.SIZE})


@page(right="review.decide", methods=("GET", "HEAD"))
def batch(request: PageRequest, code: str) -> HttpResponse:
    """The grid: what this person holds of the queue. Coming back to it keeps what is held."""
    queue = _queue(request, code)
    return render(request, "review/batch.html", _context(request, queue))


@page(right="review.decide", methods=("POST",))
def take(request: PageRequest, code: str) -> HttpResponseBase:
    """Take as many as make a batch."""
    queue = _queue(request, code)
    missing = batches.SIZE - len(batches.held(code, actor=request.actor))
    if missing > 0:
        try:
            batching.claim_batch(actor=request.actor, queue=queue.code, limit=missing, now=now())
        except NothingWaiting as nothing:
            if nothing.details.get("why"):
                raise  # a guard keeps it away, and says why
    return go(request, reverse("batches:show", args=[code]))


@page(right="review.decide", methods=("POST",))
def submit(request: PageRequest, code: str) -> HttpResponseBase:
    """Decide what was chosen, answer for each card, and fill the grid up again."""
    queue = _queue(request, code)
    form = BatchForm({"choices": request.POST.getlist("choice")})
    if not form.is_valid():
        return refuse(request, form)
    moment = now()
    answers = batching.decide_batch(actor=request.actor, choices=form.cleaned_data["choices"], now=moment)
    missing = batches.SIZE - len(batches.held(code, actor=request.actor))
    batching.fill(actor=request.actor, queue=queue.code, limit=missing, now=now())
    return render(request, "review/_batch.html", _context(request, queue, answers=answers))


@page(right="review.decide", methods=("POST",))
def undo(request: PageRequest, code: str) -> HttpResponseBase:
    """Take the batch just decided back: its cards are in the same hands again."""
    queue = _queue(request, code)
    undone = batching.undo_batch(actor=request.actor, reviews=_reviews(request), now=now())
    return render(request, "review/_batch.html", {**_context(request, queue), "undone": undone})


@page(right="review.decide", methods=("POST",))
def heartbeat(request: PageRequest, code: str) -> HttpResponse:
    """Still here; answers which of the cards are still this person's."""
    _queue(request, code)
    places = {place.id for place in batches.held(code, actor=request.actor)}
    ends = work.keep_many(actor=request.actor, work_ids=places, now=now())
    held = batches.reviews_of(ends)
    return JsonResponse({"held": [str(review) for review in held], "left": batches.minutes_left(ends, now=now())})


@page(right="review.decide", methods=("POST",))
def leave(request: PageRequest, code: str) -> HttpResponse:
    """The page is going away: what is on it is given back soon, unless it comes back (a reload)."""
    _queue(request, code)
    work.leave_soon(actor=request.actor, work_ids=batching.works_of(_reviews(request)), now=now())
    return HttpResponse(status=204)


@page(right="review.decide", methods=("POST",))
def release(request: PageRequest, code: str) -> HttpResponseBase:
    """Give all back at once."""
    _queue(request, code)
    places = batches.held(code, actor=request.actor)
    batching.release_batch(actor=request.actor, work_ids=[place.id for place in places], now=now())
    return go(request, reverse("batches:list"))


def _queue(request: PageRequest, code: str) -> QueueView:
    queue = batches.queue_of(code, actor=request.actor)
    if queue is None:
        raise NotFound("There is no such batch.")
    return queue


def _reviews(request: PageRequest) -> tuple[UUID, ...]:
    form = ReviewsForm({"reviews": request.POST.getlist("review")})
    return form.cleaned_data["reviews"] if form.is_valid() else ()


def _context(request: PageRequest, queue: QueueView, *, answers: Sequence[Answer] = ()) -> Mapping[str, Any]:
    moment = now()
    places = batches.held(queue.code, actor=request.actor)
    ends = work.keep_many(actor=request.actor, work_ids=[place.id for place in places], now=moment)
    left = {one.review: one for one in answers if one.state != "decided"}
    shown = batches.cards(places, actor=request.actor, now=moment, answers=left)
    decided = [one for one in answers if one.state == "decided"]
    until = min((one.undo_until for one in decided if one.undo_until), default=moment)
    return {
        "queue": queue,
        "cards": shown,
        "lane": min((card.lane for card in shown), default=None),
        "due_at": min((card.due_at for card in shown if card.due_at), default=None),
        "left": batches.minutes_left(ends, now=moment),
        "held_count": len(ends),
        "said": batches.summed_up(answers) if answers else "",
        "undo": decided if until > moment else [],
        "undo_seconds": max(0, int((until - moment).total_seconds() + 0.999)),
        "size": batches.SIZE,
    }
