"""The pages of triggers: their order and what they did, writing one, trying it on the past, putting it in force."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.escalations import queries as escalations
from trustdesk.kernel.base.refusal import Invalid, Refusal, Stale
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import names_of
from trustdesk.kernel.work.queries import queues
from trustdesk.macros.queries import STEPS
from trustdesk.macros.queries import shared as shared_macros
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase
from trustdesk.triggers import actions, queries
from trustdesk.triggers.forms import BY_NAME, ConditionForm, MoveForm, PutForm, TriggerForm, TryForm
from trustdesk.triggers.queries import EVENTS, OWN_STEPS, WAITS_IN, WHY_STOPPED, Doing, RunView, VersionView
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

HOW = {"done": "approve", "already": "", "refused": "warning"}


@page(right="triggers.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """All triggers in the order in which they act, with what they did in seven days."""
    rows = [
        (one, _when(one.live or one.newest), [(_(WHY_STOPPED[why]), n) for why, n in one.halted.items()])
        for one in queries.listed(request.actor, now=now())
    ]
    context = {"rows": rows, "may_manage": request.actor.may("triggers.manage")}
    return render(request, "triggers/list.html", context)


@page(right="triggers.read", methods=("GET", "HEAD"))
def show(request: PageRequest, trigger_id: UUID) -> HttpResponse:
    """One trigger: what counts, what is written, the trial of it, what it did, its versions."""
    trigger = queries.one(request.actor, trigger_id)
    found = queries.versions(request.actor, trigger_id)
    mark = cursors.decode(request.GET.get("after"), UUID)
    runs = queries.runs(request.actor, trigger_id, before=mark[0] if mark else None)
    names = shared_names()
    trial = queries.newest_trial(request.actor, trigger_id)
    context = {
        "trigger": trigger,
        "versions": [(one, _when(one), _done(one.steps, names)) for one in (trigger.live, trigger.newest) if one],
        "told": [
            (one, queries.changed_lines(older, one)) for one, older in zip(found, [*found[1:], None], strict=True)
        ],
        "names": names_of({label for one in found for label in (one.author, one.put_by) if label}),
        "trial": trial,
        "tried": trial is not None and trial.number == trigger.number and trial.state == "done",
        "did": _by_step(trial.by_step) if trial else [],
        "try_form": TryForm(),
        "runs": _runs(runs, names),
        "numbers": support.views_of([run.case for run in runs]),
        "next": cursors.encode((runs[-1].id,)) if len(runs) == queries.RUNS else "",
        "may_manage": request.actor.may("triggers.manage"),
    }
    return render(request, "triggers/trigger.html", context)


@page(right="triggers.manage")
def begin(request: PageRequest) -> HttpResponseBase:
    """A blank trigger."""
    form = TriggerForm(request.POST or None, initial={"number": 0})
    found: list[queries.Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            trigger_id = actions.write(actor=request.actor, written=form.written(), now=now())
        except Invalid as refusal:
            found = refusal.details.get("problems", [])
            # A condition's problems stand below it, each with its place: not once more as one sentence.
            form.blame({name: said for name, said in refusal.fields.items() if name != "condition" or not found})
        else:
            messages.success(request, _("Written. Try it on the past, then put it in force."))
            return go(request, reverse("triggers:trigger", args=[trigger_id]))
    return _write(request, form, None, found)


@page(right="triggers.manage")
def edit(request: PageRequest, trigger_id: UUID) -> HttpResponseBase:
    """Write the next version."""
    trigger = queries.one(request.actor, trigger_id)
    form = TriggerForm(request.POST or None, known=trigger.newest)
    found: list[queries.Problem] = []
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        try:
            actions.change(actor=request.actor, trigger_id=trigger_id, written=form.written(), number=number, now=now())
        except Invalid as refusal:
            found = refusal.details.get("problems", [])
            # A condition's problems stand below it, each with its place: not once more as one sentence.
            form.blame({name: said for name, said in refusal.fields.items() if name != "condition" or not found})
        except Stale as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(request, _("Written. Try it on the past, then put it in force."))
            return go(request, reverse("triggers:trigger", args=[trigger_id]))
    return _write(request, form, trigger, found)


@page(right="triggers.manage", methods=("POST",))
def check(request: PageRequest) -> HttpResponse:
    """What is wrong with a condition while it is typed."""
    form = ConditionForm(request.POST)
    typed = form.cleaned_data["condition"].replace("\r\n", "\n") if form.is_valid() else ""
    return swap(request, "triggers/_problems.html", problems=queries.problems_of(typed), typed=typed.strip())


@page(right="triggers.manage", methods=("POST",))
def try_it(request: PageRequest, trigger_id: UUID) -> HttpResponseBase:
    form = TryForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.try_on_past(actor=request.actor, trigger_id=trigger_id, days=form.cleaned_data["days"], now=now())
    return go(request, reverse("triggers:trigger", args=[trigger_id]))


@page(right="triggers.read", methods=("GET", "HEAD"))
def progress(request: PageRequest, trial_id: UUID) -> HttpResponse:
    """How far a trial is, asked for each second while it runs; then what it found."""
    trial = queries.trial(request.actor, trial_id)
    return swap(
        request,
        "triggers/_trial.html",
        trial=trial,
        did=_by_step(trial.by_step),
        may_manage=request.actor.may("triggers.manage"),
        ended=not trial.open,
    )


@page(right="triggers.manage", methods=("POST",))
def cancel(request: PageRequest, trial_id: UUID) -> HttpResponseBase:
    actions.cancel(actor=request.actor, trial_id=trial_id, now=now())
    messages.success(request, _("The trial is stopped."))
    trial = queries.trial(request.actor, trial_id)
    return go(request, reverse("triggers:trigger", args=[trial.trigger]))


@page(right="triggers.manage", methods=("POST",))
def put_in_force(request: PageRequest, trigger_id: UUID) -> HttpResponseBase:
    form = PutForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.put_in_force(actor=request.actor, trigger_id=trigger_id, number=form.cleaned_data["number"], now=now())
    messages.success(request, _("In force from now on."))
    return go(request, reverse("triggers:trigger", args=[trigger_id]))


@page(right="triggers.manage", methods=("POST",))
def switch_off(request: PageRequest, trigger_id: UUID) -> HttpResponseBase:
    actions.switch_off(actor=request.actor, trigger_id=trigger_id, now=now())
    messages.success(request, _("Off. What it did stays."))
    return go(request, reverse("triggers:trigger", args=[trigger_id]))


@page(right="triggers.manage", methods=("POST",))
def move(request: PageRequest, trigger_id: UUID) -> HttpResponseBase:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.move(actor=request.actor, trigger_id=trigger_id, up=form.cleaned_data["up"], now=now())
    return go(request, reverse("triggers:list"))


@page(right="support.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """What triggers did to one case, for its page."""
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=request.actor):
        raise NoSuchCase
    runs = _runs(queries.of_case(case_id), {})
    return swap(request, "triggers/_of_case.html", runs=runs, may_read=request.actor.may("triggers.read"))


def shared_names() -> dict[str, str]:
    return {str(one.id): one.name for one in shared_macros()}


def _write(
    request: PageRequest, form: TriggerForm, trigger: queries.TriggerView | None, found: list[queries.Problem]
) -> HttpResponse:
    known = [(f"{kind}", _(words)) for kind, (words, _how) in OWN_STEPS.items()]
    teams = [f"{team.code} {one.code} " for team in escalations.teams() for one in escalations.severities()[:1]]
    steps = [(_(kind.words), ", ".join(kind.values)) for kind in STEPS.values() if kind.values]
    steps += [(_(words), _(how)) for words, how in OWN_STEPS.values()]
    context = {
        "form": form,
        "trigger": trigger,
        "problems": found,
        "fields": [(path, _(name.words)) for path, name in queries.names().items()],
        "kinds": known,
        "values": [
            *form.replies.values(),
            *(one.code for one in queues() if "case" in one.kinds),
            *(f"{rule.code} = " for rule in support.field_rules()),
            *teams,
        ],
        "steps": steps,
    }
    return render(request, "triggers/write.html", context, status=422 if form.is_bound else 200)


def _when(one: VersionView) -> str:
    """What it waits for, in words."""
    if one.event != "waited":
        return _(EVENTS[one.event])
    told = {"status": _(WAITS_IN[one.status]), "hours": one.hours}
    return _("“%(status)s” for %(hours)s hours") % told


def _done(steps: Iterable[Doing], names: dict[str, str]) -> list[tuple[str, str]]:
    return [(_step(one.do), _value(one, names)) for one in steps]


def _step(do: str) -> str:
    return _(OWN_STEPS[do][0]) if do in OWN_STEPS else _(STEPS[do].words)


def _value(step: Doing, names: dict[str, str]) -> str:
    if step.do in BY_NAME:
        return names.get(step.value, _("put away meanwhile"))
    words = STEPS[step.do].values.get(step.value) if step.do in STEPS else None
    return _(words) if words else step.value


def _by_step(by_step: dict[str, int]) -> list[tuple[str, int]]:
    return [(_step(do), n) for do, n in by_step.items()]


def _runs(runs: Iterable[RunView], _names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "run": run,
            "when": _(EVENTS[run.event]),
            "why": _(WHY_STOPPED[run.why]) if run.why else "",
            "did": [
                (
                    _step(one["do"]),
                    HOW.get(one["how"], ""),
                    one["how"],
                    Refusal(one["why"]).spoken if one["why"] else "",
                )
                for one in run.did
            ],
        }
        for run in runs
    ]
