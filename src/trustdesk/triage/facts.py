"""What can have happened to suggestions."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class TriageJudged(
    Fact,
    kind="triage.judged",
    subject="case",
    says="{actor} chose {chosen} as the {what} of case {number}; suggested was {suggested}",
    personal=(),
):
    """`what`: one of rules.WHATS."""

    case: UUID
    number: int
    what: str
    suggested: str
    chosen: str
    agreed: bool
