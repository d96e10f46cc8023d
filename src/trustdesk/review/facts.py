"""What can have happened in reviews."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ReviewOpened(
    Fact,
    kind="review.opened",
    subject="item",
    says="{actor} asked for a person to look at version {version} ({because})",
    personal=(),
):
    item: UUID
    review: UUID
    work: UUID
    version: int
    because: str


@dataclass(frozen=True, kw_only=True)
class ReviewMoved(
    Fact,
    kind="review.moved",
    subject="item",
    says="The author changed the item: the open review is now about version {version}",
    personal=(),
):
    item: UUID
    review: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class ReviewClosed(
    Fact, kind="review.closed", subject="item", says="{actor} closed the review unseen: {reason}", personal=()
):
    item: UUID
    review: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReviewDecided(
    Fact, kind="review.decided", subject="item", says="{actor} decided the review: {outcome}", personal=()
):
    item: UUID
    review: UUID
    decision: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ReviewUndone(
    Fact, kind="review.undone", subject="item", says="{actor} took the review back into their hands", personal=()
):
    item: UUID
    review: UUID
    decision: UUID


@dataclass(frozen=True, kw_only=True)
class JointBegun(
    Fact,
    kind="review.joint_begun",
    subject="joint",
    says="{actor} decided {outcome} for {count} alike items together, {excepted} left out",
    personal=(),
):
    """Each item has its own decision, statement and facts; this tells that they were judged as one."""

    joint: UUID
    cluster: UUID
    outcome: str
    count: int
    excepted: int


@dataclass(frozen=True, kw_only=True)
class JointEnded(
    Fact,
    kind="review.joint_ended",
    subject="joint",
    says="Of {count} alike items {decided} were decided, {refused} could not be",
    personal=(),
):
    joint: UUID
    cluster: UUID
    count: int
    decided: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class JointTakenBack(
    Fact, kind="review.joint_taken_back", subject="joint", says="{actor} takes a joint decision back", personal=()
):
    joint: UUID
    cluster: UUID


@dataclass(frozen=True, kw_only=True)
class JointUndone(
    Fact,
    kind="review.joint_undone",
    subject="joint",
    says="Of {count} decisions of a joint one {undone} were taken back, {late} had taken effect",
    personal=(),
):
    joint: UUID
    cluster: UUID
    count: int
    undone: int
    late: int
