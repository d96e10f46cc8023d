"""What can have happened to content."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact

# Declared fields that name other things of the same source by their external id: what is answered, the talk it belongs
# to, what it is about. The platform made them, not the author, so nothing looks for numbers or phrases in them.
REFERENCES = ("parent_id", "conversation_id", "about_id")


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
class AccountKept(
    Fact,
    kind="content.account_kept",
    subject="account",
    says="{actor} told of the account {external_id}: {what}",
    personal=(),
):
    """A platform told of its user outside any submission. `what`: "new", the names of what changed, or "nothing new"."""

    account: UUID
    external_id: str
    source: UUID
    what: tuple[str, ...]


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
class ItemEdited(
    Fact,
    kind="item.edited",
    subject="item",
    says="{actor} made version {version} of version {before} at the desk: {what}",
    personal=(),
):
    """`what`: names of the fields that changed, or why it was made."""

    item: UUID
    version: int
    before: int
    what: str


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


@dataclass(frozen=True, kw_only=True)
class MarketNoteKept(
    Fact,
    kind="content.market_note_kept",
    subject="note",
    says="{actor} wrote version {version} of the market note “{title}”",
    personal=(),
):
    note: UUID
    version: int
    title: str
    sort: str
    market: str
    language: str


@dataclass(frozen=True, kw_only=True)
class MarketNoteRetired(
    Fact,
    kind="content.market_note_retired",
    subject="note",
    says="{actor} took the market note “{title}” away",
    personal=(),
):
    note: UUID
    title: str
