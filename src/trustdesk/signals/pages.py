"""Signals and banks in the console."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.files import actions as files_actions
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import names_of
from trustdesk.signals import actions, queries
from trustdesk.signals.forms import BankForm, EntriesForm, PicturesForm, SettingsForm, TryForm, TryPictureForm
from trustdesk.signals.likeness import PICTURE
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page

LIMIT = 50
STATES = ("active", "stopped", "removed")


@page(right="signals.read")
def list_all(request: PageRequest) -> HttpResponse:
    """Every signal, those that give no answer first."""
    context = {"signals": queries.health(), "may_manage": request.actor.may("signals.manage")}
    return render(request, "signals/list.html", context)


@page(right="signals.manage", methods=("POST",))
def try_now(request: PageRequest, signal: str) -> HttpResponse:
    actions.try_now(actor=request.actor, signal=signal, now=now())
    messages.success(request, _("The next item that needs it tries it."))
    return go(request, reverse("signals:list"))


@page(right="signals.read")
def banks(request: PageRequest) -> HttpResponse:
    return render(request, "signals/banks.html", {"banks": queries.banks(), "may": _may(request)})


@page(right="banks.edit")
def make(request: PageRequest) -> HttpResponseBase:
    form = BankForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.make_bank(actor=request.actor, now=now(), **form.cleaned_data)
        except Refusal as refusal:
            _show(form, refusal, otherwise="code")
        else:
            return go(request, reverse("signals:bank", args=[form.cleaned_data["code"]]))
    return _form(request, form, title=_("Make a bank"), button=_("Make"), back=reverse("signals:banks"))


@page(right="signals.read")
def bank(request: PageRequest, code: str) -> HttpResponse:
    """A bank's entries, newest first."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    words = request.GET.get("q", "").replace("\0", "")[:200]
    start = cursors.decode(request.GET.get("after"), UUID)
    found = queries.entries(
        code,
        state=state if state in STATES else "",
        negative={"good": True, "bad": False}.get(kind),
        text=words,
        before=start[0] if start else None,
        limit=LIMIT + 1,
    )
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.id,))
    context = {
        "bank": queries.bank(code),
        "rows": shown.rows,
        "next": shown.next,
        "state": state,
        "kind": kind,
        "words": words,
        "names": names_of(row.added_by for row in shown.rows),
        "thumbs": _thumbs(row.file for row in shown.rows),
        "may": _may(request),
    }
    return render(request, "signals/bank.html", context)


@page(right="banks.edit")
def set_bank(request: PageRequest, code: str) -> HttpResponseBase:
    view = queries.bank(code)
    form = SettingsForm(request.POST or None, initial={"distance": view.distance, "flood_limit": view.flood_limit})
    if request.method == "POST" and form.is_valid():
        actions.set_bank(actor=request.actor, code=code, now=now(), **form.cleaned_data)
        messages.success(request, _("Changed. It holds everywhere within two seconds."))
        return go(request, reverse("signals:bank", args=[code]))
    back = reverse("signals:bank", args=[code])
    return _form(request, form, title=_("Settings of %(bank)s") % {"bank": code}, button=_("Save"), back=back)


@page(right="banks.edit")
def add(request: PageRequest, code: str) -> HttpResponseBase:
    """Paste one text or many; upload pictures, or give their hashes."""
    view = queries.bank(code)
    if view.kind == PICTURE.code:
        return _add_pictures(request, view)
    form = EntriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_entries(actor=request.actor, code=code, now=now(), **form.values())
        except Invalid as refusal:
            _show(form, refusal, otherwise="texts")
        else:
            told = ngettext("%(n)s text was added.", "%(n)s texts were added.", len(made.entries))
            words = told % {"n": len(made.entries)}
            if made.known:
                words += " " + _("%(n)s were there already.") % {"n": made.known}
            messages.success(request, words)
            return go(request, reverse("signals:bank", args=[code]))
    title = _("Add texts to %(bank)s") % {"bank": view.title}
    return _form(request, form, title=title, button=_("Add"), back=reverse("signals:bank", args=[code]))


def _add_pictures(request: PageRequest, view: queries.BankView) -> HttpResponseBase:
    form = PicturesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            # The desk's own hand: whoever may fill a bank need not be one who may bring content in.
            stored = [
                files_actions.store_file(actor=SYSTEM, source=each, declared_type=each.content_type or "", now=now()).id
                for each in form.cleaned_data["pictures"]
            ]
            made = actions.add_pictures(
                actor=request.actor, code=view.code, pictures=stored, now=now(), **form.values()
            )
        except Refusal as refusal:
            _show(form, refusal, otherwise="pictures")
        else:
            told = ngettext("%(n)s picture was added.", "%(n)s pictures were added.", len(made.entries))
            words = told % {"n": len(made.entries)}
            if made.known:
                words += " " + _("%(n)s were there already.") % {"n": made.known}
            if made.flat:
                words += " " + _("%(n)s have too little shape to be told from others.") % {"n": made.flat}
            messages.success(request, words)
            return go(request, reverse("signals:bank", args=[view.code]))
    title = _("Add pictures to %(bank)s") % {"bank": view.title}
    return _form(request, form, title=title, button=_("Add"), back=reverse("signals:bank", args=[view.code]))


