"""Models in the console: labels, measurements with their curves, the desk's own models."""

import csv
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import names_of
from trustdesk.learning import actions, queries
from trustdesk.learning.drawing import bars
from trustdesk.learning.forms import CurveForm, LabelsForm, LearnForm, MeasureForm, WhyForm, midnight
from trustdesk.learning.packing import Damaged
from trustdesk.learning.rules import LABEL, LEAST_SHADOW
from trustdesk.learning.weighing import balance
from trustdesk.signals import queries as signals
from trustdesk.web.page import PageRequest, go, page, refuse

USUAL_BACK = timedelta(days=180)


def _may(request: PageRequest) -> dict[str, bool]:
    return {"propose": request.actor.may("models.propose"), "release": request.actor.may("models.release")}


@page(right="models.read", methods=("GET", "HEAD"))
def list_all(request: PageRequest) -> HttpResponse:
    context = {"labels": queries.labels(), "may": _may(request), "since": (now() - USUAL_BACK).date()}
    return render(request, "learning/list.html", context)


@page(right="models.read", methods=("GET", "HEAD"))
def label(request: PageRequest, label: str) -> HttpResponse:
    """One label: what answers, its thresholds, what was measured and learnt."""
    if not LABEL.fullmatch(label):
        raise NotFound("There is no such label.")
    version = signals.score_version(label)
    models, studies, files = queries.models_of(label), queries.studies_of(label), queries.files_of(label)
    if not (version or models or studies or files):
        raise NotFound("There is no such label.")
    people = {*(one.asked_by for one in studies), *(one.brought_by for one in files)}
    people |= {who for one in models for who in (one.proposer, one.releaser) if who}
    context = {
        "label": label,
        "version": version,
        "live": next((one for one in models if one.state == "live"), None),
        "thresholds": signals.thresholds(label, version),
        "models": models,
        "studies": studies,
        "files": files,
        "names": names_of(people),
        "may": _may(request),
        "since": (now() - USUAL_BACK).date(),
    }
    return render(request, "learning/label.html", context)


@page(right="models.propose")
def bring(request: PageRequest) -> HttpResponseBase:
    """Bring a file of labelled texts, and measure on it at once where a model answers."""
    form = LabelsForm(request.POST or None, request.FILES or None, initial={"label": request.GET.get("label", "")})
    if request.method == "POST" and form.is_valid():
        told, file = form.cleaned_data, form.cleaned_data["file"]
        try:
            kept = actions.bring_labels(
                actor=request.actor,
                label=told["label"],
                name=file.name,
                raw=file.read(),
                positive=told["positive"],
                now=now(),
            )
        except Invalid as refusal:
            for name, why in refusal.spoken_fields.items():
                form.add_error(name if name in form.fields else None, why)
        else:
            if not signals.score_version(told["label"]):
                messages.success(request, _("The labels are kept. No model answers for this label yet."))
                return go(request, reverse("learning:label", args=[told["label"]]))
            study = actions.ask_measurement(actor=request.actor, label=told["label"], file_id=kept, now=now())
            return go(request, reverse("learning:study", args=[study]))
    return render(request, "learning/bring.html", {"form": form}, status=422 if form.errors else 200)


@page(right="models.propose", methods=("POST",))
def forget(request: PageRequest, file_id: UUID) -> HttpResponse:
    actions.forget_labels(actor=request.actor, file_id=file_id, now=now())
    messages.success(request, _("The texts are gone; what was measured on them stays."))
    return go(request, request.POST.get("back") or reverse("learning:list"))


@page(right="models.propose", methods=("POST",))
def measure(request: PageRequest, label: str) -> HttpResponse:
    form = MeasureForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    told, at = form.cleaned_data, now()
    desk = told["source"] == "desk"
    try:
        file_id = None if desk else UUID(told["source"])
    except ValueError:
        raise NotFound("There is no such file of labels.") from None
    since = midnight(told["since"]) if told["since"] else at - USUAL_BACK
    study = actions.ask_measurement(
        actor=request.actor,
        label=label,
        file_id=file_id,
        since=since if desk else None,
        model_id=told["model"],
        now=at,
    )
    return go(request, reverse("learning:study", args=[study]))


@page(right="models.propose", methods=("POST",))
def learn(request: PageRequest) -> HttpResponse:
    form = LearnForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    told = form.cleaned_data
    study = actions.ask_learning(
        actor=request.actor, label=told["label"], since=midnight(told["since"]), counts=told["counts"], now=now()
    )
    return go(request, reverse("learning:study", args=[study]))


