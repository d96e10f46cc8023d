"""What can have happened to chats."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ChatOpened(Fact, kind="chat.opened", subject="chat", says="{actor} opened a chat", personal=()):
    """Nothing has been said yet, and there is no case yet."""

    chat: UUID
    account: UUID | None
    origin: str


@dataclass(frozen=True, kw_only=True)
class ChatBegun(Fact, kind="chat.begun", subject="case", says="The requester chats", personal=()):
    case: UUID
    chat: UUID


@dataclass(frozen=True, kw_only=True)
class ChatHandedOver(
    Fact, kind="chat.handed_over", subject="case", says="{actor} handed the chat to {to_name}", personal=("to_name",)
):
    case: UUID
    to: UUID
    to_name: str


@dataclass(frozen=True, kw_only=True)
class ChatMoved(Fact, kind="chat.moved", subject="case", says="The chat goes on in this case", personal=()):
    """Its case was merged, or closed: what is said now is said here."""

    case: UUID
    chat: UUID


@dataclass(frozen=True, kw_only=True)
class ChatEnded(Fact, kind="chat.ended", subject="chat", says="The chat ended: {how}", personal=()):
    """`how`: agent, visitor or idle."""

    chat: UUID
    case: UUID | None
    how: str
