"""Word lists: who reads them, what is in them and where it comes from, imports, a word against history, new versions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import actions, queries
from trustdesk.policy.importing import CSV, LINES, decode
from trustdesk.policy.pages.reading import may
from trustdesk.policy.refusals import DoesNotPass, OutdatedBase
from trustdesk.web.page import PageRequest, go, page, swap

HISTORY = (2_000, 10_000)  # how many of the newest items a word is tried on


@page(right="policy.read", methods=("GET", "HEAD"))
def word_lists(request: PageRequest) -> HttpResponse:
    return render(request, "policy/lists.html", {"rows": queries.word_lists(), "may": may(request)})


@page(right="policy.read", methods=("GET", "HEAD"))
def word_list(request: PageRequest, name: str, number: int | None = None) -> HttpResponse:
    """One version: its words a page at a time, each with where it comes from."""
    return _shown(request, name, number)


@page(right="policy.read", methods=("GET", "HEAD"))
def history(request: PageRequest, name: str, number: int) -> HttpResponse:
    """How many of the newest items hold a word, or any word this version adds: a fragment, or the page with it."""
    word = request.GET.get("word", "").strip()[:200]
    asked = request.GET.get("most", "")
    most = int(asked) if asked.isdecimal() and int(asked) in HISTORY else HISTORY[0]
    words = [word] if word else queries.added_words(name, number)
    told = queries.words_in_history(words, actor=request.actor, most=most)
    context: dict[str, Any] = {"told": told, "word": word, "many": not word}
    if request.htmx:
        return swap(request, "policy/_history.html", **context)
    return _shown(request, name, number, context)


@page(right="policy.edit")
def edit(request: PageRequest, name: str = "") -> HttpResponseBase:
    """Change a list, or begin one; what the check finds is shown beside the words."""
    given = name or request.POST.get("name", "").strip()
    base = queries.word_list_view(name) if name else None
    text = base.words.text if base else ""
    begun = base.live_number if base else 0
    if request.method != "POST":
        return _editor(request, name, text, begun=begun)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    posted = request.POST.get("begun", "")
    try:
        made = actions.edit_list(
            actor=request.actor,
            name=given,
            text=text,
            base=int(posted) if posted.isdecimal() and len(posted) < 9 else None,
            why=request.POST.get("why", "").strip(),
            now=now(),
        )
    except OutdatedBase as refusal:
        return _editor(request, name, text, given=given, refusal=refusal, begun=begun)
    except Invalid as refusal:
        return _editor(request, name, text, given=given, refusal=refusal, begun=posted or begun)
    messages.success(request, _("Checked. A second person can approve it now."))
    return go(request, _address(given, made))


@page(right="policy.edit")
def bulk(request: PageRequest, name: str = "") -> HttpResponseBase:
    """Many words at once, pasted or from a file: they become a draft that counts every line."""
    view = queries.word_list_view(name) if name else None
    posted = request.POST
    given = name or posted.get("name", "").strip()
    if request.method != "POST":
        return _importer(request, name, view)
    try:
        made = actions.import_list(
            actor=request.actor,
            name=given,
            text=_text(request),
            mode=posted.get("mode", "add"),
            form=_form(request),
            language=posted.get("language", "").strip().lower(),
            source=posted.get("source", "").strip() or _file_name(request),
            why=posted.get("why", "").strip(),
            now=now(),
        )
    except Refusal as refusal:
        return _importer(request, name, view, refusal)
    messages.success(request, _("The import is a draft. Look at the numbers, then ask for approval."))
    return go(request, reverse("policy:list_version", args=[made.name, made.number]))


@page(right="policy.edit", methods=("POST",))
def check(request: PageRequest, name: str, number: int) -> HttpResponseBase:
    """Ask for approval of a draft; what the check finds is shown on its page."""
    try:
        actions.check_list(actor=request.actor, version_id=_version(name, number), now=now())
    except DoesNotPass as refusal:
        return _shown(request, name, number, {"refusal": refusal}, status=refusal.status)
    messages.success(request, _("Checked. A second person can approve it now."))
    return go(request, reverse("policy:list_version", args=[name, number]))


@page(right="policy.edit", methods=("POST",))
def discard(request: PageRequest, name: str, number: int) -> HttpResponseBase:
    actions.discard_list(actor=request.actor, version_id=_version(name, number), now=now())
    messages.success(request, _("The draft is gone."))
    return go(request, reverse("policy:lists"))


@page(right="policy.approve", methods=("POST",))
def approve(request: PageRequest, name: str, number: int) -> HttpResponseBase:
    actions.approve_list(actor=request.actor, version_id=_version(name, number), now=now())
    messages.success(request, _("Approved. It goes live when it is published."))
    return go(request, reverse("policy:list_version", args=[name, number]))


@page(right="policy.approve", methods=("POST",))
def publish(request: PageRequest, name: str, number: int) -> HttpResponseBase:
    try:
        made = actions.publish(actor=request.actor, lists=[_version(name, number)], now=now())
    except DoesNotPass as refusal:
        return _shown(request, name, number, {"refusal": refusal}, status=refusal.status)
    messages.success(request, _("Live since this moment, as ruleset %(number)s.") % {"number": made.number})
    return go(request, reverse("policy:word_list", args=[name]))


@page(right="policy.approve", methods=("POST",))
def roll_back(request: PageRequest, name: str) -> HttpResponseBase:
    made = actions.roll_back_list(actor=request.actor, name=name, reason=request.POST.get("reason", ""), now=now())
    messages.success(request, _("Rolled back; ruleset %(number)s is in force.") % {"number": made.number})
    return go(request, reverse("policy:word_list", args=[name]))


def _version(name: str, number: int) -> UUID:
    return queries.word_list_view(name, number).version.id


def _address(name: str, version: UUID) -> str:
    view = queries.word_list_view(name)
    number = next(each.number for each in view.versions if each.id == version)
    return reverse("policy:list_version", args=[name, number])


def _shown(
    request: PageRequest, name: str, number: int | None, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    view = queries.word_list_view(name, number)
    asked = request.GET.get("page", "")
    context = {
        "view": view,
        "words": queries.words_of_list(
            name,
            view.version.number,
            query=request.GET.get("q", "")[:200],
            page=int(asked) if asked.isdecimal() and len(asked) < 7 else 1,
        ),
        "may": may(request),
        "mine": view.version.author == request.actor.label,
        "history": HISTORY,
        **(more or {}),
    }
    return render(request, "policy/word_list.html", context, status=status)


def _editor(
    request: PageRequest,
    name: str,
    text: str,
    *,
    begun: int | str = 0,
    given: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "name": name,
        "given": given,
        "text": text,
        "refusal": refusal,
        "begun": begun,
        "why": request.POST.get("why", ""),
    }
    return render(request, "policy/list_edit.html", context, status=refusal.status if refusal else 200)


def _importer(request: PageRequest, name: str, view: Any, refusal: Refusal | None = None) -> HttpResponse:
    pack = queries.live_content().pack
    context = {
        "name": name,
        "view": view,
        "refusal": refusal,
        "report": refusal.details.get("report") if refusal else None,
        "sent": request.POST,
        "languages": sorted({one for market in pack.markets.values() for one in market.languages}),
    }
    return render(request, "policy/list_import.html", context, status=refusal.status if refusal else 200)


def _text(request: PageRequest) -> str:
    """The file where one was chosen, else what was pasted. Raises Invalid for a file that is not text."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "")
    found = decode(file.read())
    if found is None:
        raise Invalid(_("The file is not text."), fields={"file": _("Save it as UTF-8 and try again.")})
    return found


def _form(request: PageRequest) -> str:
    chosen = request.POST.get("form", "")
    if chosen in {LINES, CSV}:
        return chosen
    return CSV if _file_name(request).lower().endswith((".csv", ".tsv")) else LINES


def _file_name(request: PageRequest) -> str:
    file = request.FILES.get("file")
    return str(file.name or "")[:200] if file else ""
