"""Letters are written with what caused them, and leave later."""

import smtplib
import threading
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from django.core import mail
from django.db import connection, transaction

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.post import actions, queries, rules, sending
from trustdesk.post.models import Letter
from trustdesk.post.tests.makers import Refusing
from trustdesk.post.tests.test_rules import VALUES


def write(now, **more):
    given = {
        "to": "budi@example.com",
        "kind": "restored",
        "languages": ["id"],
        "values": VALUES,
        "about": "decision:1",
    }
    return actions.write_letter(actor=SYSTEM, now=now, **{**given, **more})


def state(letter_id):
    return Letter.objects.get(id=letter_id).state


@pytest.fixture
def server(settings):
    """A mail server with a temper: what is put here is raised, letter by letter."""
    settings.EMAIL_BACKEND = "trustdesk.post.tests.makers.Refusing"
    Refusing.raises = []
    return Refusing.raises


@pytest.mark.django_db
class TestOneDesk:
    def test_a_letter_leaves_after_its_undo_window_with_both_forms(self, now):
        made = write(now, effective_at=now + timedelta(seconds=10), sender="Bazaar <safety@bazaar.example>")
        assert sending.send_due(now=now + timedelta(seconds=9)) == 0
        assert mail.outbox == []
        assert sending.send_due(now=now + timedelta(seconds=10)) == 1
        assert sending.send_due(now=now + timedelta(hours=1)) == 0
        (sent,) = mail.outbox
        assert sent.to == ["budi@example.com"]
        assert sent.from_email == "Bazaar <safety@bazaar.example>"
        assert sent.body.startswith("Halo Budi,")
        assert sent.alternatives[0][1] == "text/html"
        assert sent.extra_headers["Message-ID"] == f"<{made}@bazaar.example>"
        assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
        assert sent.message()["Content-Language"] == "id"
        assert state(made) == "sent"
        assert [fact.kind for fact in FactRow.objects.order_by("id")] == ["post.letter_written", "post.letter_sent"]
        assert "budi@example.com" not in str(list(FactRow.objects.values()))

    def test_nobody_can_smuggle_a_header(self, now):
        write(
            now,
            values={**VALUES, "title": "Hi\r\nBcc: everyone@example.com"},
            languages=["en"],
            sender="x\nBcc: y <a@b.example>",
        )
        sending.send_due(now=now)
        message = mail.outbox[0].message()
        assert message["Bcc"] is None
        assert str(make_header(decode_header(message["Subject"]))) == "“Hi Bcc: everyone@example.com” is back"

    @pytest.mark.parametrize(
        "to", ["", "budi", "budi@", "a b@example.com", "budi@example.com\nBcc: x@y.z", "x" * 400 + "@a.example"]
    )
    def test_an_address_that_is_none_does_not_stop_the_decision(self, to, now):
        made = write(now, to=to)
        assert state(made) == "dead"
        assert sending.send_due(now=now) == 0

    def test_a_suppressed_address_gets_nothing_until_released(self, now):
        actions.suppress(actor=SYSTEM, address="Budi@Example.com", why="asked us to stop", now=now)
        assert state(write(now)) == "suppressed"
        actions.release(actor=SYSTEM, address="budi@example.com", now=now)
        assert state(write(now)) == "queued"
        with pytest.raises(NotFound):
            actions.release(actor=SYSTEM, address="budi@example.com", now=now)

    def test_undo_takes_letters_back_until_they_are_due(self, now):
        cause, due = uuid7(), now + timedelta(seconds=10)
        made = write(now, cause=cause, effective_at=due)
        assert actions.withdraw_letters(causes=[cause], now=now + timedelta(seconds=9))
        assert state(made) == "withdrawn"
        assert sending.send_due(now=due) == 0
        late = uuid7()
        kept = write(now, cause=late, effective_at=due)
        assert not actions.withdraw_letters(causes=[late], now=due)
        sending.send_due(now=due)
        assert not actions.withdraw_letters(causes=[late], now=due)
        assert state(kept) == "sent"
        assert actions.withdraw_letters(causes=[uuid7()], now=now), "nothing was written: nothing stands in the way"

    def test_a_busy_server_is_tried_again_with_growing_waits_then_the_letter_is_dead(self, now, server):
        made = write(now)
        moment, waits = now, []
        for _ in range(rules.MOST_TRIES):
            server.append(smtplib.SMTPServerDisconnected("bye"))
            assert sending.send_due(now=moment) == 1
            assert sending.send_due(now=moment) == 0
            row = Letter.objects.get(id=made)
            if row.state == "queued":
                waits.append(row.next_at - moment)
                moment = row.next_at
        assert waits == sorted(waits)
        assert sum(waits, timedelta()) > timedelta(days=1)
        assert state(made) == "dead"
        (dead,) = queries.dead_letters()
        assert dead.error == "The mail server failed (SMTPServerDisconnected)."
        actions.send_again(actor=SYSTEM, letter_id=made, now=moment)
        assert sending.send_due(now=moment) == 1
        assert state(made) == "sent"

    def test_a_dead_address_is_given_up_at_once_and_never_written_to_again(self, now, server):
        server.append(smtplib.SMTPRecipientsRefused({"budi@example.com": (550, b"5.1.1 no such user")}))
        made = write(now)
        other = write(now, to="amara@example.com")
        sending.send_due(now=now)
        assert state(made) == "dead"
        assert "550: 5.1.1 no such user" in Letter.objects.get(id=made).error
        assert queries.is_suppressed("budi@example.com")
        assert state(other) == "sent", "one refusal stopped the others"

    @pytest.mark.parametrize(
        ("error", "state_after"),
        [
            (smtplib.SMTPRecipientsRefused({"b": (451, b"greylisted")}), "queued"),
            (smtplib.SMTPDataError(554, b"looks like spam"), "dead"),
            (smtplib.SMTPSenderRefused(421, b"slow down", "x"), "queued"),
            (ConnectionResetError(), "queued"),
            (UnicodeEncodeError("ascii", "ü", 0, 1, "no"), "dead"),
        ],
    )
    def test_what_may_get_better_waits_and_what_cannot_is_dead(self, error, state_after, now, server):
        server.append(error)
        made = write(now)
        sending.send_due(now=now)
        assert state(made) == state_after
        assert not queries.is_suppressed("budi@example.com")

    def test_a_mail_server_that_is_away_costs_no_letter(self, now, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        made = write(now)
        assert sending.send_due(now=now) == 1
        row = Letter.objects.get(id=made)
        assert (row.state, row.error) == ("queued", "The mail server cannot be reached (ConnectionRefusedError).")

    def test_lists_cost_one_query(self, now, django_assert_num_queries):
        for number in range(3):
            write(now, about=f"decision:{number}")
        with django_assert_num_queries(1):
            found = queries.letters_about(["decision:0", "decision:1", "decision:9"])
        assert [len(letters) for letters in found.values()] == [1, 1, 0]


@pytest.mark.real
@pytest.mark.usefixtures("real_db")
class TestRealConnections:
    @pytest.fixture(autouse=True)
    def _alone(self, real_db):
        Letter.objects.filter(state="queued").update(state="withdrawn")

    def test_parallel_workers_send_each_letter_once(self, now):
        made = [write(now, to=f"u{n}@example.com") for n in range(40)]
        lock, sent = threading.Lock(), []

        def work():
            try:
                while True:
                    letters, mine = sending.claim(now=now, limit=3)
                    if not letters:
                        return
                    for letter in letters:
                        with lock:
                            sent.append(letter.id)
                        sending.finish(letter_id=letter.id, mine=mine, failure=None, now=now)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(sent) == sorted(made)

    def test_a_lost_worker_gives_its_letters_back(self, now):
        made = write(now)
        letters, lost = sending.claim(now=now, limit=5)
        assert [letter.id for letter in letters] == [made]
        assert sending.claim(now=now, limit=5)[0] == []
        again, mine = sending.claim(now=now + rules.LEASE, limit=5)
        assert [letter.id for letter in again] == [made]
        assert not sending.finish(letter_id=made, mine=lost, failure=sending.Failure("late"), now=now)
        assert sending.finish(letter_id=made, mine=mine, failure=None, now=now)

    def test_undo_and_the_sending_loop_cannot_both_win(self, now):
        due = now + timedelta(seconds=10)
        causes = [uuid7() for _ in range(25)]
        made = {cause: write(now, cause=cause, effective_at=due) for cause in causes}
        undone, barrier = [], threading.Barrier(2)

        def undo():
            barrier.wait()
            try:
                for cause in reversed(causes):
                    with transaction.atomic():
                        if actions.withdraw_letters(causes=[cause], now=due - timedelta(milliseconds=1)):
                            undone.append(made[cause])
            finally:
                connection.close()

        sent = []

        def send():
            barrier.wait()
            try:
                while True:
                    letters, mine = sending.claim(now=due, limit=2)
                    if not letters:
                        return
                    for letter in letters:
                        sent.append(letter.id)
                        sending.finish(letter_id=letter.id, mine=mine, failure=None, now=due)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for work in (undo, send)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not set(sent) & set(undone)
        assert len(sent) + len(undone) == 25
