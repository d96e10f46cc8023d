"""Looking at a report before it is published, and publishing it."""

from datetime import UTC, date, datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.timesource import now
from trustdesk.transparency import actions, queries
from trustdesk.transparency.forms import DaysForm
from trustdesk.web.page import PageRequest, go, page, refuse


@page(right="transparency.publish", methods=("GET", "HEAD"))
def reports(request: PageRequest) -> HttpResponse:
    """What was published; with `?first=&last=`, what a report on these days would say."""
    at = now()
    usual = last_quarter(at)
    context = {"reports": queries.editions(), "first": usual[0], "last": usual[1], "drawn": None}
    if request.GET.get("first") or request.GET.get("last"):
        form = DaysForm(request.GET)
        if not form.is_valid():
            return refuse(request, form)
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        context |= {"first": first, "last": last}
        if queries.too_many(first=first, last=last):
            context["too_many"] = True
        else:
            drawn = queries.draw(first=first, last=last, now=at)
            context |= {
                "drawn": drawn,
                "report": queries.shown(drawn.figures),
                "edition": queries.next_edition(first, last),
            }
    return render(request, "transparency/reports.html", context)


@page(right="transparency.publish", methods=("POST",))
def publish(request: PageRequest) -> HttpResponseBase:
    form = DaysForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.publish(actor=request.actor, now=now(), **form.cleaned_data)
    messages.success(request, _("Published. Everybody can read it now."))
    return go(request, reverse("transparency:reports"))


def last_quarter(at: datetime) -> tuple[date, date]:
    """The quarter of the year that ended last, in UTC."""
    today = at.astimezone(UTC).date()
    this = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last = this - timedelta(days=1)
    return last.replace(month=last.month - 2, day=1), last
