"""Decisions of a stretch of time, counted: for reports to the public."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from trustdesk.decisions.models import Decision, Restriction
from trustdesk.decisions.rules import RESTRICTIVE, WEIGHT


class Acted(NamedTuple):
    """A decision that restricts. `label` is its leading one, "" without any; `version` is None where an account was judged."""

    id: UUID
    outcome: str
    made_by: str  # person, rule, or both: a person who confirmed what a rule had found
    found_by_machine: bool
    ground: str  # terms | law | order (of an authority)
    label: str
    version: UUID | None
    account: UUID
    made_at: datetime


def _in_effect(since: datetime, until: datetime) -> QuerySet[Decision]:
    """What took effect here in this time and restricts; what was undone or imported from elsewhere is none of it."""
    return Decision.objects.filter(
        effective_at__gte=since, effective_at__lt=until, withdrawn_at=None, imported=False, outcome__in=RESTRICTIVE
    )


def acted(*, since: datetime, until: datetime) -> Iterator[Acted]:
    """Restricting decisions of [since, until), streamed."""
    rows = _in_effect(since, until).order_by("id")
    names = (
        "id",
        "outcome",
        "made_by",
        "automated_detection",
        "ground",
        "labels",
        "version_id",
        "account_id",
        "made_at",
    )
    for row in rows.values_list(*names).iterator(chunk_size=5_000):
        *before, labels, version, account, made_at = row
        yield Acted._make((*before, labels[0] if labels else "", version, account, made_at))


def how_many_acted(*, since: datetime, until: datetime, ground: str = "") -> int:
    """The same, counted by the database: what streamed parts are held against. `ground`: of this one only."""
    rows = _in_effect(since, until)
    return (rows.filter(ground=ground) if ground else rows).count()


def decided_by(*, since: datetime, until: datetime) -> dict[str, int]:
    """All decisions that took effect, approvals among them, by who made them."""
    rows = Decision.objects.filter(
        effective_at__gte=since, effective_at__lt=until, withdrawn_at=None, imported=False
    ).order_by()
    return dict(rows.values_list("made_by").annotate(n=Count("id")))


def how_many_decided(*, since: datetime, until: datetime) -> int:
    """The same in one number: what the parts are held against."""
    rows = Decision.objects.filter(effective_at__gte=since, effective_at__lt=until, withdrawn_at=None, imported=False)
    return rows.count()


def how_many_restricted(*, since: datetime, until: datetime, kinds: Iterable[str] | None = None) -> int:
    """Restrictions that decisions of this time brought, of these kinds or of all: what the parts are held against."""
    rows = Restriction.objects.filter(decision__in=_in_effect(since, until))
    return (rows if kinds is None else rows.filter(kind__in=list(kinds))).count()


def restricted(*, since: datetime, until: datetime) -> dict[str, int]:
    """Restrictions that these decisions brought, by kind. One decision may bring several."""
    rows = Restriction.objects.filter(decision__in=_in_effect(since, until)).order_by()
    return dict(rows.values_list("kind").annotate(n=Count("id")))


# What a person put right in this time: by name, whatever was left of it, or by judging the same version anew, milder. A decision
# that was put right by name counts there, once.
_REPLACED = """
SELECT o.made_by, o.outcome, n.outcome, pair.by_name, count(*) FROM (
    SELECT reverses_id AS old, id AS new, true AS by_name FROM decisions_decision WHERE reverses_id IS NOT NULL
    UNION ALL
    SELECT id, superseded_by_id, false FROM decisions_decision r WHERE superseded_by_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM decisions_decision d WHERE d.reverses_id = r.id AND d.withdrawn_at IS NULL)
) AS pair JOIN decisions_decision o ON o.id = pair.old JOIN decisions_decision n ON n.id = pair.new
WHERE n.effective_at >= %s AND n.effective_at < %s AND n.withdrawn_at IS NULL AND n.made_by <> 'rule'
    AND o.withdrawn_at IS NULL AND NOT o.imported AND NOT n.imported AND o.version_id IS NOT DISTINCT FROM n.version_id
GROUP BY 1, 2, 3, 4
"""


def overturned(*, since: datetime, until: datetime) -> dict[str, int]:
    """Decisions that a person made milder in this time, or put right by name, by who had made them."""
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, [since, until])
        for made_by, before, after, by_name, count in cursor.fetchall():
            if before in RESTRICTIVE and (by_name or WEIGHT.get(after, 0) < WEIGHT.get(before, 0)):
                found[made_by] += count
    return dict(found)


_BY_RULES = """
SELECT DISTINCT item_id, version_no FROM decisions_decision
WHERE item_id = ANY(%s) AND made_by = 'rule' AND outcome = ANY(%s) AND withdrawn_at IS NULL AND NOT imported
"""


def by_rules(items: Iterable[UUID]) -> set[tuple[UUID, int]]:
    """Which versions (item, number) of these items a rule restricted without a person, whatever became of it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_RULES, [list(set(items)), sorted(RESTRICTIVE)])
        return {(item, number) for item, number in cursor.fetchall()}


def times_of_people(*, since: datetime, until: datetime) -> dict[UUID, datetime]:
    """When people decided, by decision, for all of any outcome that took effect in this time."""
    rows = Decision.objects.filter(
        effective_at__gte=since,
        effective_at__lt=until,
        withdrawn_at=None,
        imported=False,
        made_by__in=["person", "both"],
    )
    return dict(rows.values_list("id", "made_at").order_by().iterator(chunk_size=5_000))


def made_by_rules(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these decisions a rule made alone; one query."""
    return set(Decision.objects.filter(id__in=list(ids), made_by="rule").values_list("id", flat=True))
