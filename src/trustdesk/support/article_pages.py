"""Help pages for what one writes: found from the composer, put into it as a title with its address or as their words.

A reply is for the public: only public pages are found for it, and only those are handed out, whatever is asked. A note may
name pages for staff, too.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.knowledge import queries as knowledge
from trustdesk.support import queries, rules
from trustdesk.support.queries import CaseView
from trustdesk.support.refusals import NoSuchCase
from trustdesk.web.page import PageRequest, page, swap

LIMIT = 8
_LONGEST = 200


@dataclass(frozen=True)
class Offered:
    """A page that fits. `foreign`: it is in another language than the requester's; `behind`: its first language says more."""

    slug: str
    title: str
    summary: str
    language: str
    foreign: bool
    behind: bool
    staff: bool
    policy: str


@page(right="support.answer", methods=("GET", "HEAD"))
def find(request: PageRequest, case_id: UUID) -> HttpResponse:
    """Pages by their words, in the requester's language where there are some; without words, what is read most."""
    case = _case(request, case_id)
    words = request.GET.get("words", "").replace("\0", " ")[:_LONGEST]
    audiences, language = _audiences(request), _language(case)
    if words.strip():
        hits = knowledge.search(words, language=language, audiences=audiences, limit=LIMIT, typing=True).hits
        found = [(one.article, one.slug, one.language, one.title, one.summary, one.policy) for one in hits]
    else:
        most = knowledge.read_most(language=language, audiences=audiences, now=now(), limit=LIMIT)
        found = [(one.article, one.slug, one.language, one.title, one.summary, one.policy) for one in most]
    standing = knowledge.standing_of([(one[0], one[2]) for one in found])
    rows = []
    for article, slug, tongue, title, summary, policy in found:
        audience, behind = standing.get((article, tongue), ("public", False))
        rows.append(Offered(slug, title, summary, tongue, tongue != language, behind, audience != "public", policy))
    context: dict[str, Any] = {
        "case": case,
        "rows": rows,
        "asked": request.GET.get("words", ""),
        "mode": _mode(request),
    }
    return swap(request, "support/_articles.html", **context)


@page(right="support.answer", methods=("GET", "HEAD"))
def insert(request: PageRequest, case_id: UUID, slug: str) -> HttpResponse:
    """What is put into the composer, as plain words. Raises NoSuchCase, NotFound (not for this kind of reader)."""
    case = _case(request, case_id)
    read = knowledge.opened(slug, language=_language(case), audiences=_audiences(request))
    if request.GET.get("how") == "text":
        said = f"{read.version.title}\n\n{read.version.body.strip()}"
    else:
        said = f"{read.version.title}\n{_address(read)}"
    return HttpResponse(said[: rules.LONGEST_TEXT], content_type="text/plain; charset=utf-8")


def _address(read: knowledge.Reader) -> str:
    if read.article.audience != "public":
        return settings.PUBLIC_URL + reverse("knowledge:article", args=[read.article.id])
    if read.article.policy:
        path = reverse("portal:rule", args=[read.article.policy])
    else:
        path = reverse("portal:help-article", args=[read.article.slug])
    return f"{settings.PUBLIC_URL}{path}?{urlencode({'lang': read.version.language})}"


def _case(request: PageRequest, case_id: UUID) -> CaseView:
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=request.actor, right="support.answer"):
        raise NoSuchCase
    return case


def _mode(request: PageRequest) -> str:
    mode = request.GET.get("mode", "reply")
    if mode not in rules.MODES:
        raise NotFound("There is no such article.")
    return mode


def _audiences(request: PageRequest) -> tuple[str, ...]:
    staff = _mode(request) == "note" and request.actor.may("knowledge.read")
    return knowledge.STAFF if staff else knowledge.PUBLIC


def _language(case: CaseView) -> str:
    return case.language or rules.letter_language("")
