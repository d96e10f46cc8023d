"""The page behind “Give it to somebody” on a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.support import actions, hands, queries, showing
from trustdesk.support.forms import AssignForm
from trustdesk.support.refusals import NoSuchCase
from trustdesk.web.page import PageRequest, go, page, refuse, swap


@page(right="support.answer")
def assign(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Who may have it (for the sheet, when it opens); posted, it is theirs."""
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=request.actor, right="support.answer"):
        raise NoSuchCase
    if request.method != "POST":
        able, language = hands.colleagues(case_id, actor=request.actor, now=now()), get_language() or "en"
        shown = [(one, showing.standing(one, language)) for one in able if one.id != case.holder]
        there = {one.id for one in able if one.there}
        teams = [(team, name, len(people.members_of(team) & there)) for team, name in people.teams()]
        context: dict[str, Any] = {
            "able": shown,
            "teams": [one for one in teams if one[2]],
            "case": case,
            "me": request.actor.id,
        }
        return swap(request, "support/_assign.html", **context)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    told = form.cleaned_data
    given: dict[str, Any] = {
        "actor": request.actor,
        "case_id": case_id,
        "holder": told["holder"],
        "reason": told["reason"],
    }
    if told["team"]:
        to = actions.assign_to_team(team=told["team"], now=now(), **given)
    elif told["to"]:
        to = told["to"]
        actions.assign(to=to, now=now(), **given)
    else:
        raise Invalid(_("Choose a colleague or a team."), fields={"to": _("Choose a colleague or a team.")})
    found = people.staff_by_id(to)
    if str(to) == request.actor.id:
        messages.success(request, _("It is in your hands now."))
    else:
        messages.success(request, _("%(name)s has it now, and was told.") % {"name": found.name if found else "?"})
    return go(request, reverse("support:show", args=[case_id]))


def top(request: HttpRequest) -> dict[str, object] | None:
    """The place where one is told that a case was given to one or taken over, for those who may answer."""
    actor = getattr(request, "actor", None)
    return {} if actor is not None and actor.may("support.answer") else None
