"""What the items API reads and answers."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime

from trustdesk.content.actions import AccountEntry, MediaEntry
from trustdesk.screening.submissions import Submission
from trustdesk.web.reading import Code, Fields, In, Text, bounded


class AccountIn(In):
    external_id: Annotated[Code, bounded(1, 200)]
    name: Annotated[Text, bounded(0, 200)] = ""
    kind: Annotated[Code, bounded(0, 20)] = ""
    email: Annotated[Code, bounded(0, 320)] = ""
    language: Annotated[Code, bounded(0, 12)] = ""
    created_at: AwareDatetime | None = None
    country: Annotated[Code, bounded(0, 2)] = ""
    verified: bool | None = None
    followers: int | None = None

    def entry(self) -> AccountEntry:
        return AccountEntry(
            external_id=self.external_id,
            name=self.name,
            kind=self.kind,
            email=self.email,
            language=self.language,
            country=self.country.upper(),
            verified=self.verified,
            followers=None if self.followers is None else max(0, min(self.followers, 2**62)),
            registered_at=self.created_at,
        )


class MediaIn(In):
    kind: Annotated[Code, bounded(1, 12)] = "image"
    url: Annotated[Code, bounded(0, 2000)] = ""
    file_id: UUID | None = None
    alt: Annotated[Text, bounded(0, 1000)] = ""


class ItemIn(In):
    external_id: Annotated[Code, bounded(1, 200)]
    kind: Annotated[Code, bounded(1, 20)]
    market: Annotated[Code, bounded(0, 12)] = ""
    language: Annotated[Code, bounded(0, 12)] = ""
    account: AccountIn
    fields: Fields = {}
    media: list[MediaIn] = []
    posted_at: AwareDatetime | None = None
    url: Annotated[Code, bounded(0, 2000)] = ""
    expected_views: float | None = None

    def submission(self) -> Submission:
        return Submission(
            external_id=self.external_id,
            kind=self.kind,
            account=self.account.entry(),
            fields=self.fields,
            market=self.market,
            language=self.language,
            media=tuple(
                MediaEntry(kind=medium.kind, url=medium.url, file=medium.file_id, alt=medium.alt)
                for medium in self.media
            ),
            posted_at=self.posted_at,
            url=self.url,
            expected_views=self.expected_views,
        )


class WithdrawIn(In):
    reason: Annotated[Code, bounded(1, 20)]


class EvidenceOut(Schema):
    """Where in the item: a span of a field; or in the medium `picture` (from 1), at `box` (x, y, width, height in fractions
    of the upright picture) or `at` seconds of a film. `field` is then image_text or codes (what was read), images (what
    `bank` knows, `distance` bits away), adult (with `score`) or unseen_media (with `reason`)."""

    field: str
    start: int
    end: int
    text: str
    picture: int | None = None
    box: list[float] | None = None
    at: float | None = None
    bank: str | None = None
    distance: int | None = None
    score: float | None = None
    reason: str | None = None


class HitOut(Schema):
    policy: str
    rule: str
    version: int
    clause: str = ""
    then: dict[str, Any]
    labels: list[str]
    evidence: list[EvidenceOut]


class VerdictOut(Schema):
    outcome: str
    policy_version: str
    hits: list[HitOut]


class DecisionOut(Schema):
    id: UUID
    outcome: str
    statement_url: str | None


class ItemOut(Schema):
    id: UUID
    version: int
    status: str
    hidden: bool
    verdict: VerdictOut | None
    decision: DecisionOut | None
    warnings: list[str] = []


class ItemDetail(ItemOut):
    external_id: str
    kind: str
    market: str
    language: str
    account: str
    title: str
    posted_at: datetime | None
    received_at: datetime
    withdrawn_at: datetime | None


class ItemsOut(Schema):
    items: list[ItemDetail]
    next: str | None


class VersionOut(Schema):
    no: int
    title: str
    body: str
    price: Decimal | None
    currency: str
    category: str
    fields: dict[str, Any]
    posted_at: datetime | None
    received_at: datetime


class PastVerdict(Schema):
    id: UUID
    version: int
    state: str
    outcome: str
    policy_version: str
    hits: list[HitOut]
    made_at: datetime
    decided_at: datetime | None


class PastDecision(Schema):
    id: UUID
    version: int
    outcome: str
    state: str
    clauses: list[dict[str, Any]]
    labels: list[str]
    made_by: str
    automated_detection: bool
    automated_decision: bool
    made_at: datetime
    effective_at: datetime
    statement_url: str | None


class HistoryOut(Schema):
    versions: list[VersionOut]
    verdicts: list[PastVerdict]
    decisions: list[PastDecision]


class BatchEntryOut(Schema):
    index: int
    status: int
    item: ItemOut | None = None
    problem: dict[str, Any] | None = None


class BatchOut(Schema):
    results: list[BatchEntryOut]
