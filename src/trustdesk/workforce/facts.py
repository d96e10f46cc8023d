"""What can have happened to people's states and to the reasons for being away."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class StateChanged(
    Fact,
    kind="workforce.state_changed",
    subject="staff",
    says="{actor} changed a state from {before} to {state} {reason}",
    personal=("note",),
):
    """`state` is available, aux, wrap_up or offline; `reason` the code of being away; `lasted` seconds of the one before."""

    staff: UUID
    number: int
    state: str
    reason: str
    note: str
    before: str
    reason_before: str
    lasted: float


@dataclass(frozen=True, kw_only=True)
class StateAsked(
    Fact,
    kind="workforce.state_asked",
    subject="staff",
    says="{actor} asked for the state {state} {reason} once the work in hand is done",
    personal=("note",),
):
    """A change that waits; `state` "" takes one back."""

    staff: UUID
    state: str
    reason: str
    note: str


@dataclass(frozen=True, kw_only=True)
class AuxCodeSet(
    Fact,
    kind="workforce.aux_code_set",
    subject="aux_code",
    says="{actor} set the reason {code} for being away: {what}",
    personal=(),
):
    aux_code: UUID
    code: str
    what: str


@dataclass(frozen=True, kw_only=True)
class CapacitySet(
    Fact,
    kind="workforce.capacity_set",
    subject="capacity",
    says="{actor} set how many {channel} {whom} may have in hand at once: {what}",
    personal=(),
):
    capacity: UUID
    channel: str
    whom: str
    what: str
