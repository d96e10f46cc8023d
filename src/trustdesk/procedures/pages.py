"""The pages of procedures: what there is, how one goes, writing one; what stands beside a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.procedures import actions, queries
from trustdesk.procedures.actions import NoSuchRun
from trustdesk.procedures.forms import (
    ANSWER_WORDS,
    DOCUMENT_WORDS,
    KIND_WORDS,
    OUTCOME_TONES,
    OUTCOME_WORDS,
    ProofForm,
    SeenForm,
    SourceForm,
    TickForm,
)
from trustdesk.procedures.queries import RunView, Step, said
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase
from trustdesk.web.page import PageRequest, go, page, refuse, swap

_WORDS: dict[str, Any] = {
    "outcome_words": OUTCOME_WORDS,
    "outcome_tones": OUTCOME_TONES,
    "answer_words": ANSWER_WORDS,
    "document_words": DOCUMENT_WORDS,
    "kind_words": KIND_WORDS,
}
_BEGUN = """code: my_procedure
title: {en: "What it is called"}
about:
  en: "When it is used."
never:
  - {en: "Their password"}
keep_days: 7
steps:
  - code: look
    title: {en: "The first step"}
    agent: {en: "What to do."}
    check: {en: "What is ticked"}
  - code: done
    kind: end
    outcome: done
    title: {en: "The end"}
    agent: {en: "What follows."}
"""


@page(right="procedures.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """Every procedure, with what it is for."""
    language = _language()
    rows = [
        (one, said(one.whole.title, language), said(one.whole.about, language), len(one.whole.steps))
        for one in queries.listed()
    ]
    context = {"rows": rows, "may_manage": request.actor.may("procedures.manage")}
    return render(request, "procedures/list.html", context)


@page(right="procedures.read", methods=("GET", "HEAD"))
def show(request: PageRequest, code: str) -> HttpResponse:
    """One procedure: its steps as they are read, its versions."""
    found, language = queries.by_code(code), _language()
    kept = queries.versions(found.id)
    context = {
        "procedure": found,
        "title": said(found.whole.title, language),
        "about": said(found.whole.about, language),
        "never": [said(one, language) for one in found.whole.never],
        "steps": [_step(one, language) for one in found.whole.steps],
        "titles": {one.code: said(one.title, language) for one in found.whole.steps},
        "versions": kept,
        "names": people.names_of(one.author for one in kept),
        "may_manage": request.actor.may("procedures.manage"),
        **_WORDS,
    }
    return render(request, "procedures/procedure.html", context)


@page(right="procedures.manage")
def write(request: PageRequest) -> HttpResponseBase:
    """A new procedure."""
    return _write(request, code="", source=_BEGUN, number=0)


@page(right="procedures.manage")
def edit(request: PageRequest, code: str) -> HttpResponseBase:
    """A new version; what runs goes on with its own."""
    found = queries.by_code(code)
    return _write(request, code=found.code, source=found.source, number=found.number)


@page(right="procedures.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """The procedures of a case, for its page: the step to do now, what is done, what can be started."""
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=request.actor):
        raise NoSuchCase
    language = _language()
    runs = queries.of_case(case_id)
    uses = request.actor.may("procedures.use") and case.merged_into is None
    running = {one.code for one in runs if one.state == "running"}
    labels = {tick.by for one in runs for tick in one.ticks} | {one.moved_by for one in runs}
    context = {
        "case": case,
        "runs": [_run(one, language, case.language) for one in runs],
        "uses": uses,
        "files": queries.attachments_of(case_id) if uses and any(_proving(one) for one in runs) else [],
        "startable": [
            (one.code, said(one.whole.title, language))
            for one in queries.listed()
            if one.code not in running and uses and case.status != "closed"
        ],
        "names": people.names_of(labels),
        **_WORDS,
    }
    return swap(request, "procedures/_of_case.html", **context)


@page(right="procedures.use", methods=("POST",))
def start(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    actions.start(actor=request.actor, case_id=case_id, code=request.POST.get("code", ""), now=now())
    return _case(request, case_id)


@page(right="procedures.use", methods=("POST",))
def tick(request: PageRequest, run_id: UUID) -> HttpResponseBase:
    """A step is done; one with words to tick is done once these are ticked."""
    form = TickForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    told = form.cleaned_data
    found = _found(run_id)
    step = found.step
    if (
        step is not None
        and step.code == told["step"]
        and step.check
        and told["answer"] == "done"
        and not told["checked"]
    ):
        form.add_error(None, _("Tick what was checked first."))
        return refuse(request, form)
    actions.tick(
        actor=request.actor,
        run_id=run_id,
        step=told["step"],
        answer=told["answer"],
        seen=told["seen"],
        note=told["note"],
        now=now(),
    )
    return _case(request, found.case)


@page(right="procedures.use", methods=("POST",))
def take_back(request: PageRequest, run_id: UUID) -> HttpResponseBase:
    form = SeenForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    found = _found(run_id)
    actions.take_back(actor=request.actor, run_id=run_id, seen=form.cleaned_data["seen"], now=now())
    return _case(request, found.case)


@page(right="procedures.use", methods=("POST",))
def stop(request: PageRequest, run_id: UUID) -> HttpResponseBase:
    form = SeenForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    found = _found(run_id)
    told = form.cleaned_data
    actions.stop(actor=request.actor, run_id=run_id, seen=told["seen"], why=told["why"], now=now())
    return _case(request, found.case)


@page(right="procedures.use", methods=("POST",))
def words(request: PageRequest, run_id: UUID) -> HttpResponseBase:
    """The step's words become the draft of the reply."""
    return _case(request, actions.put_into_reply(actor=request.actor, run_id=run_id, now=now()))


