"""What can have happened in reviews."""

from dataclasses import dataclass
from datetime import datetime
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
class ReviewNoticed(
    Fact,
    kind="review.noticed",
    subject="item",
    says="A notice joined the review: {count} so far, lane L{lane}",
    personal=(),
):
    item: UUID
    review: UUID
    count: int
    lane: int


@dataclass(frozen=True, kw_only=True)
class NoticeTooLate(
    Fact,
    kind="review.notice_too_late",
    subject="item",
    says="A notice came when nothing was left to review",
    personal=(),
):
    item: UUID


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
    says="{actor} decided {outcome} for {count} items together, {excepted} left out",
    personal=(),
):
    """Each item has its own decision, statement and facts; this tells that they were judged as one."""

    joint: UUID
    cluster: UUID | None
    outcome: str
    count: int
    excepted: int


@dataclass(frozen=True, kw_only=True)
class JointEnded(
    Fact,
    kind="review.joint_ended",
    subject="joint",
    says="Of {count} items {decided} were decided, {refused} could not be",
    personal=(),
):
    joint: UUID
    cluster: UUID | None
    count: int
    decided: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class JointTakenBack(
    Fact, kind="review.joint_taken_back", subject="joint", says="{actor} takes a joint decision back", personal=()
):
    joint: UUID
    cluster: UUID | None


@dataclass(frozen=True, kw_only=True)
class JointUndone(
    Fact,
    kind="review.joint_undone",
    subject="joint",
    says="Of {count} decisions of a joint one {undone} were taken back, {late} had taken effect",
    personal=(),
):
    joint: UUID
    cluster: UUID | None
    count: int
    undone: int
    late: int


@dataclass(frozen=True, kw_only=True)
class ReviewJudged(
    Fact,
    kind="review.judged",
    subject="judgement",
    says="{actor} judged; nothing takes effect before another person has looked",
    personal=(),
):
    """Tells no answer and stands on no item's page: who judges next must not learn of it."""

    judgement: UUID
    review: UUID
    no: int


@dataclass(frozen=True, kw_only=True)
class JudgementTakenBack(
    Fact, kind="review.judgement_taken_back", subject="judgement", says="{actor} took a judgement back", personal=()
):
    judgement: UUID
    review: UUID


@dataclass(frozen=True, kw_only=True)
class JudgementsCompared(
    Fact,
    kind="review.compared",
    subject="item",
    says="{names} judged this apart and {result}",
    personal=("names",),
):
    """Recorded when the matter is ended, for each two who judged. `result`: agreed, or did not agree."""

    item: UUID
    review: UUID
    first: UUID
    second: UUID
    names: str
    agreed: bool
    result: str


@dataclass(frozen=True, kw_only=True)
class GoldenMade(
    Fact, kind="review.golden_made", subject="golden", says="{actor} made a golden item ({outcome})", personal=()
):
    golden: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class GoldenRetired(
    Fact, kind="review.golden_retired", subject="golden", says="{actor} took a golden item out of use", personal=()
):
    golden: UUID


@dataclass(frozen=True, kw_only=True)
class GoldenShareSet(
    Fact,
    kind="review.golden_share_set",
    subject="queue",
    says="{actor} set the share of golden items in {queue} to {share}",
    personal=(),
):
    queue: str
    share: float


@dataclass(frozen=True, kw_only=True)
class GoldenDealt(
    Fact, kind="review.golden_dealt", subject="golden", says="A golden item waits among the work", personal=()
):
    golden: UUID
    review: UUID
    work: UUID


@dataclass(frozen=True, kw_only=True)
class GoldenWithdrawn(
    Fact, kind="review.golden_withdrawn", subject="golden", says="A golden item was taken from the work", personal=()
):
    golden: UUID
    review: UUID


@dataclass(frozen=True, kw_only=True)
class GoldenAnswered(
    Fact, kind="review.golden_answered", subject="golden", says="{actor} judged a golden item", personal=()
):
    """Not what they answered: that belongs to the person alone."""

    golden: UUID
    review: UUID


@dataclass(frozen=True, kw_only=True)
class GoldenAnswerTakenBack(
    Fact, kind="review.golden_taken_back", subject="golden", says="{actor} took a judgement back", personal=()
):
    golden: UUID
    review: UUID


@dataclass(frozen=True, kw_only=True)
class GoldenRead(
    Fact, kind="review.golden_read", subject="golden", says="{actor} read the answer of a golden item", personal=()
):
    golden: UUID


@dataclass(frozen=True, kw_only=True)
class SortingBegun(
    Fact,
    kind="review.sorting_begun",
    subject="sorting",
    says="{actor} has what waits in {queue} sorted again",
    personal=(),
):
    sorting: UUID
    queue: str


@dataclass(frozen=True, kw_only=True)
class SortingEnded(
    Fact,
    kind="review.sorting_ended",
    subject="sorting",
    says="Of {looked} reviews sorted again for {queue}, {moved} moved to other queues",
    personal=(),
):
    sorting: UUID
    queue: str
    looked: int
    moved: int


@dataclass(frozen=True, kw_only=True)
class EvidenceAsked(
    Fact,
    kind="evidence.asked",
    subject="item",
    says="{actor} asked the author until {due_at}: {questions}",
    personal=("questions",),
):
    """`url`: where the author answers. `told_by`: letter, or webhook where the platform has to tell it."""

    item: UUID
    request: UUID
    review: UUID
    account: UUID
    account_external_id: str
    source: UUID
    external_id: str
    item_kind: str
    questions: str
    due_at: datetime
    url: str
    told_by: str


@dataclass(frozen=True, kw_only=True)
class EvidenceGiven(
    Fact,
    kind="evidence.given",
    subject="item",
    says="The author answered, with {files} files: {text}",
    personal=("text",),
):
    item: UUID
    request: UUID
    review: UUID
    text: str
    files: int
    late: bool


@dataclass(frozen=True, kw_only=True)
class EvidenceNotGiven(
    Fact,
    kind="evidence.not_given",
    subject="item",
    says="The author did not answer in time; a person decides",
    personal=(),
):
    item: UUID
    request: UUID
    review: UUID
