"""Notices of a stretch of time, counted: for reports to the public. Those of muted reporters are kept and counted nowhere."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from trustdesk.notices.models import Notice, Reporter


def _received(since: datetime, until: datetime) -> QuerySet[Notice]:
    rows = Notice.objects.filter(received_at__gte=since, received_at__lt=until)
    return rows.exclude(state=Notice.State.STORED).order_by()


def how_many_received(*, since: datetime, until: datetime) -> int:
    return _received(since, until).count()


def trusted(*, since: datetime, until: datetime) -> int:
    """By trusted flaggers, inside their area."""
    return _received(since, until).filter(trusted=True).count()


def untrusted(*, since: datetime, until: datetime) -> int:
    """By everybody else, and by trusted flaggers outside their area."""
    return _received(since, until).filter(trusted=False).count()


def received(*, since: datetime, until: datetime, by: str) -> dict[str, int]:
    """By `category`, `channel` or `market`."""
    return dict(_received(since, until).values_list(by).annotate(n=Count("id")))


def answered(*, since: datetime, until: datetime) -> list[tuple[str, timedelta]]:
    """(what became of it, how long the answer took) of notices answered in this time."""
    rows = Notice.objects.filter(answered_at__gte=since, answered_at__lt=until).order_by("id")
    return [
        (outcome, (at or came) - came)
        for outcome, came, at in rows.values_list("outcome", "received_at", "answered_at").iterator(chunk_size=5_000)
    ]


def how_many_answered(*, since: datetime, until: datetime) -> int:
    return Notice.objects.filter(answered_at__gte=since, answered_at__lt=until).count()


def answered_by_software(*, since: datetime, until: datetime) -> int:
    """Those whose decision was made by automated means alone."""
    return Notice.objects.filter(answered_at__gte=since, answered_at__lt=until, automated=True).count()


def behind(decisions: Iterable[UUID]) -> set[UUID]:
    """Which of these decisions followed a notice; one query."""
    rows = Notice.objects.filter(decision__in=list(decisions)).order_by()
    return {one for one in rows.values_list("decision", flat=True) if one is not None}


def muted(*, since: datetime, until: datetime) -> int:
    """Reporters whose notices stopped counting in this time, for unfounded ones after a warning."""
    return Reporter.objects.filter(muted_at__gte=since, muted_at__lt=until).count()
