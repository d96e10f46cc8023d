"""What people decided, in bulk, for those who measure machines against them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

# One array, not a thousand parameters: by the index of the foreign key to the version.
_OF_PEOPLE = """
SELECT version_id, outcome FROM decisions_decision
WHERE version_id = ANY(%s) AND made_by IN ('person', 'both') AND outcome IN ('approve', 'limit', 'hold', 'remove')
    AND NOT imported AND withdrawn_at IS NULL AND superseded_by_id IS NULL AND effective_at <= %s
ORDER BY id
"""


def of_people(version_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, str]:
    """Version → the outcome a person gave it. One statement.

    Counted: made by a person (also one who confirmed a rule), in effect, neither taken back nor superseded, not imported
    from elsewhere (who made those is not known).
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_PEOPLE, [list(version_ids), now])
        return dict(cursor.fetchall())


class Judged(NamedTuple):
    """What people made of one version in the end."""

    version: UUID
    item: UUID
    account: UUID
    outcome: str
    labels: tuple[str, ...]
    made_by: str  # person, or both: one who confirmed what a rule had found
    at: datetime


# Only people who sign in here: an API key that decides may be a machine of the platform's.
_JUDGED = """
SELECT DISTINCT ON (version_id) version_id, item_id, account_id, outcome, labels, made_by, made_at
FROM decisions_decision
WHERE made_at >= %s AND made_at < %s AND made_by IN ('person', 'both') AND actor LIKE 'staff:%%'
    AND outcome IN ('approve', 'limit', 'remove')
    AND NOT imported AND withdrawn_at IS NULL AND superseded_by_id IS NULL AND effective_at <= %s
ORDER BY version_id, id DESC
"""
_NEWEST = f"SELECT * FROM ({_JUDGED}) j ORDER BY made_at DESC, version_id LIMIT %s"  # noqa: S608  our own text


def judged(*, since: datetime, until: datetime, now: datetime, limit: int) -> list[Judged]:
    """The final judgement of each version that people judged in this time: the newest `limit`, oldest first. Decisions of
    rules that nobody looked at are none; where a person overturned a rule, it is the person's that stands."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [since, until, now, limit])
        return [Judged._make((*row[:4], tuple(row[4]), *row[5:])) for row in reversed(cursor.fetchall())]


_NOTIFIED = "SELECT decision_id FROM decisions_statement WHERE decision_id = ANY(%s) AND data ->> 'notified' = 'true'"


def notified(ids: Sequence[UUID]) -> set[UUID]:
    """Which of these decisions' statements say that somebody reported it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTIFIED, [list(ids)])
        return {row[0] for row in cursor.fetchall()}
