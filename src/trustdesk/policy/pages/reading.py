"""Reading policies: the list, and one version with what the machine obeys, its words, its examples, what it changes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.timesource import now
from trustdesk.policy import actions, queries
from trustdesk.policy.refusals import DoesNotPass
from trustdesk.web.page import PageRequest, go, page

MAY = {"edit": "policy.edit", "approve": "policy.approve"}


def may(request: PageRequest) -> dict[str, bool]:
    """What this person may do here, for templates."""
    return {name: request.actor.may(right) for name, right in MAY.items()}


@page(right="policy.read", methods=("GET", "HEAD"))
def policy_list(request: PageRequest) -> HttpResponse:
    """All policies, those that wait for somebody first."""
    rows = queries.policy_list()
    mine = request.actor.label
    waiting = [
        (row, version) for row in rows for version in row.open if version.state != "draft" or version.author == mine
    ]
    context = {"rows": rows, "waiting": waiting, "may": may(request), "me": mine, "braked": queries.braked_rules()}
    return render(request, "policy/list.html", context)


@page(right="policy.read", methods=("GET", "HEAD"))
def policy(request: PageRequest, code: str, number: int | None = None) -> HttpResponse:
    """One version of a policy."""
    language = request.GET.get("language", "en")
    return render(request, "policy/policy.html", _context(request, code, number, language))


@page(right="policy.edit", methods=("POST",))
def check(request: PageRequest, code: str, number: int) -> HttpResponseBase:
    """Ask for approval; what the check finds is shown on the version's page."""
    return _moved(request, code, number, actions.check, _("Checked. A second person can approve it now."))


@page(right="policy.approve", methods=("POST",))
def approve(request: PageRequest, code: str, number: int) -> HttpResponseBase:
    return _moved(request, code, number, actions.approve, _("Approved. It goes live when it is published."))


@page(right="policy.approve", methods=("POST",))
def publish(request: PageRequest, code: str, number: int) -> HttpResponseBase:
    version = _version(code, number)
    try:
        made = actions.publish(actor=request.actor, versions=[version], now=now())
    except DoesNotPass as refusal:
        return _does_not_pass(request, code, number, refusal)
    messages.success(request, _("Live since this moment, as ruleset %(number)s.") % {"number": made.number})
    return go(request, reverse("policy:policy", args=[code]))


@page(right="policy.edit", methods=("POST",))
def discard(request: PageRequest, code: str, number: int) -> HttpResponseBase:
    actions.discard(actor=request.actor, version_id=_version(code, number), now=now())
    messages.success(request, _("The draft is gone."))
    return go(request, reverse("policy:list"))


@page(right="policy.approve", methods=("POST",))
def roll_back(request: PageRequest, code: str) -> HttpResponseBase:
    reason = request.POST.get("reason", "")
    made = actions.roll_back(actor=request.actor, code=code, reason=reason, now=now())
    messages.success(request, _("Rolled back; ruleset %(number)s is in force.") % {"number": made.number})
    return go(request, reverse("policy:policy", args=[code]))


def _moved(request: PageRequest, code: str, number: int, verb: object, said: str) -> HttpResponseBase:
    try:
        verb(actor=request.actor, version_id=_version(code, number), now=now())  # type: ignore[operator]
    except DoesNotPass as refusal:
        return _does_not_pass(request, code, number, refusal)
    messages.success(request, said)
    return go(request, reverse("policy:version", args=[code, number]))


def _does_not_pass(request: PageRequest, code: str, number: int, refusal: DoesNotPass) -> HttpResponse:
    context = _context(request, code, number, "en") | {"refusal": refusal}
    return render(request, "policy/policy.html", context, status=refusal.status)


def _context(request: PageRequest, code: str, number: int | None, language: str) -> dict[str, object]:
    view = queries.policy_view(code, number, language=language)
    actor = request.actor
    return {
        "view": view,
        "may": may(request),
        "mine": view.version.author == actor.label,
        "me": actor.label,
        "records": queries.records_of(view.entry, days=30, now=now()),
        "braked": [each for each in queries.braked_rules() if each.policy == code],
        "own_draft": queries.own_draft(code, actor.label) if actor.may("policy.edit") else None,
        "languages": ["en", *view.document.translations],
        "language": view.guideline.language,
    }


def _version(code: str, number: int) -> UUID:
    return queries.source_of(code, number)[0].id
