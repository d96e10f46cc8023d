"""Two who meet, workers that are lost, in threads of their own."""

import pytest
from django.db import transaction

from trustdesk.problems import actions, queries
from trustdesk.problems.actions import telling as telling_verbs
from trustdesk.problems.models import ProblemCase
from trustdesk.problems.tests.makers import begun, codes, person
from trustdesk.support import queries as cases
from trustdesk.support.tests.test_two_people import both


def test_two_link_the_same_case_and_it_is_there_once(real_db, now):
    jonas, rina = person(), person(name="Rina")
    first, *rest = codes(now, 4)
    one = begun(jonas, [first], now)
    became = both(*[lambda by=by: actions.link(actor=by, problem_id=one, cases=rest, now=now) for by in (jonas, rina)])
    assert sorted(became) == ["already_linked", "done"]
    assert ProblemCase.objects.count() == 4


def test_many_workers_and_one_that_is_lost_tell_everybody_once(real_db, now, monkeypatch):
    jonas = person()
    ids = codes(now, 30)
    one = begun(jonas, ids, now)
    actions.tell(actor=jonas, problem_id=one, kind="reply", text="It works again.", now=now)

    class Killed(BaseException):
        """As a power cut would."""

    kept, count = telling_verbs._write, [0]

    def dies(**given):
        count[0] += 1
        kept(**given)
        if count[0] == 6:
            raise Killed  # the reply is written, nothing is committed

    monkeypatch.setattr(telling_verbs, "_write", dies)
    with pytest.raises(Killed), transaction.atomic(durable=False):
        actions.tell_due(now=now)
    monkeypatch.setattr(telling_verbs, "_write", kept)

    def work():
        for _ in range(60):
            actions.tell_due(now=now)

    assert both(work, work, work) == ["done"] * 3
    found = queries.tellings_of(one)[0]
    assert found.counts == {"done": 30}
    assert not found.running
    assert [len([m for m in cases.conversation(each) if m.direction == "out"]) for each in ids] == [1] * 30
