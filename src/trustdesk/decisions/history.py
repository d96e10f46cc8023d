"""What people decided, in bulk, for those who measure machines against them."""

from collections.abc import Sequence
from datetime import datetime
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
