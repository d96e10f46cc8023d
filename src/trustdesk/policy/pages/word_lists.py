"""Word lists: who reads them, what is in them, a new version checked against every example."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import actions, queries
from trustdesk.policy.pages.reading import may
from trustdesk.policy.refusals import DoesNotPass
from trustdesk.web.page import PageRequest, go, page


@page(right="policy.read", methods=("GET", "HEAD"))
def word_lists(request: PageRequest) -> HttpResponse:
    return render(request, "policy/lists.html", {"rows": queries.word_lists(), "may": may(request)})


@page(right="policy.read", methods=("GET", "HEAD"))
def word_list(request: PageRequest, name: str, number: int | None = None) -> HttpResponse:
    view = queries.word_list_view(name, number)
    context = {"view": view, "may": may(request), "mine": view.version.author == request.actor.label}
    return render(request, "policy/word_list.html", context)


@page(right="policy.edit")
def edit(request: PageRequest, name: str = "") -> HttpResponseBase:
    """Change a list, or begin one; what the check finds is shown beside the words."""
    given = name or request.POST.get("name", "").strip()
    base = queries.word_list_view(name) if name else None
    text = base.words.text if base else ""
    if request.method != "POST":
        return _editor(request, name, text)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        actions.edit_list(actor=request.actor, name=given, text=text, now=now())
    except DoesNotPass as refusal:
        return _editor(request, name, text, given=given, refusal=refusal)
    except Invalid as refusal:
        return _editor(request, name, text, given=given, refusal=refusal)
    messages.success(request, _("Checked. A second person can approve it now."))
    newest = max(queries.word_list_view(given).versions, key=lambda version: version.number)
    return go(request, reverse("policy:list_version", args=[given, newest.number]))


@page(right="policy.approve", methods=("POST",))
def approve(request: PageRequest, name: str, number: int) -> HttpResponseBase:
    actions.approve_list(actor=request.actor, version_id=_version(name, number), now=now())
    messages.success(request, _("Approved. It goes live when it is published."))
    return go(request, reverse("policy:list_version", args=[name, number]))


@page(right="policy.approve", methods=("POST",))
def publish(request: PageRequest, name: str, number: int) -> HttpResponseBase:
    made = actions.publish(actor=request.actor, lists=[_version(name, number)], now=now())
    messages.success(request, _("Live since this moment, as ruleset %(number)s.") % {"number": made.number})
    return go(request, reverse("policy:word_list", args=[name]))


@page(right="policy.approve", methods=("POST",))
def roll_back(request: PageRequest, name: str) -> HttpResponseBase:
    made = actions.roll_back_list(actor=request.actor, name=name, reason=request.POST.get("reason", ""), now=now())
    messages.success(request, _("Rolled back; ruleset %(number)s is in force.") % {"number": made.number})
    return go(request, reverse("policy:word_list", args=[name]))


def _version(name: str, number: int) -> UUID:
    return queries.word_list_view(name, number).version.id


def _editor(
    request: PageRequest, name: str, text: str, *, given: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    context = {"name": name, "given": given, "text": text, "refusal": refusal}
    return render(request, "policy/list_edit.html", context, status=refusal.status if refusal else 200)
