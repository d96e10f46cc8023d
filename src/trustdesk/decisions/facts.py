"""What can have happened to decisions. DecisionMade is complete enough to act on without a call back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class DecisionMade(
    Fact,
    kind="decision.made",
    subject="item",
    says="{actor} decided {outcome} on version {version} ({clauses})",
    personal=("statement_text", "note"),
):
    """`restrictions`: [{kind, markets, starts_at, ends_at}]. `clauses`: ["code 1.2", …]. `statement_text` is set when
    the webhook has to carry the statement, because no letter was sent."""

    item: UUID
    decision: UUID
    outcome: str
    version: int
    source: UUID
    external_id: str
    item_kind: str
    account: UUID
    account_external_id: str
    status: str
    hidden: bool
    clauses: tuple[str, ...]
    policies: list[dict[str, Any]]
    labels: tuple[str, ...]
    restrictions: list[dict[str, Any]]
    made_by: str
    automated_detection: bool
    automated_decision: bool
    effective_at: datetime
    statement_html_url: str = ""
    statement_json_url: str = ""
    statement_text: str = ""
    told_by: str = ""
    note: str = ""
    imported: bool = False


@dataclass(frozen=True, kw_only=True)
class DecisionWithdrawn(
    Fact, kind="decision.withdrawn", subject="item", says="{actor} took the decision {outcome} back", personal=()
):
    item: UUID
    decision: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class DecisionOverturned(
    Fact,
    kind="decision.overturned",
    subject="item",
    says="{actor} decided {outcome} where a rule had decided {before}",
    personal=(),
):
    """A person undid, in whole or in part, what rules decided: `decision` of `decided_at`, by `by`. `policies`: the
    grounds of the rules' decision, [{policy, version, clause, rule, title}]."""

    item: UUID
    decision: UUID
    by: UUID
    before: str
    outcome: str
    policies: list[dict[str, Any]]
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class RestrictionApplied(
    Fact,
    kind="restriction.applied",
    subject="item",
    says="{actor} applied the restriction {restriction_kind} ({scope})",
    personal=(),
):
    item: UUID
    restriction: UUID
    decision: UUID
    restriction_kind: str
    scope: str
    source: UUID
    external_id: str
    item_kind: str
    markets: tuple[str, ...] = field(default=())
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RestrictionLifted(
    Fact,
    kind="restriction.lifted",
    subject="item",
    says="{actor} lifted the restriction {restriction_kind}: {why}",
    personal=(),
):
    item: UUID
    restriction: UUID
    decision: UUID
    restriction_kind: str
    why: str
    source: UUID
    external_id: str
    item_kind: str
    status: str
    lifted_at: datetime
