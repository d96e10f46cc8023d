"""Strikes, lessons, ladders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class StrikeCounted(
    Fact,
    kind="strike.counted",
    subject="account",
    says="Counted as {strike_kind}: {number} strikes with it",
    personal=(),
):
    """What a decision counts for: strike_kind is strike, lesson, joined (an incident that is counted already) or old. All
    that counting needs is here, so that a ladder can be counted again from the ledger alone."""

    account: UUID
    strike: UUID
    decision: UUID
    item: UUID | None
    source: UUID
    account_external_id: str
    strike_kind: str
    weight: int
    number: int
    feature_number: int
    expires_at: datetime | None
    counted_at: datetime
    posted_at: datetime | None
    version: int
    market: str
    feature: str
    codes: tuple[str, ...]
    gravity: int
    weighs: int
    zero_tolerance: bool
    ladder: UUID
    restrictions: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class StrikeRecounted(
    Fact,
    kind="strike.recounted",
    subject="account",
    says="Counted again as {strike_kind}: {number} strikes with it",
    personal=(),
):
    account: UUID
    strike: UUID
    decision: UUID
    source: UUID
    account_external_id: str
    strike_kind: str
    weight: int
    number: int
    feature_number: int
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class StrikeReversed(
    Fact, kind="strike.reversed", subject="account", says="A strike was taken away: {why}", personal=("why",)
):
    account: UUID
    strike: UUID
    decision: UUID
    source: UUID
    account_external_id: str
    number: int
    reversed_at: datetime
    why: str
    undone: bool = False  # its decision was taken back before anybody was told


@dataclass(frozen=True, kw_only=True)
class StrikeExpired(
    Fact, kind="strike.expired", subject="account", says="A strike went away by itself: {number} are left", personal=()
):
    account: UUID
    strike: UUID
    decision: UUID
    source: UUID
    account_external_id: str
    number: int
    expired_at: datetime


@dataclass(frozen=True, kw_only=True)
class LessonMeasured(
    Fact,
    kind="strike.lesson_measured",
    subject="account",
    says="After the lesson {next_broken} of the next {next_items} broke a rule",
    personal=(),
):
    account: UUID
    strike: UUID
    decision: UUID
    next_items: int
    next_broken: int


@dataclass(frozen=True, kw_only=True)
class LadderDrafted(
    Fact, kind="ladder.drafted", subject="ladder", says="{actor} drafted version {number} of the ladder", personal=()
):
    """`market` "" is every market without a ladder of its own."""

    ladder: UUID
    market: str
    number: int
    terms: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LadderApproved(
    Fact,
    kind="ladder.approved",
    subject="ladder",
    says="{actor} put version {number} of the ladder in force",
    personal=(),
):
    ladder: UUID
    market: str
    number: int
    replaces: int
