"""Two who meet in a chat, on connections of their own: the same words sent by two tabs, an end while something is said."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from django.db import connection

from trustdesk.chat import actions, queries
from trustdesk.chat.tests.makers import chat, said
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.support import queries as support
from trustdesk.support.models import Case


def at_once(*verbs):
    start = Barrier(len(verbs))

    def run(verb):
        start.wait()
        try:
            return verb()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def test_the_first_words_from_two_tabs_open_one_case(real_db, now):
    for _ in range(3):
        visit, name = chat(now), uuid4()
        found = at_once(*[lambda: said(visit, now, id=name) for _tab in range(4)])  # noqa: B023  used in the round
        assert len({one.message for one in found}) == 1
        assert [one.again for one in found].count(False) == 1
    assert Case.objects.count() == 3


def test_of_an_end_and_a_word_at_once_no_word_is_lost_in_silence(real_db, now):
    for _ in range(4):
        visit = chat(now)
        case = said(visit, now).case
        word, _end = at_once(
            lambda: said(visit, now, "Wait!"),  # noqa: B023
            lambda: actions.end(actor=SYSTEM, chat_id=visit, how="agent", now=now),  # noqa: B023
        )
        kept = [one.text for one in support.public_messages(case)]
        assert ("Wait!" in kept) == (word != "chat_over")
        assert queries.one(visit, now=now).ended_how == "agent"
        assert not support.by_id(case).live
