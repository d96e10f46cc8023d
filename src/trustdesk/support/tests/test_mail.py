"""Budi writes by mail, gets a receipt, is answered, and goes on with a program that drops References."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core import mail as outside

from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post import receiving, sending
from trustdesk.post.models import IncomingMail, Letter
from trustdesk.support import actions, queries
from trustdesk.support.tests import makers
from trustdesk.web.tests import makers as people

pytestmark = pytest.mark.real

T0 = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


class Post:
    """The mail server and the worker, minute by minute."""

    def __init__(self):
        self.at, self.count = T0, 0

    def comes(self, text, *, sender="budi@example.com", subject="My shop", message_id="", to="help", **heads):
        self.count += 1
        heads = {"Message-ID": message_id or f"<m{self.count}@example.com>", **heads}
        told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in heads.items())
        raw = f"From: Budi <{sender}>\r\nTo: {to}@desk.example\r\nSubject: {subject}\r\n{told}\r\n{text}\r\n"
        receiving.take(raw=raw.encode(), sender=sender, recipients=[f"{to}@desk.example"], now=self.at)
        self.works()
        row = IncomingMail.objects.order_by("-id").first()
        assert row.state == "handled", row.why
        return UUID(row.about.removeprefix("case:"))

    def works(self):
        """All that is due: mail, replies, reactors, letters."""
        self.at += timedelta(minutes=1)
        receiving.handle_due(now=self.at)
        actions.send_due(now=self.at)
        for _round in range(3):
            sequencer.sequence()
            outbox.deliver_all(now=self.at, reactors=reactor_names())
        sending.send_due(now=self.at)


@pytest.fixture
def post(real_db, settings):
    settings.MAIL_DOMAIN = "desk.example"
    return Post()


def words_of(case_id):
    return [(one.direction, one.text) for one in queries.conversation(case_id)]


def test_a_seller_is_answered_whatever_the_program_drops(post):
    case_id = post.comes("Why is my shop closed?")
    receipt = outside.outbox[-1]
    case = queries.by_id(case_id)
    assert (case.channel, case.mailbox, case.address, case.subject) == ("mail", "help", "budi@example.com", "My shop")
    assert receipt.subject == f"My shop [#{case.number}]"
    assert receipt.extra_headers["Auto-Submitted"] == "auto-generated"
    assert receipt.extra_headers["In-Reply-To"] == "<m1@example.com>"
    assert case.waiting_since is not None, "a receipt is no answer"

    sari = people.staff("reviewer", name="Sari")
    actions.reply(
        actor=actor_for(sari), case_id=case_id, text="Which one?\n\nYours, Sari", seen=makers.seen(case_id), now=post.at
    )
    post.works()
    answer = outside.outbox[-1]
    assert answer.subject == f"Re: My shop [#{case.number}]"
    assert "Auto-Submitted" not in answer.extra_headers
    assert "Sari" not in answer.body.replace("Yours, Sari", ""), "a pseudonym, never the name"
    assert queries.url_of(case_id) in answer.body
    named = answer.extra_headers["Message-ID"]

    # References dropped, the subject rewritten: In-Reply-To is enough. The quote is folded.
    told = f"The one in Bandung.\n\nOn 10 March the desk wrote:\n> {answer.body.splitlines()[0]}"
    assert post.comes(told, subject="(no subject)", In_Reply_To=named) == case_id
    assert words_of(case_id)[-1] == ("in", "The one in Bandung.")
    # Only References; a program that keeps nothing but the words quotes the marker; one of few words the number.
    assert post.comes("Two.", subject="x", References=f"<other@example.com> {named} <third@example.com>") == case_id
    marker = next(line for line in answer.body.splitlines() if line.startswith("ref:"))
    assert post.comes(f"Three.\n\n> {marker}", subject="x") == case_id
    assert post.comes("Four.", subject=f"AW: [#{case.number}]") == case_id
    # The same mail by another way is the same message.
    before = len(words_of(case_id))
    assert post.comes("Four.", subject=f"AW: [#{case.number}]", message_id="<m5@example.com>", X_Way="2") == case_id
    assert len(words_of(case_id)) == before


def test_forged_marks_strangers_and_machines_open_nothing_of_anothers(post):
    case_id = post.comes("Why is my shop closed?")
    case = queries.by_id(case_id)
    named = Letter.objects.get(about__startswith="reply:").message_id
    forged = named.replace("<td1", "<td1aaaa", 1)
    assert post.comes("Me, too.", sender="mallory@evil.example", In_Reply_To=forged) != case_id
    strange = post.comes("Me, too.", sender="mallory@evil.example", subject=f"Re: My shop [#{case.number}]")
    assert strange != case_id
    assert post.comes("Why is my shop closed?", sender="amara@example.com") != case_id, "a subject alone says nothing"
    before = Letter.objects.count()
    away = post.comes("I am on leave.", subject="Out of office: My shop", In_Reply_To=named)
    assert away == case_id
    post.comes("News of the week.", sender="list@example.org", List_Id="<news.example.org>")
    assert Letter.objects.count() == before, "no machine is answered by a machine"


def test_a_reply_that_cannot_arrive_says_so_at_its_case(post):
    case_id = post.comes("Why is my shop closed?", sender="nobody@example.com")
    actions.set_status(actor=SYSTEM, case_id=case_id, status="pending", now=post.at)
    letter = Letter.objects.get(about__startswith="reply:")
    report = (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; nobody@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {letter.message_id}\r\n\r\n--b--\r\n"
    ).encode()
    receiving.take(raw=report, sender="<>", recipients=["help@desk.example"], now=post.at)
    post.works()
    assert queries.by_id(case_id).status == "open"
    assert [one.state for one in queries.conversation(case_id) if one.direction == "out"] == ["failed"]


def test_a_mail_nothing_can_be_made_of_becomes_a_case_with_its_file(post, monkeypatch, client):
    def fail(*_given, **_named):
        raise RuntimeError("no parser knows this")

    with monkeypatch.context() as broken:
        broken.setattr(receiving, "understand", fail)
        raw = b"From: budi@example.com\r\nSubject: ?\r\n\r\n<p>Look: <a href='https://evil.net/x'>bank.com</a></p>\r\n"
        receiving.take(raw=raw, sender="budi@example.com", recipients=["help@desk.example"], now=post.at)
        for day in range(5):
            receiving.handle_due(now=post.at + timedelta(days=day))
    row = IncomingMail.objects.get()
    assert (row.state, row.why) == ("handled", "RuntimeError: no parser knows this")
    case = queries.by_id(UUID(row.about.removeprefix("case:")))
    (message,) = queries.conversation(case.id)
    assert (case.subject, case.address, message.raw) == ("A mail that could not be read", "budi@example.com", row.raw)
    assert not Letter.objects.exists(), "nobody is written to by itself"
    # It is looked at, and its bytes are taken out by whoever may: each time is told.
    client.force_login(people.staff("lead", name="Jonas"))
    place = f"/cases/{case.id}/messages/{message.id}"
    frame = client.get(f"{place}/mail").content.decode().partition('<iframe class="mail" sandbox src="')[2]
    address = frame.partition('"')[0].replace("&amp;", "&")
    shown = client.get(address)
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert b"budi" not in shown.content
    taken = client.post(f"{place}/raw")
    assert taken.status_code == 303
    assert client.get(taken["Location"])["Content-Length"] == str(len(raw))
    assert FactRow.objects.filter(kind="post.mail_opened").count() == 1
    # Somebody else's address is nobody's, and another message's mail is not in this case.
    client.force_login(people.staff("reviewer", name="Sari"))
    assert client.get(address).status_code == 404
    assert client.post(f"{place}/raw").status_code == 403
    assert client.get(f"/cases/{row.id}/messages/{message.id}/mail").status_code == 404
