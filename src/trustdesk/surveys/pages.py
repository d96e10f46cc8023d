"""How people judge the answers they got: the desk's results, one's own, and what stands on a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.kernel.base.timesource import now
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase
from trustdesk.surveys import actions, queries, rules
from trustdesk.surveys.forms import AskingForm
from trustdesk.surveys.queries import Wanted
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

BY_WORDS = {
    "team": gettext_lazy("Team"),
    "person": gettext_lazy("Person"),
    "channel": gettext_lazy("Channel"),
    "category": gettext_lazy("Category"),
    "week": gettext_lazy("Week"),
}
CHANNEL_WORDS = {
    "mail": gettext_lazy("by e-mail"),
    "chat": gettext_lazy("by chat"),
    "phone": gettext_lazy("by phone"),
    "form": gettext_lazy("by the form"),
    "api": gettext_lazy("through the platform"),
    "desk": gettext_lazy("written down at the desk"),
}
WHY_WORDS = {
    "off": gettext_lazy("Not asked: surveys were switched off."),
    "reopened": gettext_lazy("Not asked: the case was opened again."),
    "merged": gettext_lazy("Not asked: the case was merged into another."),
    "no_address": gettext_lazy("Not asked: there is no address."),
    "machine": gettext_lazy("Not asked: a machine wrote."),
    "returned": gettext_lazy("Not asked: letters to this address come back."),
    "stopped": gettext_lazy("Not asked: they said that they want no such letters."),
    "lately": gettext_lazy("Not asked: they were asked about another case not long ago."),
    "kept_waiting": gettext_lazy("Not asked: it was too long ago by then."),
}
STARS = {1: "reject", 2: "reject", 3: "hold", 4: "approve", 5: "approve"}


@page(right="surveys.read", methods=("GET", "HEAD"))
def results(request: PageRequest) -> HttpResponse:
    """The desk's results, by what one asks for, and the cases behind them."""
    by = request.GET.get("by", "")
    by = by if by in queries.BY else "team"
    wanted = _wanted(request)
    context = _results(request, wanted)
    context |= {
        "by": by,
        "by_words": [(code, BY_WORDS[code]) for code in queries.BY],
        "by_word": BY_WORDS[by],
        "groups": [
            (one, _group_words(by, one), _leads(request, by, one.key))
            for one in queries.groups(actor=request.actor, wanted=wanted, by=by, now=now())
        ],
        "may_set": request.actor.may("surveys.manage"),
        "mine": False,
    }
    return render(request, "surveys/results.html", context)


@page(right="support.answer", methods=("GET", "HEAD"))
def mine(request: PageRequest) -> HttpResponse:
    """How people judged the answers of whoever looks; nobody else sees this page of theirs."""
    wanted = Wanted(days=_days(request), staff=UUID(request.actor.id), score=_score(request))
    return render(request, "surveys/results.html", {**_results(request, wanted, fewest=1), "mine": True})


@page(right="support.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """What came of asking about one case, for its page."""
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=request.actor):
        raise NoSuchCase
    survey = queries.of_case(case_id)
    why = WHY_WORDS.get(survey.why, "") if survey else ""
    tone = STARS.get(survey.score or 0, "") if survey else ""
    return swap(request, "surveys/_of_case.html", survey=survey, why=why, tone=tone)


@page(right="surveys.manage")
def setup(request: PageRequest) -> HttpResponseBase:
    """Whether, when and how often people are asked."""
    asking = queries.asking()
    started = {"on": asking.on, "after_hours": asking.after_hours, "rest_days": asking.rest_days}
    form = AskingForm(request.POST) if request.method == "POST" else AskingForm(initial=started)
    if request.method == "POST":
        if not form.is_valid():
            return refuse(request, form)
        actions.set_asking(actor=request.actor, now=now(), **form.cleaned_data)
        messages.success(request, _("Saved. What is planned already keeps its time."))
        return go(request, reverse("surveys:setup"))
    return render(request, "surveys/setup.html", {"form": form})


def _results(request: PageRequest, wanted: Wanted, fewest: int = rules.FEWEST) -> dict[str, Any]:
    at = now()
    mark = cursors.decode(request.GET.get("after"), datetime, UUID)
    rows, more = queries.answers(actor=request.actor, wanted=wanted, now=at, after=(mark[0], mark[1]) if mark else None)
    cases = support.views_of([one.case for one in rows])
    query = request.GET.copy()
    query.pop("after", None)
    return {
        "wanted": wanted,
        "total": queries.total(actor=request.actor, wanted=wanted, now=at, fewest=fewest),
        "fewest": rules.FEWEST,
        "periods": queries.DAYS,
        "scores": rules.SCORES,
        "rows": [
            (one, cases[one.case], STARS[one.score], support.may_see(cases[one.case], actor=request.actor))
            for one in rows
            if one.score
        ],
        "next": cursors.encode(more) if more else "",
        "query": query.urlencode(),
    }


def _wanted(request: PageRequest) -> Wanted:
    told = request.GET
    return Wanted(
        days=_days(request),
        team=_uuid(told.get("team", "")),
        staff=_uuid(told.get("person", "")),
        channel=told["channel"][:40] if "channel" in told else None,
        category=told["category"][:80] if "category" in told else None,
        score=_score(request),
    )


def _leads(request: PageRequest, by: str, key: str) -> str:
    """Where the cases of one line are; "" where there is no narrower place."""
    if by == "week" or (by in {"team", "person"} and not key):
        return ""
    query = request.GET.copy()
    query.pop("after", None)
    query[by] = key
    return f"?{query.urlencode()}#answers"


def _group_words(by: str, one: queries.Group) -> Any:
    if by == "channel":
        return CHANNEL_WORDS.get(one.name, one.name)
    none = {"team": _("No team"), "person": _("Nobody replied"), "category": _("No category")}
    return one.name or none.get(by, "")


def _days(request: PageRequest) -> int:
    days = request.GET.get("days", "")
    return int(days) if days.isdecimal() and len(days) < 4 and int(days) in queries.DAYS else 30


def _score(request: PageRequest) -> int | None:
    score = request.GET.get("score", "")
    return int(score) if score in {"1", "2", "3", "4", "5"} else None


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
