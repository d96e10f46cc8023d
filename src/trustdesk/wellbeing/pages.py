"""Care as pages: one's own, the break, and what leads may set and see."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import skills_of
from trustdesk.web.page import PageRequest, go, page, refuse
from trustdesk.wellbeing import actions, queries
from trustdesk.wellbeing.forms import BreakAfterForm, ContactForm, DeskForm, LimitsForm, RevealForm, WaysForm
from trustdesk.wellbeing.rules import FEWEST, HARMS, TOTAL, WAYS, Limit, Sum, ways_of
from trustdesk.wellbeing.words import WAY_WORDS, harm_word


class TooFew(Refusal):
    """Nothing is told of this group: it has fewer than five people, or telling of it would single out fewer than five."""

    code, status = "too_few", 403


@dataclass(frozen=True)
class Line:
    """One harm on my page: what I have seen and what bounds it."""

    harm: str
    word: Any
    sum: Sum
    limit: Limit
    desk: Limit
    own: Limit


@dataclass(frozen=True)
class Choice:
    """One harm among my settings: each way, and whether it holds."""

    harm: str
    word: Any
    ways: tuple[tuple[str, Any, bool], ...]
    opted_out: bool


@page(right="-", methods=("GET", "HEAD"))
def mine(request: PageRequest) -> HttpResponse:
    """What I have seen, what is left, and how things are to come to me. Nobody else has this page."""
    moment = now()
    person = queries.standing(request.actor.id)
    reckoned = queries.reckon(person, now=moment)
    none = Limit()

    def line(harm: str, total: Sum) -> Line:
        return Line(
            harm=harm or "all",
            word=harm_word(harm) if harm else _("Everything"),
            sum=total,
            limit=reckoned.limits.get(harm, none),
            desk=reckoned.desk_limits.get(harm, none),
            own=person.limits.get(harm, none),
        )

    lines = [line(harm, reckoned.sums.get(harm, Sum(harm))) for harm in queries.harms_known(reckoned)]
    context = {
        "total": line(TOTAL, reckoned.total),
        "lines": lines,
        "seen": [one for one in lines if one.sum.week or one.limit != none],
        "choices": [
            Choice(
                harm=harm,
                word=harm_word(harm),
                ways=tuple((way, WAY_WORDS[way], way in ways_of(person.ways, harm)) for way in WAYS),
                opted_out=harm in person.opted_out,
            )
            for harm in HARMS
        ],
        "way_words": [WAY_WORDS[way] for way in WAYS],
        "person": person,
        "desk": reckoned.desk,
        "contact": contact_of(request.actor),
        "fewest": FEWEST,
    }
    return render(request, "wellbeing/mine.html", context)


@page(right="-", methods=("POST",))
def set_ways(request: PageRequest) -> HttpResponseBase:
    form = WaysForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_ways(actor=request.actor, ways=form.ways(), opted_out=form.cleaned_data["opted_out"], now=now())
    return _kept(request, "wellbeing:mine")


@page(right="-", methods=("POST",))
def set_limits(request: PageRequest) -> HttpResponseBase:
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_limits(actor=request.actor, limits=form.limits(), now=now())
    return _kept(request, "wellbeing:mine")


@page(right="-", methods=("POST",))
def set_break_after(request: PageRequest) -> HttpResponseBase:
    form = BreakAfterForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_break_after(actor=request.actor, minutes=form.cleaned_data["minutes"], now=now())
    return _kept(request, "wellbeing:mine")


@page(right="-", methods=("POST",))
def revealed(request: PageRequest) -> HttpResponseBase:
    """The beacon of a lifted veil."""
    form = RevealForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.reveal(
        actor=request.actor, work_id=form.cleaned_data["work"], seconds=form.cleaned_data["seconds"], now=now()
    )
    return HttpResponse(status=204)


@page(right="-")
def rest(request: PageRequest) -> HttpResponseBase:
    """A break: POST begins it, the page keeps it company."""
    if request.method == "POST":
        actions.take_break(actor=request.actor, now=now())
        return go(request, reverse("wellbeing:rest"))
    moment = now()
    person = queries.standing(request.actor.id)
    context = {
        "person": person,
        "left": person.owed_left(moment),
        "seconds": int((moment - person.break_since).total_seconds()) if person.break_since else 0,
        "contact": contact_of(request.actor),
    }
    return render(request, "wellbeing/rest.html", context)


@page(right="-", methods=("POST",))
def back(request: PageRequest) -> HttpResponseBase:
    """Back to work; who is back already just goes on."""
    with suppress(actions.NotOnBreak):
        actions.end_break(actor=request.actor, now=now())
    return go(request, "/")


@page(right="wellbeing.manage", methods=("GET", "HEAD"))
def desk(request: PageRequest) -> HttpResponse:
    """What leads set: budgets, breaks, whom to talk to."""
    rules, budgets = queries.desk_rules(), queries.budgets()
    context = {
        "form": DeskForm(
            initial={
                "break_after": rules.break_after,
                "heavy_run": rules.heavy_run,
                "owed_break": rules.owed_break,
            }
        ),
        "budgets": [
            (harm or "all", harm_word(harm) if harm else _("Everything"), budgets.get(harm, Limit()))
            for harm in (TOTAL, *HARMS)
        ],
        "contacts": queries.contacts(),
        "contact_form": ContactForm(),
    }
    return render(request, "wellbeing/desk.html", context)


@page(right="wellbeing.manage", methods=("POST",))
def set_budgets(request: PageRequest) -> HttpResponseBase:
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_budgets(actor=request.actor, budgets=form.limits(), now=now())
    return _kept(request, "wellbeing:desk")


@page(right="wellbeing.manage", methods=("POST",))
def set_desk(request: PageRequest) -> HttpResponseBase:
    form = DeskForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_desk(actor=request.actor, now=now(), **form.cleaned_data)
    return _kept(request, "wellbeing:desk")


@page(right="wellbeing.manage", methods=("POST",))
def add_contact(request: PageRequest) -> HttpResponseBase:
    form = ContactForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_contact(actor=request.actor, now=now(), **form.cleaned_data)
    return _kept(request, "wellbeing:desk")


@page(right="wellbeing.manage", methods=("POST",))
def remove_contact(request: PageRequest, contact_id: UUID) -> HttpResponseBase:
    actions.remove_contact(actor=request.actor, contact_id=contact_id, now=now())
    return _kept(request, "wellbeing:desk")


@page(right="wellbeing.manage", methods=("GET", "HEAD"))
def team(request: PageRequest) -> HttpResponse:
    """Weeks that are over, of the desk and of teams. It takes no filter: what can be asked for can be subtracted."""
    _no_questions(request)
    context = {"weeks": _worded(queries.weeks()), "teams": queries.groups_of(), "fewest": FEWEST}
    return render(request, "wellbeing/team.html", context)


@page(right="wellbeing.manage", methods=("GET", "HEAD"))
def one_team(request: PageRequest, team_id: UUID) -> HttpResponse:
    """The weeks of one team. Refused where nothing may be told of it, whether or not there is such a team."""
    _no_questions(request)
    found = queries.group_weeks(team_id)
    if not found:
        raise TooFew
    context = {"weeks": _worded(found), "name": found[0].groups[0].name, "fewest": FEWEST}
    return render(request, "wellbeing/one_team.html", context)


def top(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001  the top bar's parts are called alike
    """The break's place in the top bar: for everyone, the same, without a query."""
    return {}


def contact_of(actor: Actor) -> queries.Contact | None:
    return queries.contact_for(actor.language, skills_of(actor.id)["market"])


def _worded(weeks: list[queries.Week]) -> list[tuple[queries.Week, list[tuple[queries.Group, list[Any]]]]]:
    """Weeks with their harms in words."""
    return [
        (week, [(group, [(harm_word(cell.harm), cell) for cell in group.cells]) for group in week.groups])
        for week in weeks
    ]


def _no_questions(request: PageRequest) -> None:
    if request.GET:
        raise TooFew(_("This page takes no filter. What could be filtered could be worked out of a person."))


def _kept(request: PageRequest, name: str) -> HttpResponseBase:
    messages.success(request, _("Kept."))
    return go(request, reverse(name))
