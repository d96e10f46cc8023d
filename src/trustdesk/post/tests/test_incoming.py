"""Mail comes in over real sockets: kept before it is acknowledged, taken in once, never lost."""

import smtplib
import socket
import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.db import OperationalError

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.post import actions, addressing, boxes, listening, queries, receiving, rules, sending
from trustdesk.post.listening import Listener
from trustdesk.post.models import IncomingMail, Letter
from trustdesk.post.tests.test_post import write

RAW = b"From: Budi <budi@example.com>\r\nSubject: My cup\r\n\r\nIt is my own cup.\r\n"


class TooMany(Refusal):
    """Too many at once."""

    code, status = "too_many", 429


def returned(recipient, action, status, message_id):
    """A report of delivery (RFC 3464) of another's mail server."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


class Desk:
    """What the boxes were handed, and a temper: what is put into `raises` is raised, mail by mail."""

    def __init__(self):
        self.seen, self.raises = [], []

    def receive(self, *, incoming, actor, now):
        if self.raises and (error := self.raises.pop(0)):
            raise error
        self.seen.append(incoming)
        return f"notice:{incoming.id}"


@pytest.fixture
def desk(settings, monkeypatch):
    settings.MAIL_DOMAIN = "desk.example"
    made = Desk()
    monkeypatch.setitem(boxes.BOXES, "notices", boxes.Box(receive=made.receive))
    monkeypatch.setitem(boxes.BOXES, "appeal", boxes.Box(receive=made.receive, signed=True))
    monkeypatch.setattr(boxes, "tongue", [lambda words: "ms" if "cangkir" in words else ""])
    monkeypatch.setattr(receiving, "tongue", boxes.tongue)
    monkeypatch.setattr(receiving, "heard_first", [lambda address: address == "watch@brand.example"])
    return made


@pytest.fixture
def server(desk, real_db):
    """An SMTP server on a free port of this machine; `lmtp` names another beside it."""
    listeners = [Listener(host="127.0.0.1", port=port, lmtp=lmtp) for port, lmtp in ((0, False), (0, True))]
    for one in listeners:
        one.start()
    try:
        yield [one.port for one in listeners]
    finally:
        for one in listeners:
            one.stop()


def states():
    return sorted(IncomingMail.objects.values_list("state", flat=True))


def test_a_signed_address_names_one_thing_and_cannot_be_made(settings):
    settings.MAIL_DOMAIN = "desk.example"
    key = uuid7()
    address = addressing.reply_address("appeal", key)
    assert len(address.partition("@")[0]) <= 64
    assert addressing.place_of(address.upper()) == addressing.Place("appeal", key)
    local = address.partition("@")[0]
    for forged in (
        f"notices+{local.partition('+')[2]}@desk.example",
        f"{local[:-2]}{'a' if local[-2] != 'a' else 'b'}{local[-1]}@desk.example",
        f"{local}@elsewhere.example",
        "appeal+short@desk.example",
        "appeal+ü@desk.example",
        "@desk.example",
    ):
        assert addressing.place_of(forged) is None, forged
    settings.MAIL_DOMAIN = ""
    assert addressing.reply_address("appeal", key) == ""
    assert addressing.place_of(address) is None


def test_the_worker_takes_a_port_over_when_it_is_free(desk, settings, now):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.MAIL_LISTEN = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(OSError, match="in use"):
            listening.listen(now=now)
    listening.listen(now=now)
    listening.listen(now=now)
    (listener,) = listening._running
    try:
        with smtplib.SMTP("127.0.0.1", listener.port) as client:
            assert client.ehlo()[0] == 250
    finally:
        listening._running.clear()
        listener.stop()


def test_over_smtp_and_lmtp_mail_is_kept_and_becomes_its_matter_once(server, desk, now):
    smtp_port, lmtp_port = server
    key = uuid7()
    appeal = addressing.reply_address("appeal", key)
    with smtplib.SMTP("127.0.0.1", smtp_port) as client:
        for wrong in ("root@desk.example", "x@elsewhere.example", "appeal@desk.example", "notices+x@desk.example"):
            client.ehlo()
            client.mail("budi@example.com")
            assert client.rcpt(wrong)[0] == 550
            client.rset()
        client.sendmail("budi@example.com", ["notices@desk.example", appeal], RAW)
        client.sendmail("budi@example.com", ["NOTICES@Desk.Example"], RAW)  # its server did not hear our answer
        client.sendmail("budi@example.com", ["notices@desk.example"], RAW + b"x" * 5000 + b"\r\n.\r\n")
    with smtplib.LMTP("127.0.0.1", lmtp_port) as client:
        client.ehlo_or_helo_if_needed()
        client.mail("")
        for to in ("notices@desk.example", appeal):
            assert client.rcpt(to)[0] == 250
        assert client.data(RAW + b"out of office\r\n")[0] == 250
        assert client.getreply()[0] == 250  # one answer for each recipient (RFC 2033)
    assert states() == ["waiting"] * 5
    assert receiving.handle_due(now=now + timedelta(days=3650)) is False
    assert states() == ["handled", "handled", "handled", "ignored", "ignored"]
    assert sorted((one.box, one.key) for one in desk.seen) == [("appeal", key), ("notices", None), ("notices", None)]
    receiving.handle_due(now=now + timedelta(days=3650))
    assert len(desk.seen) == 3
    assert not Letter.objects.exists()


def test_what_cannot_be_kept_is_not_acknowledged(server, desk, now, monkeypatch):
    with smtplib.SMTP("127.0.0.1", server[0]) as client:
        with monkeypatch.context() as broken:
            broken.setattr("trustdesk.post.listening.take", lambda **_: (_ for _ in ()).throw(OperationalError("gone")))
            with pytest.raises(smtplib.SMTPDataError) as told:
                client.sendmail("budi@example.com", ["notices@desk.example"], RAW)
        assert told.value.smtp_code == 451
        assert states() == []
        client.sendmail("budi@example.com", ["notices@desk.example"], RAW)
    assert states() == ["waiting"]


def test_who_sends_too_much_is_told_to_come_later(server, desk, now, monkeypatch):
    monkeypatch.setattr(rules, "MOST_MAILS", 1)
    with smtplib.SMTP("127.0.0.1", server[0]) as client:
        client.sendmail("budi@example.com", ["notices@desk.example"], RAW)
        with pytest.raises(smtplib.SMTPDataError) as told:
            client.sendmail("budi@example.com", ["notices@desk.example"], RAW + b"2")
        assert told.value.smtp_code == 450
        client.sendmail("watch@brand.example", ["notices@desk.example"], RAW + b"3")
    assert states() == ["waiting"] * 2


def test_two_workers_take_a_mail_in_once(real_db, desk, now):
    receiving.take(raw=RAW, sender="budi@example.com", recipients=["notices@desk.example"], now=now)
    threads = [threading.Thread(target=_in_thread, args=(now,)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert states() == ["handled"]
    assert FactRow.objects.filter(kind="post.mail_handled").count() == 1


def test_many_servers_at_once_bring_no_more_than_an_address_may_send(real_db, desk, now, monkeypatch):
    monkeypatch.setattr(rules, "MOST_MAILS", 3)
    refused = []

    def bring(n, sender):
        from django.db import connection

        try:
            receiving.take(raw=RAW + str(n).encode(), sender=sender, recipients=["notices@desk.example"], now=now)
        except receiving.TooMuchMail:
            refused.append(sender)
        finally:
            connection.close()

    senders = ["budi@example.com", "watch@brand.example"]
    threads = [threading.Thread(target=bring, args=(n, senders[n % 2])) for n in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert refused == ["budi@example.com"] * 3
    assert len(states()) == 9


def _in_thread(now):
    from django.db import connection

    try:
        receiving.handle_due(now=now)
    finally:
        connection.close()


@pytest.mark.django_db
class TestOneDesk:
    def take(self, now, raw=RAW, sender="budi@example.com"):
        receiving.take(raw=raw, sender=sender, recipients=["notices@desk.example"], now=now)
        return IncomingMail.objects.order_by("-id").first().id

    def test_a_refusal_is_told_to_its_sender_a_few_times_a_day(self, desk, now):
        desk.raises = [Refusal("An appeal is open for six months.")] * 6
        for n in range(6):
            self.take(now, raw=RAW + str(n).encode())
        receiving.handle_due(now=now)
        assert set(states()) == {"refused"}
        letters = Letter.objects.filter(kind="mail_refused")
        assert letters.count() == rules.MOST_REFUSALS_A_DAY
        assert letters[0].to == "budi@example.com"
        assert "An appeal is open for six months." in letters[0].text
        assert letters[0].subject == "We could not take your mail “My cup”"

    def test_a_refusal_speaks_the_senders_language_with_what_is_to_mend(self, desk, now):
        wrong = {"reason": "Say why you think that something is wrong: a sentence or two are enough."}
        desk.raises = [Invalid("Your answer could not be used yet.", fields=wrong)] * 2
        self.take(now, raw=b"From: budi@example.com\r\nSubject: cangkir saya\r\n\r\nIni.\r\n")
        self.take(now)
        receiving.handle_due(now=now)
        malay, other = Letter.objects.filter(kind="mail_refused").order_by("id")
        assert (malay.language, other.language) == ("id", "en")
        assert wrong["reason"] in other.text
        assert malay.text.startswith("Halo")
        assert "Jawaban Anda belum dapat digunakan." in malay.text
        assert wrong["reason"] not in malay.text

    def test_what_nobody_can_be_told_of_is_kept_for_a_person(self, desk, now):
        desk.raises = [Invalid("No sender.")]
        self.take(now, raw=b"\xff\xfe\x00 nothing of a mail", sender="?")
        receiving.handle_due(now=now)
        (stuck,) = queries.stuck_mail()
        assert stuck.why == "No sender."
        assert not Letter.objects.exists()

    def test_too_much_at_once_waits_and_is_taken_in(self, desk, now):
        desk.raises = [TooMany(retry_after=3600)]
        self.take(now)
        for minutes in (0, 30, 60):
            receiving.handle_due(now=now + timedelta(minutes=minutes))
            assert states() == ["handled" if minutes == 60 else "waiting"]
        assert not Letter.objects.exists()

    def test_one_address_is_put_off_and_the_others_are_served(self, desk, now, monkeypatch):
        monkeypatch.setattr(rules, "MOST_MAILS", 2)
        for n in range(2):
            self.take(now, raw=RAW + str(n).encode())
        with pytest.raises(receiving.TooMuchMail):
            self.take(now, raw=RAW + b"3", sender="Budi@Example.com")
        self.take(now, raw=RAW + b"3", sender="amara@example.com")
        for n in range(4):
            self.take(now, raw=RAW + b"w%d" % n, sender="watch@brand.example")
        self.take(now + rules.HOUR, raw=RAW + b"4")
        assert len(states()) == 8

    def test_a_letter_that_comes_back_is_tied_to_it(self, desk, now, settings, monkeypatch):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        monkeypatch.setitem(boxes.BOXES, "returned", boxes.Box(receive=receiving.refuse_words, signed=True))
        gone, late, fine = (
            write(now, to=f"{name}@example.com", sender="Desk <safety@desk.example>")
            for name in ("gone", "late", "fine")
        )
        sending.send_due(now=now)
        assert mail.outbox[0].from_email == addressing.reply_address("returned", gone)
        assert mail.outbox[0].message()["From"] == "Desk <safety@desk.example>"
        ids = {one: f"<{one}@desk.example>" for one in (gone, late, fine)}
        come = [
            # By the letter's own address, and by the Message-ID that the report returns.
            (addressing.reply_address("returned", gone), returned("gone@example.com", "failed", "5.1.1", "")),
            ("notices@desk.example", returned("late@example.com", "delayed", "4.4.1", ids[late])),
            ("notices@desk.example", returned("fine@example.com", "failed", "5.1.1", f"<{fine}@forged.example>")),
            # Somebody is away: the letter arrived.
            (addressing.reply_address("returned", fine), b"Auto-Submitted: auto-replied\r\n" + RAW),
        ]
        for to, raw in come:
            receiving.take(raw=raw, sender="<>", recipients=[to], now=now)
        receiving.handle_due(now=now)
        assert sorted(IncomingMail.objects.values_list("state", "about")) == [
            ("handled", f"letter:{gone}"),
            ("handled", f"letter:{late}"),
            ("ignored", ""),
            ("ignored", ""),
        ]
        assert [(one.id, one.error) for one in queries.dead_letters()] == [
            (gone, "It came back: 550 5.1.1 No such user")
        ]
        assert queries.is_suppressed("gone@example.com")
        assert Letter.objects.get(id=late).error == "Its mail server says: 550 5.1.1 No such user"
        assert set(Letter.objects.filter(state="sent").values_list("id", flat=True)) == {late, fine}

    @pytest.mark.parametrize(
        ("head", "sender"),
        [
            (b"Auto-Submitted: auto-replied\r\n", "budi@example.com"),
            (b"", "<>"),
            (b"From: desk <notices@desk.example>\r\n", "x@y.example"),
        ],
    )
    def test_loops_and_auto_replies_are_laid_aside(self, desk, now, head, sender):
        self.take(now, raw=head + RAW, sender=sender)
        receiving.handle_due(now=now)
        assert states() == ["ignored"]
        assert desk.seen == []
        assert not Letter.objects.exists()

    def test_what_fails_is_tried_again_then_stuck_then_a_person_helps(self, desk, now):
        mail_id = self.take(now)
        desk.raises = [RuntimeError("a bug")] * (len(rules.MAIL_WAITS) + 1)
        at = now
        for wait in (*rules.MAIL_WAITS, timedelta()):
            receiving.handle_due(now=at)
            receiving.handle_due(now=at)  # not before its time
            at += wait
        (stuck,) = queries.stuck_mail()
        assert (stuck.id, stuck.why) == (mail_id, "RuntimeError: a bug")
        with boxes.keeper[0].read(actions.open_stuck_mail(actor=SYSTEM, mail_id=mail_id, now=at)) as raw:
            assert raw.read() == RAW
        actions.take_mail_again(actor=SYSTEM, mail_id=mail_id, now=at)
        receiving.handle_due(now=at)
        assert states() == ["handled"]
        assert len(desk.seen) == 1
        with pytest.raises(NotFound):
            actions.lay_mail_aside(actor=SYSTEM, mail_id=mail_id, now=at)
        assert FactRow.objects.order_by("-id").values_list("kind", flat=True)[0] == "post.mail_handled"

    def test_attachments_are_kept_as_files(self, desk, now):
        raw = (
            b"From: budi@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            b"--b\r\nContent-Type: text/plain\r\n\r\nSee.\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\nproof\r\n--b--\r\n"
        )
        self.take(now, raw=raw)
        receiving.handle_due(now=now)
        (seen,) = desk.seen
        assert [type(one) for one in seen.files] == [UUID]
        with boxes.keeper[0].read(seen.files[0]) as kept:
            assert kept.read().strip() == b"proof"
