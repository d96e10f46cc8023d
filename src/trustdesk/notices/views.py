"""What others are given of notices: frozen, with their words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.notices.links import notice_path
from trustdesk.notices.rules import Trust
from trustdesk.notices.wording import CATEGORY_WORDS, CHANNEL_WORDS, OUTCOME_WORDS, part_words


@dataclass(frozen=True)
class NoticeView:
    """A notice. `name` and `email` are of its sender, "" for nobody; `why` says in words what it weighs and why."""

    id: UUID
    bundle: UUID
    source: UUID | None
    subject: str
    item: UUID | None
    version: int
    account: UUID | None
    market: str
    addresses: tuple[str, ...]
    category: str
    danger: bool
    reason: str
    legal: dict[str, str]
    channel: str
    language: str
    reporter: UUID | None
    name: str
    email: str
    external_id: str
    flagger: str
    trusted: bool
    independent: bool
    weight: float
    lane: int
    parts: tuple[dict[str, Any], ...]
    work: UUID | None
    state: str
    outcome: str
    decision: UUID | None
    automated: bool
    answer: str
    received_at: datetime
    answered_at: datetime | None

    @property
    def category_words(self) -> str:
        return str(CATEGORY_WORDS[self.category])

    @property
    def outcome_words(self) -> str:
        return str(OUTCOME_WORDS[self.outcome]) if self.outcome else ""

    @property
    def channel_words(self) -> str:
        return str(CHANNEL_WORDS[self.channel])

    @property
    def why(self) -> tuple[str, ...]:
        return tuple(part_words(part) for part in self.parts)

    @property
    def path(self) -> str:
        """Its public page, by signed link."""
        return notice_path(self.id)


@dataclass(frozen=True)
class Notifier:
    """Who is told of a decision because they reported what it is about."""

    notice: UUID
    reporter: UUID | None
    email: str
    name: str
    external_id: str
    source: UUID | None
    language: str
    outcome: str
    answered_at: datetime | None
    url: str


@dataclass(frozen=True)
class ReporterView:
    """A reporter with their figures."""

    id: UUID
    name: str
    email: str
    external_id: str
    source: UUID | None
    first_at: datetime
    warned_at: datetime | None
    muted_at: datetime | None
    muted_until: datetime | None
    muted_why: str
    muted: bool
    sent: int
    independent: int
    acted: int
    no_action: int
    waiting: int
    trust: Trust

    @property
    def share(self) -> int | None:
        """Of what was judged, the per cent that led to something; None where nothing was judged."""
        judged = self.acted + self.no_action
        return round(100 * self.acted / judged) if judged else None

    @property
    def trust_percent(self) -> int:
        return round(100 * self.trust.mean)


@dataclass(frozen=True)
class FlaggerView:
    id: UUID
    code: str
    name: str
    categories: tuple[str, ...]
    markets: tuple[str, ...]
    email: str
    awarded_by: str
    key: UUID | None
    state: str
    why: str
    path: str
    sent: int = 0
    acted: int = 0
    no_action: int = 0
    inside: int = 0

    @property
    def area_words(self) -> tuple[str, ...]:
        return tuple(str(CATEGORY_WORDS[one]) for one in self.categories)


@dataclass(frozen=True)
class AlertView:
    id: UUID
    notice: UUID
    item: UUID | None
    reason: str
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
