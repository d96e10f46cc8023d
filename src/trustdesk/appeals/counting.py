"""Appeals of a stretch of time, counted: for reports to the public."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from trustdesk.appeals import rules
from trustdesk.appeals.models import Appeal, Misuse, Referral

QUEUE = rules.QUEUE  # where its work waits: who may see that may see its figures


def received(*, since: datetime, until: datetime) -> dict[str, int]:
    """Appeals opened in [since, until), by who disagreed: author | notifier."""
    rows = Appeal.objects.filter(opened_at__gte=since, opened_at__lt=until).order_by()
    return dict(rows.values_list("appellant").annotate(n=Count("id")))


def how_many_received(*, since: datetime, until: datetime) -> int:
    return Appeal.objects.filter(opened_at__gte=since, opened_at__lt=until).count()


def ended(*, since: datetime, until: datetime) -> list[tuple[UUID, str, str, timedelta]]:
    """(decision, appellant, outcome, how long it took) of appeals that ended in this time; one withdrawn by its appellant is
    `withdrawn`."""
    rows = Appeal.objects.filter(ended_at__gte=since, ended_at__lt=until).order_by("id")
    return [
        (decision, appellant, outcome or "withdrawn", (at or began) - began)
        for decision, appellant, outcome, began, at in rows.values_list(
            "decision_id", "appellant", "outcome", "opened_at", "ended_at"
        ).iterator(chunk_size=5_000)
    ]


def how_many_ended(*, since: datetime, until: datetime) -> int:
    return Appeal.objects.filter(ended_at__gte=since, ended_at__lt=until).count()


def by_market(*, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    """(market, outcome, how many) of appeals that ended in this time."""
    rows = Appeal.objects.filter(ended_at__gte=since, ended_at__lt=until).order_by()
    return list(rows.values_list("work__market", "outcome").annotate(n=Count("id")))


def how_many_referred(*, since: datetime, until: datetime) -> int:
    """Cases that came before out-of-court bodies on these days."""
    return Referral.objects.filter(received_on__gte=since.date(), received_on__lt=until.date()).count()


def concluded(*, since: datetime, until: datetime) -> list[tuple[str, bool | None, timedelta]]:
    """(result, did the desk follow it: None while that is open, how long the body took) of cases concluded on these days."""
    rows = Referral.objects.filter(concluded_on__gte=since.date(), concluded_on__lt=until.date()).order_by("id")
    return [
        (result, followed, over - came)
        for result, followed, came, over in rows.values_list("result", "followed", "received_on", "concluded_on")
        if over is not None
    ]


def how_many_concluded(*, since: datetime, until: datetime) -> int:
    return Referral.objects.filter(concluded_on__gte=since.date(), concluded_on__lt=until.date()).count()


def paused(*, since: datetime, until: datetime) -> int:
    """Pauses for unfounded appeals that began in this time."""
    return Misuse.objects.filter(paused_at__gte=since, paused_at__lt=until).count()
