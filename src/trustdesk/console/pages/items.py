"""An item: what came in, what became of it, and why."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from trustdesk.console.pages.ledger import Line, lines
from trustdesk.content import queries as content
from trustdesk.content.queries import VersionView
from trustdesk.decisions import queries as decisions
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy import queries as policy
from trustdesk.review import queries as reviews
from trustdesk.screening import queries as screening
from trustdesk.screening.queries import VerdictView
from trustdesk.web.page import PageRequest, page


@dataclass(frozen=True)
class Reason:
    """One rule's hit in words."""

    verb: str
    title: str
    policy: str
    rule: str
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A verdict with its reasons in words."""

    verdict: VerdictView
    reasons: list[Reason]


@page(right="items.read")
def item(request: PageRequest, item_id: UUID) -> HttpResponse:
    """One item: the thing itself, its versions, verdicts, decisions and history."""
    at = now()
    found = content.items([item_id]).get(item_id)
    if found is None:
        raise NotFound("There is no such item.")
    reviews.refuse_in_hand(request.actor, item_id)
    versions = content.versions(item_id)
    made = decisions.of_items([item_id], now=at).get(item_id, [])
    review = reviews.of_items([item_id]).get(item_id)
    told = _told(screening.of_item(item_id), language=request.actor.language)
    subjects: list[str | UUID] = [item_id, *(decision.id for decision in made)]
    if review is not None:
        subjects.append(review.id)
    context = {
        "item": found,
        "account": content.accounts([found.account]).get(found.account),
        "version": versions[0] if versions else None,
        "earlier": versions[1:],
        "pictures": _pictures(versions[0], at) if versions else [],
        "verdicts": told,
        "decisions": made,
        "statements": {decision.id: decisions.statement_path(decision.id) for decision in made},
        "names": people.names_of(decision.actor for decision in made),
        "review": review,
        "story": _story(subjects, viewer=request.actor),
        "may_review": request.actor.may("review.read"),
    }
    return render(request, "console/item.html", context)


def _told(verdicts: list[VerdictView], *, language: str) -> list[Told]:
    words = policy.grounds({(hit["policy"], hit["version"]) for verdict in verdicts for hit in verdict.hits})
    return [
        Told(verdict=verdict, reasons=[_reason(hit, words, language=language) for hit in verdict.hits])
        for verdict in verdicts
    ]


def _reason(hit: dict[str, Any], words: Any, *, language: str) -> Reason:
    known = words.get(hit["policy"], hit["version"])
    clause = hit.get("clause") or ""
    return Reason(
        verb=hit["then"]["verb"],
        title=known.clause_title(clause, language) or known.title_in(language),
        policy=f"{hit['policy']}{f' {clause}' if clause else ''}",
        rule=hit["rule"],
        quotes=tuple(dict.fromkeys(span["text"] for span in hit["evidence"] if span["text"])),
    )


def _pictures(version: VersionView, at: Any) -> list[dict[str, str]]:
    known = files.views_of([media.file for media in version.media if media.file])
    shown = []
    for media in version.media:
        stored = known.get(media.file) if media.file else None
        ready = stored is not None and stored.ready and stored.is_picture
        shown.append(
            {
                "url": files.signed_url(stored.id, "shown", now=at) if ready and stored else "",
                "alt": media.alt,
                "kind": media.kind,
                "state": media.state,
            }
        )
    return shown


def _story(subjects: list[str | UUID], *, viewer: Actor) -> list[Line]:
    return lines(ledger.of_subjects(subjects), viewer=viewer)[::-1]
