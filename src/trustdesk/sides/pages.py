"""The pages of side conversations: beside a case, writing on, the address book."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from trustdesk.kernel.base.timesource import now
from trustdesk.sides import actions, queries
from trustdesk.sides.forms import DepartmentForm, OpenForm, WordsForm
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase
from trustdesk.web.page import PageRequest, go, page, refuse, swap

LANGUAGES = (("en", "English"), ("id", "Bahasa Indonesia"))


@page(right="support.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """What was written with departments about one case, and the form to write to one."""
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=request.actor):
        raise NoSuchCase
    answers = support.may_see(case, actor=request.actor, right="support.answer") and case.merged_into is None
    spoken = support.conversation(case_id, limit=20) if answers else []
    return swap(
        request,
        "sides/_of_case.html",
        case=case,
        sides=queries.of_case(case_id),
        answers=answers,
        free=request.actor.may(actions.FREE),
        departments=queries.departments(),
        messages=[one for one in spoken if one.direction != "note"],
    )


@page(right="support.answer", methods=("POST",))
def begin(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    form = OpenForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    quotes = []
    for said in request.POST.getlist("quotes")[:50]:
        with suppress(ValueError):
            quotes.append(UUID(said))
    actions.open_side(actor=request.actor, case_id=case_id, quotes=quotes, now=now(), **form.cleaned_data)
    return go(request, reverse("support:show", args=[case_id]))


@page(right="support.answer", methods=("POST",))
def write_on(request: PageRequest, side_id: UUID) -> HttpResponseBase:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.write_on(actor=request.actor, side_id=side_id, now=now(), **form.cleaned_data)
    return _back(request, side_id)


@page(right="support.answer", methods=("POST",))
def close(request: PageRequest, side_id: UUID) -> HttpResponseBase:
    actions.close_side(actor=request.actor, side_id=side_id, now=now())
    return _back(request, side_id)


@page(right="support.manage")
def departments(request: PageRequest) -> HttpResponseBase:
    """Whom the desk may write to about cases."""
    if request.method == "POST":
        if "drop" in request.POST:
            actions.drop_department(actor=request.actor, code=request.POST["drop"][:50], now=now())
            return go(request, reverse("sides:departments"))
        form = DepartmentForm(request.POST)
        if not form.is_valid():
            return refuse(request, form)
        actions.set_department(actor=request.actor, now=now(), **form.cleaned_data)
        return go(request, reverse("sides:departments"))
    context = {"departments": queries.departments(), "languages": LANGUAGES}
    return render(request, "sides/departments.html", context)


def _back(request: PageRequest, side_id: UUID) -> HttpResponseBase:
    return go(request, reverse("support:show", args=[queries.case_of(side_id)]))
