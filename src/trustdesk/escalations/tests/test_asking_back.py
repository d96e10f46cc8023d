"""Lena asks Sari back before she can answer; what Legal promised until Friday is followed up."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from trustdesk.escalations import actions, needs, queries
from trustdesk.escalations.actions import NotNow
from trustdesk.escalations.models import Escalation
from trustdesk.escalations.tests.test_escalations import Cast, client
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Clock, WorkItem
from trustdesk.kernel.work.tests import makers


@pytest.fixture
def cast(db, now):
    return Cast(now, partner=True)


def state(one):
    return Escalation.objects.get(id=one).state


def answer_clock(one):
    return Clock.objects.get(work_id=Escalation.objects.get(id=one).work_id, name="answer")


def test_asked_back_the_work_is_with_who_asked_and_the_answer_clock_rests(cast, now):
    about = cast.held()
    one = cast.ask(about)
    with pytest.raises(NotNow):
        actions.ask_back(actor=cast.lena, escalation_id=one, text="Which size?", now=now)  # not accepted yet
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    due = answer_clock(one).due_at
    with pytest.raises(NotFound):
        actions.ask_back(actor=cast.kofi, escalation_id=one, text="Which size?", now=now)
    with pytest.raises(Invalid):
        actions.ask_back(actor=cast.lena, escalation_id=one, text=" ", now=now)
    later = now + timedelta(hours=1)
    actions.ask_back(actor=cast.lena, escalation_id=one, text="Which size?", now=later)
    assert (state(one), answer_clock(one).phase) == ("asked_back", "paused")
    assert queries.calls(cast.sari).asked_back == 1
    page = client(cast.sari).get(f"/escalations/{one}").content.decode()
    assert "Which size?" in page
    assert "data-calls" in client(cast.sari).get("/escalations/calls").content.decode()
    assert "data-calls" not in client(cast.sari).get("/").content.decode(), "no page waits for the count"
    with pytest.raises(NotFound):
        actions.tell(actor=cast.lena, escalation_id=one, text="XL", now=later)
    work.take_up(actor=cast.sari, work_id=about, now=later)
    later += timedelta(hours=2)
    actions.tell(actor=cast.sari, escalation_id=one, text="XL", now=later)
    assert (state(one), WorkItem.objects.get(id=about).state) == ("accepted", "held")
    assert answer_clock(one).due_at == due + timedelta(hours=2), "the two hours with Sari do not count"
    with pytest.raises(NotNow):
        actions.tell(actor=cast.sari, escalation_id=one, text="XXL", now=later)
    # She can also answer without waiting for the word.
    actions.ask_back(actor=cast.lena, escalation_id=one, text="Which colour?", now=later)
    actions.answer(actor=cast.lena, escalation_id=one, text="Never.", now=later)
    assert (state(one), answer_clock(one).phase) == ("answered", "fulfilled")
    kinds = [said.kind for said in queries.whole(one, actor=cast.sari).said]
    assert kinds == ["asked", "asked_back", "told", "asked_back", "answered"]


def test_whoever_has_the_work_by_then_speaks_for_who_asked(cast, now):
    about = cast.held()
    one = cast.ask(about)
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    actions.ask_back(actor=cast.lena, escalation_id=one, text="Which size?", now=now)
    late = now + actions.FIRST_TO_REQUESTER
    work.wake_held(now=late)
    rina = makers.staff("Rina", now)
    assert queries.whole(one, actor=rina) is None
    assert work.claim_next(actor=rina, now=late).work == about
    assert queries.whole(one, actor=rina) is not None
    with pytest.raises(Refusal):  # Rina has it in hand
        actions.tell(actor=cast.sari, escalation_id=one, text="S", now=late)
    assert state(one) == "asked_back"
    actions.tell(actor=rina, escalation_id=one, text="S", now=late)
    assert (state(one), WorkItem.objects.get(id=about).state) == ("accepted", "held")


def test_handed_on_the_question_goes_to_who_handed_it_on(cast, now):
    one = cast.ask(cast.held())
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    two = actions.hand_on(
        actor=cast.lena, escalation_id=one, team=cast.outside, severity="low", reason="Your view?", now=now
    )
    actions.accept(actor=cast.kofi, escalation_id=two, now=now)
    actions.ask_back(actor=cast.kofi, escalation_id=two, text="Which country?", now=now)
    with pytest.raises(NotFound):
        actions.tell(actor=cast.sari, escalation_id=two, text="DE", now=now)
    actions.tell(actor=cast.lena, escalation_id=two, text="DE", now=now)
    assert (state(one), state(two)) == ("accepted", "accepted")


def test_what_was_promised_is_followed_up_until_it_is_closed(cast, now):
    one = cast.ask(cast.held())
    friday = now + timedelta(days=4)
    for wrong in ({"until": now - timedelta(minutes=1)}, {"until": now + timedelta(days=400)}):
        with pytest.raises(Invalid):
            actions.promise(actor=cast.sari, escalation_id=one, text="", now=now, **wrong)
    with pytest.raises(Invalid):
        actions.promise(actor=cast.sari, escalation_id=one, until=friday, text="x" * 201, now=now)
    with pytest.raises(NotFound):
        actions.promise(actor=cast.kofi, escalation_id=one, until=friday, text="", now=now)
    with pytest.raises(NotNow):
        actions.promise(actor=cast.sari, escalation_id=one, until=None, text="", now=now)  # there is none
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    actions.promise(actor=cast.lena, escalation_id=one, until=friday, text="promised by legal until Friday", now=now)
    actions.answer(actor=cast.lena, escalation_id=one, text="The letter follows.", now=now)
    actions.remind_due(now=friday - timedelta(minutes=1))
    assert not queries.calls(cast.sari).overdue
    actions.remind_due(now=friday)
    actions.remind_due(now=friday + timedelta(hours=1))
    assert FactRow.objects.filter(subject=str(one), kind="escalation.reminded").count() == 1
    assert (queries.calls(cast.sari).overdue, queries.calls(cast.lena).overdue) == (1, 1)
    jonas = makers.staff("Jonas", now, role="lead")
    assert [need.says for need in needs.overdue(jonas, friday)] == ["1 follow-up with Legal is overdue."]
    assert list(needs.overdue(cast.sari, friday)) == []
    assert "promised by legal until Friday" in queries.box(jonas, which="overdue").rows[0].promised
    # Moved on, it is to be reminded of again; closed, never.
    actions.promise(actor=cast.sari, escalation_id=one, until=friday + timedelta(days=2), text="", now=friday)
    assert not queries.overdue_by_team()
    actions.close(actor=cast.sari, escalation_id=one, now=friday)
    actions.remind_due(now=friday + timedelta(days=3))
    assert not queries.overdue_by_team()
    with pytest.raises(NotNow):
        actions.promise(actor=cast.sari, escalation_id=one, until=friday + timedelta(days=3), text="", now=friday)


def test_pages_refuse_what_cannot_be(cast, now):
    one = cast.ask(cast.held())
    sari, lena = client(cast.sari), client(cast.lena)
    lena.post(f"/escalations/{one}/accept")
    assert lena.post(f"/escalations/{one}/ask-back", {"text": "x" * 4001}).status_code == 422
    assert lena.post(f"/escalations/{one}/ask-back", {"text": "<script>alert(1)</script>"}).status_code == 303
    assert "<script>alert(1)" not in sari.get(f"/escalations/{one}").content.decode()
    assert sari.post(f"/escalations/{one}/promise", {"until": "tomorrow"}).status_code == 422
    assert client(cast.kofi).post(f"/escalations/{one}/promise", {"until": "2999-01-01"}).status_code == 404
    assert sari.post(f"/escalations/{one}/promise", {"until": "2999-01-01"}).status_code == 422


def test_two_reminders_at_once_remind_once_and_one_word_is_taken(real_db, now):
    cast = Cast(now)
    one = cast.ask(cast.held())
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    actions.promise(actor=cast.sari, escalation_id=one, until=now + timedelta(days=1), text="", now=now)
    actions.ask_back(actor=cast.lena, escalation_id=one, text="Which size?", now=now)
    told = together(
        lambda: actions.remind_due(now=now + timedelta(days=2)),
        lambda: actions.remind_due(now=now + timedelta(days=2)),
        lambda: actions.tell(actor=cast.sari, escalation_id=one, text="S", now=now),
        lambda: actions.tell(actor=cast.sari, escalation_id=one, text="M", now=now),
    )
    assert sum(isinstance(one, Refusal) for one in told) == 1, told
    kinds = [said.kind for said in queries.whole(one, actor=cast.sari).said]
    assert (kinds.count("reminded"), kinds.count("told")) == (1, 1)


def together(*calls):
    """What each said, called at once on connections of their own; a refusal is what was raised."""
    ready, told = Barrier(len(calls)), []

    def press(call):
        try:
            ready.wait(10)
            told.append(call())
        except Refusal as refused:
            told.append(refused)
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(told) == len(calls)
    return told
