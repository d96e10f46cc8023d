"""A seller writes by mail to a mailbox that lies on a real IMAP server (Dovecot) and is answered by a real SMTP one, until
the matter is done; what machines, crashes and refusals make of it."""

import os
import re
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import Client

from tests.dovecot import Dovecot, free
from trustdesk.escalations import actions as escalations
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as team
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post import receiving, sending
from trustdesk.post.mailboxes import fetching, keeping, trying, viewing
from trustdesk.post.mailboxes.settings import Server, Settings
from trustdesk.post.mailboxes.troubles import Trouble
from trustdesk.post.models import Fetched, IncomingMail, Letter, Mailbox
from trustdesk.support import actions, queries
from trustdesk.support.tests import makers
from trustdesk.surveys import actions as surveys
from trustdesk.surveys.models import Survey
from trustdesk.web.tests import makers as people

pytestmark = pytest.mark.real

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


@pytest.fixture(scope="module")
def dovecot():
    server = Dovecot()
    server.start()
    yield server
    server.close()


@pytest.fixture
def sink():
    found = Sink()
    found.controller.start()
    yield found
    found.controller.stop()


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


@pytest.fixture
def post(real_db, dovecot, sink):
    return Post(dovecot, sink)


def test_a_seller_is_helped_from_the_first_mail_to_the_end(post, dovecot, sink):
    box = mailbox(dovecot, sink, "sellers", after="move", move_to="Done")
    post.writes("sellers", "Why is my shop closed? I sell phones and cannot work.")
    post.works(box)
    case = post.case()
    assert (case.mailbox, case.address, case.subject) == (box.code, "budi@example.com", "My shop")
    with dovecot.user("sellers") as client:
        assert client.search(["ALL"]) == []
        client.select_folder("Done")
        assert len(client.search(["SEEN"])) == 1, "it lies where it was wished, and is read"
    envelope, to, receipt = sink.came.pop()
    assert (envelope, to) == ("sellers@shop.example", ["budi@example.com"])
    assert receipt["Auto-Submitted"] == "auto-generated"
    assert receipt["From"] == "Shop help <sellers@shop.example>"

    sari = actor_for(people.staff("reviewer", name="Sari"))
    actions.reply(actor=sari, case_id=case.id, text="Which one?", seen=makers.seen(case.id), now=post.at)
    post.works(box)
    _from, _to, answer = sink.came.pop()
    assert answer["Subject"] == f"Re: My shop [#{case.number}]"
    said = answer.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Which one?" in said
    assert "Your sellers' desk\nWeekdays 9 to 5" in said
    assert "Your sellers&#x27; desk<br>Weekdays" in answer.get_body(("html",)).get_content()

    # A program that drops References and the subject, but quotes: the marker is enough. With a picture of the papers.
    marker = next(line for line in said.splitlines() if line.startswith("ref:"))
    papers = EmailMessage(policy=WRITTEN)
    papers.set_content(f"The one in Bandung.\n\n> Which one?\n> {marker}\n")
    papers.add_attachment(b"%PDF-1.4 papers", maintype="application", subtype="pdf", filename="papers.pdf")
    post.writes("sellers", "", subject="(none)", message=papers)
    # Another that keeps the subject alone.
    post.writes("sellers", "And the one in Solo.", subject=f"AW: My shop [#{case.number}]")
    post.works(box)
    told = [one for one in queries.conversation(case.id) if one.direction == "in"]
    assert [one.text for one in told] == [
        "Why is my shop closed? I sell phones and cannot work.",
        "The one in Bandung.",
        "And the one in Solo.",
    ]
    assert len(told[1].files) == 1
    seen = makers.seen(case.id)
    actions.reply(actor=sari, case_id=case.id, text="Both are open.", seen=seen, now=post.at, then_status="resolved")
    post.works(box)
    assert queries.by_id(case.id).status == "resolved"
    assert sink.came.pop()[2]["In-Reply-To"] == "<sellers3@example.com>"


