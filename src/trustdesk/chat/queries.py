"""What one may ask of chats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache

from trustdesk.chat import keys, rules
from trustdesk.chat.models import Chat
from trustdesk.chat.refusals import NoSuchChat
from trustdesk.kernel.people import queries as people
from trustdesk.support import queries as cases
from trustdesk.support.queries import MessageView
from trustdesk.web.models import Seen
from trustdesk.workforce import queries as workforce

# What opens a chat.
ticket_of, chat_of_ticket, key_of, chat_of = keys.ticket_of, keys.chat_of_ticket, keys.key_of, keys.chat_of

HEARD = ("support.said", "chat.state")  # topics of a visitor's stream, told to their case
OPEN_PAGE = timedelta(seconds=90)  # streams note three times a minute who has a page of the desk open


@dataclass(frozen=True)
class ChatView:
    id: UUID
    case: UUID | None
    name: str
    address: str
    language: str
    origin: str
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    ended_how: str

    def here(self, now: datetime) -> bool:
        """Has the visitor the page open?"""
        return self.ended_at is None and now - self.seen_at < rules.HERE_FOR


@dataclass(frozen=True)
class Said:
    """What a visitor's page is told: `thread` names what the numbers of messages count in; `by` who has the chat in hand."""

    thread: UUID | None
    messages: list[MessageView]
    more: bool
    by: str
    ended: str


def one(chat_id: UUID, *, now: datetime) -> ChatView:
    """A chat that goes on, or ended within a day. Raises NoSuchChat."""
    row = Chat.objects.filter(id=chat_id).first()
    if row is None or (row.ended_at is not None and now - row.ended_at > rules.READABLE_FOR):
        raise NoSuchChat
    return _view(row)


def of_case(case_id: UUID) -> ChatView | None:
    """The newest chat of a case, one that goes on before one that ended."""
    rows = list(Chat.objects.filter(case_id=case_id).order_by("-opened_at")[:10])
    found = next((row for row in rows if row.ended_at is None), rows[0] if rows else None)
    return _view(found) if found else None


def said(chat_id: UUID, *, after: int, thread: str, now: datetime, limit: int = 100) -> Said:
    """What was said after message `after` of `thread`; of another thread than the chat's (its case was merged), all of it.
    Raises NoSuchChat."""
    chat = one(chat_id, now=now)
    if chat.case is None:
        return Said(thread=None, messages=[], more=False, by="", ended=chat.ended_how)
    case = cases.by_id(chat.case)
    found = cases.said_after(chat.case, after if thread == str(chat.case) else 0, since=chat.opened_at, limit=limit + 1)
    if chat.ended_at is not None:
        found = [one for one in found if one.at <= chat.ended_at]
    by = people.staff_by_id(case.holder) if case is not None and case.holder is not None else None
    return Said(
        thread=chat.case,
        messages=found[:limit],
        more=len(found) > limit,
        by=by.handle if by else "",
        ended=chat.ended_how,
    )


def there(*, now: datetime) -> bool:
    """Is anybody there to chat with: a page of the desk open, available, with the right to answer? Kept for five seconds."""
    known: bool | None = cache.get("chat.there")
    if known is None:
        known = bool(those_there(now=now))
        cache.set("chat.there", known, 5)
    return known


def those_there(*, now: datetime) -> list[people.StaffView]:
    """Who could take a chat now, by name. Three queries."""
    able = people.staff_with(rules.RIGHT)
    seen = set(Seen.objects.filter(at__gt=now - OPEN_PAGE).values_list("staff_id", flat=True))
    states = workforce.states_of([one.id for one in able if one.id in seen])
    return [one for one in able if one.id in states and states[one.id].dealt_to]


def _view(row: Chat) -> ChatView:
    return ChatView(
        id=row.id,
        case=row.case_id,
        name=row.name,
        address=row.address,
        language=row.language,
        origin=row.origin,
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        ended_how=row.ended_how,
    )
