"""Signals and banks in the console."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import names_of
from trustdesk.signals import actions, queries
from trustdesk.signals.forms import BankForm, EntriesForm, SettingsForm, TryForm
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
    """Paste one text or many."""
    view = queries.bank(code)
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


@page(right="signals.read")
def try_text(request: PageRequest, code: str) -> HttpResponse:
    """What the bank would say of a text; nothing is written down."""
    view = queries.bank(code)
    form = TryForm(request.POST or None)
    found: list[dict[str, Any]] | None = None
    if request.method == "POST" and form.is_valid():
        alike = queries.alike(code, form.cleaned_data["text"], now=now())
        found = [{"like": one, "entry": queries.entry(one.entry)} for one in alike]
    matches = any(one["like"].active for one in found or ())
    context = {"bank": view, "form": form, "found": found, "matches": matches}
    return render(request, "signals/try.html", context)


@page(right="signals.read")
def entry(request: PageRequest, code: str, entry_id: UUID) -> HttpResponse:
    """One entry: its text, where it comes from, what it matched."""
    start = cursors.decode(request.GET.get("after"), UUID)
    view = queries.entry(entry_id)
    found = queries.matches(entry_id, before=start[0] if start else None, limit=LIMIT + 1)
    shown = cursors.page_of(found, limit=LIMIT, key=lambda row: (row.id,))
    context = {
        "bank": queries.bank(code),
        "entry": view,
        "rows": shown.rows,
        "next": shown.next,
        "names": names_of({view.added_by, view.changed_by, *(row.judged_by for row in shown.rows)} - {""}),
        "may": _may(request),
    }
    return render(request, "signals/entry.html", context)


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
    for name, words in (refusal.fields or {otherwise: refusal.message}).items():
        form.add_error(name if name in form.fields else None, words)
