"""Appeals by signed link: ask us to look again, follow it, add to it, take it back. Works without script and account."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from trustdesk.appeals import actions, queries
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.files import actions as files
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import sources
from trustdesk.notices import queries as notices
from trustdesk.portal.pages import public

MIB = 2**20
MOST_BYTES = 20 * MIB  # of one file that comes by a page
MOST_BODY = 60 * MIB


class _TooMuch(Refusal):
    """That is more than we can take at once. Send fewer or smaller files."""

    code, status = "too_large", 413


class ManyFiles(forms.FileField):
    """Several files of one field; each is checked by its size only, the rest is found out by `files`."""

    widget = forms.ClearableFileInput

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=_Many(), required=False, **more)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        found = [super(ManyFiles, self).clean(one, initial) for one in data or ()]
        if len(found) > queries.MOST_FILES:
            raise forms.ValidationError(_("At most %(n)s files.") % {"n": queries.MOST_FILES})
        if any(one.size > MOST_BYTES for one in found):
            raise forms.ValidationError(_("A file may have at most 20 MB."))
        return found


class _Many(forms.ClearableFileInput):
    allow_multiple_selected = True


class WordsForm(forms.Form):
    text = forms.CharField(
        max_length=queries.LONGEST_TEXT,
        label=gettext_lazy("In your own words, in any language"),
        error_messages={"required": gettext_lazy("Please write a few words: what did we get wrong?")},
    )
    evidence = ManyFiles(label=gettext_lazy("Pictures or PDFs that show it"), allow_empty_file=False)


def taking(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public page that takes a form with files: how much comes is looked at before any of it is read (the check of the
    form's token reads it)."""
    checked = csrf_protect(view)

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            announced = request.META.get("CONTENT_LENGTH") or ""
            if not announced.isdigit() or int(announced) > MOST_BODY:
                raise _TooMuch
        answer = checked(request, *args, **kwargs)
        answer["X-Robots-Tag"] = "noindex"
        answer["Referrer-Policy"] = "same-origin"  # with none at all, a browser sends forms from nowhere
        patch_cache_control(answer, private=True, no_store=True)
        return answer

    return csrf_exempt(public(run))


@taking
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """The form: why do you disagree? Its address is that of the statement with a word behind it."""
    decision = _decision(token)
    with translation.override(_language(request, decision.language)):
        standing = queries.standing_of(decision.decision, now=now())
        if standing.appeal is not None:
            return redirect(queries.path_of(standing.appeal))
        form = WordsForm(request.POST, request.FILES) if request.method == "POST" else WordsForm()
        actor = queries.as_user(str(standing.account.id))
        if form.is_valid():
            actions.refuse_unless_open(standing)
            try:
                opened = actions.open_appeal(
                    actor=actor,
                    decision_id=decision.decision,
                    text=form.cleaned_data["text"],
                    files=stored(actor, form),
                    language=translation.get_language() or "en",
                    via="page",
                    now=now(),
                )
            except actions.AppealedAlready:  # sent twice: the first one counts
                again = queries.standing_of(decision.decision, now=now())
                return redirect(queries.path_of(again.appeal) if again.appeal else request.path)
            return redirect(queries.path_of(opened.id))
        context = {
            "form": form,
            "data": decision.data,
            "standing": standing,
            "token": token,
            "source": sources().get(standing.account.source),
            "closed": standing.replaced or not standing.appealable or standing.paused_until,
        }
        return render(request, "portal/appeal.html", context, status=422 if form.errors else 200)


