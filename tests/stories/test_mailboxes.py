"""A seller writes by mail to a mailbox that lies on a real IMAP server (Dovecot) and is answered by a real SMTP one, until
the matter is done; what machines, crashes and refusals make of it."""

import os
import subprocess
import sys
import textwrap
import time
from email.message import EmailMessage

import pytest
from django.conf import settings

from tests.stories.mailing import T0, WRITTEN, mailbox
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post.mailboxes import fetching, keeping, trying, viewing
from trustdesk.post.mailboxes.settings import Server, Settings
from trustdesk.post.mailboxes.troubles import Trouble
from trustdesk.post.models import Fetched, IncomingMail, Letter, Mailbox
from trustdesk.support import actions, queries
from trustdesk.support.tests import makers
from trustdesk.web.tests import makers as people

pytestmark = pytest.mark.real


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
