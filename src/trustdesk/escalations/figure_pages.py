"""What is handed over and why, in numbers that lead to what is behind them; the same as CSV."""

import csv
import io
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.escalations import queries
from trustdesk.escalations.queries import Wanted, figures
from trustdesk.kernel.base.timesource import now
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, page

BY_WORDS = {
    "team": gettext_lazy("Team"),
    "area": gettext_lazy("What it is about"),
    "severity": gettext_lazy("How urgent"),
    "kind": gettext_lazy("Kind of work"),
}
ONLY_WORDS = {
    "late": gettext_lazy("late"),
    "returned": gettext_lazy("handed back"),
    "climbed": gettext_lazy("went to the next level"),
}
KINDS = {
    "case": gettext_lazy("Case"),
    "review": gettext_lazy("Review"),
    "appeal": gettext_lazy("Appeal"),
    "notice": gettext_lazy("Report"),
    "escalation": gettext_lazy("Escalation handed on"),
}


@page(right="work.manage", methods=("GET", "HEAD"))
def show(request: PageRequest) -> HttpResponse:
    wanted, at = _wanted(request), now()
    start = cursors.decode(request.GET.get("after"), UUID)
    rows, more = queries.behind(wanted=wanted, actor=request.actor, now=at, after=start[0] if start else None)
    context = {
        "wanted": wanted,
        "by_words": BY_WORDS.items(),
        "by_word": BY_WORDS[wanted.by],
        "periods": figures.DAYS,
        "groups": [(one, _name(wanted, one), _links(wanted, one)) for one in figures.figures(wanted=wanted, now=at)],
        "rows": rows,
        "narrowed": [word for word in (_narrowed(wanted), ONLY_WORDS.get(wanted.only)) if word],
        "all": _query(wanted),
        "next": f"{_query(wanted, key=wanted.key, only=wanted.only)}&after={cursors.encode((more,))}" if more else "",
    }
    return render(request, "escalations/figures.html", context)


@page(right="work.manage", methods=("GET", "HEAD"))
def file(request: PageRequest) -> HttpResponse:
    """The figures as CSV; what a spreadsheet would take for a formula stands behind an apostrophe."""
    wanted = _wanted(request)
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    titles = [BY_WORDS[wanted.by], _("Asked"), _("Accepted, median minutes"), _("Answered, median minutes")]
    titles += [_("Late"), _("Late, percent"), _("Handed back"), _("Handed back, percent"), _("Went to the next level")]
    write([str(title) for title in titles])
    for line in figures.lines(wanted=wanted, now=now()):
        name = str(line[0]) or _("none")
        write([f"'{name}" if name[:1] in {"=", "+", "-", "@"} else name, *line[1:]])
    answer = HttpResponse(("\ufeff" + out.getvalue()).encode(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="escalations-by-{wanted.by}.csv"'
    return answer


def _wanted(request: PageRequest) -> Wanted:
    told = request.GET
    days, by, only = told.get("days", ""), told.get("by", ""), told.get("only", "")
    return Wanted(
        days=int(days) if days in {str(one) for one in figures.DAYS} else 30,
        by=by if by in figures.BY else "team",
        key=told["key"][:50].replace("\0", "") if "key" in told else None,
        only=only if only in figures.ONLY else "",
    )


def _query(wanted: Wanted, **more: Any) -> str:
    told = {
        "by": wanted.by,
        "days": wanted.days,
        **{name: value for name, value in more.items() if value is not None},
    }
    return f"?{urlencode(told)}"


def _links(wanted: Wanted, one: figures.Figure) -> dict[str, str]:
    return {
        "all": _query(wanted, key=one.key),
        **{only: f"{_query(wanted, key=one.key, only=only)}#behind" for only in figures.ONLY},
    }


def _name(wanted: Wanted, one: figures.Figure) -> str:
    return str(KINDS.get(one.key, one.name)) if wanted.by == "kind" else one.name or _("not said")


def _narrowed(wanted: Wanted) -> str:
    if wanted.key is None:
        return ""
    if wanted.by == "kind":
        return str(KINDS.get(wanted.key, wanted.key))
    return figures.name_of(wanted.by, wanted.key) or _("not said")
