"""The pages of problems: what there is, one with its cases and how it goes, telling all, what stands beside a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.problems import actions, queries
from trustdesk.problems.actions import NoSuchProblem
from trustdesk.problems.forms import KIND_WORDS, STATE_TONES, STATE_WORDS, ChangeForm, StateForm, TellForm
from trustdesk.problems.queries import ProblemView
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase, Unclear
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

WHICH_WORDS = {
    "going": gettext_lazy("That go on"),
    "quiet": gettext_lazy("Could be closed"),
    "closed": gettext_lazy("Closed"),
    "all": gettext_lazy("All"),
}
WHY_WORDS = {
    "resolved": gettext_lazy("it was resolved meanwhile"),
    "closed": gettext_lazy("it is closed"),
    "merged": gettext_lazy("it was merged into another case"),
    "told_already": gettext_lazy("who asked was told in another case"),
    "no_address": gettext_lazy("no address is known"),
    "newer": gettext_lazy("something came in that nobody had read"),
    "forbidden": gettext_lazy("who told them may not answer it"),
    "refused": gettext_lazy("it could not be answered"),
    "stopped": gettext_lazy("stopped before its turn"),
    "taken_back": gettext_lazy("taken back before it left"),
}
_WORDS: dict[str, Any] = {
    "state_words": STATE_WORDS,
    "state_tones": STATE_TONES,
    "kind_words": KIND_WORDS,
    "why_words": WHY_WORDS,
}


@page(right="problems.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """Problems, those that go on by default."""
    which = request.GET.get("which", "going")
    which = which if which in queries.WHICH else "going"
    text = request.GET.get("q", "").replace("\0", "")[:160]
    mark = cursors.decode(request.GET.get("after"), datetime, UUID)
    found = queries.listed(which=which, text=text, after=(mark[0], mark[1]) if mark else None)
    context = {
        "rows": found.rows,
        "next": cursors.encode(found.next) if found.next else "",
        "asked": text,
        "which": which,
        "whiches": [(one, WHICH_WORDS[one]) for one in queries.WHICH],
        "may_write": request.actor.may("problems.write"),
        **_WORDS,
    }
    return render(request, "problems/list.html", context)


@page(right="problems.write")
def begin(request: PageRequest) -> HttpResponseBase:
    """From a case, or from cases found by words: tick those that belong together."""
    told = request.POST if request.method == "POST" else request.GET
    chosen = _ids(told.getlist("case"))
    text = told.get("q", "").replace("\0", "")[:400]
    title = told.get("title", "")[:400]
    refused = None
    if request.method == "POST":
        try:
            made = actions.begin(actor=request.actor, title=title, cases=chosen, words=text, now=now())
        except Invalid as why:
            refused = why
        else:
            return go(request, reverse("problems:show", args=[made]))
    cases = support.views_of(chosen)
    mine = [one for one in cases.values() if support.may_see(one, actor=request.actor)]
    if mine and request.method != "POST":
        title, text = title or mine[0].subject[:160], text or queries.suggested_words([one.id for one in mine])
    found: tuple[support.CaseView, ...] = ()
    unclear = ""
    if text:
        try:
            page_of = support.listed(actor=request.actor, wanted=support.Wanted(text=text), limit=40, now=now())
            found = tuple(one for one in page_of.rows if one.id not in cases and one.merged_into is None)
        except Unclear as said:
            unclear = said.spoken
    context = {
        "title": title,
        "asked": text,
        "unclear": unclear,
        "rows": [(one, True) for one in mine] + [(one, False) for one in found],
        "refused": refused,
    }
    return render(request, "problems/begin.html", context, status=422 if refused else 200)


@page(right="problems.read", methods=("GET", "HEAD"))
def show(request: PageRequest, problem_id: UUID) -> HttpResponse:
    """One problem: its cases and those alike, how it goes, what all were told."""
    return render(request, "problems/problem.html", _whole(request, _found(problem_id)))


@page(right="problems.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """The problems of a case, for its page; from there it is linked."""
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=request.actor):
        raise NoSuchCase
    mine = queries.of_case(case_id)
    writes = request.actor.may("problems.write")
    known = {one.id for one in mine}
    context: dict[str, Any] = {"case": case, "problems": mine, "writes": writes and case.merged_into is None, **_WORDS}
    context["others"] = [one for one in queries.going() if one.id not in known] if writes else []
    return swap(request, "problems/_of_case.html", **context)


@page(right="problems.write", methods=("POST",))
def change(request: PageRequest, problem_id: UUID) -> HttpResponseBase:
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.change(actor=request.actor, problem_id=problem_id, now=now(), **form.cleaned_data)
    return _back(request, problem_id)


@page(right="problems.write", methods=("POST",))
def state(request: PageRequest, problem_id: UUID) -> HttpResponseBase:
    form = StateForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_state(actor=request.actor, problem_id=problem_id, now=now(), **form.cleaned_data)
    return _back(request, problem_id)


@page(right="problems.write", methods=("POST",))
def link(request: PageRequest, problem_id: UUID) -> HttpResponseBase:
    """The ticked cases belong to it, or (`unlike`) do not."""
    told = request.POST
    chosen = _ids(told.getlist("case"))
    if told.get("number", "").strip():
        number = told["number"].strip().lstrip("#")
        found = support.by_number(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
        if found is None:
            raise Invalid("There is no case with this number.", fields={"number": "There is no case with this number."})
        chosen.append(found.id)
    if told.get("unlike"):
        actions.unlike(actor=request.actor, problem_id=problem_id, cases=chosen, now=now())
    else:
        made = actions.link(actor=request.actor, problem_id=problem_id, cases=chosen, now=now())
        messages.success(request, ngettext("%(n)s case is linked.", "%(n)s cases are linked.", made) % {"n": made})
    back = _ids([told.get("back", "")]) if told.get("back") else []
    return go(request, reverse("support:show", args=back)) if back else _back(request, problem_id)


@page(right="problems.write", methods=("POST",))
def unlink(request: PageRequest, problem_id: UUID, case_id: UUID) -> HttpResponseBase:
    actions.unlink(actor=request.actor, problem_id=problem_id, case_id=case_id, now=now())
    back = request.POST.get("back")
    return go(request, reverse("support:show", args=[case_id])) if back else _back(request, problem_id)


@page(right="problems.tell", methods=("POST",))
def tell(request: PageRequest, problem_id: UUID) -> HttpResponseBase:
    """One note or reply to all its cases."""
    form = TellForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.tell(actor=request.actor, problem_id=problem_id, now=now(), **form.cleaned_data)
    return _back(request, problem_id)


@page(right="problems.read", methods=("GET", "HEAD"))
def progress(request: PageRequest, telling_id: UUID) -> HttpResponse:
    """How far it is; asks again by itself while it runs."""
    found = queries.telling(telling_id)
    if found is None:
        raise NoSuchProblem
    return swap(request, "problems/_telling.html", **_told(request, found), **_WORDS)


@page(right="problems.tell", methods=("POST",))
def stop(request: PageRequest, telling_id: UUID) -> HttpResponseBase:
    taken = actions.stop(actor=request.actor, telling_id=telling_id, now=now())
    said = ngettext("Stopped. %(n)s reply was taken back.", "Stopped. %(n)s replies were taken back.", taken)
    messages.success(request, said % {"n": taken})
    return _to(request, telling_id)


@page(right="problems.tell", methods=("POST",))
def go_on(request: PageRequest, telling_id: UUID) -> HttpResponseBase:
    actions.go_on(actor=request.actor, telling_id=telling_id, now=now())
    return _to(request, telling_id)


def _whole(request: PageRequest, problem: ProblemView) -> dict[str, Any]:
    at = now()
    cases, unseen = queries.cases_of(problem.id, actor=request.actor)
    unclear = ""
    try:
        alike, course = queries.alike(problem, actor=request.actor, now=at), queries.course(problem, now=at)
        drawn = queries.bars(course)
    except Unclear as said:
        unclear, alike, course, drawn = said.spoken, [], None, []
    fixed = problem.fixed_at.date() if problem.fixed_at else None
    most = max([1, *(one.linked + one.alike for one in drawn)])
    return {
        "problem": problem,
        "cases": cases,
        "unseen": unseen,
        "alike": alike,
        "unclear": unclear,
        "course": course,
        "bars": drawn,
        "most": most,
        "wide": round(600 / max(1, len(drawn)) * 0.8, 2),
        "fix_x": next((one.x for one in drawn if fixed and one.day == fixed), None),
        "limit_y": round(100 - 100 * course.limit / most, 2) if course and course.before else None,
        "days": [one for one in reversed(drawn) if one.linked or one.alike or one.day == fixed][:45],
        "fixed_day": fixed,
        "tellings": [_told(request, one) for one in queries.tellings_of(problem.id)],
        "form": ChangeForm(
            initial={
                name: getattr(problem, name) for name in ("title", "cause", "fix", "words", "share", "days", "version")
            }
        ),
        "tell_form": TellForm(),
        "states": _next_states(problem.state),
        "writes": request.actor.may("problems.write"),
        "tells": request.actor.may("problems.tell") and not problem.ended,
        **_WORDS,
    }


def _next_states(state: str) -> list[tuple[str, Any]]:
    """The others, what usually comes next first."""
    at = queries.STATES.index(state) + 1
    return [(one, STATE_WORDS[one]) for one in (*queries.STATES[at:], *queries.STATES[: at - 1])]


def _told(request: PageRequest, one: queries.TellingView) -> dict[str, Any]:
    return {
        "telling": one,
        "left": [] if one.running else queries.left_alone(one.id, actor=request.actor),
        "may_tell": request.actor.may("problems.tell"),
    }


def _found(problem_id: UUID) -> ProblemView:
    found = queries.by_id(problem_id)
    if found is None:
        raise NoSuchProblem
    return found


def _ids(said: list[str]) -> list[UUID]:
    """Raises Invalid."""
    try:
        return [UUID(one) for one in said]
    except ValueError:
        raise Invalid("Choose cases first.") from None


def _to(request: PageRequest, telling_id: UUID) -> HttpResponseBase:
    found = queries.telling(telling_id)
    if found is None:
        raise NoSuchProblem
    return _back(request, found.problem)


def _back(request: PageRequest, problem_id: UUID) -> HttpResponseBase:
    return go(request, reverse("problems:show", args=[problem_id]))