@page(right="signals.read")
def try_content(request: PageRequest, code: str) -> HttpResponse:
    """What the bank would say of a text or picture; nothing is written down."""
    view = queries.bank(code)
    of_pictures = view.kind == PICTURE.code
    form: Any = (TryPictureForm if of_pictures else TryForm)(request.POST or None, request.FILES or None)
    found: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            alike = (
                _alike_picture(code, form) if of_pictures else queries.alike(code, form.cleaned_data["text"], now=now())
            )
            found = [{"like": one, "entry": queries.entry(one.entry)} for one in alike]
        except Refusal as refusal:
            _show(form, refusal, otherwise="picture" if of_pictures else "text")
    matches = any(one["like"].active for one in found or ())
    shown = _thumbs(one["entry"].file for one in found or ())
    context = {"bank": view, "form": form, "found": found, "matches": matches, "thumbs": shown}
    return render(request, "signals/try.html", context)


def _alike_picture(code: str, form: Any) -> list[queries.Likeness]:
    picture = form.cleaned_data["picture"]
    if not picture:
        return queries.alike_picture(code, (bytes.fromhex(form.cleaned_data["hash"]),), now=now())
    shown = files_actions.rendered(picture, declared_type=picture.content_type or "")
    return queries.alike_picture(code, queries.hash_of_bytes(shown), now=now())


def _thumbs(ids: Iterable[UUID | None]) -> dict[str, str]:
    """Small pictures by file id, those that can be shown; one query."""
    views = files.views_of(one for one in ids if one)
    return {str(one.id): files.signed_url(one.id, "thumb", now=now()) for one in views.values() if one.is_picture}


@page(right="signals.read")
def entry(request: PageRequest, code: str, entry_id: UUID) -> HttpResponse:
    """One entry: its text, where it comes from, what it matched."""
    start = cursors.decode(request.GET.get("after"), UUID)
    view = queries.entry(entry_id)
    found = queries.matches(entry_id, before=start[0] if start else None, limit=LIMIT + 1)
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.id,))
    of = queries.bank(code)
    context = {
        "bank": of,
        "entry": view,
        "thumbs": _thumbs([view.file]),
        "matched": _matched_thumbs(shown.rows) if of.kind == PICTURE.code else {},
        "rows": shown.rows,
        "next": shown.next,
        "names": names_of({view.added_by, view.changed_by, *(row.judged_by for row in shown.rows)} - {""}),
        "may": _may(request),
    }
    return render(request, "signals/entry.html", context)


def _matched_thumbs(rows: Iterable[queries.MatchView]) -> dict[str, str]:
    """The pictures that matched, by digest; one query."""
    views = files.by_hashes(row.text for row in rows)
    return {one.hash: files.signed_url(one.id, "thumb", now=now()) for one in views.values() if one.is_picture}


@page(right="banks.edit", methods=("POST",))
def remove(request: PageRequest, code: str, entry_id: UUID) -> HttpResponse:
    actions.remove_entry(actor=request.actor, entry_id=entry_id, why=request.POST.get("why", ""), now=now())
    messages.success(request, _("It was taken out. Its history stays."))
    return go(request, reverse("signals:bank", args=[code]))


@page(right="banks.edit", methods=("POST",))
def release(request: PageRequest, code: str, entry_id: UUID) -> HttpResponse:
    actions.release_entry(actor=request.actor, entry_id=entry_id, now=now())
    messages.success(request, _("It matches again."))
    return go(request, reverse("signals:entry", args=[code, entry_id]))


@page(right="banks.judge", methods=("POST",))
def judge(request: PageRequest, code: str, entry_id: UUID, match_id: UUID) -> HttpResponse:
    right = request.POST.get("judged") == "right"
    actions.judge_match(actor=request.actor, match_id=match_id, right=right, now=now())
    messages.success(request, _("Noted as right.") if right else _("Noted as wrong."))
    return go(request, reverse("signals:entry", args=[code, entry_id]))


def _may(request: PageRequest) -> dict[str, bool]:
    return {"edit": request.actor.may("banks.edit"), "judge": request.actor.may("banks.judge")}


def _form(request: PageRequest, form: Any, *, title: str, button: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "back": back}
    return render(request, "signals/form.html", context, status=422 if form.is_bound else 200)


def _show(form: Any, refusal: Refusal, *, otherwise: str) -> None:
    for name, words in (refusal.spoken_fields or {otherwise: refusal.spoken}).items():
        form.add_error(name if name in form.fields else None, words)
