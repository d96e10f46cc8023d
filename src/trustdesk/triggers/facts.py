"""What can have happened to triggers, and what they did."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class TriggerWritten(
    Fact,
    kind="triggers.written",
    subject="trigger",
    says="{actor} wrote version {number} of the trigger {name}",
    personal=(),
):
    trigger: UUID
    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class TriggerInForce(
    Fact,
    kind="triggers.in_force",
    subject="trigger",
    says="{actor} put version {number} of the trigger {name} in force",
    personal=(),
):
    trigger: UUID
    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class TriggerOff(
    Fact, kind="triggers.off", subject="trigger", says="{actor} switched the trigger {name} off", personal=()
):
    trigger: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class TriggerMoved(
    Fact,
    kind="triggers.moved",
    subject="trigger",
    says="{actor} moved the trigger {name} to place {place}",
    personal=(),
):
    trigger: UUID
    name: str
    place: int


@dataclass(frozen=True, kw_only=True)
class TriggerFired(
    Fact,
    kind="triggers.fired",
    subject="case",
    says="The trigger {name}, version {number}, acted on the case: {did}",
    personal=(),
):
    """`did`: the kinds of steps that were done; what they were set to is in the facts they made."""

    case: UUID
    trigger: UUID
    run: UUID
    number: int
    name: str
    did: list[str]
    depth: int


@dataclass(frozen=True, kw_only=True)
class TriggerStopped(
    Fact,
    kind="triggers.stopped",
    subject="case",
    says="The trigger {name}, version {number}, was stopped: {why}",
    personal=(),
):
    """Told once an hour for each trigger, case and reason."""

    case: UUID
    trigger: UUID
    run: UUID
    number: int
    name: str
    why: str
    depth: int


@dataclass(frozen=True, kw_only=True)
class TrialAsked(
    Fact,
    kind="triggers.trial_asked",
    subject="trigger",
    says="{actor} tried version {number} of the trigger {name} on {days} days of the past",
    personal=(),
):
    trigger: UUID
    trial: UUID
    number: int
    name: str
    days: int


@dataclass(frozen=True, kw_only=True)
class TrialEnded(
    Fact,
    kind="triggers.trial_ended",
    subject="trigger",
    says="The trial of the trigger {name} ended: {how}",
    personal=(),
):
    trigger: UUID
    trial: UUID
    name: str
    how: str
