"""Views of the inbox that people keep, and lists of cases that they take out."""

from uuid import UUID

from django.contrib import messages
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.timesource import now
from trustdesk.support import actions, exporting, queries, saving
from trustdesk.support.actions.viewing import MOST_EXPORTED
from trustdesk.web.page import PageRequest, go, page, swap


@page(right="support.read", methods=("GET", "HEAD"))
def views(request: PageRequest) -> HttpResponse:
    """The views one may use, with how many cases each holds: a part of the inbox, fetched when it is opened."""
    here = saving.canonical(request.GET.urlencode())
    return swap(
        request,
        "support/_views.html",
        views=saving.views_for(request.actor, now=now()),
        here=here,
        most=f"{queries.MOST_COUNTED:,}",
    )


@page(right="support.read", methods=("POST",))
def save_view(request: PageRequest) -> HttpResponseBase:
    query = request.POST.get("query", "")
    actions.save_view(
        actor=request.actor,
        name=request.POST.get("name", ""),
        query=query,
        shared=bool(request.POST.get("shared")),
        now=now(),
    )
    messages.success(request, _("The view is saved."))
    return _back(request, query)


@page(right="support.read", methods=("POST",))
def change_view(request: PageRequest, view_id: UUID) -> HttpResponseBase:
    actions.change_view(
        actor=request.actor,
        view_id=view_id,
        version=_version(request),
        name=request.POST.get("name", ""),
        shared=bool(request.POST.get("shared")),
        now=now(),
    )
    messages.success(request, _("The view is changed."))
    return _back(request, request.POST.get("query", ""))


@page(right="support.read", methods=("POST",))
def delete_view(request: PageRequest, view_id: UUID) -> HttpResponseBase:
    actions.delete_view(actor=request.actor, view_id=view_id, version=_version(request), now=now())
    messages.success(request, _("The view is deleted."))
    return _back(request, request.POST.get("query", ""))


@page(right="support.export", methods=("GET", "HEAD", "POST"))
def export(request: PageRequest) -> HttpResponseBase:
    """What would be taken out, and the file. Who took out what is recorded."""
    query = saving.canonical(request.GET.urlencode())
    wanted = saving.wanted_of(QueryDict(query))
    rows = queries.count(actor=request.actor, wanted=wanted, now=now(), most=MOST_EXPORTED)
    if request.method != "POST":
        shown = {"query": query, "rows": rows, "too_many": rows > MOST_EXPORTED, "most": MOST_EXPORTED}
        return render(request, "support/export.html", shown)
    notes = bool(request.POST.get("notes"))
    said = notes or bool(request.POST.get("said"))
    actions.export_cases(actor=request.actor, query=query, rows=rows, said=said, notes=notes, now=now())
    made = exporting.pieces(
        actor=request.actor,
        wanted=wanted,
        said=said,
        notes=notes,
        most=MOST_EXPORTED,
        now=now(),
        language=request.actor.language,
    )
    # A server with an event loop takes a plain iterator into memory whole, one without cannot take the other kind.
    answer = StreamingHttpResponse(
        exporting.stream(made) if isinstance(request, ASGIRequest) else made, content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="cases-{now():%Y-%m-%d}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _version(request: PageRequest) -> int:
    told = request.POST.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0


def _back(request: PageRequest, query: str) -> HttpResponseBase:
    kept = saving.canonical(query)
    return go(request, reverse("support:list") + (f"?{kept}" if kept else ""))
