"""Queues: what each takes, who works on it, what waits in it and why in this order; made, changed, paused and drained here."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.console import wording
from trustdesk.console.forms.queues import NamedForm, QueueForm, in_unit
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.work import actions as work_actions
from trustdesk.kernel.work import queries as work
from trustdesk.kernel.work.actions import QueuesOverlap, QueueState
from trustdesk.kernel.work.queries import QueueView, WorkView, lines
from trustdesk.kernel.work.rules.conditions import read
from trustdesk.review import queries as reviews
from trustdesk.review.actions import queues as review_actions
from trustdesk.web.page import PageRequest, go, page

SHOWN = 50
STATES = ("open", "paused", "draining", "closed")


@page(right="work.read")
def queues(request: PageRequest) -> HttpResponse:
    """Every queue that one may see, with what waits, what it takes and who works on it."""
    counts = {count.queue: count for count in work.counts(actor=request.actor, now=now())}
    seen = [queue for queue in work.queues() if queue.code in counts]
    named, known = lines.named_on(queue.id for queue in seen), wording.names()
    rows = [
        {
            "queue": queue,
            "count": counts[queue.code],
            "takes": _takes(queue, known),
            "named": named.get(queue.id),
            "target": _target(queue),
        }
        for queue in seen
    ]
    return render(request, "console/queues.html", {"rows": rows, "may_manage": request.actor.may("work.manage")})


@page(right="work.read")
def queue(request: PageRequest, code: str) -> HttpResponse:
    """One queue; asked by htmx, only what changes by itself."""
    found = _get(request, code)
    context = _live(request, found)
    if request.htmx:
        return render(request, "console/_queue_live.html", context)
    may_manage = request.actor.may("work.manage", queue=code)
    named = lines.named_on([found.id]).get(found.id)
    context |= {
        "takes": _takes(found, wording.names()),
        "target": _target(found),
        "named": named,
        "may_manage": may_manage,
        "named_form": _named_form(named) if may_manage else None,
        "may_see_people": request.actor.may("people.read"),
        "sorting": reviews.sorting_of(code),
    }
    return render(request, "console/queue.html", context)


@page(right="work.read", methods=("GET", "HEAD"))
def sorting(request: PageRequest, code: str) -> HttpResponse:
    """How far sorting what waits has come."""
    found = _get(request, code)
    return render(request, "console/_sorting.html", {"queue": found, "sorting": reviews.sorting_of(code)})


@page(right="work.read", methods=("GET", "HEAD"))
def why(request: PageRequest, work_id: UUID) -> HttpResponse:
    """Why this piece of work stands where it stands: its lane, the parts of its score, its age."""
    view = work.view_of(work_id)
    if view is None or not request.actor.may("work.read", market=view.market or None, queue=view.queue):
        raise NotFound
    return render(request, "console/_why.html", _why(view))


@page(right="work.manage")
def make(request: PageRequest) -> HttpResponseBase:
    """A new queue."""
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        code = form.code()
        if not code:
            form.add_error("name", _("Give a name with letters of the Latin alphabet, for its address."))
        elif any(one.code == code for one in work.queues()):
            form.add_error("name", _("There is a queue of this name."))
        elif _saved(request, form, code, None):
            return _to(request, code, _("The queue is made. It takes what comes in from now on."))
    return _edit_page(request, form, None)


@page(right="work.manage")
def edit(request: PageRequest, code: str) -> HttpResponseBase:
    """Change a queue."""
    found = _get(request, code)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid() and _saved(request, form, code, found):
        return _to(request, code, _("The queue is changed. What waits stays where it is until you sort it again."))
    return _edit_page(request, form, found)


@page(right="work.manage", methods=("POST",))
def state(request: PageRequest, code: str) -> HttpResponseBase:
    """Open, pause, drain or close."""
    found, wanted = _get(request, code), request.POST.get("state", "")
    if wanted not in STATES:
        raise Invalid
    try:
        work_actions.set_queue_state(actor=request.actor, code=code, state=cast(QueueState, wanted), now=now())
    except QueuesOverlap as refusal:
        raise QueuesOverlap(_overlap(refusal), **refusal.details) from refusal
    said = {
        "open": _("“%(queue)s” is open."),
        "paused": _("“%(queue)s” is paused: nothing is dealt from it; who holds an item finishes it."),
        "draining": _("“%(queue)s” drains: nothing new comes in, what waits is worked off."),
        "closed": _("“%(queue)s” is closed."),
    }
    return _to(request, code, said[wanted] % {"queue": found.name})


@page(right="work.manage", methods=("POST",))
def name(request: PageRequest, code: str) -> HttpResponseBase:
    """Say who works on it."""
    _get(request, code)
    form = _named_form(None, request.POST)
    if not form.is_valid():
        raise Invalid(fields={field: " ".join(map(str, errors)) for field, errors in form.errors.items()})
    told = form.cleaned_data
    work_actions.name_people(
        actor=request.actor,
        code=code,
        people=[UUID(one) for one in told["people"]],
        teams=[UUID(one) for one in told["teams"]],
        second_people=[UUID(one) for one in told["second_people"]],
        second_teams=[UUID(one) for one in told["second_teams"]],
        now=now(),
    )
    return _to(request, code, _("Kept: it holds from the next item that is dealt."))


@page(right="work.manage", methods=("POST",))
def fall_back(request: PageRequest, code: str) -> HttpResponseBase:
    """Make it the queue that takes the rest."""
    found = _get(request, code)
    review_actions.set_queue(actor=request.actor, now=now(), **_as_it_is(found) | {"fallback": True})
    return _to(request, code, _("“%(queue)s” takes what no other queue takes.") % {"queue": found.name})


@page(right="work.manage", methods=("POST",))
def sort(request: PageRequest, code: str) -> HttpResponseBase:
    """Sort what waits again."""
    _get(request, code)
    review_actions.sort_again(actor=request.actor, queue=code, now=now())
    return _to(request, code, _("What waits is being sorted."))


def _get(request: PageRequest, code: str) -> QueueView:
    found = next((one for one in work.queues() if one.code == code), None)
    if found is None or not request.actor.may("work.read", queue=code):
        raise NotFound
    return found


def _live(request: PageRequest, found: QueueView) -> dict[str, Any]:
    rows = lines.waiting(actor=request.actor, queue=found.code, limit=SHOWN)
    counts = work.counts(actor=request.actor, now=now(), queue=found.code)
    left = min(counts[0].waiting, 1000) if counts else 0
    started = found.drained_from
    return {
        "queue": found,
        "count": counts[0] if counts else None,
        "rows": rows,
        "reviews": reviews.of_works(row.id for row in rows),
        "more": bool(counts) and counts[0].waiting > len(rows),
        "drained": {"from": started, "done": max(0, started - left)} if started and started <= 1000 else None,
    }


def _why(view: WorkView) -> dict[str, Any]:
    at = now()
    place = lines.place_in_line(view.id)
    hours = max(0.0, (at - view.opened_at).total_seconds() / 3600)
    return {
        "view": view,
        "before": place.before if place else None,
        "age": round(hours, 1),
        "points": round(view.score, 1),
        "all": round(view.score + hours, 1),
        "late": view.due_at is not None and view.due_at < at,
    }


def _takes(found: QueueView, known: wording.Names) -> list[wording.Said] | None:
    return None if found.condition is None else wording.said(found.condition, known)


def _target(found: QueueView) -> str:
    """“2 hours”, "" where the lane's target holds."""
    amount, unit = in_unit(found.target_minutes)
    words = {"minutes": _("%(n)s minutes"), "hours": _("%(n)s hours"), "days": _("%(n)s days")}
    return words[unit] % {"n": amount} if amount else ""


