"""When decisions take effect and restrictions end: status follows."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.decisions import queries
from trustdesk.decisions.facts import RestrictionLifted
from trustdesk.decisions.models import Decision, Restriction
from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor


def refresh_statuses(*, item_ids: Iterable[UUID], now: datetime) -> dict[UUID, tuple[str, bool]]:
    """Write the status that follows from verdicts, effective decisions and restrictions in force; returns it."""
    statuses = queries.statuses(item_ids, now=now)
    content_actions.set_status(statuses=statuses, now=now)
    return statuses


def take_effect(*, decision_id: UUID, now: datetime) -> None:
    """A decision's undo window is over: the item's status follows. Called by the reactor, whose fact is the decision."""
    item_id = Decision.objects.filter(id=decision_id, withdrawn_at=None).values_list("item_id", flat=True).first()
    if item_id is not None:
        refresh_statuses(item_ids=[item_id], now=now)


@action(right="-")
def lift(*, actor: Actor, restriction_ids: list[UUID], why: str, by: UUID | None, at: datetime, now: datetime) -> None:
    """Lift restrictions at `at` (which may lie ahead, when the decision that lifts them can still be undone)."""
    rows = list(Restriction.objects.select_for_update().filter(id__in=restriction_ids, lifted_at=None).order_by("id"))
    Restriction.objects.filter(id__in=[row.id for row in rows]).update(
        lifted_at=at, lifted_why=f"superseded:{by}" if by else why
    )
    items = content.items({row.item_id for row in rows})
    statuses = queries.statuses(items, now=at)
    recorded = record_many(
        [
            RestrictionLifted(
                item=row.item_id,
                restriction=row.id,
                decision=row.decision_id,
                restriction_kind=row.kind,
                why=why,
                source=items[row.item_id].source,
                external_id=items[row.item_id].external_id,
                item_kind=items[row.item_id].kind,
                status=statuses[row.item_id][0],
                lifted_at=at,
            )
            for row in rows
        ],
        actor=actor,
        at=now,
        effective_at=at,
    )
    if by is not None:
        decision = Decision.objects.select_for_update().get(id=by)
        decision.facts.extend(fact.id for fact in recorded)
        Decision.objects.filter(id=by).update(facts=decision.facts)


def end_restrictions(*, now: datetime, limit: int = 200) -> int:
    """Lift what has run out, each exactly once, also after downtime; returns how many. The worker calls it."""
    due = list(
        Restriction.objects.filter(lifted_at=None, ends_at__lte=now)
        .order_by("ends_at")
        .values_list("id", "item_id")[:limit]
    )
    if due:
        _end(actor=SYSTEM, restriction_ids=[row[0] for row in due], item_ids=[row[1] for row in due], now=now)
    return len(due)


@action(right="-")
def _end(*, actor: Actor, restriction_ids: list[UUID], item_ids: list[UUID], now: datetime) -> None:
    lift(actor=actor, restriction_ids=restriction_ids, why="its time was over", by=None, at=now, now=now)
    refresh_statuses(item_ids=item_ids, now=now)
