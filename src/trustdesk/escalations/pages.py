"""The pages of hand-overs: inbox, one of them, what a piece of work was told, deadlines."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localdate

from trustdesk.escalations import actions, queries
from trustdesk.escalations.forms import AreaForm, AskForm, DeadlineForm, LevelForm, OutsideForm, PromiseForm, WordsForm
from trustdesk.kernel.base.refusal import Forbidden, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

LANGUAGES = (("en", "English"), ("id", "Bahasa Indonesia"))
BOXES = ("team", "asked", "overdue", "ended")


@page(right="-", methods=("GET", "HEAD"))
def inbox(request: PageRequest) -> HttpResponse:
    """What waits for my teams, what I asked, what is over."""
    _either(request)
    answers = request.actor.may("escalations.answer")
    which = request.GET.get("box", "")
    if which not in BOXES:
        which = "team" if answers else "asked"
    start = cursors.decode(request.GET.get("after"), datetime, UUID)
    found = queries.box(request.actor, which=which, after=(start[0], start[1]) if start else None)  # type: ignore[arg-type]
    context = {
        "rows": found.rows,
        "next": cursors.encode(found.next) if found.next else "",
        "box": which,
        "answers": answers,
        "manages": request.actor.may("work.manage"),
    }
    return render(request, "escalations/inbox.html", context)


@page(right="-", methods=("GET", "HEAD"))
def show(request: PageRequest, escalation_id: UUID) -> HttpResponse:
    """One hand-over, with what was said and what one can do now."""
    _either(request)
    found = queries.whole(escalation_id, actor=request.actor)
    if found is None:
        raise NotFound("There is no such hand-over.")
    one = found.escalation
    answers = one.in_my_team and request.actor.may("escalations.answer")
    asks = one.asked_by_me and request.actor.may("escalations.send")
    context = {
        "one": one,
        "found": found,
        "may_accept": answers and one.state == "waiting",
        "may_answer": answers and one.state in {"accepted", "asked_back"} and one.held_by_me,
        "may_ask_back": answers and one.state == "accepted" and one.held_by_me,
        "may_return": answers
        and (one.state == "waiting" or (one.state in {"accepted", "asked_back"} and one.held_by_me)),
        "may_tell": (asks or one.in_my_hands) and one.state == "asked_back",
        "may_follow": (asks or one.in_my_hands) and one.state in {"answered", "returned"},
        "may_cancel": (asks or one.in_my_hands) and one.state in queries.OPEN,
        "may_promise": (asks or answers or one.in_my_hands) and one.ended_at is None,
        "today": localdate(),
        "may_note": answers and one.ended_at is None and not one.held_by_me,
        "teams": queries.teams() if answers and one.held_by_me and one.state == "accepted" else [],
        "severities": queries.severities() if answers and one.held_by_me and one.state == "accepted" else [],
    }
    return render(request, "escalations/escalation.html", context)


def top(request: HttpRequest) -> dict[str, Any] | None:
    """The place in the top bar that says what of hand-overs calls for whoever looks; none where nothing does."""
    actor = getattr(request, "actor", None)
    return {} if actor is not None and actor.kind == "staff" and actor.may("escalations.send") else None


@page(right="escalations.send", methods=("GET", "HEAD"))
def calls(request: PageRequest) -> HttpResponse:
    """That place, asked for once the page stands: no page waits for it."""
    found = queries.calls(request.actor)
    box = "team" if found.waiting else "overdue" if found.overdue and not found.asked_back else "asked"
    return swap(request, "escalations/_calls.html", calls=found, box=box)


def _either(request: PageRequest) -> None:
    if not any(map(request.actor.may, ("escalations.send", "escalations.answer", "work.manage"))):
        raise Forbidden("This is for those who hand work over or answer it.")


@page(right="escalations.answer", methods=("POST",))
def accept(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    actions.accept(actor=request.actor, escalation_id=escalation_id, now=now())
    return _back(request, escalation_id)


@page(right="escalations.answer", methods=("POST",))
def answer(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.answer(actor=request.actor, escalation_id=escalation_id, now=now(), **form.cleaned_data)
    return _back(request, escalation_id)


@page(right="escalations.answer", methods=("POST",))
def give_back(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.give_back(actor=request.actor, escalation_id=escalation_id, now=now(), **form.cleaned_data)
    return _back(request, escalation_id)


@page(right="escalations.answer", methods=("POST",))
def note(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.note(actor=request.actor, escalation_id=escalation_id, now=now(), **form.cleaned_data)
    return _back(request, escalation_id)


@page(right="escalations.answer", methods=("POST",))
def ask_back(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.ask_back(actor=request.actor, escalation_id=escalation_id, now=now(), **form.cleaned_data)
    return _back(request, escalation_id)


@page(right="escalations.send", methods=("POST",))
def tell(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.tell(actor=request.actor, escalation_id=escalation_id, now=now(), **form.cleaned_data)
    return _back(request, escalation_id)


@page(right="-", methods=("POST",))
def promise(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    """The day until which something is promised lasts until its end, where one is; none takes it away."""
    _either(request)
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    day = form.cleaned_data["until"]
    until = datetime.combine(day, time(23, 59), get_current_timezone()) if day else None
    text = form.cleaned_data["text"]
    actions.promise(actor=request.actor, escalation_id=escalation_id, until=until, text=text, now=now())
    return _back(request, escalation_id)


@page(right="escalations.answer", methods=("POST",))
def hand_on(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    form = AskForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.hand_on(actor=request.actor, escalation_id=escalation_id, now=now(), **form.cleaned_data)
    return _back(request, escalation_id)


@page(right="escalations.send", methods=("POST",))
def follow_up(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.follow_up(actor=request.actor, escalation_id=escalation_id, now=now(), **form.cleaned_data)
    return _back(request, escalation_id)


@page(right="escalations.send", methods=("POST",))
def cancel(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    reason = request.POST.get("reason", "")
    actions.cancel(actor=request.actor, escalation_id=escalation_id, reason=reason, now=now())
    return _back(request, escalation_id)


@page(right="escalations.send", methods=("POST",))
def close(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    actions.close(actor=request.actor, escalation_id=escalation_id, now=now())
    return _back(request, escalation_id)


@page(right="work.manage")
def deadlines(request: PageRequest) -> HttpResponseBase:
    """How soon each severity is accepted and answered."""
    if request.method == "POST":
        form = DeadlineForm(request.POST)
        if not form.is_valid():
            return refuse(request, form)
        code = request.POST.get("code", "")
        actions.set_severity(actor=request.actor, code=code, now=now(), **form.cleaned_data)
        return go(request, reverse("escalations:deadlines"))
    context = {"severities": queries.severities(), "levels": queries.levels(), "areas": queries.areas()}
    return render(request, "escalations/deadlines.html", context)


@page(right="work.manage", methods=("POST",))
def level(request: PageRequest) -> HttpResponseBase:
    """Where what a team misses goes by itself."""
    form = LevelForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_level(actor=request.actor, now=now(), **form.cleaned_data)
    return go(request, reverse("escalations:deadlines"))


@page(right="work.manage", methods=("POST",))
def area(request: PageRequest) -> HttpResponseBase:
    """What kind of matter is handed over: one more, or another name."""
    form = AreaForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_area(actor=request.actor, now=now(), **form.cleaned_data)
    return go(request, reverse("escalations:deadlines"))


@page(right="work.manage")
def outside(request: PageRequest) -> HttpResponseBase:
    """Teams that are asked by letter: made, changed, put away."""
    if request.method == "POST":
        if "drop" in request.POST:
            actions.drop_outside(actor=request.actor, code=request.POST["drop"][:50], now=now())
            return go(request, reverse("escalations:outside"))
        form = OutsideForm(request.POST)
        if not form.is_valid():
            return refuse(request, form)
        actions.set_outside(actor=request.actor, now=now(), **form.cleaned_data)
        return go(request, reverse("escalations:outside"))
    context = {"teams": queries.outsiders(), "languages": LANGUAGES}
    return render(request, "escalations/outside.html", context)


def _back(request: PageRequest, escalation_id: UUID) -> HttpResponseBase:
    return go(request, reverse("escalations:show", args=[escalation_id]))
