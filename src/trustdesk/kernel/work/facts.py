"""What can have happened to work: opened, taken, given back, done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class QueueSet(Fact, kind="work.queue_set", subject="queue", says="{actor} set the queue {code}: {what}", personal=()):
    queue: UUID
    code: str
    what: str


@dataclass(frozen=True, kw_only=True)
class QueuePeopleSet(
    Fact,
    kind="work.queue_people_set",
    subject="queue",
    says="{actor} named who works on the queue {code}: {people} people, {teams} teams",
    personal=(),
):
    """`second`: of these, for how many it is a second queue."""

    queue: UUID
    code: str
    people: int
    teams: int
    second: int = 0


@dataclass(frozen=True, kw_only=True)
class WorkMoved(
    Fact, kind="work.moved", subject="work", says="{actor} moved the work from {queue_before} to {queue}", personal=()
):
    work: UUID
    queue_before: str
    queue: str
    lane: int


@dataclass(frozen=True, kw_only=True)
class WorkOpened(
    Fact, kind="work.opened", subject="work", says="{actor} opened work of kind {kind_of_work} in {queue}", personal=()
):
    work: UUID
    kind_of_work: str
    queue: str
    lane: int
    score: float
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WorkReprioritised(
    Fact,
    kind="work.reprioritised",
    subject="work",
    says="{actor} moved the work from lane {lane_before} to lane {lane}, score {score_before} to {score}",
    personal=(),
):
    work: UUID
    lane_before: int
    lane: int
    score_before: float
    score: float
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WorkClaimed(Fact, kind="work.claimed", subject="work", says="{actor} took the work until {until}", personal=()):
    work: UUID
    claim: UUID
    queue: str
    staff: UUID
    until: datetime
    oldest_turn: bool = False
    ahead: bool = False  # not before its holder yet: WorkBegun says when


@dataclass(frozen=True, kw_only=True)
class WorkBegun(
    Fact, kind="work.begun", subject="work", says="{actor} began the work that was dealt ahead", personal=()
):
    work: UUID
    claim: UUID
    staff: UUID


@dataclass(frozen=True, kw_only=True)
class WorkReleased(
    Fact, kind="work.released", subject="work", says="{actor} gave the work back: {reason}", personal=("reason",)
):
    work: UUID
    staff: UUID
    reason: str
    claim: UUID | None = None
    held_for: float = 0.0  # seconds it was before its holder


@dataclass(frozen=True, kw_only=True)
class WorkSkipped(
    Fact, kind="work.skipped", subject="work", says="{actor} skipped the work: {reason}", personal=("reason",)
):
    work: UUID
    staff: UUID
    reason: str
    back_at: datetime
    claim: UUID | None = None
    held_for: float = 0.0  # seconds it was before its holder


@dataclass(frozen=True, kw_only=True)
class ClaimLapsed(
    Fact, kind="work.claim_lapsed", subject="work", says="The lease ran out; the work waits again", personal=()
):
    work: UUID
    staff: UUID
    until: datetime
    claim: UUID | None = None
    held_for: float = 0.0  # seconds it was before its holder


@dataclass(frozen=True, kw_only=True)
class WorkCompleted(Fact, kind="work.completed", subject="work", says="{actor} finished the work", personal=()):
    work: UUID
    staff: UUID
    queue: str
    held_for: float  # seconds it was before its holder
    claim: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class WorkGivenBack(
    Fact,
    kind="work.given_back",
    subject="work",
    says="{actor} took the completion back; the work is theirs again",
    personal=(),
):
    work: UUID
    claim: UUID
    staff: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class WorkReopened(
    Fact, kind="work.reopened", subject="work", says="{actor} opened the work again: {reason}", personal=("reason",)
):
    work: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class WorkCancelled(
    Fact, kind="work.cancelled", subject="work", says="{actor} cancelled the work: {reason}", personal=("reason",)
):
    work: UUID
    reason: str
    staff: UUID | None = None  # who had it, if anyone
    claim: UUID | None = None
    held_for: float = 0.0  # seconds it was before them


@dataclass(frozen=True, kw_only=True)
class WorkHeld(
    Fact,
    kind="work.held",
    subject="work",
    says="{actor} put the work aside until {until}: {reason}",
    personal=("reason",),
):
    work: UUID
    until: datetime
    reason: str
    staff: UUID | None = None
    claim: UUID | None = None
    held_for: float = 0.0  # seconds it was before its holder


@dataclass(frozen=True, kw_only=True)
class WorkWoken(Fact, kind="work.woken", subject="work", says="The work waits again, as agreed", personal=()):
    work: UUID


@dataclass(frozen=True, kw_only=True)
class CalendarSet(
    Fact,
    kind="work.calendar_set",
    subject="calendar",
    says="{actor} set the calendar {code}; {clocks} clocks go by it",
    personal=(),
):
    calendar: UUID
    code: str
    clocks: int


@dataclass(frozen=True, kw_only=True)
class CalendarArchived(
    Fact,
    kind="work.calendar_archived",
    subject="calendar",
    says="{actor} archived the calendar {code}: {archived}",
    personal=(),
):
    calendar: UUID
    code: str
    archived: bool  # False: brought back


@dataclass(frozen=True, kw_only=True)
class ClockStarted(
    Fact, kind="work.clock_started", subject="work", says="{actor} started the clock {name}, due {due_at}", personal=()
):
    work: UUID
    clock: UUID
    name: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClockPaused(Fact, kind="work.clock_paused", subject="work", says="{actor} paused the clock {name}", personal=()):
    work: UUID
    clock: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class ClockResumed(
    Fact,
    kind="work.clock_resumed",
    subject="work",
    says="{actor} let the clock {name} run on, due {due_at}",
    personal=(),
):
    work: UUID
    clock: UUID
    name: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClockFulfilled(
    Fact,
    kind="work.clock_fulfilled",
    subject="work",
    says="{actor} fulfilled the clock {name} after {minutes} minutes",
    personal=(),
):
    work: UUID
    clock: UUID
    name: str
    minutes: float
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class ClockCancelled(
    Fact,
    kind="work.clock_cancelled",
    subject="work",
    says="{actor} ended the clock {name}: nobody waits for it any more",
    personal=(),
):
    work: UUID
    clock: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class ClockReopened(
    Fact,
    kind="work.clock_reopened",
    subject="work",
    says="{actor} took back that the clock {name} was fulfilled",
    personal=(),
):
    work: UUID
    clock: UUID
    name: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClockRetargeted(
    Fact,
    kind="work.clock_retargeted",
    subject="work",
    says="{actor} gave the clock {name} a new target, due {due_at}",
    personal=(),
):
    work: UUID
    clock: UUID
    name: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClockWarned(
    Fact, kind="work.clock_warned", subject="work", says="The clock {name} will be due at {due_at}", personal=()
):
    work: UUID
    clock: UUID
    name: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockBreached(
    Fact,
    kind="work.clock_breached",
    subject="work",
    says="The clock {name} was due at {due_at} and is late",
    personal=(),
):
    work: UUID
    clock: UUID
    name: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class WorkKept(
    Fact,
    kind="work.kept",
    subject="work",
    says="The work waits until {until} for who put it aside, then for anyone",
    personal=(),
):
    work: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class WorkFinished(Fact, kind="work.finished", subject="work", says="{actor} finished the work", personal=()):
    """Of work that was never dealt: its slice gives it to people by name."""

    work: UUID
