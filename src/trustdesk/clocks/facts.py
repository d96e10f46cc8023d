"""What can have happened to promises: policies set, steps of a chain reached."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class PolicySet(
    Fact,
    kind="clocks.policy_set",
    subject="policy",
    says="{actor} set the clock policy {name} (version {number})",
    personal=(),
):
    policy: UUID
    name: str
    number: int


@dataclass(frozen=True, kw_only=True)
class PolicyMoved(
    Fact,
    kind="clocks.policy_moved",
    subject="policy",
    says="{actor} moved the clock policy {name} to place {place}",
    personal=(),
):
    policy: UUID
    name: str
    place: int


@dataclass(frozen=True, kw_only=True)
class PolicyArchived(
    Fact, kind="clocks.policy_archived", subject="policy", says="{actor} archived the clock policy {name}", personal=()
):
    policy: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class PolicyRestored(
    Fact,
    kind="clocks.policy_restored",
    subject="policy",
    says="{actor} brought the clock policy {name} back",
    personal=(),
):
    policy: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class StepReached(
    Fact,
    kind="clocks.step_reached",
    subject="work",
    says="The clock {metric} has been late for {after_minutes} minutes: {to} is to be told",
    personal=(),
):
    """One step of the chain after a breach; told once, while the clock still runs."""

    work: UUID
    clock: UUID
    metric: str
    number: int  # from 1
    after_minutes: int
    to: str
    due_at: datetime | None