def test_a_seller_is_asked_about_at_legal_told_of_it_and_asked_how_it_was(post, dovecot, sink, monkeypatch):
    box = mailbox(dovecot, sink, "legals")
    post.writes("legals", "May you keep the papers of my shop? I want them deleted.", subject="My papers")
    post.works(box)
    case = post.case()
    sink.came.clear()
    sari = actor_for(people.staff("reviewer", name="Sari"))
    lena = actor_for(people.staff("specialist", name="Lena"))
    team.set_team(actor=SYSTEM, staff_id=UUID(lena.id), team="legal", name="Legal", now=post.at)
    asked = actions.escalate(
        actor=sari,
        case_id=case.id,
        team="legal",
        severity="high",
        reason="Must we delete the papers?",
        link=f"/cases/{case.id}",
        now=post.at,
    )
    post.works(box)
    (told,) = [mail for _from, to, mail in sink.came if to == ["budi@example.com"]]
    assert "another team" in told.get_body(("plain",)).get_content()
    assert "Must we delete" not in told.as_string(), "what colleagues say stays inside"
    assert queries.by_id(case.id).status == "on_hold"

    # Broken as they come: no References, another subject, the token of the letter quoted.
    marker = next(line for line in told.get_body(("plain",)).get_content().splitlines() if line.startswith("ref:"))
    post.writes("legals", f"It is urgent.\n\n> {marker}\n", subject="hello?")
    post.works(box)
    assert queries.by_id(case.id).status == "on_hold"
    escalations.accept(actor=lena, escalation_id=asked, now=post.at)
    escalations.answer(actor=lena, escalation_id=asked, text="Yes, within a month.", now=post.at)
    post.works(box)
    assert queries.by_id(case.id).status == "open"
    seen = makers.seen(case.id)
    actions.reply(actor=sari, case_id=case.id, text="They are deleted.", seen=seen, now=post.at, then_status="resolved")
    sink.came.clear()
    post.works(box)
    assert "They are deleted." in sink.came.pop()[2].get_body(("plain",)).get_content()
    post.at += timedelta(hours=25)
    surveys.ask_due(now=post.at)
    post.works(box)
    letter = Letter.objects.get(kind="survey")
    assert (letter.to, letter.state) == ("budi@example.com", "sent")
    assert "Yes, within a month." not in letter.text
    path = re.search(r"https?://[^/]+(/v/[^\s?]+)", letter.text)[1]
    monkeypatch.setattr("trustdesk.portal.surveys.now", lambda: post.at)  # Budi reads it that day
    assert Client().post(path, {"score": "5", "said": "Kind."}, follow=True).status_code == 200
    assert Survey.objects.get(case_id=case.id).score == 5


def test_tokens_lead_nowhere_in_another_mailbox_and_each_answers_for_itself(post, dovecot, sink):
    one = mailbox(dovecot, sink, "one", name="One")
    other = mailbox(
        dovecot, sink, "other", name="Other", sender_name="Pers", signatures={"id": "Tim pers"}, language="id"
    )
    post.writes("one", "Why is my shop closed? I do not know what I did.")
    post.works(one, other)
    case = post.case()
    token = sink.came.pop()[2]["Message-ID"]
    post.writes("other", "Mengapa toko saya ditutup? Saya tidak tahu apa salah saya.", In_Reply_To=token)
    post.works(one, other)
    second = post.case()
    assert second.id != case.id
    assert second.mailbox == "other"
    told = sink.came.pop()[2]
    assert told["From"] == "Pers <other@shop.example>"
    assert "Tim pers" in told.get_body(("plain",)).get_content()
    post.writes("one", "It is mine.", In_Reply_To=token)
    post.works(one, other)
    assert post.case().id == case.id


def test_two_machines_that_are_away_stop_talking(post, dovecot, sink):
    """Amara's program answers whatever comes, without a word of being a machine; the desk's receipts end it."""
    box = mailbox(dovecot, sink, "war")
    post.writes("war", "When will you be open?", sender="Amara <amara@example.com>")
    letters = 0
    for _day in range(20):
        post.works(box)
        if not sink.came:
            break
        for _from, _to, letter in [sink.came.pop() for _one in range(len(sink.came))]:
            letters += 1
            # Half of such programs do not thread and say nothing of themselves: the worst there is.
            post.writes(
                "war",
                f"I am on leave. You wrote: {letter['Subject']}",
                sender="Amara <amara@example.com>",
                subject="Away",
            )
    else:
        pytest.fail("they talk for ever")
    assert letters <= 6
    before = Letter.objects.count()
    post.writes("war", "Out of the office.", sender="Eve <eve@example.com>", Auto_Submitted="auto-replied")
    post.works(box)
    assert Letter.objects.count() == before


