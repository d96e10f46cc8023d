"""What can have happened to content."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ItemWithdrawn(
    Fact,
    kind="item.withdrawn",
    subject="item",
    says="{actor} withdrew the {kind_of_item} ({reason})",
    personal=(),
):
    item: UUID
    kind_of_item: str
    external_id: str
    source: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class NotePinned(
    Fact, kind="content.note_pinned", subject="subject_key", says="{actor} noted: {text}", personal=("text",)
):
    subject_key: str
    note: UUID
    text: str


@dataclass(frozen=True, kw_only=True)
class MediaLookedInto(
    Fact,
    kind="item.media_looked_into",
    subject="item",
    says="{actor} looked into the media: {ready} ready, {refused} refused",
    personal=(),
):
    item: UUID
    version: int
    ready: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class ItemReceived(
    Fact,
    kind="item.received",
    subject="item",
    says="{actor} submitted version {version} of the {kind_of_item} {external_id}",
    personal=(),
):
    item: UUID
    version: int
    kind_of_item: str
    external_id: str
    account: UUID
