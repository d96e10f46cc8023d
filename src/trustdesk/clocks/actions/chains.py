"""The chain after a breach: who is to be told when, each step once, while the clock still runs."""

from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.clocks.facts import StepReached
from trustdesk.clocks.models import Chain, ClockPolicy, Conversation
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work.rules.clock import Phase


def begin_chain(*, work_id: UUID, clock_id: UUID, late_since: datetime) -> None:
    """A clock of this work is late: its policy's steps begin. Nothing for work without a conversation, or told twice."""
    row = Conversation.objects.filter(work_id=work_id).first()
    if row is None or row.policy_id is None:
        return
    steps = ClockPolicy.objects.values_list("told", flat=True).get(id=row.policy_id)["steps"]
    if steps:
        first = late_since + timedelta(minutes=steps[0]["after_minutes"])
        Chain.objects.get_or_create(
            clock_id=clock_id, defaults={"steps": steps, "late_since": late_since, "next_at": first}
        )


class _NothingDue(Refusal):
    """Another worker was faster."""


def step_due(*, now: datetime, limit: int = 200) -> int:
    """Tell the steps that are due, each once; returns how many chains. The worker calls it every few seconds.

    A clock that is paused or has ended is stepped over; should it run again, its next step is told then.
    """
    ripe = Chain.objects.filter(next_at__lte=now, clock__phase=Phase.RUNNING.value, clock__work__ended_at=None)
    if not ripe.exists():
        return 0

    @action(right="-")
    def step(*, actor: Actor, now: datetime) -> int:
        chains = list(
            ripe.select_for_update(of=("self",), skip_locked=True).select_related("clock").order_by("next_at")[:limit]
        )
        if not chains:
            raise _NothingDue
        facts = []
        for chain in chains:
            while chain.next_at is not None and chain.next_at <= now:
                told = chain.steps[chain.reached]
                chain.reached += 1
                facts.append(
                    StepReached(
                        work=chain.clock.work_id,
                        clock=chain.clock_id,
                        metric=chain.clock.name,
                        number=chain.reached,
                        after_minutes=told["after_minutes"],
                        to=told["to"],
                        due_at=chain.clock.due_at,
                    )
                )
                rest = chain.steps[chain.reached :]
                chain.next_at = chain.late_since + timedelta(minutes=rest[0]["after_minutes"]) if rest else None
        Chain.objects.bulk_update(chains, ["reached", "next_at"])
        record_many(facts, actor=actor, at=now)
        return len(chains)

    try:
        return step(actor=SYSTEM, now=now)
    except _NothingDue:
        return 0
