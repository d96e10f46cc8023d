"""The outbox: one loop per reactor claims its due deliveries and calls it."""

import traceback
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from trustdesk.kernel.base.fact import KINDS, Fact
from trustdesk.kernel.ledger.models import Delivery, FactRow
from trustdesk.kernel.ledger.queries import revive
from trustdesk.kernel.ledger.reacting import Envelope, find

log = structlog.get_logger(__name__)

MOST_TRIES = 8
BATCH = 50


def back_off(tries: int) -> timedelta:
    """Wait before the next try: 2, 8, 32 s … at most an hour. `tries` counts the failed ones, from 1."""
    return timedelta(seconds=min(3600, 2 * 4 ** (tries - 1)))


def reactors_with_due(*, reactors: list[str], now: datetime) -> list[str]:
    """Which of these reactors have something due: one look at the index `delivery_due` for each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE EXISTS (SELECT FROM ledger_delivery d"
            " WHERE d.reactor = name AND d.next_at <= %s"
            " AND d.done_at IS NULL AND d.dead_at IS NULL AND d.withdrawn_at IS NULL)",
            [reactors, now],
        )
        return [name for (name,) in cursor.fetchall()]


def deliver_due(*, reactor: str, now: datetime, limit: int = BATCH) -> int:
    """Deliver up to `limit` due facts to one reactor; returns how many it tried.

    Rows are claimed with SKIP LOCKED and stay locked until the batch commits, so a killed worker gives them back and
    two workers never call a reactor for the same fact. A reactor that raises loses only its own writes (savepoint).
    """
    with transaction.atomic():
        due = list(
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(reactor=reactor, next_at__lte=now, done_at=None, dead_at=None, withdrawn_at=None)
            .order_by("next_at", "id")
            .select_related("fact")[:limit]
        )
        for delivery in due:
            _deliver_one(delivery, now=now)
    return len(due)


def _deliver_one(delivery: Delivery, *, now: datetime) -> None:
    row: FactRow = delivery.fact
    try:
        with transaction.atomic():
            reactor = find(delivery.reactor, row.kind)
            if reactor is None or row.kind not in KINDS:
                raise LookupError(f"no reactor {delivery.reactor} for {row.kind}: was it renamed?")
            fact: Fact = revive(row)
            envelope = Envelope(fact_id=row.id, actor=row.actor, at=row.at, cause=row.cause, tries=delivery.tries)
            reactor.call(fact=fact, envelope=envelope, now=now)
            Delivery.objects.filter(pk=delivery.pk).update(done_at=now, tries=delivery.tries + 1)
    except Exception as error:  # whatever a reactor raises must not stop the others
        tries = delivery.tries + 1
        dead = tries >= MOST_TRIES
        Delivery.objects.filter(pk=delivery.pk).update(
            tries=tries,
            next_at=now + back_off(tries),
            dead_at=now if dead else None,
            last_error="".join(traceback.format_exception_only(error))[:2000],
        )
        log.warning(
            "delivery failed", reactor=delivery.reactor, fact=str(row.id), kind=row.kind, tries=tries, dead=dead
        )


def deliver_all(*, now: datetime, reactors: list[str]) -> int:
    """Deliver everything that is due, for these reactors, until nothing is left: tests and the first load use it."""
    total = 0
    while True:
        done = sum(deliver_due(reactor=name, now=now) for name in reactors)
        if not done:
            return total
        total += done