@page(right="models.read", methods=("GET", "HEAD"))
def study(request: PageRequest, study_id: UUID) -> HttpResponse:
    """A measurement: how far it is, or its curves, thresholds, and what a choice costs."""
    view = queries.study(study_id)
    models = [one for one in queries.models_of(view.label) if one.version == view.version]
    context: dict[str, Any] = {
        "view": view,
        "may": _may(request),
        "model": models[0] if models else None,
        "live": signals.score_version(view.label),
        "names": names_of({view.asked_by, view.used_by} - {""}),
    }
    if view.state == "done":
        form = CurveForm(request.GET)
        place, error, missed = form.values()
        try:
            scored = queries.scored(study_id)
        except Damaged:
            context["damaged"] = True
        else:
            if place not in scored.places():
                place = ("", "")
            seconds, reviews = queries.review_seconds(now=now())
            context["balance"] = balance(
                scored.sample(place),
                error=error,
                missed=missed,
                confidence=view.confidence,
                items_a_day=queries.items_a_day(place, now=now()),
                seconds=seconds,
            )
            context |= {
                "place": place,
                "places": [(each, "/".join(each), len(scored.sample(each))) for each in scored.places()],
                "error": f"{100 * error:g}",
                "missed": f"{100 * missed:g}",
                "reviews": reviews,
                "drawn": len(scored.drawn),
                "promises": [each for each in view.promises if (each.market, each.language) == place],
                "elsewhere": [each for each in view.promises if (each.market, each.language) != place],
            }
    return render(request, "learning/study.html", context)


@page(right="models.read", methods=("GET", "HEAD"))
def progress(request: PageRequest, study_id: UUID) -> HttpResponse:
    """The bar, again each second; the whole page once it is over."""
    view = queries.study(study_id)
    answer = render(request, "learning/_progress.html", {"view": view})
    if not view.open:
        answer["HX-Refresh"] = "true"
    return answer


@page(right="models.read", methods=("GET", "HEAD"))
def points_csv(request: PageRequest, study_id: UUID) -> HttpResponse:
    """The curve's points as CSV."""
    view = queries.study(study_id)
    place, error, missed = CurveForm(request.GET).values()
    scored = queries.scored(study_id)
    found = balance(
        scored.sample(place if place in scored.places() else ("", "")),
        error=error,
        missed=missed,
        confidence=view.confidence,
        items_a_day=0.0,
        seconds=None,
    )
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{view.label}-{view.version}.csv"'
    rows = csv.writer(answer)
    shares = [f"{name}{end}" for name in ("precision", "recall") for end in ("", "_low", "_high")]
    rows.writerow(["score", *shares, "labelled_above", "carrying_the_label", "automatic"])
    for point in found.points:
        both = (point.precision, point.recall)
        told = [value for each in both for value in (each.value, each.low, each.high)]
        counts = (point.precision.samples, point.precision.hits)
        rows.writerow([f"{value:.6f}" for value in (point.score, *told)] + [*counts, f"{point.automatic:.6f}"])
    return answer


@page(right="models.release", methods=("POST",))
def use(request: PageRequest, study_id: UUID) -> HttpResponse:
    view = queries.study(study_id)
    count = actions.use_thresholds(actor=request.actor, study_id=study_id, now=now())
    told = ngettext("%(n)s threshold is in force.", "%(n)s thresholds are in force.", count)
    messages.success(request, told % {"n": count})
    return go(request, reverse("learning:label", args=[view.label]))


@page(right="models.read", methods=("GET", "HEAD"))
def model(request: PageRequest, model_id: UUID) -> HttpResponse:
    """The card of one version: what it learnt from, how it compares, its shadow run, what may be done with it."""
    view = queries.model(model_id)
    study_view = queries.study(view.study)
    context = {
        "view": view,
        "study": study_view,
        "report": study_view.report,
        "bars": bars(view.shadow.new, view.shadow.live),
        "least": LEAST_SHADOW,
        "enough": view.shadow.items >= LEAST_SHADOW,
        "proposed_it": view.proposer == request.actor.label,
        "outdated": view.waits and signals.score_version(view.label) != view.against,
        "thresholds": signals.thresholds(view.label, view.version),
        "names": names_of({view.proposer, view.releaser} - {""}),
        "may": _may(request),
        "may_read": request.actor.may("items.read"),
    }
    return render(request, "learning/model.html", context)


@page(right="models.propose", methods=("POST",))
def shadow(request: PageRequest, model_id: UUID) -> HttpResponse:
    actions.start_shadow(actor=request.actor, model_id=model_id, now=now())
    messages.success(request, _("It scores what arrives from now on, without any effect."))
    return go(request, reverse("learning:model", args=[model_id]))


@page(right="models.release", methods=("POST",))
def release(request: PageRequest, model_id: UUID) -> HttpResponse:
    actions.release(actor=request.actor, model_id=model_id, now=now())
    messages.success(request, _("It answers everywhere within two seconds."))
    return go(request, reverse("learning:model", args=[model_id]))


@page(right="models.propose", methods=("POST",))
def withdraw(request: PageRequest, model_id: UUID) -> HttpResponse:
    form = WhyForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.withdraw(actor=request.actor, model_id=model_id, why=form.cleaned_data["why"], now=now())
    return go(request, reverse("learning:model", args=[model_id]))


@page(right="models.release", methods=("POST",))
def roll_back(request: PageRequest, label: str) -> HttpResponse:
    form = WhyForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    to = actions.roll_back(actor=request.actor, label=label, why=form.cleaned_data["why"], now=now())
    told = _("%(version)s answers again.") % {"version": to} if to else _("No model answers for this label now.")
    messages.success(request, told)
    return go(request, reverse("learning:label", args=[label]))
