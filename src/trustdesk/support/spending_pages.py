"""Time spent: on one case, and by what cases are told apart by."""

import csv
import io
from datetime import datetime, time, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.kernel.base.timesource import now
from trustdesk.support import queries, spending
from trustdesk.support.exporting import cell
from trustdesk.support.models.spending import MOST_MINUTES
from trustdesk.support.refusals import NoSuchCase
from trustdesk.web.page import PageRequest, go, page, refuse, swap

BY_WORDS = {
    "category": gettext_lazy("Category"),
    "queue": gettext_lazy("Queue"),
    "channel": gettext_lazy("Channel"),
    "market": gettext_lazy("Market"),
    "language": gettext_lazy("Language"),
    "person": gettext_lazy("Person"),
}
DAYS = (7, 28, 90)


class SpentForm(forms.Form):
    minutes = forms.IntegerField(
        min_value=-MOST_MINUTES,
        max_value=MOST_MINUTES,
        label=gettext_lazy("Minutes"),
        help_text=gettext_lazy("With a minus: counted wrongly, taken away."),
    )
    note = forms.CharField(max_length=spending.LONGEST_NOTE, label=gettext_lazy("What for"))


@page(right="support.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """What was spent on a case, asked for when somebody wants to know."""
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=request.actor):
        raise NoSuchCase
    shares = spending.shares(case.id)
    may = queries.may_see(case, actor=request.actor, right="support.answer")
    return swap(
        request,
        "support/_spent.html",
        case=case,
        shares=shares,
        total=sum(one.minutes for one in shares),
        form=SpentForm(auto_id="spent_%s") if may else None,
    )


@page(right="support.answer", methods=("POST",))
def write_down(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    form = SpentForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    spending.write_down(actor=request.actor, case_id=case_id, now=now(), **form.cleaned_data)
    messages.success(request, _("Kept."))
    return go(request, reverse("support:show", args=[case_id]))


@page(right=spending.RIGHT, methods=("GET", "HEAD"))
def table(request: PageRequest) -> HttpResponseBase:
    """What was spent in some days, told apart; the same as a file."""
    told = request.GET
    days = int(told["days"]) if told.get("days") in {str(one) for one in DAYS} else DAYS[1]
    by = told.get("by", "") if told.get("by") in BY_WORDS else "category"
    today = timezone.localtime(now()).date()
    until = timezone.make_aware(datetime.combine(today + timedelta(days=1), time()))
    rows = spending.table(actor=request.actor, since=until - timedelta(days=days), until=until, by=by)
    if told.get("as") == "csv":
        return _file(rows, by)
    context = {
        "rows": rows,
        "total": sum(one.minutes for one in rows),
        "days": days,
        "all_days": DAYS,
        "by": by,
        "bys": BY_WORDS.items(),
        "links": by in {"category", "queue", "channel", "market", "language"},
    }
    return render(request, "support/time_spent.html", context)


def _file(rows: list[spending.Row], by: str) -> HttpResponse:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([str(BY_WORDS[by]), _("Minutes"), _("Cases"), _("Minutes a case")])
    lines.writerows([[cell(one.shown), one.minutes, one.cases, f"{one.each:.1f}"] for one in rows])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="time-spent.csv"'
    return answer
