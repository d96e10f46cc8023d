"""How far sorting what waits has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.review.models import Sorting

SORT_JOB = "review.sort_again"
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class SortingView:
    """`total` goes to 10,001, which means more."""

    id: UUID
    queue: str
    total: int
    looked: int
    moved: int
    made_at: datetime
    ended_at: datetime | None

    @property
    def open(self) -> bool:
        return self.ended_at is None

    @property
    def bounded(self) -> bool:
        """Is the whole known, so that a bar can show the part?"""
        return self.total <= MOST_COUNTED


def newest(queue: str) -> SortingView | None:
    """The newest sorting for a queue, None when there was none. One query."""
    row = Sorting.objects.filter(queue=queue).order_by("-id").first()
    if row is None:
        return None
    return SortingView(
        id=row.id,
        queue=row.queue,
        total=max(row.total, row.looked),
        looked=row.looked,
        moved=row.moved,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )
