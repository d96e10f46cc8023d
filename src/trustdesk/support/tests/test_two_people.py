"""Two who meet, in threads of their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from django.db import connection

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.support import actions, queries
from trustdesk.support.tests.makers import asked, case, staff


def both(*verbs):
    """What became of verbs done at the same moment: "done" or the code of the refusal, in their order."""
    start = Barrier(len(verbs))

    def run(verb):
        start.wait()
        try:
            verb()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def test_two_send_at_once_and_the_second_is_stopped(real_db, now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    one = asked(now)

    def send(who):
        return lambda: actions.reply(actor=who, case_id=one.id, text=f"From {who.name}", seen=1, now=now)

    assert sorted(both(send(sari), send(jonas))) == ["done", "stale"]
    assert len([message for message in queries.conversation(one.id) if message.direction == "out"]) == 1


def test_undo_and_leaving_at_once_one_of_them_happens(real_db, now):
    sari, end = staff("Sari", now), now + timedelta(seconds=15)
    for _ in range(3):
        one = asked(now)
        reply = actions.reply(actor=sari, case_id=one.id, text="Soon.", seen=1, now=now)
        undone, _left = both(
            lambda reply=reply: actions.undo_send(actor=sari, message_id=reply, now=end - timedelta(seconds=1)),
            lambda: actions.send_due(now=end),
        )
        found = queries.message(reply)
        assert (found is None) == (undone == "done")
        assert found is None or found.state == "sent"


def test_two_merge_crosswise_and_one_case_remains(real_db, now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    one, other = asked(now), asked(now)
    became = both(
        lambda: actions.merge(actor=sari, case_id=one.id, into=other.id, now=now),
        lambda: actions.merge(actor=jonas, case_id=other.id, into=one.id, now=now),
        lambda: actions.receive(actor=sari, case_id=one.id, text="And?", now=now),
    )
    assert sorted(became[:2]) == ["case_merged", "done"]
    assert became[2] == "done"
    left = [each for each in (one, other) if case(each.id).merged_into is None]
    assert len(left) == 1
    assert case(left[0].id).messages == 3
