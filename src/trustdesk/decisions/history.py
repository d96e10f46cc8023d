"""What people decided, in bulk, for those who measure machines against them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from trustdesk.decisions.models import Decision

_JUDGEMENTS = ("approve", "limit", "hold", "remove")


def of_people(version_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, str]:
    """Version → the outcome a person gave it. One statement.

    Counted: made by a person (also one who confirmed a rule), in effect, neither taken back nor superseded, not imported
    from elsewhere (who made those is not known).
    """
    rows = (
        Decision.objects.filter(
            version_id__in=list(version_ids),
            made_by__in=["person", "both"],
            outcome__in=_JUDGEMENTS,
            imported=False,
            withdrawn_at=None,
            superseded_by=None,
            effective_at__lte=now,
        )
        .order_by("id")
        .values_list("version_id", "outcome")
    )
    return dict(rows.iterator(chunk_size=2_000))
