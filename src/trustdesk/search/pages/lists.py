"""The three lists: items, accounts, decisions. Every filter stands in the address."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.policy import queries as policy
from trustdesk.review import queries as reviews
from trustdesk.search import actions, finding, listing, saving
from trustdesk.search.asking import FILTERS, TABS, Asked, Filter, Unclear, ask
from trustdesk.search.rules import LONGEST_QUERY
from trustdesk.web.components import sign
from trustdesk.web.page import PageRequest, go, page

LIMIT = 50
_NAMES = {"items": gettext_lazy("Items"), "accounts": gettext_lazy("Accounts"), "decisions": gettext_lazy("Decisions")}
# Filters that stand beside the words; the others lie under “More filters”.
_FIRST = frozenset({"status", "kind", "market", "outcome", "by", "standing", "source", "state"})


@page(right="items.read", methods=("GET", "HEAD"))
def items(request: PageRequest) -> HttpResponseBase:
    return _list(request, "items")


@page(right="items.read", methods=("GET", "HEAD"))
def accounts(request: PageRequest) -> HttpResponseBase:
    return _list(request, "accounts")


@page(right="decisions.read", methods=("GET", "HEAD"))
def decisions(request: PageRequest) -> HttpResponseBase:
    return _list(request, "decisions")


@page(right="items.read", methods=("GET", "HEAD"))
def moved(request: PageRequest) -> HttpResponseBase:
    """Where the list of items was before there was a search."""
    query = request.GET.urlencode()
    return go(request, reverse("search:items") + (f"?{query}" if query else ""))


def asked_of(request: PageRequest, tab: str, told: Any = None) -> Asked:
    """The checked question of an address. Raises Unclear."""
    source = request.GET if told is None else told
    return ask(tab, dict(source.lists()), actor=request.actor, zone=request.user.time_zone)


def _list(request: PageRequest, tab: str) -> HttpResponse:
    at = now()
    try:
        asked = replace(asked_of(request, tab), without=reviews.in_hand(request.actor))
        person = finding.person_asked(asked, actor=request.actor)
    except Unclear as unclear:
        return _render(request, tab, None, wrong=unclear.fields)
    if person is not None and not request.GET.get("after") and not request.GET.get("before"):
        actions.look_up(actor=request.actor, value_kind=person.kind, value=person.value, now=at)
    found = finding.page(
        asked, after=request.GET.get("after"), before=request.GET.get("before"), limit=LIMIT, person=person
    )
    count = finding.count(asked, person=person)
    return _render(
        request,
        tab,
        asked,
        rows=listing.rows(asked, found.ids, now=at),
        next=found.next,
        previous=found.previous,
        count=listing.counted(count),
        some=count,
        person=person,
    )


def _render(request: PageRequest, tab: str, asked: Asked | None, **more: Any) -> HttpResponse:
    may = request.actor.may
    partner = people.is_partner(request.user.id)
    context = {
        "tab": tab,
        "tabs": [
            (name, _NAMES[name], _address(name, asked)) for name in TABS if name != "decisions" or may("decisions.read")
        ],
        "asked": asked,
        "query": asked.query if asked else "",
        "words": request.GET.get("q", "")[:LONGEST_QUERY],
        "filters": [_shown(request, one) for one in FILTERS.values() if tab in one.tabs],
        "plain": {
            name: request.GET.get(name, "")[:60] for name in ("price_from", "price_to", "since", "until", "account")
        },
        "order": request.GET.get("order", ""),
        "views": saving.views_for(request.user.id),
        "here": saving.same(request.GET, tab),
        "labels": sorted(policy.labels()),
        "may_bulk": may("items.bulk") and tab == "items" and not partner,
        "may_decide": may("review.decide"),
        "may_sweep": may("work.manage") and tab == "items" and not partner,
        "may_export": may("items.export") and not partner,
        **more,
    }
    return render(request, "search/list.html", context, status=422 if asked is None else 200)


def _address(tab: str, asked: Asked | None) -> str:
    """The same words on another tab: filters differ, words do not."""
    from urllib.parse import urlencode

    words = asked.words if asked else ""
    return reverse(f"search:{tab}") + (f"?{urlencode({'q': words})}" if words else "")


def _shown(request: PageRequest, one: Filter) -> dict[str, Any]:
    chosen = [value for value in request.GET.getlist(one.name) if value][:12]
    choices = None
    if one.choices is not None:
        choices = [(value, _word(one.name, value)) for value in one.choices()]
    return {
        "name": one.name,
        "label": one.label,
        "choices": choices,
        "chosen": chosen,
        "value": chosen[0][:160] if chosen else "",
        "first": one.name in _FIRST,
    }


def _word(name: str, value: str) -> Any:
    if name == "market":
        return people.markets()[value].name
    if name == "source":
        return next((source.name for source in people.sources().values() if source.code == value), value)
    if name == "by":
        return {"person": _("a person"), "rule": _("a rule"), "nobody": _("nobody")}[value]
    if name == "verified":
        return {"yes": _("yes"), "no": _("no"), "unknown": _("not known")}[value]
    return sign(value).word
