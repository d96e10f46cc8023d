"""The strike ladder in the console: what each market's says, what it would bring, the next version."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.decisions import actions, queries
from trustdesk.decisions.drafts import Ground
from trustdesk.decisions.forms import LadderForm, TryForm
from trustdesk.decisions.terms import Terms
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import markets, names_of, sources
from trustdesk.policy import queries as policy
from trustdesk.web.page import PageRequest, go, page, swap

EVERYWHERE = "all"  # in addresses, the ladder of every market without one of its own


@page(right="policy.read", methods=("GET", "HEAD"))
def ladders(request: PageRequest) -> HttpResponse:
    """The ladder of each market, with what its steps bring."""
    book = queries.ladder_book()
    rows = []
    for code, name in [("", ""), *((market.code, market.name) for market in markets().values())]:
        mine = book.get(code, [])
        rows.append(
            {
                "code": code,
                "name": name,
                "address": code or EVERYWHERE,
                "live": next((one for one in mine if one.state == "live"), None),
                "draft": next((one for one in mine if one.state == "draft"), None),
            }
        )
    return render(request, "decisions/ladders.html", {"rows": rows, "effect": queries.effect_of_lessons(market="")})


@page(right="policy.read", methods=("GET", "HEAD"))
def ladder(request: PageRequest, market: str) -> HttpResponse:
    """One market's ladder: in force, the draft, the versions before, and what an account would get."""
    return render(request, "decisions/ladder.html", _context(request, _market(market)))


def _context(request: PageRequest, market: str, form: LadderForm | None = None) -> dict[str, Any]:
    book = queries.ladder_book()
    mine = book.get(market, [])
    live = next((one for one in mine if one.state == "live"), None)
    draft = next((one for one in mine if one.state == "draft"), None)
    shown = live or next(one for one in book[""] if one.state == "live")
    if form is None:
        form = LadderForm(start=(draft or shown).data, note=draft.note if draft else "")
    return {
        "market": market,
        "market_name": markets()[market].name if market else "",
        "address": market or EVERYWHERE,
        "live": live,
        "shown": shown,
        "draft": draft,
        "mine": draft is not None and draft.drafted_by == request.actor.label,
        "versions": mine,
        "names": names_of([who for one in mine for who in (one.drafted_by, one.approved_by) if who]),
        "effect": queries.effect_of_lessons(market=market),
        "policies": policy.public_list(request.actor.language),
        "form": form,
        "may_edit": request.actor.may("policy.edit"),
        "may_approve": request.actor.may("policy.approve"),
    }


@page(right="policy.edit", methods=("POST",))
def draft(request: PageRequest, market: str) -> HttpResponseBase:
    """Keep the next version as a draft."""
    here = _market(market)
    form = LadderForm(request.POST, start=_start(here))
    if form.is_valid():
        data = form.cleaned_data
        actions.draft_ladder(actor=request.actor, market=here, terms=data["terms"], note=data["note"], now=now())
        return go(request, reverse("decisions:ladder", args=[market]))
    return render(request, "decisions/ladder.html", _context(request, here, form), status=422)


@page(right="policy.approve", methods=("POST",))
def approve(request: PageRequest, market: str, ladder_id: UUID) -> HttpResponseBase:
    """Put a draft of another person in force."""
    actions.approve_ladder(actor=request.actor, ladder_id=ladder_id, now=now())
    return go(request, reverse("decisions:ladder", args=[market]))


@page(right="items.read", methods=("GET", "HEAD"))
def tried(request: PageRequest, market: str) -> HttpResponse:
    """What would this account get now: under the ladder in force, the draft, and what is being typed?"""
    here = _market(market)
    form = TryForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    account = _account(asked.get("account", ""))
    chosen = next((one for one in policy.live_content().policies if one.code == asked.get("clause")), None)
    typed = LadderForm(request.GET, start=_start(here)) if "steps_0_at" in request.GET else None
    wrong = [] if typed is None or typed.is_valid() else [name for name in typed.errors if name != "note"]
    shown: list[tuple[str, queries.StrikePreview]] = []
    moment = now()
    if account is not None and chosen is not None:
        mine = queries.ladder_book()
        live = next((one.terms for one in mine.get(here, mine[""]) if one.state == "live"), None)
        asking: list[tuple[str, Terms | None]] = [(_("By the ladder in force"), None)]
        asking += [(_("By the draft"), one.terms) for one in mine.get(here, []) if one.state == "draft"]
        if (
            typed is not None
            and typed.parsed is not None
            and typed.parsed != live
            and typed.parsed not in [one for _t, one in asking]
        ):
            asking.append((_("By what you are typing"), typed.parsed))
        shown = [
            (
                title,
                queries.strike_preview(
                    account.id,
                    grounds=[Ground(policy=chosen.code, version=chosen.version)],
                    market=here,
                    posted_at=moment,
                    terms=terms,
                    now=moment,
                ),
            )
            for title, terms in asking
        ]
    return swap(
        request,
        "decisions/_tried.html",
        account=account,
        asked=asked,
        shown=shown,
        wrong=wrong,
        ladder=queries.ladder_of(account.id, market=here, now=moment) if account else None,
    )


@page(right="items.read", methods=("GET", "HEAD"))
def of_account(request: PageRequest, account_id: UUID) -> HttpResponse:
    """One account's ladder, to be shown inside another page."""
    if account_id not in content.accounts([account_id]):
        raise NotFound("There is no such account.")
    return swap(request, "decisions/_ladder.html", ladder=queries.ladder_of(account_id, now=now()))


def _start(market: str) -> dict[str, Any]:
    """The terms that hold in a market now."""
    book = queries.ladder_book()
    live = [one for one in (*book.get(market, []), *book[""]) if one.state == "live"]
    return live[0].data


def _market(address: str) -> str:
    if address == EVERYWHERE:
        return ""
    if address not in markets():
        raise NotFound("There is no such market.")
    return address


def _account(words: str) -> content.AccountView | None:
    """By its own id, or by the platform's."""
    words = words.strip()
    if not words:
        return None
    try:
        return content.accounts([UUID(words)]).get(UUID(words))
    except ValueError:
        pass
    for source in sources():
        if found := content.accounts_by_external(source, [words]):
            return next(iter(found.values()))
    return None
