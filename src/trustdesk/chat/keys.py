"""What opens a chat: a ticket, which a platform fetches for its user and which lives for minutes, and the key that a
visitor's page keeps."""

from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer, TimestampSigner

from trustdesk.chat.refusals import NoSuchChat

TICKET_LIVES = timedelta(minutes=10)
_tickets = TimestampSigner(salt="chat.ticket")
_keys = Signer(salt="chat.key")


def ticket_of(chat_id: UUID) -> str:
    return _tickets.sign(str(chat_id))


def chat_of_ticket(ticket: str) -> UUID:
    """Raises NoSuchChat (forged, or older than ten minutes)."""
    try:
        return UUID(_tickets.unsign(ticket[:200], max_age=TICKET_LIVES))
    except (BadSignature, ValueError):
        raise NoSuchChat from None


def key_of(chat_id: UUID) -> str:
    return _keys.sign(str(chat_id))


def chat_of(key: str) -> UUID:
    """Raises NoSuchChat."""
    try:
        return UUID(_keys.unsign(key[:200]))
    except (BadSignature, ValueError):
        raise NoSuchChat from None
