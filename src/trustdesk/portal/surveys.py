"""Saying how one was helped, by the signed link of a letter, without account and script.

Opening a link counts nothing: programs that look through mail open all of them. Only the press of the button does.
"""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import Actor
from trustdesk.portal.appeals import taking
from trustdesk.portal.pages import language_here, public
from trustdesk.surveys import actions, queries

REQUESTER = Actor(kind="user", id="survey", name="requester")
WORDS = {
    1: gettext_lazy("Very bad"),
    2: gettext_lazy("Bad"),
    3: gettext_lazy("So-so"),
    4: gettext_lazy("Good"),
    5: gettext_lazy("Very good"),
}


class AnswerForm(forms.Form):
    score = forms.TypedChoiceField(
        choices=[(score, WORDS[score]) for score in queries.SCORES],
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose one of these."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    said = forms.CharField(max_length=queries.LONGEST_SAID, required=False, strip=True)


@taking
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The question with the chosen score, to be confirmed by one press; afterwards thanks, and it may be changed."""
    found = _survey(token)
    with translation.override(_language(request, found.language)):
        over = found.asked_at is None or now() > found.asked_at + queries.ANSWER_WITHIN
        form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
        if form.is_valid():
            actions.answer(actor=REQUESTER, survey_id=found.id, now=now(), **form.cleaned_data)
            return redirect(f"{queries.path_of(found.id)}?thanks=1{_lang(request)}")
        asked = str(form["score"].value() if request.method == "POST" else request.GET.get("score") or found.score)
        context = {
            "survey": found,
            "over": over,
            "form": form,
            "scores": [(score, WORDS[score]) for score in queries.SCORES],
            "chosen": int(asked) if asked in {"1", "2", "3", "4", "5"} else None,
            "said": form["said"].value() if request.method == "POST" else found.said,
            "thanks": bool(request.GET.get("thanks")) and found.score is not None,
            "stop": f"{queries.path_of(found.id)}/stop",
            "longest": queries.LONGEST_SAID,
        }
        return render(request, "portal/survey.html", context, status=422 if form.errors else 200)


@taking
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """To be asked no more: one press, too."""
    found = _survey(token)
    with translation.override(_language(request, found.language)):
        if request.method == "POST":
            actions.stop(actor=REQUESTER, survey_id=found.id, now=now())
            return redirect(request.get_full_path())
        return render(request, "portal/survey_stop.html", {"stopped": queries.has_stopped(found.id)})


@csrf_exempt  # a mail program posts it, which has no form of ours: the address itself is the permission
@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The button of mail programs (RFC 8058): a POST ends such letters, without another page; a reader is led to ours."""
    found = _survey(token)
    if request.method != "POST":
        return redirect(f"{queries.path_of(found.id)}/stop")
    actions.stop(actor=REQUESTER, survey_id=found.id, now=now())
    answer = HttpResponse(status=204)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _survey(token: str) -> queries.SurveyView:
    found = queries.by_id(queries.survey_of(token))
    if found is None or found.asked_at is None:
        raise actions.NoSuchSurvey
    return found


def _language(request: HttpRequest, written_in: str) -> str:
    """That of the letter, unless somebody chooses another or the desk does not speak it."""
    short = "id" if written_in.startswith("ms") else written_in.split("-", maxsplit=1)[0]
    return language_here() if request.GET.get("lang") or short not in dict(settings.LANGUAGES) else short


def _lang(request: HttpRequest) -> str:
    chosen = request.GET.get("lang", "")
    return f"&lang={chosen}" if chosen in dict(settings.LANGUAGES) else ""