def _form(request: PageRequest, found: QueueView | None) -> QueueForm:
    return QueueForm(
        request.POST if request.method == "POST" else None,
        initial=QueueForm.initial_of(found) if found else {},
        known=wording.names(),
        calendars=work.calendars(),
    )


def _edit_page(request: PageRequest, form: QueueForm, found: QueueView | None) -> HttpResponse:
    return render(
        request, "console/queue_edit.html", {"form": form, "queue": found}, status=422 if form.is_bound else 200
    )


def _saved(request: PageRequest, form: QueueForm, code: str, found: QueueView | None) -> bool:
    """Save; a refusal is told on the form."""
    given = _as_it_is(found) if found else {"code": code}
    # The fallback takes what is left; an open queue without a named dimension would take everything.
    condition = form.condition() or None
    if condition is None and not (found and found.fallback):
        form.add_error(None, _("Name at least one dimension: this queue would take everything."))
        return False
    given |= {
        "name": form.cleaned_data["name"],
        "condition": condition,
        "lease_seconds": form.cleaned_data["lease"] * 60,
        "version": form.cleaned_data["version"] if found else None,
        "batch_question": form.cleaned_data["batch_question"],
        **form.target(),
    }
    try:
        review_actions.set_queue(actor=request.actor, now=now(), **given)
    except QueuesOverlap as refusal:
        form.add_error(None, _overlap(refusal))
    except Refusal as refusal:
        for field, words in refusal.spoken_fields.items() or (("", refusal.spoken),):
            form.add_error(field if field in form.fields else None, words)
    return form.is_valid()


def _overlap(refusal: QueuesOverlap) -> str:
    both = wording.in_one_line(read(refusal.details["both"]), wording.names())
    return _("“%(queue)s” takes some of the same work. Both would take: %(both)s.") % {
        "queue": refusal.details["name"],
        "both": both,
    }


def _as_it_is(found: QueueView) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "condition": found.condition,
        "fallback": found.fallback,
        "lease_seconds": found.lease_seconds,
        "cool_down_seconds": found.cool_down_seconds,
        "calendar": found.calendar or None,
        "target_minutes": found.target_minutes,
        "target_business": found.target_business,
    }


def _named_form(named: lines.NamedView | None, data: Any = None) -> NamedForm:
    named = named or lines.NamedView()
    initial: dict[str, Sequence[str]] = {
        "people": [str(pk) for pk, _name in named.people if pk not in named.second],
        "teams": [str(pk) for pk, _name in named.teams if pk not in named.second],
        "second_people": [str(pk) for pk, _name in named.people if pk in named.second],
        "second_teams": [str(pk) for pk, _name in named.teams if pk in named.second],
    }
    return NamedForm(data, initial=initial, staff=people.staff_with("review.decide"), teams=people.teams())


def _to(request: PageRequest, code: str, said: str) -> HttpResponse:
    messages.success(request, said)
    return go(request, reverse("console:queue", args=[code]))
