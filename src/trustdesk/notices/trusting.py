"""How far a reporter is believed, and whether they count at all, by what the desk knows of them."""

from datetime import datetime

from django.db.models import Count, Q

from trustdesk.notices import rules
from trustdesk.notices.models import Notice, Reporter


def is_muted(reporter: Reporter, *, now: datetime) -> bool:
    return reporter.muted_at is not None and (reporter.muted_until is None or now < reporter.muted_until)


def trust_in(reporter: Reporter | None) -> rules.Trust:
    """Trust in a reporter from their newest answered independent notices; that in a stranger for nobody. One query."""
    if reporter is None:
        return rules.Trust(0, 0)
    judged = Notice.objects.filter(
        reporter=reporter, independent=True, state=Notice.State.ANSWERED, outcome__in=["acted", "no_action"]
    )
    return rules.trust_of(list(judged.order_by("-id").values_list("outcome", flat=True)[: rules.LOOKED_BACK]))


def misuse_of(reporter: Reporter, *, now: datetime, since: datetime | None = None) -> rules.Misuse:
    """What came of a reporter's notices that were judged within a year, or since a time; one query."""
    rows = Notice.objects.filter(
        reporter=reporter,
        answered_at__gt=max(now - rules.MISUSE_WINDOW, since) if since else now - rules.MISUSE_WINDOW,
        outcome__in=["acted", "no_action"],
    )
    counted = rows.aggregate(judged=Count("id"), unfounded=Count("id", filter=Q(outcome="no_action")))
    return rules.Misuse(judged=counted["judged"], unfounded=counted["unfounded"])
