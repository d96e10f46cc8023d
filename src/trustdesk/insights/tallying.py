"""The tally of work by the hour: a loop reads the ledger in its order and adds up; nobody ever counts the rows themselves.

Position and sums are written in one transaction, so that each fact counts once, whatever happens in between.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from trustdesk.insights.models import Reading
from trustdesk.kernel.ledger.models import Position
from trustdesk.kernel.work.models import WorkItem
from trustdesk.web import live
from trustdesk.web.live import Topic

BOARD = Topic("board", right="work.manage")
_STEP = 5_000  # facts of all kinds looked at in one round
# (arrived, decided, cancelled)
_ADDS = {
    "work.opened": (1, 0, 0),
    "work.reopened": (1, 0, 0),
    "work.completed": (0, 1, 0),
    "work.given_back": (0, -1, 0),
    "work.cancelled": (0, 0, 1),
}
_ADD = """
INSERT INTO insights_flow (hour, queue, lane, market, arrived, decided, cancelled) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (hour, queue, lane, market) DO UPDATE SET arrived = insights_flow.arrived + excluded.arrived,
    decided = insights_flow.decided + excluded.decided, cancelled = insights_flow.cancelled + excluded.cancelled
"""


def follow(*, now: datetime) -> bool:  # noqa: ARG001  loops are called alike
    """One round; True when there may be more at once."""
    Reading.objects.get_or_create(id=1)
    with transaction.atomic():
        row = Reading.objects.select_for_update(skip_locked=True).filter(id=1).first()
        if row is None:
            return False  # another worker is at it
        head = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
        until = min(head, row.position + _STEP)
        if until <= row.position:
            return False
        told = Position.objects.filter(
            position__gt=row.position, position__lte=until, fact__kind__in=list(_ADDS)
        ).values_list("fact__kind", "fact__at", "fact__payload__work", "fact__payload__queue")
        found = list(told)
        _add(found)
        if found:  # the leads' boards draw themselves anew
            live.tell("board", {"position": until})
        Reading.objects.filter(id=1).update(position=until)
    return until < head


def _add(told: list[tuple[str, datetime, str, str | None]]) -> None:
    works = {
        row[0]: row[1:]
        for row in WorkItem.objects.filter(id__in={UUID(work) for _, _, work, _ in told}).values_list(
            "id", "queue__code", "lane", "own_lane", "market"
        )
    }
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for kind, at, work, named in told:
        queue, lane, own, market = works.get(UUID(work), (named or "", 0, None, ""))
        hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        # Where it was when it happened, as far as the fact says.
        key = (hour, named or queue, lane if own is None else own, market)
        sums[key] = [a + b for a, b in zip(sums[key], _ADDS[kind], strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, [(*key, *counts) for key, counts in sorted(sums.items(), key=lambda one: one[0])])
