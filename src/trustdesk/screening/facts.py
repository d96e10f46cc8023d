"""What can have happened in screening. ItemScreened is complete enough to act on without a call back."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ItemScreened(
    Fact,
    kind="item.screened",
    subject="item",
    says="{actor} screened version {version}: {outcome}",
    personal=(),
):
    """`hits`: [{policy, rule, version, clause, then, gravity, labels, evidence: [{field, start, end}]}], without the
    words themselves. `unscreened`: a person is asked only because a signal did not answer."""

    item: UUID
    verdict: UUID
    version: int
    outcome: str
    source: UUID
    external_id: str
    item_kind: str
    market: str
    language: str
    category: str
    account: UUID
    account_external_id: str
    status: str
    hidden: bool
    hits: list[dict[str, Any]]
    undecided: list[dict[str, Any]]
    ruleset: str
    expected_views: float | None
    unscreened: bool = False
    after_removal: bool = False
    again: bool = False
