"""Which policy holds for a conversation, and its clocks aimed by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from trustdesk.clocks.models import Book, ClockPolicy, Conversation
from trustdesk.clocks.rules import metrics, policies
from trustdesk.clocks.rules.metrics import Metric, Status, Step
from trustdesk.clocks.rules.policies import Policy, Priority, Traits
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Clock, WorkItem
from trustdesk.kernel.work.rules.clock import Target

log = structlog.get_logger(__name__)

# Work that no policy fits: everything is counted, nothing is promised.
NOTHING = Policy(name="")


@dataclass(frozen=True)
class Held:
    """A policy in force, as its row says it."""

    id: UUID | None
    policy: Policy
    calendar: str | None


@dataclass(frozen=True)
class Plan:
    """All policies in their order, as of a revision of the book."""

    revision: int
    order: tuple[Held, ...]

    def for_traits(self, traits: Traits) -> Held:
        found = policies.first_fit([held.policy for held in self.order], traits)
        return Held(None, NOTHING, None) if found is None else self.order[found]


def plan_now() -> Plan:
    """Two queries. The revision is read first: should a change commit in between, the conversation is aimed once more."""
    revision = Book.objects.values_list("revision", flat=True).get(id=1)
    rows = ClockPolicy.objects.filter(archived_at=None).select_related("calendar").order_by("place", "id")
    return Plan(revision, tuple(held(row) for row in rows))


def held(row: ClockPolicy) -> Held:
    return Held(row.id, policies.read(row.told), row.calendar.code if row.calendar else None)


def of_id(plan: Plan, policy_id: UUID | None) -> Held:
    """The policy that held when the conversation was last aimed; archived ones too."""
    if policy_id is None:
        return Held(None, NOTHING, None)
    found = next((one for one in plan.order if one.id == policy_id), None)
    return found or held(ClockPolicy.objects.select_related("calendar").get(id=policy_id))


def traits_of(item: WorkItem, conversation: Conversation) -> Traits:
    return Traits(
        queue=item.queue.code,
        channel=conversation.channel,
        kind=item.kind,
        priority=conversation.priority,
        market=item.market,
        language=item.language,
        category=item.category,
    )


def standing_of(row: Conversation) -> metrics.Standing:
    return metrics.Standing(Status(row.status), first_over=row.first_over, owed=row.owed)


def move(
    *, actor: Actor, work_id: UUID, moves: Iterable[metrics.Move], of: Held, priority: str, at: datetime, now: datetime
) -> None:
    """Move the kernel's clocks."""
    for metric, step in moves:
        if step is Step.START:
            target = of.policy.target(metric, Priority(priority))
            work.start_clock(
                actor=actor,
                work_id=work_id,
                name=metric.value,
                target=target,
                calendar=of.calendar,
                warn_minutes=of.policy.warn_minutes,
                at=at,
                now=now,
            )
        elif step is Step.FULFIL:
            work.fulfil_clock(actor=actor, work_id=work_id, name=metric.value, at=at, now=now)
        else:
            verb = {
                Step.PAUSE: work.pause_clock,
                Step.RESUME: work.resume_clock,
                Step.RETURN: work.continue_clock,
                Step.CANCEL: work.cancel_clock,
            }[step]
            verb(actor=actor, work_id=work_id, name=metric.value, at=at, now=now)


def aim(
    *, actor: Actor, row: Conversation, item: WorkItem, plan: Plan, at: datetime, now: datetime, pausing: bool = True
) -> Held:
    """Let the conversation be held to the policy that fits it now: open clocks keep their start and take its targets.

    `pausing`: what the policy's option says of pauses holds from now on, too. The caller saves `row`.
    """
    before = of_id(plan, row.policy_id)
    after = plan.for_traits(traits_of(item, row))
    if pausing:
        moves = metrics.pauses_changed(
            standing_of(row),
            _pauses_as_they_stand(row, item.id, before),
            metrics.pauses(after.policy.resolution_pauses),
        )
        move(actor=actor, work_id=item.id, moves=moves, of=after, priority=row.priority, at=at, now=now)
    row.policy_id, row.revision = after.id, plan.revision
    target_all(actor=actor, row=row, of=after, at=at, now=now)
    return after


def target_all(*, actor: Actor, row: Conversation, of: Held, at: datetime, now: datetime) -> None:
    """Give every open clock the target, warning and calendar that the policy gives its metric and priority."""
    names = [metric.value for metric in Metric]
    open_now = Clock.objects.filter(work_id=row.work_id, name__in=names, phase__in=["running", "paused"])
    for clock in open_now.select_related("calendar").order_by("id"):
        target = of.policy.target(Metric(clock.name), Priority(row.priority))
        same = Target(clock.target_minutes, clock.target_business) == target
        same = same and clock.warn_minutes == of.policy.warn_minutes
        if same and (not target.business or (clock.calendar and clock.calendar.code == of.calendar)):
            continue
        work.retarget_clock(
            actor=actor,
            work_id=row.work_id,
            name=clock.name,
            target=target,
            calendar=of.calendar,
            warn_minutes=of.policy.warn_minutes,
            at=at,
            now=now,
        )


def _pauses_as_they_stand(row: Conversation, work_id: UUID, before: Held) -> metrics.Pauses:
    """What the clocks pause by now. A policy may have been edited since: the resolution's own phase says the truth."""
    pauses = metrics.pauses(before.policy.resolution_pauses)
    clock = Clock.objects.filter(work_id=work_id, name=Metric.RESOLUTION.value).order_by("-id").first()
    if clock is None or clock.phase not in {"running", "paused"}:
        return pauses
    status = Status(row.status)
    now_paused = frozenset({status}) if clock.phase == "paused" else frozenset()
    return {**pauses, Metric.RESOLUTION: now_paused}


def aim_due(*, now: datetime, limit: int = 100) -> int:
    """Aim open conversations anew that an older book aimed; returns how many. The worker calls it again at once."""
    revision = Book.objects.values_list("revision", flat=True).get(id=1)
    if not Conversation.objects.filter(ended=False, revision__lt=revision).exists():
        return 0
    with transaction.atomic():
        plan = plan_now()
        ripe = Conversation.objects.filter(ended=False, revision__lt=plan.revision)
        rows = list(ripe.select_for_update(of=("self",), skip_locked=True).order_by("revision", "id")[:limit])
        items = WorkItem.objects.filter(id__in=[row.work_id for row in rows]).select_related("queue").in_bulk()
        for row in rows:
            try:
                with transaction.atomic():
                    at = max(now, row.last_at)
                    aim(actor=SYSTEM, row=row, item=items[row.work_id], plan=plan, at=at, now=now)
            except Refusal as refusal:  # its clocks stay as they are; the rest of the desk goes on
                log.warning("clocks not aimed", work=str(row.work_id), why=str(refusal))
                row.revision = plan.revision
            row.save(update_fields=["policy", "revision"])
        return len(rows)
