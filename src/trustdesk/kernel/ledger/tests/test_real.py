"""The ledger under real, parallel connections."""

import threading

import psycopg
import pytest
from django.db import connection, transaction

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger import outbox, queries, reacting, seals, sequencer
from trustdesk.kernel.ledger.actions import withdraw_deliveries
from trustdesk.kernel.ledger.models import Delivery
from trustdesk.kernel.ledger.tests.test_actions import LetterPosted, post
from trustdesk.kernel.people.actor import SYSTEM

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("real_db")]


@pytest.fixture(autouse=True)
def _all_placed(real_db):
    """What other tests of this process have committed gets its place first."""
    while sequencer.sequence():
        pass


def in_thread(work):
    """Run `work` in a thread with a connection of its own; its exception is raised by join()."""
    box: dict = {}

    def run():
        try:
            box["result"] = work()
        except BaseException as error:
            box["error"] = error
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()

    def join():
        thread.join(30)
        assert not thread.is_alive()
        if "error" in box:
            raise box["error"]
        return box.get("result")

    return join


def test_a_late_commit_is_never_skipped_by_a_reader_in_order(now):
    start = queries.last_position()
    early, late = uuid7(), uuid7()
    opened, go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            post(actor=SYSTEM, now=now, letter=early)
            opened.set()
            assert go.wait(20)

    join = in_thread(slow)
    assert opened.wait(20)
    post(actor=SYSTEM, now=now, letter=late)  # begins later, commits first
    sequencer.sequence()
    assert [view.subject for view in queries.feed(after=start)] == [], "a reader would have passed the slow one by"
    go.set()
    join()
    sequencer.sequence()
    read = queries.feed(after=start)
    assert [view.subject for view in read] == [str(early), str(late)]
    assert [view.position for view in read] == [start + 1, start + 2]


def test_many_writers_get_gapless_positions_while_sequencers_compete(now):
    start = queries.last_position()
    writing = threading.Event()

    def write():
        for _ in range(25):
            post(actor=SYSTEM, now=now, letter=uuid7())

    def place():
        while not writing.is_set():
            sequencer.sequence(limit=10)

    placers = [in_thread(place) for _ in range(2)]
    writers = [in_thread(write) for _ in range(6)]
    for join in writers:
        join()
    writing.set()
    for join in placers:
        join()
    while sequencer.sequence():
        pass
    positions = [view.position for view in queries.feed(after=start, limit=1000)]
    assert positions == list(range(start + 1, start + 151))


def test_two_workers_deliver_each_fact_once(now):
    got: list = []

    def counted(*, fact, envelope, now):
        got.append(fact.letter)

    counted.__module__ = "trustdesk.test.reactors"
    reacting.reacts_to(LetterPosted)(counted)
    try:
        letters = [uuid7() for _ in range(120)]
        for letter in letters:
            post(actor=SYSTEM, now=now, letter=letter)

        def work():
            while outbox.deliver_due(reactor="test.counted", now=now, limit=7):
                pass

        for join in [in_thread(work) for _ in range(4)]:
            join()
    finally:
        reacting.forget("test.counted")
    assert sorted(got) == sorted(letters)


def test_undo_and_delivery_cannot_both_win(now):
    from datetime import timedelta

    got: list = []

    def counted(*, fact, envelope, now):
        got.append(fact.letter)

    counted.__module__ = "trustdesk.test.reactors"
    reacting.reacts_to(LetterPosted)(counted)
    undone: list = []
    try:
        facts = [(uuid7(), None) for _ in range(30)]
        made = [
            (letter, post(actor=SYSTEM, now=now, letter=letter, effective_at=now + timedelta(seconds=10)))
            for letter, _ in facts
        ]
        barrier = threading.Barrier(2)
        due = now + timedelta(seconds=10)

        def deliver():
            barrier.wait()
            while outbox.deliver_due(reactor="test.counted", now=due, limit=3):
                pass

        def undo():
            barrier.wait()
            for letter, fact in reversed(made):
                with transaction.atomic():
                    # The reviewer's clock is a moment behind the worker's: still inside the window.
                    if withdraw_deliveries(fact_ids=[fact.id], now=due - timedelta(milliseconds=1)):
                        undone.append(letter)

        for join in [in_thread(deliver), in_thread(undo)]:
            join()
    finally:
        reacting.forget("test.counted")
    assert not set(got) & set(undone)
    assert len(got) + len(undone) == 30


def test_verify_finds_a_row_changed_behind_the_triggers_back(now, tmp_path, real_db):
    letter = uuid7()
    post(actor=SYSTEM, now=now, letter=letter)
    while sequencer.sequence():
        pass
    key = seals.load_key(tmp_path / "seal.pem", make=True)
    while seals.seal(key=key, now=now):
        pass
    sound = seals.verify(key=key.public_key())
    assert sound.sound, sound.findings
    with psycopg.connect(real_db, autocommit=True) as intruder:
        intruder.execute("SET session_replication_role = replica")
        intruder.execute("UPDATE ledger_fact SET actor = 'staff:nobody' WHERE subject = %s", [str(letter)])
        found = seals.verify(key=key.public_key())
        intruder.execute("UPDATE ledger_fact SET actor = %s WHERE subject = %s", [SYSTEM.label, str(letter)])
    assert [finding.what for finding in found.findings if "changed after sealing" in finding.what]
    assert seals.verify(key=key.public_key()).sound
    stranger = seals.load_key(tmp_path / "other.pem", make=True)
    assert not seals.verify(key=stranger.public_key()).sound


def test_a_killed_worker_gives_its_deliveries_back(now, cluster, real_db):
    def slow(*, fact, envelope, now):
        pass

    slow.__module__ = "trustdesk.test.reactors"
    reacting.reacts_to(LetterPosted)(slow)
    try:
        post(actor=SYSTEM, now=now, letter=uuid7())
        other = psycopg.connect(real_db)
        other.execute("SELECT id FROM ledger_delivery WHERE reactor = 'test.slow' AND done_at IS NULL FOR UPDATE")
        assert outbox.deliver_due(reactor="test.slow", now=now) == 0
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [other.info.backend_pid])
        other.close()
        assert outbox.deliver_due(reactor="test.slow", now=now) == 1
    finally:
        reacting.forget("test.slow")
    assert not Delivery.objects.filter(reactor="test.slow", done_at=None).exists()
