"""The pages of macros: find one, read it, write it, share it, put it away."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import names_of
from trustdesk.macros import actions, queries
from trustdesk.macros.forms import MacroForm
from trustdesk.macros.queries import STEPS, VARIABLES, Line, MacroView, Step, lines_between
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page

SHELVES = ("shared", "mine", "archived")


@page(right="macros.use", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """Macros that all have, one's own, those put away; found by words of their names and texts."""
    which = request.GET.get("which", "")
    which = which if which in SHELVES else "shared"
    asked = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:200]
    start = cursors.decode(request.GET.get("after"), str, UUID)
    found = queries.listed(request.actor, which=which, words=asked, after=(start[0], start[1]) if start else None)
    language = get_language() or "en"
    context = {
        "rows": [(one, _gist(one, language), _done(one.steps)) for one in found.rows],
        "next": cursors.encode(found.next) if found.next else "",
        "which": which,
        "shelves": SHELVES,
        "asked": asked,
    }
    return render(request, "macros/list.html", context)


@page(right="macros.use", methods=("GET", "HEAD"))
def show(request: PageRequest, macro_id: UUID) -> HttpResponse:
    """One macro: its words, its steps, its versions with what each changed."""
    macro = queries.one(request.actor, macro_id)
    found = queries.versions(request.actor, macro_id)
    context = {
        "macro": macro,
        "steps": _done(macro.steps),
        "told": _told(found),
        "names": names_of({one.author for one in found}),
        "lately": queries.used_lately(macro_id, now=now()),
        "may_change": _may_change(request, macro),
        "may_share": macro.owner is not None and request.actor.may("macros.share"),
    }
    return render(request, "macros/macro.html", context)


@page(right="macros.use")
def begin(request: PageRequest) -> HttpResponseBase:
    """A blank macro."""
    shares = request.actor.may("macros.share")
    form = MacroForm(request.POST or None, initial={"number": 0}, shares=shares)
    if request.method == "POST" and form.is_valid():
        try:
            macro_id = actions.begin(
                actor=request.actor,
                macro=form.macro(),
                shared=form.cleaned_data.get("shared", False),
                now=now(),
            )
        except Invalid as refusal:
            form.blame(refusal.fields)
        else:
            messages.success(request, _("Kept."))
            return go(request, reverse("macros:macro", args=[macro_id]))
    return _write(request, form, None)


@page(right="macros.use")
def edit(request: PageRequest, macro_id: UUID) -> HttpResponseBase:
    """Write a new version of a macro."""
    macro = queries.one(request.actor, macro_id)
    form = MacroForm(request.POST or None, known=macro)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        try:
            actions.change(actor=request.actor, macro_id=macro_id, macro=form.macro(), number=number, now=now())
        except Invalid as refusal:
            form.blame(refusal.fields)
        except Stale as refusal:
            form.add_error(None, _(refusal.message))
        else:
            messages.success(request, _("Kept."))
            return go(request, reverse("macros:macro", args=[macro_id]))
    return _write(request, form, macro)


@page(right="macros.share", methods=("POST",))
def share(request: PageRequest, macro_id: UUID) -> HttpResponseBase:
    actions.share(actor=request.actor, macro_id=macro_id, now=now())
    messages.success(request, _("Everybody has it now."))
    return go(request, reverse("macros:macro", args=[macro_id]))


@page(right="macros.use", methods=("POST",))
def archive(request: PageRequest, macro_id: UUID) -> HttpResponseBase:
    actions.archive(actor=request.actor, macro_id=macro_id, now=now())
    messages.success(request, _("Put away. What was sent with it stays."))
    return go(request, reverse("macros:macro", args=[macro_id]))


@page(right="macros.use", methods=("POST",))
def put_back(request: PageRequest, macro_id: UUID) -> HttpResponseBase:
    actions.put_back(actor=request.actor, macro_id=macro_id, now=now())
    messages.success(request, _("In use again."))
    return go(request, reverse("macros:macro", args=[macro_id]))


def _may_change(request: PageRequest, macro: MacroView) -> bool:
    return macro.owner is not None or request.actor.may("macros.share")


def _write(request: PageRequest, form: MacroForm, macro: MacroView | None) -> HttpResponse:
    context = {
        "form": form,
        "macro": macro,
        "variables": [(f"{{{{{name}}}}}", _(words)) for name, words in VARIABLES.items()],
        "values": [
            (_(kind.words), [(code, _(words)) for code, words in kind.values.items()]) for kind in STEPS.values()
        ],
    }
    return render(request, "macros/write.html", context, status=422 if form.is_bound else 200)


def _gist(one: MacroView, language: str) -> str:
    """The beginning of its words, in the reader's language if there is one."""
    return one.texts.get(queries.best_language(one.texts, language), "")[:160]


def _done(steps: Sequence[Step]) -> list[tuple[str, str]]:
    """Steps in words: what is done, with what."""
    return [(_(STEPS[step.do].words), _value(step)) for step in steps]


def _value(step: Step) -> str:
    words = STEPS[step.do].values.get(step.value)
    return _(words) if words else step.value


def _told(found: list[queries.VersionView]) -> list[tuple[queries.VersionView, list[Line]]]:
    """Each version with the lines it changed of the one before it."""
    before = [*found[1:], None]
    return [
        (one, lines_between(_lines(older), _lines(one)) if older else [])
        for one, older in zip(found, before, strict=True)
    ]


def _lines(one: queries.VersionView) -> list[str]:
    words = [f"{code}: {line}" for code, text in sorted(one.texts.items()) for line in text.splitlines()]
    done = [f"{does}: {what}" if what else does for does, what in _done(one.steps)]
    return [one.name, *words, *done, *([_("Send the text at once")] if one.sends else [])]
