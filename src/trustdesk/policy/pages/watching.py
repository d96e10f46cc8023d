"""The page of all rules with their records, and the release of one that was braked."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import actions, queries
from trustdesk.policy.pages.reading import may
from trustdesk.policy.refusals import AnsweredFor
from trustdesk.web.page import PageRequest, go, page

SHOWN = 100  # rows of a page
TREND = 12  # days of a sparkline


@page(right="policy.read", methods=("GET", "HEAD"))
def rules(request: PageRequest) -> HttpResponse:
    """All rules in force; filters and order stand in the address."""
    asked = _asked(request.GET)
    try:
        everything = queries.records(days=asked["days"], now=now())
    except queries.NoPolicy:
        everything = []
    found = queries.chosen(everything, state=asked["state"], policy=asked["policy"], words=asked["q"])
    found = queries.ordered(found, by=asked["sort"])
    rows = found[asked["from"] : asked["from"] + SHOWN]
    days = queries.hits_by_day([row.identity for row in rows], days=TREND, now=now())
    context = {
        "rows": [replace(row, days=days[row.identity]) for row in rows],
        "asked": asked,
        "braked": queries.braked_rules() if not asked["state"] else [],
        "states": _states(everything),
        "policies": sorted({(row.policy, row.title) for row in everything}, key=lambda each: each[1].casefold()),
        "periods": queries.PERIODS,
        "sorts": _sorts(),
        "trend": TREND,
        "more": _more(request.GET, asked["from"] + SHOWN) if len(found) > asked["from"] + SHOWN else "",
        "may": may(request),
        "me": request.actor.label,
    }
    return render(request, "policy/rules.html", context)


@page(right="policy.approve")
def release(request: PageRequest, code: str, rule: str) -> HttpResponseBase:
    """Read why a rule was braked, and give it its power back."""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        actions.release(actor=request.actor, code=code, rule=rule, reason=reason, now=now())
        messages.success(request, _("%(rule)s acts again.") % {"rule": rule})
        return go(request, f"{reverse('policy:rules')}?policy={code}")
    row = next((each for each in queries.braked_rules() if (each.policy, each.rule) == (code, rule)), None)
    if row is None or row.brake is None:
        raise NotFound("This rule has its power to act.")
    try:
        actions.refuse_the_answerable(request.actor, row.brake.authors)
        answerable = False
    except AnsweredFor:
        answerable = True
    document = queries.policy_document(code)
    condition = next(each.when for each in document.rules if each.name == rule)
    return render(request, "policy/release.html", {"row": row, "condition": condition, "answerable": answerable})


def _asked(given: QueryDict) -> dict[str, Any]:
    days = given.get("days", "")
    start = given.get("from", "")
    state, sort = given.get("state", ""), given.get("sort", "")
    return {
        "q": given.get("q", "").strip()[:100],
        "state": state if state in queries.STATES else "",
        "policy": given.get("policy", "")[:60],
        "days": int(days) if days in {str(each) for each in queries.PERIODS} else 30,
        "sort": sort if sort in queries.ORDERS else "hits",
        "from": int(start) if start.isdecimal() and len(start) < 7 else 0,
    }


def _more(given: QueryDict, start: int) -> str:
    asked = given.copy()
    asked["from"] = str(start)
    return f"?{asked.urlencode()}"


def _states(rows: list[queries.Record]) -> list[tuple[str, str, int]]:
    names = {
        "braked": _("records only"),
        "probation": _("on probation"),
        "dead": _("no hits in 30 days"),
        "overlapping": _("overlaps another"),
        "never_alone": _("never decides alone"),
        "trusted": _("nothing to say"),
    }
    return [(state, names[state], sum(state in row.states for row in rows)) for state in queries.STATES]


def _sorts() -> list[tuple[str, str]]:
    return [
        ("hits", _("most hits")),
        ("reversed", _("most reversed")),
        ("cost", _("dearest")),
        ("name", _("by name")),
    ]
