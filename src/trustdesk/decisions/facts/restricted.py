"""Restrictions that begin, move and end, of items and of accounts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


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


@dataclass(frozen=True, kw_only=True)
class AccountRestricted(
    Fact,
    kind="restriction.applied_to_account",
    subject="account",
    says="{actor} applied the restriction {restriction_kind} to the account ({scope})",
    personal=(),
):
    account: UUID
    restriction: UUID
    decision: UUID
    restriction_kind: str
    scope: str
    source: UUID
    account_external_id: str
    markets: tuple[str, ...] = field(default=())
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AccountRestrictionChanged(
    Fact,
    kind="restriction.changed_on_account",
    subject="account",
    says="{actor} moved the end of the restriction {restriction_kind} from {before} to {ends_at}: {why}",
    personal=(),
):
    account: UUID
    restriction: UUID
    decision: UUID
    restriction_kind: str
    source: UUID
    account_external_id: str
    before: datetime | None
    ends_at: datetime | None
    why: str


@dataclass(frozen=True, kw_only=True)
class AccountRestrictionLifted(
    Fact,
    kind="restriction.lifted_from_account",
    subject="account",
    says="{actor} lifted the restriction {restriction_kind} of the account: {why}",
    personal=(),
):
    """`standing`: what the account's standing is now. `still`: what other decisions still hold, [{id, decision, kind,
    markets, ends_at}]."""

    account: UUID
    restriction: UUID
    decision: UUID
    restriction_kind: str
    why: str
    source: UUID
    account_external_id: str
    standing: str
    still: list[dict[str, Any]]
    lifted_at: datetime