@taking
def objection(request: HttpRequest, token: str) -> HttpResponse:
    """The form of who reported something and was told that nothing is done. Its address is that of the report with a word
    behind it."""
    try:
        found = notices.one(notices.notice_of_token(token))
    except BadSignature:
        found = None
    standing = queries.objection_of(found.id, now=now()) if found else None
    if found is None or standing is None:
        raise NotFound(_("This link leads to no answer. Perhaps it was copied without its last letters."))
    with translation.override(_language(request, found.language.split("-")[0])):
        if standing.appeal is not None:
            return redirect(queries.path_of(standing.appeal))
        form = WordsForm(request.POST, request.FILES) if request.method == "POST" else WordsForm()
        actor = queries.as_user(f"notice:{found.id}")
        if form.is_valid():
            actions.refuse_unless_open(standing)
            try:
                opened = actions.open_appeal(
                    actor=actor,
                    decision_id=standing.decision.id,
                    notice=found.id,
                    text=form.cleaned_data["text"],
                    files=stored(actor, form),
                    language=translation.get_language() or "en",
                    via="page",
                    now=now(),
                )
            except actions.AppealedAlready:  # sent twice: the first one counts
                again = queries.of_notice(found.id)
                return redirect(queries.path_of(again.id) if again else request.path)
            return redirect(queries.path_of(opened.id))
        context = {
            "form": form,
            "one": found,
            "title": standing.item.title if standing.item else "",
            "standing": standing,
            "token": token,
            "source": sources().get(standing.account.source),
            "closed": standing.replaced or not standing.appealable,
        }
        return render(request, "portal/objection.html", context, status=422 if form.errors else 200)


@taking
def followed(request: HttpRequest, token: str) -> HttpResponse:
    """An appeal as its appellant sees it: how far it is, what was said, what came of it."""
    return _shown(request, token, WordsForm())


@taking
def add(request: HttpRequest, token: str) -> HttpResponse:
    """Something more, or the answer to a question."""
    found = queries.view_of(queries.appeal_of(token))
    form = WordsForm(request.POST, request.FILES)
    if request.method != "POST" or not form.is_valid():
        return _shown(request, token, form if request.method == "POST" else WordsForm())
    actor = queries.as_user(str(found.account))
    actions.add(actor=actor, appeal_id=found.id, text=form.cleaned_data["text"], files=stored(actor, form), now=now())
    return redirect("portal:appealed", token)


@taking
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Taken back; while there is time it can be asked again."""
    found = queries.view_of(queries.appeal_of(token))
    if request.method == "POST":
        actions.withdraw(actor=queries.as_user(str(found.account)), appeal_id=found.id, now=now())
    return redirect("portal:appealed", token)


def _shown(request: HttpRequest, token: str, form: WordsForm) -> HttpResponse:
    found = queries.view_of(queries.appeal_of(token))
    with translation.override(_language(request, found.language)):
        told = decisions.statement(found.decision, now=now())
        account = content.accounts([found.account])[found.account]
        context = {
            "appeal": found,
            "messages": queries.messages_of(found.id),
            "data": told.data if told and found.appellant == "author" else None,
            "statement": decisions.statement_path(found.decision) if told and found.appellant == "author" else "",
            "report": notices.one(found.notice) if found.notice else None,
            "due_at": queries.due_of(found.work) if found.state == "open" else None,
            "form": form,
            "token": token,
            "source": sources().get(account.source),
        }
        return render(request, "portal/appealed.html", context, status=422 if form.errors else 200)


def _decision(token: str) -> decisions.StatementView:
    try:
        found = decisions.statement(UUID(decisions.decision_of_token(token)), now=now())
    except (BadSignature, ValueError):
        found = None
    if found is None or not found.readable:
        raise NotFound(_("This link leads to no decision. Perhaps it was copied without its last letters."))
    return found


def stored(actor: Actor, form: forms.Form) -> list[UUID]:
    """Files are taken in before the appeal's transaction opens: looking into them takes seconds."""
    return [
        files.store_file(actor=actor, source=one.file, declared_type=one.content_type or "", now=now()).id
        for one in form.cleaned_data["evidence"]
    ]


def _language(request: HttpRequest, wished: str) -> str:
    """The letter's language, unless the reader has asked for another on the page."""
    return (translation.get_language() or "en") if request.GET.get("lang") else wished or "en"
