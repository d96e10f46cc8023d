"""What the cast has done before a newcomer arrives: Sari has decided a few reviews and asked Legal about
one, both have pinned notes; people have written to the desk.

Everything goes through the verbs a page would use; what is gone, decided or taken meanwhile is left alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.review import actions as reviews
from trustdesk.review import queries as reviews_known
from trustdesk.review.queries import ReviewView
from trustdesk.sample import catalog, help_desk
from trustdesk.sample.cast import person
from trustdesk.sample.catalog import Decision, Matter, Question
from trustdesk.screening import queries as screening
from trustdesk.support import actions as support


def pin_notes(*, now: datetime) -> int:
    """Pin the cast's notes to accounts the desk knows, each once; returns how many were new."""
    pinned = 0
    for note in catalog.notes():
        author = person(note.by)
        account = _account(note.account)
        if author is None or account is None:
            continue
        subject = ("account", str(account))
        if any(there.text == note.text for there in content.notes([subject])):
            continue
        content_actions.pin_note(actor=author, subject=subject[0], value=subject[1], text=note.text, now=now)
        pinned += 1
    return pinned


def decide_some(*, now: datetime) -> int:
    """Decide what the sample says has been decided, where a review of it is open; returns how many were."""
    return sum(_decide(told, now=now) for told in catalog.decisions())


def ask_teams(*, now: datetime) -> int:
    """Hand over what the sample says was asked of a team, each once; returns how many were."""
    return sum(_ask(told, now=now) for told in catalog.questions())


def open_cases(*, now: datetime) -> int:
    """Open the cases of people who wrote to the desk, each once; returns how many were new."""
    return sum(_open(told, now=now) for told in catalog.matters())


@transaction.atomic
def _open(told: Matter, *, now: datetime) -> bool:
    name = f"sample:{told.id}"
    if help_desk.case_of(told) is not None:
        return False
    opened = support.open_case(
        actor=SYSTEM,
        channel=told.channel,
        subject=told.subject,
        text=told.text,
        name=told.name,
        address=told.address,
        language=told.language,
        market=told.market,
        category=told.category,
        priority=told.priority,
        external_id=name,
        now=now,
        at=now - timedelta(hours=told.hours_ago),
    )
    author = person(told.by) if told.note else None
    if author is not None:
        support.note(actor=author, case_id=opened.id, text=told.note, now=now)
    help_desk.talk(told, opened.id, now=now)
    return True


def _ask(told: Question, *, now: datetime) -> bool:
    who = person(told.by)
    review = _review(told)
    if who is None or review is None or review.state != "open":
        return False
    link = reverse("review:desk", args=[review.id])
    try:
        with transaction.atomic():
            reviews.claim_this(actor=who, review_id=review.id, now=now)
            reviews.escalate(
                actor=who,
                review_id=review.id,
                team=told.team,
                severity=told.severity,
                reason=told.reason,
                link=link,
                now=now,
            )
    except Refusal:
        return False  # asked before, or a newcomer was quicker
    return True


def _review(told: Decision | Question) -> ReviewView | None:
    item = next(iter(content.items_by_external(None, told.external_id, kind=told.kind)), None)
    return reviews_known.of_items([item.id]).get(item.id) if item else None


def _decide(told: Decision, *, now: datetime) -> bool:
    who = person(told.by)
    review = _review(told)
    if who is None or review is None or review.state != "open":
        return False
    verdict = screening.latest([review.item]).get(review.item)
    if verdict is None:
        return False
    first = verdict.hits[0] if verdict.hits else None
    grounds = [] if first is None or told.outcome == "approve" else [_ground(first)]
    try:
        # One transaction: a claim that no decision follows would keep the review from the newcomer.
        with transaction.atomic():
            reviews.claim_this(actor=who, review_id=review.id, now=now)
            reviews.decide(
                actor=who,
                review_id=review.id,
                version=review.version,
                outcome=told.outcome,
                clauses=grounds,
                rationale=told.rationale,
                now=now,
            )
    except Refusal:
        return False  # a newcomer was quicker, or may do what our people may not
    return True


def _ground(hit: Mapping[str, Any]) -> Ground:
    return Ground(policy=hit["policy"], version=hit["version"], clause=hit.get("clause", ""), rule=hit["rule"])


def _account(external_id: str) -> UUID | None:
    for source in people.sources():
        if found := content.accounts_by_external(source, [external_id]):
            return found[external_id].id
    return None
