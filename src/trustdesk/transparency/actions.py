"""Publishing reports."""

from datetime import UTC, date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.transparency import queries
from trustdesk.transparency.facts import ReportPublished
from trustdesk.transparency.models import Report

RIGHT = "transparency.publish"


def publish(*, actor: Actor, first: date, last: date, now: datetime) -> UUID:
    """Publish the report of these days as its next edition; what was published before stays as it is.

    Counts before it opens a transaction. Raises Forbidden, Invalid (from, to; a day that is not over), DoesNotAddUp,
    Stale (another edition came at the same moment).
    """
    actor.require(RIGHT)
    if last >= now.astimezone(UTC).date():
        raise Invalid("These days make no report.", fields={"to": "That day is not over yet."})
    drawn = queries.draw(first=first, last=last, now=now)
    return _keep(actor=actor, drawn=drawn, now=now)


@action(right=RIGHT)
def _keep(*, actor: Actor, drawn: queries.Drawn, now: datetime) -> UUID:
    row = Report(
        id=uuid7(),
        first=drawn.first,
        last=drawn.last,
        edition=queries.next_edition(drawn.first, drawn.last),
        csv=drawn.csv,
        sha256=queries.digest(drawn.csv),
        published_by=actor.label,
        published_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Stale("Somebody published these days at the same moment. Look at what they published.") from None
    record(
        ReportPublished(report=row.id, first=row.first, last=row.last, edition=row.edition, sha256=row.sha256),
        actor=actor,
        at=now,
    )
    return row.id
