"""What stands on the page of a case whose requester chats: whether they are there, handing over, ending."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.chat import actions, queries
from trustdesk.chat.forms import HandForm
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.work import actions as work
from trustdesk.support import queries as cases
from trustdesk.support.actions import NoSuchCase
from trustdesk.web.page import PageRequest, go, page, refuse, swap


def top(request: HttpRequest) -> dict[str, Any] | None:
    """The place in the top bar that says how many wait, for those who may answer; the number comes by the live stream."""
    actor = getattr(request, "actor", None)
    return {} if actor is not None and actor.may("support.answer") else None


@page(right="support.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """The chat of a case, beside its conversation."""
    case = _case(request, case_id)
    chat, at = queries.of_case(case.id), now()
    if chat is None:
        return HttpResponse(status=204)
    answers = request.actor.may("support.answer", market=case.market or None, queue=case.queue)
    there = [one for one in queries.those_there(now=at) if str(one.id) != request.actor.id] if answers else []
    return swap(
        request,
        "chat/_panel.html",
        case=case,
        chat=chat,
        here=chat.here(at),
        answers=answers,
        there=there,
        teams=people.teams() if there else [],
    )


@page(right="support.answer", methods=("POST",))
def beat(request: PageRequest, case_id: UUID) -> HttpResponse:
    """The page of a chat is open: who has it in hand keeps it."""
    case = _case(request, case_id)
    if case.holder is not None and str(case.holder) == request.actor.id:
        with suppress(Refusal):  # it lapsed at this moment
            work.heartbeat(actor=request.actor, work_id=case.work, now=now())
    return HttpResponse(status=204)


@page(right="support.answer", methods=("POST",))
def hand_over(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """To a colleague, or to whoever of a team is free."""
    form = HandForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    to, note = form.cleaned_data["to"], form.cleaned_data["note"]
    _case(request, case_id)
    if form.to_team:
        taker = actions.hand_to_team(actor=request.actor, case_id=case_id, team=to, note=note, now=now())
    else:
        taker = to
        actions.hand_over(actor=request.actor, case_id=case_id, to=to, note=note, now=now())
    found = people.staff_by_id(taker)
    messages.success(request, _("%(name)s has the chat now.") % {"name": found.name if found else ""})
    return go(request, reverse("support:show", args=[case_id]))


@page(right="support.answer", methods=("POST",))
def end(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    case = _case(request, case_id)
    request.actor.require("support.answer", market=case.market or None, queue=case.queue)
    chat = queries.of_case(case_id)
    if chat is None:
        raise actions.NoSuchChat
    actions.end(actor=request.actor, chat_id=chat.id, how="agent", now=now())
    messages.success(request, _("The chat has ended. What is still to say goes by e-mail."))
    return go(request, reverse("support:show", args=[case_id]))


def _case(request: PageRequest, case_id: UUID) -> cases.CaseView:
    found = cases.by_id(case_id)
    if found is None or not cases.may_see(found, actor=request.actor):
        raise NoSuchCase
    return found
