"""The shelf: all articles, finding one, what was asked in vain, topics, words that mean the same."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, NotFound, Stale
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import staff_list
from trustdesk.knowledge import actions, queries
from trustdesk.knowledge.forms import SynonymsForm, TopicForm
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page

STATES = ("", "draft", "review", "published", "doubted", "behind", "archived", "guidelines")


@page(right="knowledge.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """All articles, the last changed first; filters stand in the address."""
    asked = {name: request.GET.get(name, "").replace("\0", "")[:80] for name in ("state", "language", "topic", "q")}
    if asked["state"] not in STATES:
        asked["state"] = ""
    start = cursors.decode(request.GET.get("after"), datetime, UUID)
    mine = request.GET.get("mine") == "1"
    rows, after = queries.listed(
        state=asked["state"],
        language=asked["language"],
        topic=asked["topic"],
        words=asked["q"],
        mine=UUID(request.actor.id) if mine else None,
        after=(start[0], start[1]) if start else None,
        now=now(),
    )
    context = {
        "rows": rows,
        "next": cursors.encode(after) if after else "",
        "asked": asked,
        "mine": mine,
        "states": STATES,
        "languages": settings.LANGUAGES,
        "topics": queries.topics_for(language_here()),
        "people": {person.id: person.name for person in staff_list()} if rows else {},
        "may_write": request.actor.may("knowledge.write"),
        "may_publish": request.actor.may("knowledge.publish"),
    }
    return render(request, "knowledge/list.html", context)


@page(right="knowledge.read", methods=("GET", "HEAD"))
def find(request: PageRequest) -> HttpResponse:
    """Find an article as a reader does, those for staff too."""
    asked = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:300]
    language = request.GET.get("language", "") or language_here()
    exactly = request.GET.get("exactly") == "1"
    found = queries.search(asked, language=language, audiences=queries.STAFF, exactly=exactly)
    context = {
        "asked": asked,
        "language": language,
        "found": found,
        "languages": settings.LANGUAGES,
        "exactly": exactly,
    }
    return render(request, "knowledge/find.html", context)


@page(right="knowledge.read", methods=("GET", "HEAD"))
def in_vain(request: PageRequest) -> HttpResponse:
    """What readers asked and did not find: what should be written next."""
    context = {
        "nothing": queries.asked_in_vain(now=now()),
        "deflected": queries.deflected(now=now()),
        "unopened": queries.asked_in_vain(now=now(), nothing=False, limit=50),
        "may_write": request.actor.may("knowledge.write"),
    }
    return render(request, "knowledge/in_vain.html", context)


@page(right="knowledge.publish")
def topics(request: PageRequest) -> HttpResponseBase:
    """Topics in their order; make one, change one."""
    rows = queries.topics()
    chosen = next((one for one in rows if one.code == request.GET.get("code", "")), None)
    form = TopicForm(request.POST or None, initial=_initial(chosen, len(rows)))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.keep_topic(
                actor=request.actor,
                code=data["code"],
                icon=data["icon"],
                names=form.by_language("name"),
                about=form.by_language("about"),
                position=data["position"],
                version=data["version"],
                now=now(),
            )
        except Invalid as refusal:
            for name, words in refusal.spoken_fields.items():
                form.add_error(name if name in form.fields else None, words)
        except Stale as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(request, _("Kept. Readers see it from now on."))
            return go(request, reverse("knowledge:topics"))
    context = {
        "rows": [(one, one.name(language_here()), one.told(language_here())) for one in rows],
        "chosen": chosen,
        "form": form,
    }
    return render(request, "knowledge/topics.html", context, status=422 if form.is_bound else 200)


@page(right="knowledge.publish")
def synonyms(request: PageRequest, language: str) -> HttpResponseBase:
    """Words that mean the same, of one language."""
    if language not in dict(settings.LANGUAGES):
        raise NotFound("There is no such language here.")
    groups, version = queries.synonyms(language)
    initial = {"groups": "\n".join(", ".join(group) for group in groups), "version": version}
    form = SynonymsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.keep_synonyms(
                actor=request.actor, language=language, groups=data["groups"], version=data["version"], now=now()
            )
        except Invalid as refusal:
            for words in refusal.spoken_fields.values():
                form.add_error("groups", words)
        except Stale as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(request, _("Kept. Searches use them from now on."))
            return go(request, reverse("knowledge:synonyms", args=[language]))
    context = {"form": form, "language": language, "languages": settings.LANGUAGES}
    return render(request, "knowledge/synonyms.html", context, status=422 if form.is_bound else 200)


def language_here() -> str:
    """The reader's language without its region."""
    return (get_language() or "en").split("-")[0]


def _initial(topic: queries.TopicView | None, count: int) -> dict[str, Any]:
    if topic is None:
        return {"position": count, "version": 0, "icon": "book"}
    words = {f"name_{language}": name for language, name in topic.names.items()}
    words |= {f"about_{language}": text for language, text in topic.about.items()}
    return {"code": topic.code, "icon": topic.icon, "position": topic.position, "version": topic.version, **words}
