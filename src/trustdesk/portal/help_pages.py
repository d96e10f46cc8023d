"""The public help centre: find, read, print, say whether it helped. Every page works without script."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import SourceView, sources
from trustdesk.knowledge import actions
from trustdesk.knowledge import queries as knowledge
from trustdesk.policy import queries as policy
from trustdesk.portal.pages import language_here, public

_SUGGESTED = 6


@public
def home(request: HttpRequest) -> HttpResponse:
    """Where to ask, what one can do, topics, read most."""
    language = language_here()
    context = {
        "topics": [(one, one.name(language), one.told(language)) for one in knowledge.topics() if one.articles],
        "most": knowledge.read_most(language=language, audiences=knowledge.PUBLIC, now=now()),
        "rules": bool(policy.public_list(language)),
    }
    return _show(request, "portal/help.html", context)


@public
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """The articles of one topic."""
    language = language_here()
    one = next((each for each in knowledge.topics() if each.code == code), None)
    if one is None:
        raise NotFound(_("There is no such topic, or not any more."))
    links = knowledge.of_topic(code, language=language, audiences=knowledge.PUBLIC)
    context = {"name": one.name(language), "told": one.told(language), "links": links}
    return _show(request, "portal/help_topic.html", context)


@public
def found(request: HttpRequest) -> HttpResponse:
    """What was found; and which words were taken for others."""
    language = language_here()
    asked = _asked(request)
    exactly = request.GET.get("exactly") == "1"
    made = knowledge.search(asked, language=language, audiences=knowledge.PUBLIC, exactly=exactly)
    if asked and request.method == "GET":
        actions.note_asked(text=asked, language=language, found=len(made.hits), now=now())
    context = {
        "asked": asked,
        "found": made,
        "exactly": exactly,
        "others": knowledge.read_most(language=language, audiences=knowledge.PUBLIC, now=now())
        if not made.hits
        else [],
    }
    return _show(request, "portal/help_found.html", context)


@public
def suggest(request: HttpRequest) -> HttpResponse:
    """While somebody types: a few links, as a fragment. Nothing is counted."""
    made = knowledge.search(
        _asked(request), language=language_here(), audiences=knowledge.PUBLIC, limit=_SUGGESTED, typing=True
    )
    answer = render(request, "portal/_help_suggested.html", {"hits": made.hits, "asked": _asked(request)})
    answer["X-Robots-Tag"] = "noindex"
    return answer


@public
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article, in the reader's language where there is one."""
    language = language_here()
    read = knowledge.opened(slug, language=language, audiences=knowledge.PUBLIC)
    if read.article.policy:
        return redirect("portal:rule", code=read.article.policy, permanent=False)
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        actions.note_read(article_id=read.article.id, language=read.version.language, now=now())
        if asked := _asked(request):
            actions.note_opened(text=asked, language=language, now=now())
    name = next((one.name(language) for one in knowledge.topics() if one.code == read.article.topic), "")
    context = {
        "read": read,
        "made": read.version.rendered,
        "topic": name,
        "related": knowledge.related(
            read.article.id,
            topic=read.article.topic,
            title=read.version.title,
            language=language,
            audiences=knowledge.PUBLIC,
        ),
        "thanks": request.GET.get("thanks", ""),
        "foreign": read.version.language != language,
        "canonical": request.build_absolute_uri(request.path),
    }
    return _show(request, "portal/help_article.html", context)


@public
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Did it help? One press, and a sentence if somebody likes."""
    if request.method != "POST":
        return redirect("portal:help-article", slug=slug)
    language = language_here()
    read = knowledge.opened(slug, language=language, audiences=knowledge.PUBLIC)
    helped = request.POST.get("helped")
    if helped not in {"yes", "no"}:
        raise Invalid(_("Say whether it helped, yes or no."))
    at = now()
    actions.vote(
        article_id=read.article.id,
        language=read.version.language,
        number=read.version.number,
        reader=actions.reader_mark(request.META.get("REMOTE_ADDR", ""), now=at),
        helped=helped == "yes",
        said=request.POST.get("said", ""),
        now=at,
    )
    thanks = urlencode({"thanks": "more" if "said" in request.POST else helped, "lang": language})
    return redirect(f"{reverse('portal:help-article', args=[slug])}?{thanks}#helped")


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every published article in every language, for search engines."""
    by_slug: dict[str, list[tuple[str, Any]]] = {}
    for slug, language, at in knowledge.addresses(knowledge.PUBLIC):
        by_slug.setdefault(slug, []).append((language, at))
    pages = [
        {
            "at": max(at for _, at in versions),
            "url": request.build_absolute_uri(reverse("portal:help-article", args=[slug])),
            "languages": [language for language, _ in versions if language in dict(settings.LANGUAGES)],
        }
        for slug, versions in by_slug.items()
    ]
    return render(request, "portal/sitemap.xml", {"pages": pages}, content_type="application/xml")


def _asked(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", " ").split())[:300]


def _show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, template, {**context, "source": _source()})
    patch_cache_control(answer, private=True)
    return answer


def _source() -> SourceView | None:
    """Whose help pages these are: the platform, where the desk serves one alone."""
    known = list(sources().values())
    return known[0] if len(known) == 1 else None
