"""What moves the clocks of a conversation. Plain functions, part of the caller's action: the slice that owns the work calls
them in the transaction in which the message or the status is written. `at` is when it happened (send was pressed, the mail
came in), by default now; nothing moves a clock to before its last event.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from trustdesk.clocks.actions import planning
from trustdesk.clocks.models import Conversation
from trustdesk.clocks.refusals import NoSuchConversation, OpenedAlready
from trustdesk.clocks.rules import metrics
from trustdesk.clocks.rules.metrics import ENDED, Status
from trustdesk.clocks.rules.policies import Priority
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work.actions import NoSuchWork
from trustdesk.kernel.work.models import WorkItem


def opened(
    *,
    actor: Actor,
    work_id: UUID,
    now: datetime,
    channel: str = "",
    priority: Priority = Priority.NORMAL,
    status: Status = Status.NEW,
    at: datetime | None = None,
) -> None:
    """Somebody asked: the clocks start. Raises NoSuchWork, OpenedAlready; ValueError for an ended status."""
    if status in ENDED:
        raise ValueError(f"work is not opened as {status}")
    item = WorkItem.objects.filter(id=work_id).select_related("queue").first()
    if item is None:
        raise NoSuchWork
    at = at or now
    plan = planning.plan_now()
    row = Conversation(
        work_id=work_id,
        channel=channel,
        priority=priority.value,
        status=status.value,
        revision=plan.revision,
        last_at=at,
    )
    held = plan.for_traits(planning.traits_of(item, row))
    row.policy_id = held.id
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise OpenedAlready from error
    _standing, moves = metrics.opened(status, metrics.pauses(held.policy.resolution_pauses))
    planning.move(actor=actor, work_id=work_id, moves=moves, of=held, priority=row.priority, at=at, now=now)


def message_in(*, actor: Actor, work_id: UUID, now: datetime, at: datetime | None = None) -> Status:
    """The requester wrote; returns the status the clocks count by from now on: what was pending or resolved is open again.

    Raises NoSuchConversation.
    """
    turn = _Turn(actor, work_id, at, now)
    turn.take(*metrics.message_in(turn.standing, turn.pauses))
    return turn.end()


def message_out(*, actor: Actor, work_id: UUID, by_person: bool, now: datetime, at: datetime | None = None) -> Status:
    """The desk wrote publicly. A bot's or automatic reply (`by_person=False`) ends no clock. Raises NoSuchConversation."""
    turn = _Turn(actor, work_id, at, now)
    turn.take(*metrics.message_out(turn.standing, by_person=by_person))
    return turn.end()


def status_changed(*, actor: Actor, work_id: UUID, status: Status, now: datetime, at: datetime | None = None) -> Status:
    """The status is another; the same again moves nothing. Raises NoSuchConversation."""
    turn = _Turn(actor, work_id, at, now)
    turn.take(*metrics.status_changed(turn.standing, status, turn.pauses))
    return turn.end()


def resolved(*, actor: Actor, work_id: UUID, now: datetime, at: datetime | None = None) -> Status:
    """The matter is settled. Raises NoSuchConversation."""
    return status_changed(actor=actor, work_id=work_id, status=Status.RESOLVED, now=now, at=at)


def priority_changed(
    *, actor: Actor, work_id: UUID, priority: Priority, now: datetime, at: datetime | None = None
) -> Status:
    """Starts stay, targets are those of the new priority, which may choose another policy. Raises NoSuchConversation."""
    turn = _Turn(actor, work_id, at, now)
    turn.row.priority = priority.value
    turn.aim()
    return turn.end()


def sorted_anew(*, work_id: UUID, now: datetime) -> None:
    """The work is in another queue or category: perhaps another policy fits. Nothing for work without a conversation."""
    if Conversation.objects.filter(work_id=work_id).exists():
        turn = _Turn(SYSTEM, work_id, None, now)
        turn.aim()
        turn.end()


class _Turn:
    """One event on a conversation that is locked until the end of the transaction."""

    def __init__(self, actor: Actor, work_id: UUID, at: datetime | None, now: datetime) -> None:
        row = Conversation.objects.select_for_update(of=("self",)).filter(work_id=work_id).first()
        if row is None:
            raise NoSuchConversation
        self.actor, self.row, self.now = actor, row, now
        self.at = max(at or now, row.last_at)
        self.plan = planning.plan_now()
        if row.revision != self.plan.revision:  # the worker has not come by: held to the new book from this event on
            self.aim()
        self.held = planning.of_id(self.plan, row.policy_id)

    @property
    def standing(self) -> metrics.Standing:
        return planning.standing_of(self.row)

    @property
    def pauses(self) -> metrics.Pauses:
        return metrics.pauses(self.held.policy.resolution_pauses)

    def aim(self) -> None:
        item = WorkItem.objects.select_related("queue").get(id=self.row.work_id)
        self.held = planning.aim(actor=self.actor, row=self.row, item=item, plan=self.plan, at=self.at, now=self.now)

    def take(self, standing: metrics.Standing, moves: tuple[metrics.Move, ...]) -> None:
        row = self.row
        returned = row.ended and standing.status not in ENDED
        row.status, row.first_over, row.owed = standing.status.value, standing.first_over, standing.owed
        row.ended = standing.status in ENDED
        planning.move(
            actor=self.actor,
            work_id=row.work_id,
            moves=moves,
            of=self.held,
            priority=row.priority,
            at=self.at,
            now=self.now,
        )
        if returned:  # the priority or the policy may be others than when it was resolved
            planning.target_all(actor=self.actor, row=row, of=self.held, at=self.at, now=self.now)

    def end(self) -> Status:
        self.row.last_at = self.at
        self.row.save()
        return Status(self.row.status)
