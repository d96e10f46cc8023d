"""One article: read it, write it, have it looked at, publish it, compare and restore, settings, the archive."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, NotFound, Stale
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import names_of, staff_list
from trustdesk.knowledge import actions, queries
from trustdesk.knowledge.forms import BeginForm, DraftForm, SettingForm, WhyForm
from trustdesk.knowledge.pages.shelf import language_here
from trustdesk.knowledge.rules import slug_of
from trustdesk.web.page import PageRequest, go, page, refuse


@page(right="knowledge.write")
def begin(request: PageRequest) -> HttpResponseBase:
    """A blank page. `?title=` begins it with a question nobody answered yet."""
    form = BeginForm(
        request.POST or None,
        topics=queries.topics_for(language_here()),
        initial={"language": language_here(), "title": request.GET.get("title", "")[:120]},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        setting = actions.Setting(
            slug=slug_of(data["title"]) or f"article-{now():%Y%m%d%H%M%S}",
            language=data["language"],
            kind=data["kind"],
            audience=data["audience"],
            topic=data["topic"],
        )
        try:
            article_id = actions.begin(actor=request.actor, setting=setting, draft=_draft(data), now=now())
        except Invalid as refusal:
            for name, words in refusal.spoken_fields.items():
                form.add_error("title" if name == "slug" else name, words)
        else:
            messages.success(request, _("Kept as a draft. Nobody outside sees it yet."))
            return go(request, _at(article_id, setting.language))
    return render(request, "knowledge/begin.html", {"form": form}, status=422 if form.is_bound else 200)


@page(right="knowledge.read", methods=("GET", "HEAD"))
def show(request: PageRequest, article_id: UUID) -> HttpResponse:
    """An article in one language: what is public, the draft beside it, its versions, what readers said."""
    article = queries.article(article_id)
    found = queries.versions(article_id)
    there = list(dict.fromkeys([article.language, *sorted({one.language for one in found}), *dict(settings.LANGUAGES)]))
    language = request.GET.get("language", article.language)
    if language not in there:
        raise NotFound("There is no such language here.")
    mine = [one for one in found if one.language == language]
    public = next((one for one in mine if one.state == "published"), None)
    draft = queries.draft_of(found, language)
    first = next((one for one in found if one.language == article.language and one.state == "published"), None)
    helped, told, said = queries.votes(article_id)
    context = {
        "article": article,
        "title": (public or draft or found[0]).title if found else article.slug,
        "language": language,
        "languages": [(code, _mark(code, article, found)) for code in there],
        "public": public,
        "draft": draft,
        "first": first if language != article.language else None,
        "behind": bool(public and first and public.renders and public.renders < first.number),
        "mine": mine,
        "lines": queries.lines_between(public.body if public else "", draft.body) if draft else [],
        "names": names_of({one.author for one in mine} | {one.publisher for one in mine if one.publisher}),
        "owner": next((person.name for person in staff_list() if person.id == article.owner), ""),
        "topic": dict(queries.topics_for(language_here())).get(article.topic, ""),
        "helped": helped,
        "told": told,
        "said": said,
        "may_write": request.actor.may("knowledge.write") and not article.policy,
        "may_publish": request.actor.may("knowledge.publish"),
    }
    return render(request, "knowledge/article.html", context)


@page(right="knowledge.write")
def edit(request: PageRequest, article_id: UUID, language: str) -> HttpResponseBase:
    """Write the draft of a language; the page beside shows how readers will see it."""
    article = queries.article(article_id)
    if article.policy:
        raise actions.OnlyRead
    found = queries.versions(article_id)
    draft = queries.draft_of(found, language)
    mine = next((one for one in found if one.language == language and one.state == "published"), None)
    first = next((one for one in found if one.language == article.language and one.state == "published"), None)
    begun = draft or mine
    initial = {name: getattr(begun, name) for name in ("title", "summary", "keywords", "body")} if begun else {}
    form = DraftForm(request.POST or None, initial={**initial, "edition": draft.edition if draft else 0})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.save(
                actor=request.actor,
                article_id=article_id,
                language=language,
                draft=_draft(data),
                edition=data["edition"],
                now=now(),
            )
        except Invalid as refusal:
            for name, words in refusal.spoken_fields.items():
                form.add_error(name if name in form.fields else None, words)
        except Stale as refusal:
            form.add_error(None, refusal.spoken)
        else:
            if request.POST.get("then") == "submit":
                actions.submit(actor=request.actor, article_id=article_id, language=language, now=now())
                messages.success(request, _("Kept, and asked for somebody to look at it."))
            else:
                messages.success(request, _("Kept as a draft. Nobody outside sees it yet."))
            return go(request, _at(article_id, language))
    shown = form.data if form.is_bound else form.initial
    context = {
        "article": article,
        "language": language,
        "form": form,
        "draft": draft,
        "original": first if language != article.language else None,
        "preview": queries.render(str(shown.get("body", ""))),
        "shown_title": shown.get("title", ""),
    }
    return render(request, "knowledge/edit.html", context, status=422 if form.is_bound else 200)


@page(right="knowledge.write", methods=("POST",))
def preview(request: PageRequest) -> HttpResponse:
    """How readers will see the words that were sent; nothing is kept."""
    context = {
        "preview": queries.render(request.POST.get("body", "")[:60_000].replace("\0", "")),
        "shown_title": request.POST.get("title", "")[:120],
    }
    return render(request, "knowledge/_preview.html", context)


@page(right="knowledge.write", methods=("POST",))
def submit(request: PageRequest, article_id: UUID, language: str) -> HttpResponseBase:
    actions.submit(actor=request.actor, article_id=article_id, language=language, now=now())
    messages.success(request, _("Somebody who may publish is asked to look at it."))
    return go(request, _at(article_id, language))


@page(right="knowledge.write", methods=("POST",))
def discard(request: PageRequest, article_id: UUID, language: str) -> HttpResponseBase:
    actions.discard(actor=request.actor, article_id=article_id, language=language, now=now())
    messages.success(request, _("The draft is gone; what is public stays."))
    return go(request, _at(article_id, language))


@page(right="knowledge.publish", methods=("POST",))
def publish(request: PageRequest, article_id: UUID, language: str) -> HttpResponseBase:
    edition = request.POST.get("edition", "")
    read = int(edition) if edition.isdecimal() and len(edition) < 9 else 0
    actions.publish(actor=request.actor, article_id=article_id, language=language, edition=read, now=now())
    messages.success(request, _("Published. It is found from now on."))
    return go(request, _at(article_id, language))


@page(right="knowledge.publish", methods=("POST",))
def send_back(request: PageRequest, article_id: UUID, language: str) -> HttpResponseBase:
    form = WhyForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    why = form.cleaned_data["why"]
    actions.send_back(actor=request.actor, article_id=article_id, language=language, why=why, now=now())
    return go(request, _at(article_id, language))


@page(right="knowledge.write", methods=("POST",))
def restore(request: PageRequest, article_id: UUID, language: str, number: int) -> HttpResponseBase:
    actions.restore(actor=request.actor, article_id=article_id, language=language, number=number, now=now())
    messages.success(request, _("The old words are the new draft. Nothing public changed yet."))
    return go(request, _at(article_id, language))


@page(right="knowledge.read", methods=("GET", "HEAD"))
def version(request: PageRequest, article_id: UUID, language: str, number: int) -> HttpResponse:
    """One version as it was, and what the next one changed in it: against the public one, else the newest."""
    article = queries.article(article_id)
    one = queries.version(article_id, language, number)
    if one is None:
        raise NotFound("There is no such version.")
    found = [each for each in queries.versions(article_id) if each.language == language]
    against = next((each for each in found if each.state == "published"), found[0])
    context = {
        "article": article,
        "one": one,
        "against": against if against.number != one.number else None,
        "lines": queries.lines_between(one.body, against.body) if against.number != one.number else [],
        "names": names_of({one.author} | ({one.publisher} if one.publisher else set())),
        "may_write": request.actor.may("knowledge.write") and not article.policy,
        "open": queries.draft_of(found, language) is not None,
    }
    return render(request, "knowledge/version.html", context)


@page(right="knowledge.publish")
def settings_of(request: PageRequest, article_id: UUID) -> HttpResponseBase:
    """What holds for all languages of an article."""
    article = queries.article(article_id)
    if article.policy:
        raise actions.OnlyRead
    names = ("slug", "kind", "audience", "topic", "owner", "review_days", "version")
    initial = {name: getattr(article, name) for name in names} | {"policies": ", ".join(article.policies)}
    form = SettingForm(
        request.POST or None,
        initial=initial,
        topics=queries.topics_for(language_here()),
        staff=[(person.id, person.name) for person in staff_list() if person.active or person.id == article.owner],
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        setting = actions.Setting(
            slug=data["slug"],
            language=article.language,
            kind=data["kind"],
            audience=data["audience"],
            topic=data["topic"],
            review_days=data["review_days"],
            policies=data["policies"],
        )
        try:
            actions.change_settings(
                actor=request.actor,
                article_id=article_id,
                setting=setting,
                owner=data["owner"],
                version=data["version"],
                now=now(),
            )
        except Invalid as refusal:
            for name, words in refusal.spoken_fields.items():
                form.add_error(name if name in form.fields else None, words)
        except Stale as refusal:
            form.add_error(None, refusal.spoken)
        else:
            messages.success(request, _("Kept."))
            return go(request, _at(article_id, article.language))
    context = {"article": article, "form": form}
    return render(request, "knowledge/settings.html", context, status=422 if form.is_bound else 200)


@page(right="knowledge.publish", methods=("POST",))
def confirm(request: PageRequest, article_id: UUID) -> HttpResponseBase:
    actions.confirm(actor=request.actor, article_id=article_id, now=now())
    messages.success(request, _("Noted: it is still right."))
    return go(request, _at(article_id, ""))


@page(right="knowledge.publish", methods=("POST",))
def archive(request: PageRequest, article_id: UUID) -> HttpResponseBase:
    form = WhyForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.archive(actor=request.actor, article_id=article_id, why=form.cleaned_data["why"], now=now())
    messages.success(request, _("Taken off the shelf. It can be put back."))
    return go(request, _at(article_id, ""))


@page(right="knowledge.publish", methods=("POST",))
def put_back(request: PageRequest, article_id: UUID) -> HttpResponseBase:
    actions.put_back(actor=request.actor, article_id=article_id, now=now())
    messages.success(request, _("Back on the shelf."))
    return go(request, _at(article_id, ""))


def _draft(data: dict[str, Any]) -> actions.Draft:
    return actions.Draft(**{name: data[name] for name in ("title", "summary", "keywords", "body")})


def _at(article_id: UUID, language: str) -> str:
    address = reverse("knowledge:article", args=[article_id])
    return f"{address}?language={language}" if language else address


def _mark(code: str, article: queries.ArticleView, found: list[queries.VersionView]) -> str:
    """How a language stands: public, behind, review, draft, none."""
    mine = [one for one in found if one.language == code]
    public = next((one for one in mine if one.state == "published"), None)
    open_one = queries.draft_of(mine, code)
    if open_one is not None:
        return open_one.state
    if public is None:
        return "none"
    first = next((one for one in found if one.language == article.language and one.state == "published"), None)
    return "behind" if first and public.renders and public.renders < first.number else "public"
