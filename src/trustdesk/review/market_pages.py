"""Market notes in the console: what one must know of a market, read by all, written by leads."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.content import actions
from trustdesk.content import queries as content
from trustdesk.kernel.base.refusal import Invalid, NotFound, Stale
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import markets, names_of
from trustdesk.review.forms import MarketNoteForm
from trustdesk.web.page import PageRequest, go, page


@page(right="review.read", methods=("GET", "HEAD"))
def list_all(request: PageRequest) -> HttpResponse:
    """All notes, or those of one market."""
    market = request.GET.get("market", "")
    rows = [note for note in content.market_notes() if not market or note.market in {"", market}]
    context = {
        "rows": rows,
        "market": market,
        "markets": sorted(markets()),
        "names": names_of({note.author_label for note in rows}),
        "may_write": request.actor.may("notes.manage"),
    }
    return render(request, "review/market_notes.html", context)


@page(right="notes.manage")
def write(request: PageRequest, note_id: UUID | None = None) -> HttpResponseBase:
    """Write a note, or change one; what is wrong is said beside its field."""
    note = content.market_note(note_id) if note_id else None
    if note_id and (note is None or note.retired_at):
        raise NotFound("There is no such market note.")
    form = MarketNoteForm(request.POST or None, markets=sorted(markets()), initial=_initial(note))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        entry = actions.MarketEntry(
            sort=data["sort"],
            title=data["title"],
            text=data["text"].replace("\r\n", "\n"),
            market=data["market"],
            language=data["language"],
            kinds=tuple(data["kinds"]),
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
        )
        try:
            actions.keep_market_note(
                actor=request.actor, entry=entry, note_id=note_id, version=data["version"] or 0, now=now()
            )
        except Invalid as refusal:
            for name, words in refusal.spoken_fields.items():
                form.add_error(name, words)
        except Stale as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(request, _("Kept. Reviewers see it from now on."))
            return go(request, reverse("market_notes:list"))
    context = {"form": form, "note": note}
    return render(request, "review/market_note.html", context, status=422 if form.is_bound else 200)


@page(right="notes.manage", methods=("POST",))
def retire(request: PageRequest, note_id: UUID) -> HttpResponseBase:
    actions.retire_market_note(actor=request.actor, note_id=note_id, now=now())
    messages.success(request, _("The note is not shown any more."))
    return go(request, reverse("market_notes:list"))


def _initial(note: content.MarketNoteView | None) -> dict[str, Any]:
    names = ("sort", "title", "text", "market", "language", "kinds", "starts_on", "ends_on", "version")
    return {name: getattr(note, name) for name in names} if note else {"sort": "slang", "version": 0}
