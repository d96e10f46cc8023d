"""What teams outside answer by mail. The signed address names the question, the sender must be whom it was written to."""

from datetime import datetime

from trustdesk.escalations import actions, links
from trustdesk.escalations.models import Talk
from trustdesk.kernel.people.actor import Actor
from trustdesk.post.queries import Incoming

LONGEST = 4000


def receive_mail(*, incoming: Incoming, actor: Actor, now: datetime) -> str:
    """An answer; or kept and shown as none: what a machine sent, what somebody else sent, what came when nothing is asked.
    Raises NoSuchQuestion (its time is over), TooMuchSaid."""
    mail = incoming.mail
    talk = Talk.objects.filter(id=incoming.key).first() if incoming.key else None
    if talk is None:
        raise links.NoSuchQuestion
    text = (mail.text.strip() or mail.subject.strip())[:LONGEST]
    about = f"escalation:{talk.escalation_id}"
    sender = mail.sender.address if mail.sender else ""
    if mail.away or mail.automatic or mail.bounce:
        kind = "automatic"
    elif sender.casefold() != talk.address.casefold() or mail.spoofed or not mail.text.strip():
        kind = "unverified"
    else:
        try:
            actions.answer_outside(actor=_team(talk), talk_id=talk.id, text=text, now=now)
        except actions.NotNow:  # answered already, or not asked any more: their words are kept
            actions.hear(actor=_team(talk), talk_id=talk.id, kind="noted", by=talk.name, text=text, now=now)
        return about
    actions.hear(actor=actor, talk_id=talk.id, kind=kind, by=sender or "?", text=text, now=now)
    return about


def _team(talk: Talk) -> Actor:
    return Actor(kind="user", id="outside", name=talk.name)
