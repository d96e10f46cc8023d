"""Writing to the desk, and the page of one's question. Pages that may answer are offered first; nobody has to read them.

Works without script and without an account. Whoever has the signed address of a question may read it and add to it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import SourceView, sources
from trustdesk.kernel.people.rules import Allowance
from trustdesk.knowledge import actions as knowledge_actions
from trustdesk.knowledge import queries as knowledge
from trustdesk.portal.appeals import ManyFiles, stored, taking
from trustdesk.portal.pages import language_here
from trustdesk.portal.reporting import network_of
from trustdesk.support import actions, queries

MOST_OFFERED = 4
LONGEST = 10_000
# Questions that one address may begin in an hour; that one network may send to one web process in ten minutes.
BY_ADDRESS, BY_NETWORK, SPAN = 10, 30, 600
PUBLIC = Actor(
    kind="user",
    id="public",
    name="public",
    allowances=frozenset({Allowance("support.write"), Allowance("files.write")}),
)


class TooManyQuestions(Refusal):
    """Too many questions came from here at once. Please try again in a few minutes; what you wrote stays in this page."""

    code, status = "too_many_questions", 429


class AskForm(forms.Form):
    """A question."""

    subject = forms.CharField(max_length=200, label=gettext_lazy("What is it about?"))
    text = forms.CharField(max_length=LONGEST, label=gettext_lazy("Your question, in any language"))
    name = forms.CharField(max_length=200, required=False, label=gettext_lazy("Name"))
    email = forms.CharField(
        max_length=254,
        label=gettext_lazy("E-mail"),
        validators=[validate_email],
        error_messages={"required": gettext_lazy("Without an address we cannot answer you.")},
    )
    reference = forms.CharField(
        max_length=300, required=False, label=gettext_lazy("Number or address of the ad, order or letter it is about")
    )
    evidence = ManyFiles(label=gettext_lazy("Pictures or PDFs that show it"), allow_empty_file=False)


class MoreForm(forms.Form):
    """What is added to a question."""

    text = forms.CharField(
        max_length=LONGEST,
        label=gettext_lazy("In your own words, in any language"),
        error_messages={"required": gettext_lazy("Please write a few words.")},
    )
    evidence = ManyFiles(label=gettext_lazy("Pictures or PDFs that show it"), allow_empty_file=False)


@taking
def ask(request: HttpRequest) -> HttpResponse:
    """The form. Sent the first time, it shows pages that may answer, once, with what was written kept in place."""
    language = language_here()
    form = AskForm(request.POST, request.FILES) if request.method == "POST" else AskForm(initial=_begun(request))
    hits: Any = ()
    if request.method == "POST" and request.POST.get("answered"):
        knowledge_actions.note_offered(language=language, answered=True, now=now())
        return redirect(f"{reverse('portal:help')}?answered=1")
    if form.is_valid():
        data = form.cleaned_data
        offered = request.POST.get("offered") == "1"
        if not offered and not data["evidence"]:  # a file would have to be chosen again
            words = f"{data['subject']} {data['text'][:200]}"
            hits = knowledge.search(words, language=language, audiences=knowledge.PUBLIC, limit=MOST_OFFERED).hits
            if hits:
                knowledge_actions.note_offered(language=language, now=now())
        if not hits:
            try:
                case = send_question(request, form, language)
            except TooManyQuestions as flood:
                form.add_error(None, _(flood.message))
                return _form(request, form, (), status=429)
            if offered:
                knowledge_actions.note_offered(language=language, sent=True, now=now())
            return redirect(queries.path_of(case))
    return _form(request, form, hits, status=422 if form.errors else 200)


@taking
def question(request: HttpRequest, token: str) -> HttpResponse:
    """One question's own page: how it stands, what was written, a place to add something."""
    case = _case(token)
    written_in = case.language.split("-")[0]
    asks_for_another = bool(request.GET.get("lang")) or written_in not in dict(settings.LANGUAGES)
    with translation.override(language_here() if asks_for_another else written_in):
        form = MoreForm(request.POST, request.FILES) if request.method == "POST" else MoreForm()
        if form.is_valid():
            try:
                _refuse_flood(request, case.address)
            except TooManyQuestions as flood:
                form.add_error("text", _(flood.message))
            else:
                received = actions.receive(
                    actor=PUBLIC,
                    case_id=case.id,
                    text=form.cleaned_data["text"],
                    address=case.address,
                    channel="form",
                    files=stored(PUBLIC, form),
                    now=now(),
                )
                return redirect(queries.path_of(received.case))
        context = {
            "case": case,
            "form": form,
            "token": token,
            "messages_so_far": queries.public_messages(case.id),
            "source": _source(),
        }
        return render(request, "portal/question.html", context, status=422 if form.errors else 200)


def _case(token: str) -> queries.CaseView:
    """The case behind a signed address; of one that was merged, the one it is part of now."""
    found = queries.by_id(queries.case_of(token))
    while found is not None and found.merged_into is not None:
        found = queries.by_id(found.merged_into)
    if found is None:
        raise queries.NoSuchLink
    return found


def _begun(request: HttpRequest) -> dict[str, str]:
    """What a link brings along: what was searched in vain, what it is about."""
    return {
        "subject": request.GET.get("q", "").replace("\0", " ")[:200],
        "reference": request.GET.get("about", "").replace("\0", " ")[:300],
    }


def send_question(request: HttpRequest, form: AskForm, language: str) -> UUID:
    """Open the case of a question and send its receipt. Raises TooManyQuestions."""
    data = form.cleaned_data
    _refuse_flood(request, data["email"])
    reference = data["reference"].strip()
    text = f"{data['text']}\n\n{_('It is about:')} {reference}" if reference else data["text"]
    opened = actions.open_case(
        actor=PUBLIC,
        channel="form",
        subject=data["subject"],
        text=text,
        name=data["name"],
        address=data["email"],
        language=language,
        files=stored(PUBLIC, form),
        now=now(),
    )
    receipt = _(
        "We have your question. A person reads it and answers you. You can follow it and add to it here: %(url)s"
    )
    text = receipt % {"url": queries.url_of(opened.id)}
    actions.send_automatic(actor=PUBLIC, case_id=opened.id, text=text, now=now())
    return opened.id


def _refuse_flood(request: HttpRequest, address: str) -> None:
    """Raises TooManyQuestions. The network is counted in this process (a guard against one gone wild), the address in all."""
    if network := network_of(request):
        name = f"portal.asking.{network}"
        cache.add(name, 0, SPAN)
        if cache.incr(name) > BY_NETWORK:
            raise TooManyQuestions
    lately = [one for one in queries.taking_part(address) if one.opened_at > now() - timedelta(hours=1)]
    if len(lately) >= BY_ADDRESS:
        raise TooManyQuestions


def _form(request: HttpRequest, form: AskForm, hits: Any, *, status: int) -> HttpResponse:
    context = {"form": form, "hits": hits, "source": _source()}
    return render(request, "portal/ask.html", context, status=status)


def _source() -> SourceView | None:
    """The platform this desk is of, where it is one alone."""
    shown = list(sources().values())
    return shown[0] if len(shown) == 1 else None
