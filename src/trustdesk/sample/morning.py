"""What the cast has done before a newcomer arrives: Sari has decided a few reviews, both have pinned notes.

Everything goes through the verbs a page would use; what is gone, decided or taken meanwhile is left alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.review import actions as reviews
from trustdesk.review import queries as reviews_known
from trustdesk.sample import catalog
from trustdesk.sample.catalog import Decision
from trustdesk.screening import queries as screening


def pin_notes(*, now: datetime) -> int:
    """Pin the cast's notes to accounts the desk knows, each once; returns how many were new."""
    pinned = 0
    for note in catalog.notes():
        author = _person(note.by)
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


def _decide(told: Decision, *, now: datetime) -> bool:
    person = _person(told.by)
    item = next(iter(content.items_by_external(None, told.external_id, kind=told.kind)), None)
    if person is None or item is None:
        return False
    review = reviews_known.of_items([item.id]).get(item.id)
    verdict = screening.latest([item.id]).get(item.id)
    if review is None or verdict is None or review.state != "open":
        return False
    first = verdict.hits[0] if verdict.hits else None
    grounds = [] if first is None or told.outcome == "approve" else [_ground(first)]
    try:
        # One transaction: a claim that no decision follows would keep the review from the newcomer.
        with transaction.atomic():
            reviews.claim_this(actor=person, review_id=review.id, now=now)
            reviews.decide(
                actor=person,
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


def _person(email: str) -> Actor | None:
    staff = next((one for one in people.staff_list() if one.email == email and one.active), None)
    return people.actor_by_id(staff.id) if staff else None


def _account(external_id: str) -> UUID | None:
    for source in people.sources():
        if found := content.accounts_by_external(source, [external_id]):
            return found[external_id].id
    return None
