"""Deciding: what the bar and its sheets send, the clause search and the preview."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import Incomplete, ItemChanged
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.review import actions, queries
from trustdesk.review.forms import AsideForm, DecisionForm, EditForm, NoteForm, PreviewForm, SkipForm
from trustdesk.review.highlight import word_changes
from trustdesk.review.pages.taking import fragment, onward, swaps
from trustdesk.review.showing import options_for, suggestions
from trustdesk.web.page import PageRequest, go, page, refuse, swap


@page(right="review.decide", methods=("POST",))
def decide(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    """Decide, and open the next one at once."""
    form = DecisionForm(_listed(request))
    if not form.is_valid():
        return refuse(request, form)
    try:
        done = actions.decide(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
    except ItemChanged:
        if swaps(request):
            raise
        # Nothing was decided. What was typed is still in the tab; the page shows what the author changed meanwhile.
        seen = form.cleaned_data["version"]
        return go(request, reverse("review:desk", args=[review_id]) + f"?since={seen}")
    return onward(
        request, after=review_id, undo=max(0.0, (done.undo_until - now()).total_seconds()), golden=done.golden_told
    )


@page(right="review.decide", methods=("POST",))
def skip(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    form = SkipForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.skip(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
    return onward(request, after=review_id)


@page(right="review.decide", methods=("POST",))
def edit_and_approve(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    form = EditForm(_listed(request))
    if not form.is_valid():
        return refuse(request, form)
    asked = form.cleaned_data
    done = actions.edit_and_approve(
        actor=request.actor,
        review_id=review_id,
        version=asked["version"],
        changed=form.changed_fields(),
        author_note=asked["author_note"],
        labels=asked["labels"],
        key=asked["key"],
        now=now(),
    )
    return onward(request, after=review_id, undo=max(0.0, (done.undo_until - now()).total_seconds()))


@page(right="review.decide", methods=("POST",))
def compare(request: PageRequest, review_id: UUID) -> HttpResponse:
    """What the edit in the sheet would change, word by word, before Enter."""
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    form = EditForm(_listed(request))
    if not form.is_valid():
        return refuse(request, form)
    told = []
    for name, after in form.changed_fields().items():
        before = getattr(sheet.version, name)
        if before != after:
            shown = [str(actions.plain_value(value) if value is not None else "") for value in (before, after)]
            told.append((form.fields[name].label, word_changes(*shown)))
    return swap(request, "review/_compared.html", told=told, sheet=sheet)


@page(right="review.decide", methods=("POST",))
def put_aside(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    """Rest the work until a time; the item itself stays as it is."""
    form = AsideForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    asked = form.cleaned_data
    actions.put_aside(
        actor=request.actor,
        review_id=review_id,
        until=_until(asked["until"]),
        reason=asked["reason"],
        key=asked["key"],
        now=now(),
    )
    return onward(request, after=review_id)


def _until(asked: str) -> datetime:
    moment = now()
    if asked == "tomorrow":
        return (localtime(moment) + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    return moment + {"hour": timedelta(hours=1), "three_days": timedelta(days=3)}[asked]


@page(right="notes.write", methods=("POST",))
def note(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    """Pin a note and show the list with it."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.note(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    return swap(request, "review/_notes.html", sheet=sheet)


@page(right="review.decide", methods=("POST",))
def undo(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    actions.undo(actor=request.actor, review_id=review_id, now=now())
    if swaps(request):
        return fragment(request, review_id)
    return go(request, reverse("review:desk", args=[review_id]))


@page(right="review.decide")
def clauses(request: PageRequest, review_id: UUID) -> HttpResponse:
    """Fuzzy search over the clauses of all live policies; without words, the suggested ones first."""
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    hits = sheet.verdict.hits
    options = options_for(
        request.GET.get("q", ""), suggestions(hits, language=request.actor.language), language=request.actor.language
    )
    return swap(request, "review/_clauses.html", options=options)


@page(right="review.decide")
def preview(request: PageRequest, review_id: UUID) -> HttpResponse:
    """What the author will read and what will happen, before Enter."""
    form = PreviewForm(_listed(request))
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    if not form.is_valid() or not form.cleaned_data["clauses"]:
        return swap(request, "review/_preview.html", preview=None, sheet=sheet)
    chosen = form.cleaned_data["clauses"]
    hits = sheet.verdict.hits
    policies = {ground.policy for ground in chosen}
    try:
        shown = decisions.preview(
            actor=request.actor,
            item=sheet.item,
            version=sheet.version,
            account=sheet.account,
            outcome=form.cleaned_data["outcome"],
            clauses=chosen,
            evidence=[
                {**span, "policy": hit["policy"]}
                for hit in hits
                if hit["policy"] in policies
                for span in hit["evidence"]
            ],
            author_note=form.cleaned_data["author_note"],
            automated_detection=bool(hits),
            noticed_at=sheet.verdict.decided_at,
            labels=[label for hit in hits if hit["policy"] in policies for label in hit["labels"]],
            now=now(),
        )
    except Incomplete as missing:
        return refuse(request, Refusal(_("The statement would lack %(what)s.") % {"what": missing}))
    with override(shown.language or None):
        language = dict_of_languages().get(shown.language, shown.language)
    return swap(request, "review/_preview.html", preview=shown, sheet=sheet, language=language)


def dict_of_languages() -> dict[str, str]:
    from django.conf import settings

    return dict(settings.LANGUAGES)


def _listed(request: PageRequest) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    return {**given.dict(), "clauses": given.getlist("clauses"), "labels": given.getlist("labels")}
