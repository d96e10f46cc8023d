"""What can have happened to rehearsals."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class BacktestStarted(
    Fact, kind="rehearsal.started", subject="rehearsal", says="{actor} rehearses {what} on {items} items", personal=()
):
    """`version` is None for a folder."""

    rehearsal: UUID
    version: UUID | None
    what: str
    items: int


@dataclass(frozen=True, kw_only=True)
class BacktestCancelled(
    Fact,
    kind="rehearsal.cancelled",
    subject="rehearsal",
    says="{actor} cancelled the rehearsal of {what} after {done} of {items} items",
    personal=(),
):
    rehearsal: UUID
    what: str
    done: int
    items: int


@dataclass(frozen=True, kw_only=True)
class BacktestResumed(
    Fact,
    kind="rehearsal.resumed",
    subject="rehearsal",
    says="The rehearsal of {what} goes on after a restart, from {done} items",
    personal=(),
):
    rehearsal: UUID
    what: str
    done: int


@dataclass(frozen=True, kw_only=True)
class BacktestFinished(
    Fact,
    kind="rehearsal.finished",
    subject="rehearsal",
    says="The rehearsal of {what} ended: {changed} of {items} items would get another outcome",
    personal=(),
):
    rehearsal: UUID
    version: UUID | None
    what: str
    items: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class BacktestFailed(
    Fact, kind="rehearsal.failed", subject="rehearsal", says="The rehearsal of {what} failed: {why}", personal=()
):
    rehearsal: UUID
    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ShadowStarted(
    Fact,
    kind="rehearsal.shadow_started",
    subject="rehearsal",
    says="{actor} put {what} in shadow for {days} days",
    personal=(),
):
    rehearsal: UUID
    version: UUID
    what: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ShadowEnded(
    Fact,
    kind="rehearsal.shadow_ended",
    subject="rehearsal",
    says="The shadow run of {what} ended ({why}): {changed} of {items} items would have got another outcome",
    personal=(),
):
    rehearsal: UUID
    version: UUID
    what: str
    why: str
    items: int
    changed: int