def test_a_worker_killed_between_fetch_and_commit_loses_and_doubles_nothing(post, dovecot, sink, real_db):
    box = mailbox(dovecot, sink, "killed")
    post.writes("killed", "The first.")
    post.writes("killed", "The second.", sender="Eve <eve@example.com>")
    for moment, kept in (("before the commit", 0), ("before the server is told", 1)):
        _die(real_db, box.id, moment)
        assert (IncomingMail.objects.count(), Fetched.objects.count()) == (kept, kept), moment
        assert dovecot.unread("killed") == 2, "nothing was acknowledged"
    for _again in range(2):
        post.works(box)
    assert sorted(
        one.text
        for case in queries.taking_part("budi@example.com")
        for one in queries.conversation(case.id)
        if one.direction == "in"
    ) == ["The first."]
    assert IncomingMail.objects.filter(state="handled").count() == 2
    assert dovecot.unread("killed") == 0
    # Marked as unread by a person, and in a folder made anew: still the same mails.
    with dovecot.user("killed") as client:
        client.remove_flags(client.search(["ALL"]), [b"\\Seen"])
    post.works(box)
    Mailbox.objects.filter(id=box.id).update(validity=1, since=0)
    with dovecot.user("killed") as client:
        client.remove_flags(client.search(["ALL"]), [b"\\Seen"])
    post.works(box)
    assert IncomingMail.objects.count() == 2


def _die(dsn, mailbox_id, moment):
    """Another process, as a worker is one, that ends in the middle without a word."""
    where = "receiving.take_fetched" if moment == "before the commit" else "imap.acknowledge"
    program = f"""
        import os
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django
        from django.conf import settings
        from trustdesk.config.settings import _database
        settings.DATABASES["default"].update(_database({dsn!r}))
        django.setup()
        from uuid import UUID
        from django.db import transaction
        from datetime import datetime
        from trustdesk.post import receiving
        from trustdesk.post.mailboxes import fetching, imap
        die = lambda *given, **named: os._exit(9)
        if {where!r} == "imap.acknowledge":
            imap.acknowledge = die
        else:
            real = receiving.take_fetched
            def take(**given):
                with transaction.atomic():
                    real(**given)
                    os._exit(9)
            receiving.take_fetched = take
        fetching.visit(UUID({str(mailbox_id)!r}), now=datetime.fromisoformat({T0.isoformat()!r}))
    """
    known = os.environ | {"TRUSTDESK_SECRET_KEY": settings.SECRET_KEY, "TRUSTDESK_FILES": str(settings.FILES_ROOT)}
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], env=known, capture_output=True, check=False)
    assert done.returncode == 9, done.stderr.decode()


def test_idle_brings_mail_without_asking_and_a_lost_server_is_found_again(post, dovecot, sink, monkeypatch):
    monkeypatch.setattr(fetching, "LOOK", 1.0)
    monkeypatch.setattr(fetching, "WAITS", (0.2,))
    box = mailbox(dovecot, sink, "idle", poll_seconds=3600)
    watcher = fetching.Watcher(box.id)
    second = fetching.Watcher(box.id)
    watcher.start()
    second.start()
    try:
        _until(lambda: Mailbox.objects.get(id=box.id).checked_at)
        post.writes("idle", "Are you there?")
        _until(lambda: IncomingMail.objects.count() == 1)
        dovecot.stop()
        _until(lambda: Mailbox.objects.get(id=box.id).trouble_at)
        assert "127.0.0.1" in viewing.one(box.id).trouble
        dovecot.start()
        _until(lambda: Mailbox.objects.get(id=box.id).trouble_at is None)
        post.writes("idle", "And now?")
        _until(lambda: IncomingMail.objects.count() == 2)
        kinds = list(
            FactRow.objects.filter(kind__startswith="post.mailbox_").values_list("kind", flat=True).order_by("id")
        )
        assert kinds == ["post.mailbox_kept", "post.mailbox_failing", "post.mailbox_works"]
        # Put away, it is let go of within a look.
        keeping.archive(actor=actor_for(people.staff("admin", name="Mira")), mailbox_id=box.id, now=T0)
        _until(lambda: Mailbox.objects.get(id=box.id).leased_by is None)
    finally:
        for one in (watcher, second):
            one.stop()
        for one in (watcher, second):
            one.join(20)
    assert not watcher.is_alive()
    assert not second.is_alive()


