"""Rehearsals in the console: the list, a report, what a version's page shows of them, a first look at its effect."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import queries as policy
from trustdesk.rehearsal import actions, queries
from trustdesk.rehearsal.excerpts import Excerpt, excerpts, texts_of
from trustdesk.rehearsal.forms import BacktestForm, ShadowForm
from trustdesk.rehearsal.judging import Judge
from trustdesk.rehearsal.queries import SampleView
from trustdesk.rehearsal.tally import Tally
from trustdesk.screening import queries as screening
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse

LIMIT = 50
PREVIEW_ITEMS, PREVIEW_FEW, PREVIEW_SHOWN = 2_000, 200, 10


@dataclass(frozen=True)
class Shown:
    """A sample with its words; none for who may not read items. `because`: the hits that make the new outcome, or, where
    it has none, those that made the old."""

    sample: SampleView
    old: str
    new: str
    title: str
    words: list[Excerpt]
    because: tuple[queries.SampleHit, ...]


@page(right="policy.read", methods=("GET", "HEAD"))
def list_all(request: PageRequest) -> HttpResponse:
    """All rehearsals, newest first."""
    start = cursors.decode(request.GET.get("after"), UUID)
    rows = queries.newest(before=start[0] if start else None, limit=LIMIT + 1)
    found = cursors.page_of(rows, limit=LIMIT, key=lambda row: [row.id])
    return render(request, "rehearsal/list.html", {"page": found})


@page(right="policy.read", methods=("GET", "HEAD"))
def show(request: PageRequest, rehearsal_id: UUID) -> HttpResponse:
    """One rehearsal: how far it is, or what it found, with the samples of one change."""
    view = queries.by_id(rehearsal_id)
    report = queries.report_of(rehearsal_id)
    change = request.GET.get("change", "")
    if report and not any(change == each.key for each in report.changes):
        change = report.changes[0].key if report.changes else ""
    samples = queries.samples_of(rehearsal_id, change) if change else []
    context = {
        "view": view,
        "report": report,
        "outcomes": _outcomes(report) if report else [],
        "change": change,
        "samples": _with_words(request, samples),
        "may_edit": request.actor.may("policy.edit"),
        "may_read": request.actor.may("items.read"),
        "left": _left(view),
    }
    return render(request, "rehearsal/show.html", context)


@page(right="policy.read", methods=("GET", "HEAD"))
def progress(request: PageRequest, rehearsal_id: UUID) -> HttpResponse:
    """The bar, again each second; the whole page once it is over."""
    view = queries.by_id(rehearsal_id)
    answer = render(
        request,
        "rehearsal/_progress.html",
        {"view": view, "left": _left(view), "may_edit": request.actor.may("policy.edit")},
    )
    if not view.open:
        answer["HX-Refresh"] = "true"
    return answer


@page(right="policy.read", methods=("GET", "HEAD"))
def of_version(request: PageRequest, version_id: UUID) -> HttpResponse:
    """What a version's own page shows: its newest backtest and shadow, and how to begin one."""
    ref = policy.version_ref(version_id)
    rows = queries.of_version(version_id)
    backtest = next(
        (row for row in rows if row.mode == "history" and row.state in {"waiting", "running", "done"}), None
    )
    shadow = next((row for row in rows if row.mode == "shadow"), None)
    report = queries.report_of(backtest.id) if backtest and backtest.state == "done" else None
    context = {
        "ref": ref,
        "backtest": backtest,
        "shadow": shadow,
        "report": report,
        "outcomes": _outcomes(report) if report else [],
        "more": len(rows),
        "may_edit": request.actor.may("policy.edit"),
        "can_shadow": ref.state in {"checked", "approved"} and not (shadow and shadow.open),
        "left": _left(backtest) if backtest else None,
        "day": _day(shadow) if shadow and shadow.open else None,
    }
    return render(request, "rehearsal/_of_version.html", context)


