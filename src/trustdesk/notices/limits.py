"""How many notices are taken in, so that a flood drowns nobody. Counted in the database: all web processes share it.

Trusted flaggers have a measure of their own, so they are served while strangers are told to wait. What one sender or one
network brings at the same moment is counted one after the other. The measure of all strangers together is rough: what comes
at the same moment is not in it yet, so nobody waits for a stranger's transaction.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.notices.models import Notice

REPORTER, REPORTER_SPAN = 60, timedelta(hours=1)
NETWORK, NETWORK_SPAN = 60, timedelta(minutes=10)
DESK, DESK_SPAN = 600, timedelta(minutes=1)
FLAGGER, FLAGGER_SPAN = 600, timedelta(minutes=1)


class TooManyNotices(Refusal):
    """Too many reports came in at once. Please try again later; what you wrote is not lost."""

    code, status = "too_many_notices", 429


def refuse_flood(*, count: int, reporter: str, network: str, flagger: UUID | None, now: datetime) -> None:
    """Raise TooManyNotices where `count` more would be too many from this reporter (key), network or altogether.
    Holds back who else brings of the same until the transaction ends; locks are taken in one order, reporter first."""
    if flagger is not None:
        _one_after_the_other(f"flagger:{flagger}")
        _refuse(Notice.objects.filter(flagger_id=flagger), FLAGGER, FLAGGER_SPAN, count=count, now=now)
        return
    if reporter:
        _one_after_the_other(f"reporter:{reporter}")
        _refuse(Notice.objects.filter(reporter__key=reporter), REPORTER, REPORTER_SPAN, count=count, now=now)
    if network:
        _one_after_the_other(f"network:{network}")
        _refuse(Notice.objects.filter(network=network), NETWORK, NETWORK_SPAN, count=count, now=now)
    _refuse(Notice.objects.filter(flagger=None), DESK, DESK_SPAN, count=count, now=now)


def _one_after_the_other(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"notices.limits:{name}"])


def _refuse(rows: object, most: int, span: timedelta, *, count: int, now: datetime) -> None:
    lately = rows.filter(received_at__gt=now - span).values("id")[:most]  # type: ignore[attr-defined]
    if lately.count() + count > most:
        raise TooManyNotices(retry_after=int(span.total_seconds()))
