"""Taking a list out as CSV: at once when it is short, as a file made by a job when it is long."""

from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Forbidden, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.search import actions, exporting, finding, listing
from trustdesk.search.asking import TABS, ask
from trustdesk.search.exporting import MOST_AT_ONCE
from trustdesk.web.page import PageRequest, go, page


@page(right="items.export", methods=("GET", "HEAD", "POST"))
def export(request: PageRequest, tab: str) -> HttpResponseBase:
    """What would be taken out; sent, it comes at once or as a job."""
    if tab not in TABS:
        raise Http404
    if people.is_partner(request.user.id):
        raise Forbidden(_("Partner teams take no lists out."))
    said = request.POST if request.method == "POST" else request.GET
    told = dict(request.GET.lists())
    asked = ask(tab, told, actor=request.actor, zone=request.user.time_zone)
    if tab == "decisions":
        request.actor.require("decisions.read")
    person = finding.person_asked(asked, actor=request.actor)
    count = finding.count(asked, person=person, most=MOST_AT_ONCE)
    with_people, mark = bool(said.get("with_people")), bool(said.get("mark"))
    if request.method != "POST":
        context = {
            "tab": tab,
            "query": asked.query,
            "some": count,
            "count": listing.counted(count, most=MOST_AT_ONCE),
            "long": count > MOST_AT_ONCE,
            "kept_days": exporting.KEPT.days,
            "may_people": request.actor.may("items.export_people"),
            "columns": [(column.title, column.people) for column in listing.columns(tab, with_people=True)],
        }
        return render(request, "search/export.html", context)
    if count > MOST_AT_ONCE:
        made = actions.begin_export(
            actor=request.actor,
            asked=asked,
            with_people=with_people,
            mark=mark,
            language=request.actor.language,
            now=now(),
        )
        return go(request, reverse("search:export_show", args=[made]))
    actions.export_now(actor=request.actor, asked=asked, rows=count, with_people=with_people, now=now())
    rows = exporting.pieces(
        asked, actor=request.actor, with_people=with_people, mark=mark, now=now(), most=MOST_AT_ONCE
    )
    language = request.actor.language
    # A server with an event loop takes a plain iterator into memory whole, one without cannot take the other kind.
    looped = isinstance(request, ASGIRequest)
    answer = StreamingHttpResponse(
        exporting.stream(rows, language=language) if looped else exporting.in_language(rows, language),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="{tab}-{now():%Y-%m-%d}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@page(right="items.export", methods=("GET", "HEAD"))
def show(request: PageRequest, export_id: UUID) -> HttpResponse:
    return render(request, "search/export_show.html", {"export": _view(request, export_id)})


@page(right="items.export", methods=("GET", "HEAD"))
def progress(request: PageRequest, export_id: UUID) -> HttpResponse:
    """The bar, again each second; the whole page once it is over."""
    view = _view(request, export_id)
    answer = render(request, "search/_export_progress.html", {"export": view})
    if not view.open:
        answer["HX-Refresh"] = "true"
    return answer


@page(right="items.export", methods=("POST",))
def fetch(request: PageRequest, export_id: UUID) -> HttpResponseBase:
    """To the file, by an address that works for ten minutes."""
    return go(request, actions.fetch_export(actor=request.actor, export_id=export_id, now=now()))


@page(right="items.export", methods=("POST",))
def cancel(request: PageRequest, export_id: UUID) -> HttpResponseBase:
    actions.cancel_export(actor=request.actor, export_id=export_id, now=now())
    return go(request, reverse("search:export_show", args=[export_id]))


def _view(request: PageRequest, export_id: UUID) -> exporting.ExportView:
    view = exporting.view_of(export_id, staff=request.user.id, now=now())
    if view is None:
        raise NotFound(_("There is no such export of yours."))
    return view
