"""The pages of proposals: what waits for another person, one of them with its case, and proposing that an account ends."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.content import queries as content
from trustdesk.decisions import actions, proposed, queries
from trustdesk.decisions.actions import Ground, RestrictionSpec
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import queries as policy
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse

RIGHT = "proposals.decide"


class ConfirmForm(forms.Form):
    words = forms.CharField(max_length=4000, required=False, label=gettext_lazy("What you add"))


class WhyForm(forms.Form):
    why = forms.CharField(max_length=4000, label=gettext_lazy("Why"))


class ProposeForm(forms.Form):
    what = forms.ChoiceField(choices=[("end_account", ""), ("end_service", "")], label=gettext_lazy("What is proposed"))
    clause = forms.CharField(max_length=200, label=gettext_lazy("Clause"))
    why = forms.CharField(max_length=4000, label=gettext_lazy("Why"))

    def clean_clause(self) -> Ground:
        code, _colon, rest = self.cleaned_data["clause"].partition(":")
        number, _colon, clause = rest.partition(":")
        if not number.isdecimal() or len(number) > 9:
            raise forms.ValidationError(_("Choose the clause this rests on."))
        return Ground(policy=code, version=int(number), clause=clause)


@page(right="decisions.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """What waits for another person, or how it ended."""
    settled = request.GET.get("box") == "settled"
    start = cursors.decode(request.GET.get("after"), datetime, UUID)
    found = proposed.listed(waiting=not settled, after=(start[0], start[1]) if start else None)
    context = {
        "rows": [row for row in found.rows if _may_see(request, row)],
        "next": cursors.encode(found.next) if found.next else "",
        "settled": settled,
        "me": request.actor.id,
    }
    return render(request, "decisions/proposals.html", context)


@page(right="decisions.read", methods=("GET", "HEAD"))
def show(request: PageRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal with its case: what happened, on which clause, what the account did before, what was told."""
    found = _find(request, proposal_id)
    moment = now()
    mine = str(found.proposer) == request.actor.id
    judged = mine or str(found.first) == request.actor.id
    open_now = found.state == "open"
    item = content.items([found.item]).get(found.item) if found.item else None
    context = {
        "one": found,
        "item": item,
        "version": content.newest_versions([item.id]).get(item.id) if item else None,
        "changed": item is not None and item.version != found.version_no,
        "account": content.accounts([found.account]).get(found.account),
        "held": queries.account_restrictions([found.account], now=moment).get(found.account, []),
        "decisions": queries.of_account(found.account, now=moment, limit=10, whole=False),
        "told": queries.statement(found.suspension, now=moment),
        "may_judge": open_now and not judged and request.actor.may(RIGHT, market=found.market or None),
        "judged": open_now and judged,
        "may_take_back": open_now and mine,
    }
    return render(request, "decisions/proposal.html", context)


@page(right=RIGHT, methods=("POST",))
def confirm(request: PageRequest, proposal_id: UUID) -> HttpResponseBase:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    made = actions.confirm(actor=request.actor, proposal_id=proposal_id, words=form.cleaned_data["words"], now=now())
    said = _("Confirmed: two people agree.") if made else _("You agreed. Another person must agree, too.")
    messages.success(request, said)
    return _back(request, proposal_id)


@page(right=RIGHT, methods=("POST",))
def refuse_it(request: PageRequest, proposal_id: UUID) -> HttpResponseBase:
    return _with_why(request, proposal_id, actions.refuse)


@page(right=RIGHT, methods=("POST",))
def renew(request: PageRequest, proposal_id: UUID) -> HttpResponseBase:
    return _with_why(request, proposal_id, actions.renew)


@page(right=RIGHT, methods=("POST",))
def close(request: PageRequest, proposal_id: UUID) -> HttpResponseBase:
    """Close what is about an older version than is there now."""
    actions.close_changed(actor=request.actor, proposal_id=proposal_id, now=now())
    return _back(request, proposal_id)


@page(right="review.decide", methods=("POST",))
def take_back(request: PageRequest, proposal_id: UUID) -> HttpResponseBase:
    return _with_why(request, proposal_id, actions.take_back)


@page(right="review.decide")
def propose(request: PageRequest, account_id: UUID) -> HttpResponseBase:
    """Propose that an account or its service ends: it is suspended at once, and another person judges."""
    account = content.accounts([account_id]).get(account_id)
    if account is None:
        raise NotFound("There is no such account.")
    if request.method != "POST":
        return render(request, "decisions/propose.html", {"account": account, "policies": _clauses(request)})
    form = ProposeForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    asked = form.cleaned_data
    made = actions.propose(
        actor=request.actor,
        account_id=account_id,
        restriction=RestrictionSpec(asked["what"]),
        grounds=[asked["clause"]],
        why=asked["why"],
        now=now(),
    )
    return _back(request, made.id)


def _clauses(request: PageRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Live policies by title, each with its clauses as (value, words)."""
    found = []
    for name in policy.public_list(request.actor.language):
        guide = policy.live_guideline(name.code, request.actor.language)
        if guide is not None:
            numbered = [
                (f"{guide.code}:{guide.version}:{clause.code}", f"{clause.code} {clause.title}")
                for clause in guide.clauses
                if clause.code
            ]
            found.append((name.title, numbered or [(f"{guide.code}:{guide.version}:", name.title)]))
    return found


def _with_why(request: PageRequest, proposal_id: UUID, verb: Any) -> HttpResponseBase:
    form = WhyForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    verb(actor=request.actor, proposal_id=proposal_id, why=form.cleaned_data["why"], now=now())
    return _back(request, proposal_id)


def _back(request: PageRequest, proposal_id: UUID) -> HttpResponseBase:
    return go(request, reverse("proposals:show", args=[proposal_id]))


def _find(request: PageRequest, proposal_id: UUID) -> proposed.ProposalView:
    found = proposed.one(proposal_id)
    if found is None or not _may_see(request, found):
        raise NotFound("There is no such proposal.")
    return found


def _may_see(request: PageRequest, row: proposed.ProposalView) -> bool:
    return request.actor.may("decisions.read", market=row.market or None)
