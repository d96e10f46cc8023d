"""The ledger: everything that happened, newest first, as sentences."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from trustdesk.kernel.base.fact import KINDS
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.queries import FactView
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.review import queries as reviews
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, page

LIMIT = 50


@dataclass(frozen=True)
class Line:
    """A fact as one line of the page."""

    position: int | None
    kind: str
    subject: str
    at: datetime
    sentence: str


def lines(facts: list[FactView], *, viewer: Actor) -> list[Line]:
    """Facts with their actors' names in place of ids; three queries for any number.

    Notes that somebody left while judging apart are not told to who may judge next, before the matter is ended.
    """
    quiet = reviews.unspoken(viewer)
    facts = [
        fact
        for fact in facts
        if not (fact.kind == "content.note_pinned" and any(fact.actor == who and fact.at >= at for who, at in quiet))
    ]
    names = people.names_of(fact.actor for fact in facts)
    return [
        Line(
            position=fact.position,
            kind=fact.kind,
            subject=fact.subject,
            at=fact.at,
            sentence=fact.sentence.replace(fact.actor, names[fact.actor]),
        )
        for fact in facts
    ]


@page(right="ledger.read")
def facts(request: PageRequest) -> HttpResponse:
    """Facts by position, filtered by kind (or its beginning) and subject, both in the address."""
    kind = request.GET.get("kind", "").replace("\0", "")[:60]
    subject = request.GET.get("subject", "").replace("\0", "").strip()[:80]
    start = cursors.decode(request.GET.get("after"), int)
    found = ledger.newest(before=start[0] if start else None, limit=LIMIT + 1, kind=kind, subject=subject)
    shown = cursors.page_of(found, limit=LIMIT, key=lambda fact: (fact.position,))
    context = {
        "lines": lines(shown.rows, viewer=request.actor),
        "next": shown.next,
        "kind": kind,
        "subject": subject,
        "slices": sorted({name.partition(".")[0] for name in KINDS}),
        "seal": ledger.last_seal(),
        "last": ledger.last_position(),
    }
    return render(request, "console/ledger.html", context)
