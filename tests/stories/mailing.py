"""A mailbox on a real IMAP server, letters that reach a real SMTP one, and the rounds of the worker between them."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from uuid import UUID

from aiosmtpd.controller import Controller

from tests.dovecot import free
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post import receiving, sending
from trustdesk.post.mailboxes import fetching, keeping
from trustdesk.post.mailboxes.settings import Server, Settings
from trustdesk.post.models import IncomingMail, Mailbox
from trustdesk.support import actions, queries
from trustdesk.web.tests import makers as people

T0 = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
DESK = "sellers@shop.example"


WRITTEN = default.clone(max_line_length=998)  # long names of mails stay whole


class Sink:
    """An SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        self.came: list[tuple[str, list[str], Message]] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free())

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  the library's name
        told = message_from_bytes(envelope.content, policy=default)
        self.came.append((envelope.mail_from, envelope.rcpt_tos, told))
        return "250 2.0.0 kept"


def mailbox(dovecot, sink, user, *, name="Sellers", **given):
    told = {
        "name": name,
        "address": f"{user}@shop.example",
        "sender_name": "Shop help",
        "signatures": {"en": "Your sellers' desk\nWeekdays 9 to 5", "id": "Tim penjual"},
        "way_in": "imap",
        "imap": Server("127.0.0.1", dovecot.port, "none", user),
        "way_out": "smtp",
        "smtp": Server("127.0.0.1", sink.controller.port, "none"),
        **given,
    }
    admin = actor_for(people.staff("admin", name="Jonas"))
    made = keeping.begin(actor=admin, settings=Settings(**told), in_password=dovecot.password, now=T0)
    return Mailbox.objects.get(id=made)


class Post:
    """The worker's round, minute by minute."""

    def __init__(self, dovecot, sink):
        self.dovecot, self.sink, self.at, self.count = dovecot, sink, T0, 0

    def writes(
        self, user, text, *, to=None, sender="Budi <budi@example.com>", subject="My shop", message=None, **heads
    ):
        self.count += 1
        told = message or EmailMessage(policy=WRITTEN)
        told["From"], told["To"], told["Subject"] = sender, to or f"{user}@shop.example", subject
        told["Message-ID"] = f"<{user}{self.count}@example.com>"
        for name, value in heads.items():
            told[name.replace("_", "-")] = value
        if not message:
            told.set_content(text)
        self.dovecot.put(user, told.as_bytes())

    def works(self, *boxes):
        """All that is due: folders, mail, replies, reactors, letters."""
        self.at += timedelta(minutes=1)
        for box in boxes:
            fetching.visit(box.id, now=self.at)
        receiving.handle_due(now=self.at)
        actions.send_due(now=self.at)
        for _round in range(3):
            sequencer.sequence()
            outbox.deliver_all(now=self.at, reactors=reactor_names())
        while sending.send_due(now=self.at):
            pass

    def case(self):
        row = IncomingMail.objects.order_by("-id").first()
        assert row.state == "handled", row.why
        return queries.by_id(UUID(row.about.removeprefix("case:")))
