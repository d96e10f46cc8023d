"""Lessons with a measured effect: did the next things comply?"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from trustdesk.content import queries as content
from trustdesk.decisions import ladders
from trustdesk.decisions.facts import LessonMeasured
from trustdesk.decisions.models import Decision, Strike
from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor


class Measured(NamedTuple):
    lesson: Strike
    items: int
    broken: int


def measure_lessons(*, now: datetime, limit: int = 100) -> int:
    """Look at what came after lessons whose time is over, each once; returns how many. The worker calls it."""
    due = Strike.objects.filter(kind="lesson", measured_at=None, reversed_at=None).select_related("ladder")
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("at")[:limit])
        ripe = [row for row in rows if row.at + ladders.terms_of(row.ladder).measure <= now]
        if ripe:
            _measure(actor=SYSTEM, lessons=ripe, now=now)
    return len(ripe)


@action(right="-")
def _measure(*, actor: Actor, lessons: Sequence[Strike], now: datetime) -> None:
    measured = []
    for lesson in lessons:
        terms = ladders.terms_of(lesson.ladder)
        until = lesson.at + terms.measure
        items = content.posted_between(lesson.account_id, lesson.at, until, limit=terms.measure_items)
        restricted = Decision.objects.filter(
            Q(withdrawn_at=None, superseded_by=None, effective_at__lte=now),
            item_id__in=items,
            outcome__in=["remove", "limit"],
        )
        broken = len(set(restricted.values_list("item_id", flat=True)))
        lesson.measured_at, lesson.next_items, lesson.next_broken = now, len(items), broken
        lesson.save(update_fields=["measured_at", "next_items", "next_broken"])
        measured.append(Measured(lesson, len(items), broken))
    record_many(
        [
            LessonMeasured(
                account=one.lesson.account_id,
                strike=one.lesson.id,
                decision=one.lesson.decision_id,
                next_items=one.items,
                next_broken=one.broken,
            )
            for one in measured
        ],
        actor=actor,
        at=now,
    )
