"""Acting on many items: what would be touched is shown first, the second step names the number."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import Ground, Incomplete
from trustdesk.kernel.base.refusal import Forbidden, Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.work import queries as work
from trustdesk.policy import queries as policy
from trustdesk.review import actions as review
from trustdesk.search import actions
from trustdesk.search.choosing import DECIDE, MOST_AT_ONCE, Chosen, choose, same
from trustdesk.web.page import PageRequest, go, page, refuse

_RIGHTS = {**dict.fromkeys(DECIDE, "review.decide"), "reviews": "work.manage", "note": "notes.write"}


@page(right="items.bulk", methods=("POST",))
def preview(request: PageRequest) -> HttpResponseBase:
    """What an action would touch, and what it asks for; nothing is done yet."""
    act = request.POST.get("act", "")
    if act == "export":
        query = request.POST.get("query", "")
        return go(request, reverse("search:export", args=["items"]) + (f"?{query}" if query else ""))
    _allowed(request, act)
    return _show(request, act, _chosen(request, act))


@page(right="items.bulk", methods=("POST",))
def do(request: PageRequest) -> HttpResponseBase:
    """Do it, to exactly what was shown."""
    act = request.POST.get("act", "")
    _allowed(request, act)
    chosen = same(_chosen(request, act), request.POST.get("digest", ""))
    said = {name: request.POST.get(name, "") for name in ("author_note", "rationale", "text", "queue", "reason")}
    items = [item for item, _version in chosen.members]
    if act in DECIDE:
        joint = review.decide_many(
            actor=request.actor,
            members=chosen.members,
            outcome=act,
            clauses=_grounds(request.POST.getlist("clauses")),
            author_note=said["author_note"][:1_001],
            rationale=said["rationale"][:4_000],
            most=MOST_AT_ONCE,
            now=now(),
        )
        return go(request, reverse("clusters:joint", args=[joint]))
    if act == "reviews":
        run = actions.begin_reviews(
            actor=request.actor,
            asked=chosen.asked,
            items=items,
            queue=said["queue"],
            reason=said["reason"],
            now=now(),
        )
    else:
        run = actions.begin_notes(actor=request.actor, asked=chosen.asked, items=items, text=said["text"], now=now())
    messages.success(request, _("It has begun. You may leave this page."))
    return go(request, reverse("search:run", args=[run]))


@page(right="review.decide", methods=("GET", "HEAD"))
def clauses(request: PageRequest) -> HttpResponse:
    """Clauses of all live policies that fit some words."""
    return render(request, "search/_clauses.html", {"clauses": _found(request, request.GET.get("find", ""))})


@page(right="review.decide", methods=("GET", "HEAD"))
def letter(request: PageRequest, item_id: UUID) -> HttpResponse:
    """What the author of one of the items would read; the others read the same about theirs."""
    item = content.items([item_id]).get(item_id)
    grounds = _grounds(request.GET.getlist("clauses"))
    outcome = request.GET.get("act", "")
    if item is None or not grounds or outcome not in DECIDE or outcome == "approve":
        return render(request, "search/_letter.html", {"preview": None})
    try:
        shown = decisions.preview(
            actor=request.actor,
            item=item,
            version=content.newest_versions([item.id])[item.id],
            account=content.accounts([item.account])[item.account],
            outcome=outcome,
            clauses=grounds,
            evidence=[],
            author_note=request.GET.get("author_note", "")[:1_000],
            automated_detection=False,
            noticed_at=now(),
            now=now(),
        )
    except Incomplete as missing:
        return refuse(request, Refusal(_("The statement would lack %(what)s.") % {"what": missing}))
    return render(request, "search/_letter.html", {"preview": shown})


def _allowed(request: PageRequest, act: str) -> None:
    right = _RIGHTS.get(act)
    if right is None:
        raise Invalid(_("There is no such action."))
    request.actor.require(right)
    if people.is_partner(request.user.id):
        raise Forbidden(_("Partner teams cannot act on many items at once."))


def _chosen(request: PageRequest, act: str) -> Chosen:
    return choose(
        actor=request.actor,
        act=act,
        which=request.POST.get("which", "ticked"),
        query=request.POST.get("query", ""),
        ticked=request.POST.getlist("ticked"),
        zone=request.user.time_zone,
    )


def _show(request: PageRequest, act: str, chosen: Chosen) -> HttpResponse:
    context: dict[str, Any] = {
        "act": act,
        "chosen": chosen,
        "query": chosen.asked.query,
        "decides": act in DECIDE,
        "clauses": _found(request, "") if act in DECIDE and act != "approve" else [],
        "queues": [one for one in work.queues() if not one.kinds or "review" in one.kinds] if act == "reviews" else [],
    }
    return render(request, "search/bulk.html", context)


def _found(request: PageRequest, words: str) -> list[Any]:
    return list(policy.clause_search(words[:200], language=request.actor.language, limit=8))


def _grounds(told: list[str]) -> tuple[Ground, ...]:
    """Clauses as `policy:version:clause`. Raises Invalid."""
    found = []
    for one in told[:10]:
        parts = one.split(":")
        if len(parts) < 3 or not parts[1].isdecimal() or len(parts[1]) > 9:
            raise Invalid(_("Choose a clause from the list."), fields={"clauses": _("Choose a clause from the list.")})
        found.append(Ground(policy=parts[0], version=int(parts[1]), clause=parts[2], rule=""))
    return tuple(dict.fromkeys(found))
