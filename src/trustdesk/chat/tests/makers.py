"""Chats to have, as a visitor's page would begin them."""

from datetime import datetime
from uuid import uuid4

from trustdesk.chat import actions
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.web.models import Seen


def chat(now: datetime, **given):
    return actions.open_chat(actor=SYSTEM, now=now, **({"name": "Ratna", "language": "en"} | given))


def said(chat_id, now: datetime, text: str = "Hello?", **given):
    return actions.say(actor=SYSTEM, chat_id=chat_id, message_id=given.get("id") or uuid4(), text=text, now=now)


def there(who, now: datetime) -> None:
    """This member of staff has a page of the desk open."""
    Seen.objects.update_or_create(staff_id=who.id, defaults={"at": now})
