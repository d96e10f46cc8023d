"""The ladders themselves: versions by market, what a draft would change, how lessons worked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from trustdesk.decisions import ladder_words
from trustdesk.decisions.ladders import terms_of
from trustdesk.decisions.models import LadderVersion, Strike
from trustdesk.decisions.terms import Terms


@dataclass(frozen=True)
class Version:
    """A version of a ladder with its steps in words: [(strikes, what)]; features: [(feature, [(strikes, what)])]."""

    id: UUID
    market: str
    number: int
    state: str
    data: dict[str, Any]
    terms: Terms
    steps: tuple[tuple[str, str], ...]
    features: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    note: str
    drafted_by: str
    drafted_at: datetime
    approved_by: str
    live_from: datetime | None


@dataclass(frozen=True)
class Effect:
    """How lessons worked: of those measured, how many posted again, and how many of these complied."""

    given: int
    measured: int
    posted: int
    complied: int


def book() -> dict[str, list[Version]]:
    """All versions by market, the newest first; one query. "" is every market without one of its own."""
    found: dict[str, list[Version]] = {}
    for row in LadderVersion.objects.order_by("market", "-number"):
        found.setdefault(row.market, []).append(_version(row))
    return found


def effect_of_lessons(*, market: str) -> Effect:
    """Lessons that were not reversed, in one market or ("") in all; one query."""
    rows = Strike.objects.filter(kind="lesson", reversed_at=None)
    if market:
        rows = rows.filter(market=market)
    told = rows.aggregate(
        given=Count("id"),
        measured=Count("id", filter=Q(measured_at__isnull=False)),
        posted=Count("id", filter=Q(next_items__gt=0)),
        complied=Count("id", filter=Q(next_items__gt=0, next_broken=0)),
    )
    return Effect(**told)


def _version(row: LadderVersion) -> Version:
    terms = terms_of(row)

    def told(steps: Any) -> tuple[tuple[str, str], ...]:
        return tuple((ladder_words.strikes(step.at), ladder_words.step_words(step)) for step in steps)

    return Version(
        id=row.id,
        market=row.market,
        number=row.number,
        state=row.state,
        data=row.terms,
        terms=terms,
        steps=told(terms.steps),
        features=tuple(
            (ladder_words.FEATURE_WORDS[feature](), told(steps)) for feature, steps in terms.features.items() if steps
        ),
        note=row.note,
        drafted_by=row.drafted_by,
        drafted_at=row.drafted_at,
        approved_by=row.approved_by,
        live_from=row.live_from,
    )
