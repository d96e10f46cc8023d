"""Transparency reports, as they were published: a page and the file behind it."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.portal.pages import public
from trustdesk.transparency import queries as transparency

# A published edition never changes; which one is the newest may.
_KEPT = 300  # seconds


@public
def newest(request: HttpRequest) -> HttpResponse:
    """The report on the latest days, and the list of all."""
    return _shown(request, transparency.newest())


@public
def report(request: HttpRequest, first: str, last: str) -> HttpResponse:
    """The newest edition of these days, or `?edition=`."""
    return _shown(request, _found(request, first, last))


@public
def file(request: HttpRequest, first: str, last: str) -> HttpResponse:
    """The report as CSV: one line a figure."""
    found = _found(request, first, last)
    answer = HttpResponse(found.csv, content_type="text/csv; charset=utf-8")
    name = f"transparency-{found.first}-{found.last}-{found.edition}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["ETag"] = f'"{found.sha256}"'
    patch_cache_control(answer, public=True, max_age=_KEPT)
    return answer


def _found(request: HttpRequest, first: str, last: str) -> transparency.ReportView:
    wanted = request.GET.get("edition", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= 4 else None
    try:
        found = transparency.published(date.fromisoformat(first), date.fromisoformat(last), number)
    except ValueError:
        found = None
    if found is None or (wanted and number is None):
        raise NotFound(_("No report was published on these days."))
    return found


def _shown(request: HttpRequest, found: transparency.ReportView | None) -> HttpResponse:
    context = {
        "report": found,
        "figures": transparency.shown(found.figures) if found else "",
        "others": [one for one in transparency.editions() if found is None or one.id != found.id],
    }
    answer = render(request, "portal/transparency.html", context)
    patch_cache_control(answer, no_cache=True)  # a new report is read at once
    return answer
