"""Saved views: keep, change, delete."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.timesource import now
from trustdesk.search import actions
from trustdesk.search.asking import TABS
from trustdesk.web.page import PageRequest, go, page


@page(right="items.read", methods=("POST",))
def save(request: PageRequest) -> HttpResponseBase:
    tab, query = request.POST.get("tab", ""), request.POST.get("query", "")
    actions.save_view(
        actor=request.actor,
        name=request.POST.get("name", ""),
        tab=tab,
        query=query,
        shared=bool(request.POST.get("shared")),
        now=now(),
    )
    messages.success(request, _("The view is saved."))
    return _back(request, tab, query)


@page(right="items.read", methods=("POST",))
def change(request: PageRequest, view_id: UUID) -> HttpResponseBase:
    tab, query = request.POST.get("tab", ""), request.POST.get("query", "")
    actions.change_view(
        actor=request.actor,
        view_id=view_id,
        version=_version(request),
        name=request.POST.get("name", ""),
        shared=bool(request.POST.get("shared")),
        query=query if request.POST.get("ask") else None,
        now=now(),
    )
    messages.success(request, _("The view is changed."))
    return _back(request, tab, query)


@page(right="items.read", methods=("POST",))
def delete(request: PageRequest, view_id: UUID) -> HttpResponseBase:
    actions.delete_view(actor=request.actor, view_id=view_id, version=_version(request), now=now())
    messages.success(request, _("The view is deleted."))
    return _back(request, request.POST.get("tab", ""), request.POST.get("query", ""))


def _version(request: PageRequest) -> int:
    told = request.POST.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0


def _back(request: PageRequest, tab: str, query: str) -> HttpResponseBase:
    where = reverse(f"search:{tab if tab in TABS else 'items'}")
    return go(request, where + (f"?{query}" if query else ""))
