"""When decisions take effect, restrictions begin and end: status and standing follow."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.decisions import queries
from trustdesk.decisions.actions.committing import applied
from trustdesk.decisions.facts import AccountRestrictionLifted, RestrictionLifted
from trustdesk.decisions.models import Decision, Restriction
from trustdesk.decisions.prevailing import standing_of
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
    """Lift restrictions at `at` (which may lie ahead, when the decision that lifts them can still be undone). `why` is for
    people, in a few words."""
    rows = list(Restriction.objects.select_for_update().filter(id__in=restriction_ids, lifted_at=None).order_by("id"))
    Restriction.objects.filter(id__in=[row.id for row in rows]).update(
        lifted_at=at, lifted_why=f"superseded:{by}" if by else why[:60]
    )
    recorded = record_many(_lifted(rows, why=why, at=at), actor=actor, at=now, effective_at=at)
    if by is not None:
        decision = Decision.objects.select_for_update().get(id=by)
        decision.facts.extend(fact.id for fact in recorded)
        Decision.objects.filter(id=by).update(facts=decision.facts)


def _lifted(
    rows: Sequence[Restriction], *, why: str, at: datetime
) -> list[RestrictionLifted | AccountRestrictionLifted]:
    items = content.items({row.item_id for row in rows if row.item_id})
    statuses = queries.statuses(items, now=at) if items else {}
    theirs = {row.account_id for row in rows if row.item_id is None}
    accounts = content.accounts(theirs) if theirs else {}
    holding = queries.account_restrictions(theirs, now=at) if theirs else {}
    facts: list[RestrictionLifted | AccountRestrictionLifted] = []
    for row in rows:
        if row.item_id is not None:
            item = items[row.item_id]
            facts.append(
                RestrictionLifted(
                    item=item.id,
                    restriction=row.id,
                    decision=row.decision_id,
                    restriction_kind=row.kind,
                    why=why,
                    source=item.source,
                    external_id=item.external_id,
                    item_kind=item.kind,
                    status=statuses[item.id][0],
                    lifted_at=at,
                )
            )
            continue
        account = accounts[row.account_id]
        still = holding.get(account.id, ())
        facts.append(
            AccountRestrictionLifted(
                account=account.id,
                restriction=row.id,
                decision=row.decision_id,
                restriction_kind=row.kind,
                why=why,
                source=account.source,
                account_external_id=account.external_id,
                standing=standing_of([one.kind for one in still]),
                still=[
                    {
                        "id": one.id,
                        "decision": one.decision,
                        "kind": one.kind,
                        "markets": list(one.markets),
                        "ends_at": one.ends_at,
                    }
                    for one in still
                ],
                lifted_at=at,
            )
        )
    return facts


def apply_restrictions(*, now: datetime, limit: int = 200) -> int:
    """Apply what begins now, each exactly once, also after downtime; returns how many. The worker calls it.

    What began and ended while the desk was down is told as applied and, by `end_restrictions`, as lifted.
    """
    due = Restriction.objects.filter(lifted_at=None, applied_at=None, starts_at__lte=now, decision__withdrawn_at=None)
    with transaction.atomic():
        # Another worker's rows are its own: each is told once.
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("starts_at")[:limit])
        if rows:
            _apply(actor=SYSTEM, rows=rows, now=now)
    return len(rows)


@action(right="-")
def _apply(*, actor: Actor, rows: Sequence[Restriction], now: datetime) -> None:
    Restriction.objects.filter(id__in=[row.id for row in rows]).update(applied_at=now)
    items = content.items({row.item_id for row in rows if row.item_id})
    accounts = content.accounts({row.account_id for row in rows})
    record_many(
        [
            applied(row, account=accounts[row.account_id], item=items[row.item_id] if row.item_id else None)
            for row in rows
        ],
        actor=actor,
        at=now,
    )
    refresh_statuses(item_ids=list(items), now=now)


def end_restrictions(*, now: datetime, limit: int = 200) -> int:
    """Lift what has run out, each exactly once, also after downtime; returns how many. The worker calls it."""
    due = Restriction.objects.filter(lifted_at=None, ends_at__lte=now, applied_at__isnull=False)
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True).order_by("ends_at")[:limit])
        if rows:
            _end(actor=SYSTEM, rows=rows, now=now)
    return len(rows)


@action(right="-")
def _end(*, actor: Actor, rows: Sequence[Restriction], now: datetime) -> None:
    lift(actor=actor, restriction_ids=[row.id for row in rows], why="its time was over", by=None, at=now, now=now)
    refresh_statuses(item_ids=[row.item_id for row in rows if row.item_id], now=now)
