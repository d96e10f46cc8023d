"""Sweeps and other runs: open one, see how far it is, stop it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.work import queries as work
from trustdesk.search import actions, finding, listing, running
from trustdesk.search.choosing import MOST_AT_ONCE, asked_in
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page

LIMIT = 100


@page(right="work.manage", methods=("GET", "HEAD"))
def sweep(request: PageRequest) -> HttpResponse:
    """How many match, and what a sweep would open."""
    asked = asked_in(request.GET.urlencode(), actor=request.actor, zone=request.user.time_zone)
    count = finding.count(asked, person=finding.person_asked(asked, actor=request.actor))
    context = {
        "asked": asked,
        "query": asked.query,
        "some": count,
        "count": listing.counted(count),
        "wanted": min(count, 50),
        "most": MOST_AT_ONCE,
        "queues": [one for one in work.queues() if not one.kinds or "review" in one.kinds],
        "runs": running.newest(now=now(), limit=8),
    }
    return render(request, "search/sweep.html", context)


@page(right="work.manage", methods=("POST",))
def begin(request: PageRequest) -> HttpResponseBase:
    said = request.POST
    by_share = said.get("how") == "share"
    run = actions.begin_sweep(
        actor=request.actor,
        asked=asked_in(said.get("query", ""), actor=request.actor, zone=request.user.time_zone),
        wanted=MOST_AT_ONCE if by_share else _number(said.get("wanted", "")),
        share=_part(said.get("share", "")) if by_share else 0.0,
        queue=said.get("queue", ""),
        reason=said.get("reason", ""),
        now=now(),
    )
    messages.success(request, _("The sweep has begun. You may leave this page."))
    return go(request, reverse("search:run", args=[run]))


@page(right="items.read", methods=("GET", "HEAD"))
def show(request: PageRequest, run_id: UUID) -> HttpResponse:
    """How far a run is, and what became of each item."""
    return render(request, "search/run.html", _context(request, run_id, with_turns=True))


@page(right="items.read", methods=("GET", "HEAD"))
def progress(request: PageRequest, run_id: UUID) -> HttpResponse:
    """The bar, again each second; the whole page once it is over."""
    context = _context(request, run_id, with_turns=False)
    answer = render(request, "search/_run_progress.html", context)
    if not context["run"].open:
        answer["HX-Refresh"] = "true"
    return answer


@page(right="items.read", methods=("POST",))
def cancel(request: PageRequest, run_id: UUID) -> HttpResponseBase:
    actions.cancel_run(actor=request.actor, run_id=run_id, now=now())
    messages.success(request, _("It is stopped. What was done stays."))
    return go(request, reverse("search:run", args=[run_id]))


def _context(request: PageRequest, run_id: UUID, *, with_turns: bool) -> dict[str, Any]:
    view = running.view_of(run_id, now=now())
    if view is None:
        raise NotFound(_("There is no such run."))
    context: dict[str, Any] = {
        "run": view,
        "may_cancel": view.open and (view.actor == request.actor.label or request.actor.may("work.manage")),
    }
    if with_turns:
        state = request.GET.get("state", "")
        start = cursors.decode(request.GET.get("after"), int)
        turns = running.turns(
            run_id, after=start[0] if start else 0, limit=LIMIT + 1, state=state if state in view.counts else ""
        )
        shown = cursors.page_of(turns, limit=LIMIT, key=lambda turn: (turn.number,))
        things = content.items(turn.item for turn in shown.rows)
        context |= {
            "rows": [(turn, things.get(turn.item)) for turn in shown.rows],
            "next": shown.next,
            "state": state,
            "name": people.names_of([view.actor])[view.actor],
        }
    return context


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0


def _part(said: str) -> float:
    try:
        return float(said[:12])
    except ValueError:
        return -1.0