def _until(found):
    until = time.monotonic() + 40
    while not found():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def test_trying_it_says_what_is_wrong(post, dovecot, sink):
    right = mailbox(dovecot, sink, "tried")
    told = viewing.one(right.id).settings

    def said(password=dovecot.password, **changes):
        return trying.tried(Settings(**{**told.__dict__, **changes}), in_password=password, out_password="x")

    steps = said()
    assert trying.works(steps), steps
    assert steps[-1].words == "It takes letters from tried@shop.example."
    assert not IncomingMail.objects.exists()
    assert not sink.came

    def first(**changes):
        steps = said(**changes)
        assert not trying.works(steps)
        return next(step.words for step in steps if step.well is False)

    where = {"host": "127.0.0.1", "user": "tried"}
    assert "refuses this user and password" in first(password="wrong")
    assert first(imap=Server(**where, port=1, tls="none")) == "Nothing answers at 127.0.0.1, port 1."
    assert "does not speak TLS" in first(imap=Server(**where, port=dovecot.port, tls="tls"))
    assert "is not to be trusted" in first(imap=Server("localhost", dovecot.tls_port, "tls", "tried"))
    assert "is not to be trusted" in first(imap=Server("localhost", dovecot.port, "starttls", "tried"))
    assert first(folder="Nowhere").startswith("There is no folder “Nowhere”. There are: INBOX")
    assert "There is no server of the name" in first(imap=Server("nowhere.invalid", 993, "tls", "tried"))
    smtp = told.smtp
    assert "does not know STARTTLS" in first(smtp=Server(smtp.host, smtp.port, "starttls"))
    assert "lets nobody sign in" in first(smtp=Server(smtp.host, smtp.port, "none", "somebody"))


def test_a_certificate_that_is_trusted_is_enough(post, dovecot, sink, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.cert))
    monkeypatch.setenv("TRUSTDESK_MAILBOX_SAFE", dovecot.password)
    for tls, port in (("tls", dovecot.tls_port), ("starttls", dovecot.port)):
        where = Server("localhost", port, tls, "safe", "TRUSTDESK_MAILBOX_SAFE")
        row = mailbox(dovecot, sink, f"safe{tls}", name=f"Safe {tls}", imap=where)
        assert row.in_secret == "", "what a variable holds is not kept"
        fetching.visit(row.id, now=T0)


def test_a_mail_larger_than_all_bounds_is_told_of_and_left(post, dovecot, sink, monkeypatch):
    from trustdesk.post.mailboxes import imap

    monkeypatch.setattr(imap, "MOST_BYTES", 2_000)
    box = mailbox(dovecot, sink, "large")
    post.writes("large", "All my papers.\n" + "x" * 70 + "\n" + "y" * 5_000, subject="Papers")
    post.works(box)
    case = post.case()
    assert case.subject == "Papers"
    assert "too large to be taken in" in queries.conversation(case.id)[0].text


def test_letters_wait_while_the_own_server_is_away(post, dovecot, sink):
    box = mailbox(dovecot, sink, "away", smtp=Server("127.0.0.1", 1, "none"))
    post.writes("away", "Are you there?")
    post.works(box)
    letter = Letter.objects.get(mailbox=box.code)
    assert letter.state == "queued"
    assert letter.error.startswith("Nothing answers at 127.0.0.1")
    assert viewing.one(box.id).out_trouble.startswith("Nothing answers")
    with pytest.raises(Trouble, match="Neither TRUSTDESK_MAILBOX_NONE"):
        viewing.password(Server("x", 1, secret_from="TRUSTDESK_MAILBOX_NONE"), "")