@page(right="policy.read", methods=("GET", "HEAD"))
def preview(request: PageRequest, version_id: UUID) -> HttpResponse:
    """What the last day's items would have got from a version: judged here and now, nothing is written."""
    ref = policy.version_ref(version_id)
    at = now()
    recent = True
    batch = screening.newest_past(since=at - timedelta(days=1), limit=PREVIEW_ITEMS)
    if len(batch) < PREVIEW_FEW:
        batch = screening.newest_past(since=datetime(1970, 1, 1, tzinfo=UTC), limit=PREVIEW_ITEMS)
        recent = False
    tally = Tally()
    try:
        live = policy.live_content()
        Judge(policy.candidate_content(version_id, within=live.hash), live).judge(batch, {}, tally)
    except policy.DoesNotPass:
        return render(request, "rehearsal/_preview.html", {"ref": ref, "fails": True})
    data = tally.to_json()
    samples = [
        queries.sample_view(change, UUID(verdict), kept)
        for change, entries in data["samples"].items()
        for _place, verdict, kept in entries
    ]
    report = queries.read_report(data)
    context = {
        "ref": ref,
        "report": report,
        "recent": recent,
        "samples": _with_words(request, samples[:PREVIEW_SHOWN]),
        "may_edit": request.actor.may("policy.edit"),
    }
    return render(request, "rehearsal/_preview.html", context)


@page(right="policy.edit", methods=("POST",))
def start(request: PageRequest) -> HttpResponseBase:
    form = BacktestForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    made = actions.start_backtest(
        actor=request.actor, version_id=form.cleaned_data["version"], back=form.cleaned_data["since"], now=now()
    )
    return go(request, reverse("rehearsal:show", args=[made.id]))


@page(right="policy.edit", methods=("POST",))
def cancel(request: PageRequest, rehearsal_id: UUID) -> HttpResponseBase:
    actions.cancel_backtest(actor=request.actor, rehearsal_id=rehearsal_id, now=now())
    messages.success(request, _("Cancelled; nothing is kept of it."))
    return go(request, reverse("rehearsal:show", args=[rehearsal_id]))


@page(right="policy.edit", methods=("POST",))
def shadow(request: PageRequest) -> HttpResponseBase:
    form = ShadowForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    made = actions.start_shadow(
        actor=request.actor, version_id=form.cleaned_data["version"], days=form.cleaned_data["days"], now=now()
    )
    messages.success(request, _("In shadow: it judges what arrives, and nothing comes of it but this report."))
    return go(request, reverse("rehearsal:show", args=[made]))


@page(right="policy.edit", methods=("POST",))
def stop(request: PageRequest, rehearsal_id: UUID) -> HttpResponseBase:
    actions.stop_shadow(actor=request.actor, rehearsal_id=rehearsal_id, now=now())
    return go(request, reverse("rehearsal:show", args=[rehearsal_id]))


def _outcomes(report: queries.Report) -> list[tuple[str, int, int, int]]:
    """(outcome, live, this version, difference), strictest first."""
    found = []
    for outcome in ("reject", "hold", "review", "limit", "approve"):
        before = sum(each.items for each in report.matrix if each.old == outcome)
        after = sum(each.items for each in report.matrix if each.new == outcome)
        if before or after:
            found.append((outcome, before, after, after - before))
    return found


def _left(view: queries.RehearsalView) -> timedelta | None:
    seconds = view.seconds_left(now())
    return None if seconds is None else timedelta(seconds=round(seconds))


def _day(view: queries.RehearsalView) -> tuple[int, int]:
    """(which day, of how many) of a shadow run."""
    since, ends = view.since, view.ends_at or view.since
    days = max(1, (ends - since).days)
    return min(days, (now() - since).days + 1), days


def _with_words(request: PageRequest, samples: list[SampleView]) -> list[Shown]:
    may_read = request.actor.may("items.read")
    versions = content.versions_by_id([each.version for each in samples]) if may_read and samples else {}
    shown = []
    for each in samples:
        old, _arrow, new = each.change.partition(">")
        because = each.new or each.old
        version = versions.get(each.version)
        words: list[Excerpt] = []
        if version is not None:
            spans = [span for hit in because for span in hit.spans]
            words = excerpts(texts_of(version.title, version.body, version.fields), spans)
        title = version.title if version else ""
        shown.append(Shown(each, old, new, title, words, because))
    return shown
