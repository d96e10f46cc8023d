"""People judge appeals: take, ask, judge blind, decide."""

from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.appeals import letters, rules
from trustdesk.appeals.actions.opening import say
from trustdesk.appeals.facts import AppealJudgedFirst
from trustdesk.appeals.models import Appeal
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.actions import ClaimLost, NothingWaiting
from trustdesk.kernel.work.models import Clock

LONGEST_WAIT = timedelta(days=30)
ASKED_FOR = timedelta(days=7)


class OwnDecision(Forbidden):
    """You made or reviewed the decision that is appealed here, so somebody else decides."""

    code = "own_decision"


class OnlyAPerson(Forbidden):
    """Only a person can decide an appeal."""

    code = "only_a_person"


class JudgeFirst(Refusal):
    """Write down first what you would decide. Then you see what was decided."""

    code, status = "judge_first", 409


class JudgedFirstAlready(Refusal):
    """A first judgement is written already, and stays as it is."""

    code, status = "judged_first_already", 409


@action(right="appeals.decide")
def claim_next(*, actor: Actor, now: datetime) -> UUID:
    """Take the next appeal this person may judge; returns its id. Raises NothingWaiting."""
    if all(queue.code != rules.QUEUE for queue in work_queries.queues()):
        raise NothingWaiting  # nobody has appealed yet
    claimed = work.claim_next(actor=actor, now=now, queues=[rules.QUEUE], kind=rules.KIND)
    return Appeal.objects.values_list("id", flat=True).get(work_id=claimed.work)


@action(right="appeals.decide")
def claim_this(*, actor: Actor, appeal_id: UUID, now: datetime) -> None:
    """Take one appeal, or take it up again after asking. Raises NotFound, BarredFrom, AlreadyClaimed, NotWaiting."""
    row = find(appeal_id)
    refuse_own(row, actor)
    work.take_up(actor=actor, work_id=row.work_id, now=now)


@action(right="appeals.decide")
def release(*, actor: Actor, appeal_id: UUID, now: datetime) -> None:
    """Give it back for anyone else. Raises NotFound, ClaimLost."""
    work.release(actor=actor, work_id=find(appeal_id).work_id, now=now)


def heartbeat(*, actor: Actor, appeal_id: UUID, now: datetime) -> datetime:
    """Say "still here"; returns the lease's new end. Raises NotFound, ClaimLost."""
    actor.require("appeals.decide")
    return work.heartbeat(actor=actor, work_id=find(appeal_id).work_id, now=now)


@action(right="appeals.decide")
def ask(*, actor: Actor, appeal_id: UUID, text: str, now: datetime, wait: timedelta = ASKED_FOR) -> None:
    """Ask the appellant something. The work rests and its clock stands still until the answer comes, or the time is over:
    then a person goes on with what there is. Raises NotFound, ClaimLost, Invalid."""
    if not text.strip() or len(text) > rules.LONGEST_TEXT:
        raise Invalid("Write what you ask.", fields={"text": "Write what you ask."})
    if not timedelta(0) < wait <= LONGEST_WAIT:
        raise Invalid("At most 30 days.", fields={"wait": "At most 30 days."})
    row = find(appeal_id)
    refuse_own(row, actor)
    work.hold(actor=actor, work_id=row.work_id, until=now + wait, now=now, reason="the appellant was asked something")
    if clock_is(row.work_id, "running"):
        work.pause_clock(actor=actor, work_id=row.work_id, name=rules.CLOCK, now=now)
    say(row.id, actor=actor, text=text.strip(), files=(), now=now)
    letters.tell_asked(actor=actor, appeal=row, text=text.strip(), now=now)


def resume(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    """The clock of an appeal that waited for an answer runs again; other work is not ours."""
    if Appeal.objects.filter(work_id=work_id).exists() and clock_is(work_id, "paused"):
        work.resume_clock(actor=actor, work_id=work_id, name=rules.CLOCK, now=now)


@action(right="appeals.decide")
def judge_first(*, actor: Actor, appeal_id: UUID, outcome: str, reason: str, now: datetime) -> None:
    """Say what one would decide before one sees what was decided; it stays as it is. Raises NotFound, OwnDecision,
    ClaimLost, JudgedFirstAlready, Invalid."""
    fields = {}
    if outcome not in rules.FIRST_OUTCOMES:
        fields["outcome"] = "Choose what you would decide."
    if len(reason.strip()) < rules.SHORTEST_REASONS or len(reason) > rules.LONGEST_TEXT:
        fields["reason"] = "Say why, in a sentence."
    if fields:
        raise Invalid("A first judgement needs both.", fields=fields)
    row = find(appeal_id)
    refuse_own(row, actor)
    refuse_unless_held(row, actor)
    moved = Appeal.objects.filter(id=row.id, state=Appeal.State.OPEN, first_at=None).update(
        first_outcome=outcome, first_reason=reason.strip(), first_by_id=UUID(actor.id), first_at=now
    )
    if not moved:
        raise JudgedFirstAlready
    record(AppealJudgedFirst(appeal=row.id, outcome=outcome, reason=reason.strip()), actor=actor, at=now)


def find(appeal_id: UUID) -> Appeal:
    row = Appeal.objects.filter(id=appeal_id).first()
    if row is None:
        raise NotFound("There is no such appeal.")
    return row


def refuse_own(row: Appeal, actor: Actor) -> None:
    """Whatever door one comes through: only people decide, and never about what they decided before."""
    if actor.kind != "staff":
        raise OnlyAPerson
    if UUID(actor.id) in row.judged_by:
        raise OwnDecision


def refuse_unless_held(row: Appeal, actor: Actor) -> None:
    place = work_queries.views_of([row.work_id])[row.work_id]
    if place.state != "claimed" or str(place.holder) != actor.id:
        raise ClaimLost("Take this appeal first.", holder=place.holder_name, state=place.state)


def clock_is(work_id: UUID, phase: str) -> bool:
    return Clock.objects.filter(work_id=work_id, name=rules.CLOCK, phase=phase).exists()
