"""Decisions made, taken back, put right."""

from dataclasses import dataclass
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
    personal=("statement_text", "note", "edited"),
):
    """`restrictions`: [{kind, markets, starts_at, ends_at}]. `clauses`: ["code 1.2", …]. `statement_text` is set when
    the webhook has to carry the statement, because no letter was sent. `edited`: JSON of the fields the desk changed before it
    approved, with their new values ("" where it changed nothing); the platform applies them."""

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
    edited: str = ""
    imported: bool = False


@dataclass(frozen=True, kw_only=True)
class DecisionWithdrawn(
    Fact, kind="decision.withdrawn", subject="item", says="{actor} took the decision {outcome} back", personal=()
):
    item: UUID | None
    decision: UUID
    outcome: str
    account: UUID | None = None

    def subject_id(self) -> str:
        return str(self.item or self.account)


@dataclass(frozen=True, kw_only=True)
class DecisionOverturned(
    Fact,
    kind="decision.overturned",
    subject="item",
    says="{actor} decided {outcome} where {before} had been decided",
    personal=("why",),
):
    """Somebody undid, in whole or in part, what had been decided: `decision` of `decided_at`, by `by`. `policies`: its
    grounds, [{policy, version, clause, rule, title}]. `made_by` and `decider`: who had decided, rule | person | both and an
    actor's label. `reversal`: it was put right by name (an appeal, a proposal refused), not by judging the thing anew.
    `item` None: it was about the account."""

    item: UUID | None
    decision: UUID
    by: UUID
    before: str
    outcome: str
    policies: list[dict[str, Any]]
    decided_at: datetime
    account: UUID | None = None
    made_by: str = "rule"
    decider: str = ""
    reversal: bool = False
    why: str = ""

    def subject_id(self) -> str:
        return str(self.item or self.account)


@dataclass(frozen=True, kw_only=True)
class AccountDecided(
    Fact,
    kind="decision.made_on_account",
    subject="account",
    says="{actor} decided {outcome} on the account ({clauses})",
    personal=("statement_text", "note"),
):
    """As DecisionMade, about an account as a whole. `standing`: good | limited | suspended | ended, once it is in effect."""

    account: UUID
    decision: UUID
    outcome: str
    source: UUID
    account_external_id: str
    standing: str
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
