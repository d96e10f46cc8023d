"""Overturned decisions: for who owns the rules, and, kindly, for who decided."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from trustdesk.insights import overturned
from trustdesk.kernel.base.timesource import now
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, page

LIMIT = 50
WHO = ("software", "people")


@page(right="policy.edit", methods=("GET", "HEAD"))
def all_of_them(request: PageRequest) -> HttpResponse:
    """What several point at, then each; nobody's name."""
    at = now()
    asked = request.GET
    days = int(asked["days"]) if asked.get("days") in {str(one) for one in overturned.PERIODS} else 30
    who = asked.get("who", "") if asked.get("who") in WHO else ""
    policy = asked.get("policy", "")[:60].replace("\0", "")
    start = cursors.decode(asked.get("after"), UUID, UUID)
    found = overturned.listed(
        now=at, days=days, policy=policy, who=who, after=(start[0], start[1]) if start else None, limit=LIMIT + 1
    )
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.one.by, row.one.decision))
    context: dict[str, Any] = {
        "rows": shown.rows,
        "next": shown.next,
        "pointers": overturned.pointers(now=at, since=at - overturned.LOOKED_BACK) if not start else [],
        "days": days,
        "periods": overturned.PERIODS,
        "who": who,
        "policy": policy,
    }
    return render(request, "insights/overturned.html", context)


@page(right="review.decide", methods=("GET", "HEAD"))
def mine(request: PageRequest) -> HttpResponse:
    """My own decisions that somebody put right, which nobody else sees by my name."""
    return render(request, "insights/overturned_mine.html", {"rows": overturned.mine(request.actor, now=now())})
