"""The leads' live board."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.insights import queries, watching
from trustdesk.kernel.base.timesource import now
from trustdesk.web import attention
from trustdesk.web.page import PageRequest, page

# Dot filled: working; ring: away from the queue.
SIGNS: dict[str, dict[str, Any]] = {
    "available": {"tone": "approve", "ring": False},
    "wrap_up": {"tone": "accent", "ring": False},
    "aux": {"tone": "hold", "ring": True},
    "offline": {"tone": "neutral", "ring": True},
}


@page(right="work.manage")
def board(request: PageRequest) -> HttpResponse:
    """How the queues stand; asked by htmx, what changes by itself."""
    at = now()
    heat = queries.heat(now=at, zone=timezone.get_current_timezone())
    found = queries.board(request.actor, now=at)
    language = get_language() or "en"
    context = {
        "board": found,
        "standings": [
            {**SIGNS[one.state], "word": one.label(language) or _state_in_words(one.state), "count": one.count}
            for one in found.standings
        ],
        "holders": [
            {
                "id": one.id,
                "name": one.name,
                "items": one.items,
                "loads": one.loads,
                "word": (one.state.label(language) or _state_in_words(one.state.state)) if one.state else "",
            }
            for one in found.holders
        ],
        "judged": watching.judged(request.actor, now=at),
        "watch": watching.to_watch(request.actor, now=at),
        "trend": watching.TREND,
        "needs": attention.needs(request.actor, now=at),
        "heat": heat,
        "days": [
            {
                "name": _day(n),
                "y": n * 18 + 12,
                "fields": [(round(30 + 12.6 * h, 1), n * 18, s) for h, s in enumerate(row)],
            }
            for n, row in enumerate(heat.shades)
        ],
        "hours": [(hour, round(30 + 12.6 * hour, 1)) for hour in (0, 6, 12, 18)],
        "may_see_people": request.actor.may("people.read"),
        "weekday": _day_in_full(timezone.localtime(at).weekday()),
    }
    return render(request, "insights/_board.html" if request.htmx else "insights/board.html", context)


def _state_in_words(state: str) -> str:
    return {
        "available": _("Available"),
        "wrap_up": _("Wrap-up"),
        "aux": _("Away"),
    }.get(state, _("Not here"))


def _day(n: int) -> str:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[n]


def _day_in_full(n: int) -> str:
    return (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))[n]
