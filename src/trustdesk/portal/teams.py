"""A team outside reads what it was asked and answers, by the signed link of a letter, without account and script."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy

from trustdesk.escalations import actions, queries
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import Actor
from trustdesk.portal.appeals import taking

WAYS = {"answer": actions.answer_outside, "ask_back": actions.ask_back_outside, "return": actions.return_outside}


class WordsForm(forms.Form):
    way = forms.ChoiceField(choices=[(way, way) for way in WAYS])
    text = forms.CharField(
        max_length=4000,
        error_messages={
            "required": gettext_lazy("Say it in a few words."),
            "max_length": gettext_lazy("That is too long: at most 4,000 characters."),
        },
    )


@taking
def question(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it counts nothing: programs that look through mail open every link."""
    talk = queries.talk(token, now=now())
    with translation.override(talk.language):
        form = WordsForm(request.POST) if request.method == "POST" else WordsForm()
        if form.is_valid():
            team = Actor(kind="user", id="outside", name=talk.name)
            say = WAYS[form.cleaned_data["way"]]
            say(actor=team, talk_id=talk.id, text=form.cleaned_data["text"], now=now())
            return redirect(f"{queries.talk_path(talk.id)}?thanks=1")
        context = {"talk": talk, "form": form, "thanks": "thanks" in request.GET, "longest": 4000}
        return render(request, "portal/team.html", context, status=422 if form.errors else 200)
