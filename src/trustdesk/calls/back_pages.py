"""Those who are to be called back: the list, taking one, and what came of calling."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trustdesk.calls import actions, queries, rules
from trustdesk.calls.forms import OUTCOME_WORDS, BackForm, CancelForm, TriedForm
from trustdesk.calls.refusals import NoSuchCallBack
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work.actions import NothingWaiting
from trustdesk.support import queries as support
from trustdesk.web.page import PageRequest, go, page, refuse

WHICH_WORDS = {
    "open": gettext_lazy("To call"),
    "mine": gettext_lazy("In my hands"),
    "late": gettext_lazy("Late"),
    "done": gettext_lazy("Done"),
}
STATE_WORDS = {
    "waiting": gettext_lazy("waits"),
    "reached": gettext_lazy("reached"),
    "given_up": gettext_lazy("not reached"),
    "settled": gettext_lazy("spoken with otherwise"),
    "cancelled": gettext_lazy("not needed"),
}
STATE_TONES = {"reached": "approve", "given_up": "reject"}
WORDS = {"states": STATE_WORDS, "tones": STATE_TONES, "outcomes": OUTCOME_WORDS}


@page(right="support.answer", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """Who is to be called back, who is due first on top."""
    which = request.GET.get("which", "open")
    which = which if which in WHICH_WORDS else "open"
    at = now()
    context = {
        "rows": queries.call_backs(actor=request.actor, which=which, now=at),
        "which": which,
        "whiches": WHICH_WORDS.items(),
        "words": WORDS,
        "now": at,
    }
    return render(request, "calls/backs.html", context)


@page(right="support.answer", methods=("GET", "HEAD"))
def show(request: PageRequest, callback_id: UUID) -> HttpResponse:
    """One of them, with what was tried, and what one may do about it."""
    found = queries.call_back(callback_id)
    case = support.by_id(found.case) if found else None
    if found is None or case is None or not support.may_see(case, actor=request.actor, right="support.answer"):
        raise NoSuchCallBack
    context = {
        "back": found,
        "mine": found.holder is not None and str(found.holder) == request.actor.id,
        "words": WORDS,
        "most": rules.MOST_TRIES,
        "tried": TriedForm(),
        "cancel": CancelForm(),
        "now": now(),
    }
    return render(request, "calls/back.html", context)


@page(right="support.answer", methods=("POST",))
def ask(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Note on a case that somebody is to be called back."""
    form = BackForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    try:
        actions.ask_back(actor=request.actor, case_id=case_id, now=now(), **form.cleaned_data)
    except Invalid as refusal:
        form.blame(refusal.fields or {"": refusal.message})
        return refuse(request, form)
    messages.success(request, _("They will be called back."))
    return go(request, reverse("support:show", args=[case_id]))


@page(right="support.answer", methods=("POST",))
def take_next(request: PageRequest) -> HttpResponseBase:
    try:
        found = actions.take_next_back(actor=request.actor, now=now())
    except NothingWaiting as refusal:
        messages.info(request, _(refusal.message))
        return go(request, reverse("calls:backs"))
    return go(request, reverse("calls:back", args=[found]))


@page(right="support.answer", methods=("POST",))
def take(request: PageRequest, callback_id: UUID) -> HttpResponseBase:
    actions.take_back(actor=request.actor, callback_id=callback_id, now=now())
    return go(request, reverse("calls:back", args=[callback_id]))


@page(right="support.answer", methods=("POST",))
def leave(request: PageRequest, callback_id: UUID) -> HttpResponseBase:
    actions.leave_back(actor=request.actor, callback_id=callback_id, now=now())
    return go(request, reverse("calls:backs"))


@page(right="support.answer", methods=("POST",))
def tried(request: PageRequest, callback_id: UUID) -> HttpResponseBase:
    """Say what came of calling."""
    form = TriedForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    state = actions.tried_back(actor=request.actor, callback_id=callback_id, now=now(), **form.cleaned_data)
    if state == "waiting":
        found = queries.call_back(callback_id)
        left = rules.MOST_TRIES - (len(found.tries) if found else 0)
        said = ngettext(
            "It comes again later: %(left)s try is left.", "It comes again later: %(left)s tries are left.", left
        )
        messages.success(request, said % {"left": left})
    else:
        messages.success(request, _("Kept; the case says so."))
    return go(request, reverse("calls:backs"))


@page(right="support.answer", methods=("POST",))
def cancel(request: PageRequest, callback_id: UUID) -> HttpResponseBase:
    """Nobody is to call back."""
    form = CancelForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.cancel_back(actor=request.actor, callback_id=callback_id, why=form.cleaned_data["why"], now=now())
    messages.success(request, _("Nobody will call back; the case says why."))
    return go(request, reverse("calls:backs"))
