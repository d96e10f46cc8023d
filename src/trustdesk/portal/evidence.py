"""Answering a question of the desk by signed link, without account and script."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy

from trustdesk.content import queries as content
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import sources
from trustdesk.portal.appeals import WordsForm, stored, taking
from trustdesk.review import actions


class AnswerForm(WordsForm):
    text = forms.CharField(
        max_length=actions.LONGEST_ANSWER,
        label=gettext_lazy("Your answer, in any language"),
        error_messages={"required": gettext_lazy("Please write a few words.")},
    )


@taking
def evidence(request: HttpRequest, token: str) -> HttpResponse:
    """What we want to know about an item, by when, and the form to answer; afterwards what was answered."""
    asked = actions.request_view(actions.request_of(token))
    language = asked.language if not request.GET.get("lang") else translation.get_language() or "en"
    with translation.override(language):
        can_answer = asked.state in {"open", "expired"}
        form = AnswerForm(request.POST, request.FILES) if request.method == "POST" and can_answer else AnswerForm()
        if form.is_valid():
            actor = actions.as_author(asked.account)
            try:
                actions.answer(
                    actor=actor,
                    request_id=asked.id,
                    text=form.cleaned_data["text"],
                    files_sent=stored(actor, form),
                    now=now(),
                )
            except actions.AnsweredAlready:  # sent twice: the first one counts
                return redirect("portal:evidence", token)
            return redirect("portal:evidence", token)
        item = content.items([asked.item])[asked.item]
        context = {
            "asked": asked,
            "item": item,
            "form": form,
            "can_answer": can_answer,
            "source": sources().get(item.source),
        }
        return render(request, "portal/evidence.html", context, status=422 if form.errors else 200)