@page(right="procedures.use", methods=("POST",))
def proof(request: PageRequest, run_id: UUID) -> HttpResponseBase:
    form = ProofForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    told = form.cleaned_data
    found = _found(run_id)
    actions.note_proof(
        actor=request.actor,
        run_id=run_id,
        document=told["document"],
        showed=told["showed"],
        file=told["file"],
        days=told["days"] or 0,
        now=now(),
    )
    return _case(request, found.case)


@page(right="procedures.use", methods=("POST",))
def forget(request: PageRequest, proof_id: UUID) -> HttpResponseBase:
    actions.forget_now(actor=request.actor, proof_id=proof_id, now=now())
    messages.success(request, _("The document is deleted."))
    back = request.POST.get("case", "")
    try:
        return _case(request, UUID(back))
    except ValueError:
        return go(request, reverse("support:list"))


def _write(request: PageRequest, *, code: str, source: str, number: int) -> HttpResponseBase:
    form = (
        SourceForm(request.POST)
        if request.method == "POST"
        else SourceForm(initial={"source": source, "number": number})
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.keep(actor=request.actor, source=told["source"], number=told["number"], code=code, now=now())
        except Refusal as why:
            form.add_error("source", why.spoken_fields.get("source", why.spoken))
        else:
            return go(request, reverse("procedures:show", args=[code]) if code else reverse("procedures:list"))
    status = 422 if request.method == "POST" else 200
    return render(request, "procedures/write.html", {"form": form, "code": code}, status=status)


def _step(one: Step, language: str) -> dict[str, Any]:
    """A step in words of one language."""
    return {
        "code": one.code,
        "kind": one.kind,
        "title": said(one.title, language),
        "agent": said(one.agent, language),
        "requester": said(one.requester, language),
        "check": said(one.check, language),
        "required": one.required,
        "then": one.then,
        "yes": one.yes,
        "no": one.no,
        "outcome": one.outcome,
        "answers": one.answers(),
    }


def _run(one: RunView, language: str, theirs: str) -> dict[str, Any]:
    here = _step(one.step, language) if one.step else None
    if here and one.step:
        here["requester"] = said(one.step.requester, theirs)
    return {
        "run": one,
        "title": said(one.whole.title, language),
        "never": [said(never, language) for never in one.whole.never],
        "here": here,
        "days": range(one.whole.keep_days, -1, -1),
        "done": [(tick, said(tick.step.title, language)) for tick in one.ticks],
    }


def _proving(one: RunView) -> bool:
    return one.step is not None and one.step.kind == "proof"


def _found(run_id: UUID) -> RunView:
    found = queries.run(run_id)
    if found is None:
        raise NoSuchRun
    return found


def _language() -> str:
    return get_language() or "en"


def _case(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    return go(request, reverse("support:show", args=[case_id]))
