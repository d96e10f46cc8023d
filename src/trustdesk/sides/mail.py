"""What departments answer: the signed address names the conversation, the sender must be whom it was written to."""

from datetime import datetime

from django.utils.translation import gettext_noop

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.post.queries import Incoming
from trustdesk.sides import actions
from trustdesk.sides.models import Side


def receive_mail(*, incoming: Incoming, actor: Actor, now: datetime) -> str:
    """Never a message of the case: its requester is told nothing of it. Raises NotFound, TooMuchMail."""
    mail = incoming.mail
    side = Side.objects.filter(id=incoming.key).first() if incoming.key else None
    if side is None:
        raise NotFound(gettext_noop("There is no such conversation."))
    sender = mail.sender.address if mail.sender else ""
    how = "in"
    if mail.away or mail.automatic:
        how = "automatic"
    elif sender.casefold() != side.address.casefold() or mail.spoofed:
        how = "unverified"
    actions.take_answer(
        actor=actor,
        side_id=side.id,
        how=how,
        by=side.name if how == "in" else sender or "?",
        text=mail.text or mail.subject,
        external_id=mail.message_id,
        at=incoming.received_at,
        now=now,
    )
    return f"side:{side.id}"
