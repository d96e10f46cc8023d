"""What can have happened to appeals. Words of people are personal."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class AppealOpened(
    Fact, kind="appeal.opened", subject="appeal", says="{actor} appealed the decision as {appellant}", personal=()
):
    """`appellant`: author | notifier. `late`: sent after the last day; only a person may say that it is out of time."""

    appeal: UUID
    decision: UUID
    account: UUID
    account_external_id: str
    appellant: str
    notice: UUID | None
    item: UUID | None
    item_kind: str
    external_id: str
    source: UUID
    work: UUID
    late: bool
    open_until: datetime
    due_at: datetime | None
    url: str


@dataclass(frozen=True, kw_only=True)
class AppealSaid(Fact, kind="appeal.said", subject="appeal", says="{actor} wrote ({who}): {text}", personal=("text",)):
    """`who`: appellant | desk."""

    appeal: UUID
    who: str
    text: str
    files: int


@dataclass(frozen=True, kw_only=True)
class AppealJudgedFirst(
    Fact,
    kind="appeal.judged_first",
    subject="appeal",
    says="{actor} would have decided “{outcome}”, without knowing the outcome: {reason}",
    personal=("reason",),
):
    appeal: UUID
    outcome: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AppealDecided(
    Fact,
    kind="appeal.decided",
    subject="appeal",
    says="{actor} decided the appeal: {outcome}. {reasons}",
    personal=("reasons",),
):
    """`outcome`: upheld (the decision stands) | overturned | partly | late. `made_by` and `decided_by`: who made the decision
    that was appealed, as it names its maker (rule, person, both; staff:…, rule:…). `policies`: its grounds. `reversal`: the
    decision that replaces it. `still_in_force`: what other decisions hold."""

    appeal: UUID
    decision: UUID
    account: UUID
    account_external_id: str
    appellant: str
    notice: UUID | None
    item: UUID | None
    item_kind: str
    external_id: str
    source: UUID
    outcome: str
    before: str
    made_by: str
    decided_by: str
    policies: list[dict[str, Any]]
    reversal: UUID | None
    reasons: str
    late: bool
    unfounded: bool
    opened_at: datetime
    url: str
    still_in_force: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class AppealWithdrawn(Fact, kind="appeal.withdrawn", subject="appeal", says="{actor} withdrew the appeal", personal=()):
    appeal: UUID
    decision: UUID
    account: UUID


@dataclass(frozen=True, kw_only=True)
class AppealReferred(
    Fact,
    kind="appeal.referred",
    subject="appeal",
    says="{actor} noted case {case_ref} before {body}, due {due_on}",
    personal=("case_ref",),
):
    appeal: UUID
    referral: UUID
    body: str
    case_ref: str
    due_on: str


@dataclass(frozen=True, kw_only=True)
class ReferralExtended(
    Fact, kind="appeal.referral_extended", subject="appeal", says="{actor} noted more time, to {due_on}", personal=()
):
    appeal: UUID
    referral: UUID
    due_on: str


@dataclass(frozen=True, kw_only=True)
class ReferralConcluded(
    Fact,
    kind="appeal.referral_concluded",
    subject="appeal",
    says="{actor} noted what {body} found: {result}. {words}",
    personal=("words",),
):
    appeal: UUID
    referral: UUID
    body: str
    result: str
    words: str


@dataclass(frozen=True, kw_only=True)
class ReferralImplemented(
    Fact,
    kind="appeal.referral_implemented",
    subject="appeal",
    says="{actor} noted that it was followed: {followed}",
    personal=(),
):
    appeal: UUID
    referral: UUID
    followed: str  # yes | no


@dataclass(frozen=True, kw_only=True)
class MisuseWarned(
    Fact,
    kind="appeal.misuse_warned",
    subject="account",
    says="{actor} warned of misuse: {unfounded} of {decided} appeals were without any ground",
    personal=(),
):
    account: UUID
    misuse: UUID
    unfounded: int
    decided: int


@dataclass(frozen=True, kw_only=True)
class MisusePaused(
    Fact,
    kind="appeal.misuse_paused",
    subject="account",
    says="{actor} paused appeals until {until}: {unfounded} of {decided} without any ground, warned before. {gravity}",
    personal=("gravity",),
):
    """The four facts of Regulation (EU) 2022/2065, Article 23(3), and the warning of (2), as they stood."""

    account: UUID
    misuse: UUID
    unfounded: int
    decided: int
    gravity: str
    warned_at: datetime
    until: datetime
