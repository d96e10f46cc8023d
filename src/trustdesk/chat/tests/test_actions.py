"""A chat is a case: said once whatever happens, handed over, ended, and gone on with by mail."""

from datetime import timedelta
from uuid import uuid4

import pytest

from trustdesk.chat import actions, queries, rules
from trustdesk.chat.actions import ending
from trustdesk.chat.tests.makers import chat, said, there
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post.models import Letter
from trustdesk.support import actions as cases
from trustdesk.support import queries as support
from trustdesk.web.tests import makers
from trustdesk.workforce import actions as workforce

pytestmark = pytest.mark.django_db


@pytest.fixture
def sari():
    return actor_for(makers.staff("reviewer", name="Sari"))


def answered(case_id, who, now, text="Let me look."):
    return cases.reply(actor=who, case_id=case_id, text=text, seen=1_000, now=now)


def texts(chat_id, now, after=0):
    thread = str(queries.one(chat_id, now=now).case or "")
    return [one.text for one in queries.said(chat_id, after=after, thread=thread, now=now).messages]


def test_the_first_words_open_a_case_and_the_same_words_come_once(now):
    visit, name = chat(now), uuid4()
    first = said(visit, now, id=name)
    again = said(visit, now, id=name)
    assert (first.again, again.again) == (False, True)
    assert first.message == again.message
    case = support.by_id(first.case)
    assert (case.channel, case.live, case.queue, case.name) == ("chat", True, "chats", "Ratna")
    said(visit, now, "And where?")
    assert texts(visit, now) == ["Hello?", "And where?"]


def test_an_answer_leaves_at_once_and_is_not_stopped_by_what_came_in(sari, now):
    visit = chat(now)
    case = said(visit, now).case
    said(visit, now, "Are you there?")
    answered(case, sari, now)
    assert texts(visit, now) == ["Hello?", "Are you there?", "Let me look."]
    cases.note(actor=sari, case_id=case, text="He sounds upset.", now=now)
    assert "He sounds upset." not in texts(visit, now)
    after = queries.said(visit, after=2, thread=str(case), now=now)
    assert [(one.text, one.handle) for one in after.messages] == [("Let me look.", sari.handle)]


def test_what_was_said_before_the_chat_is_not_shown_in_it(sari, now):
    visit = chat(now)
    case = said(visit, now).case
    old = cases.open_case(actor=SYSTEM, channel="mail", text="An old letter", now=now - timedelta(days=9))
    cases.merge(actor=sari, case_id=case, into=old.id, now=now)
    assert actions.follow(actor=SYSTEM, case_id=case, into=old.id, now=now) == 1
    assert texts(visit, now) == ["Hello?"]
    assert support.by_id(old.id).live
    said(visit, now, "Still here")
    answered(old.id, sari, now, "So are we.")
    assert texts(visit, now) == ["Hello?", "Still here", "So are we."]


def test_after_the_end_what_is_written_goes_by_mail_and_is_not_in_the_chat(sari, now):
    visit = chat(now, address="ratna@example.com")
    case = said(visit, now).case
    answered(case, sari, now)
    actions.end(actor=SYSTEM, chat_id=visit, how="visitor", now=now)
    found = support.by_id(case)
    assert (found.live, found.status) == (False, "resolved")
    transcript = Letter.objects.get(to="ratna@example.com")
    assert "Hello?" in transcript.text
    assert "Let me look." in transcript.text
    with pytest.raises(actions.ChatOver):
        said(visit, now, "One more")
    later = now + timedelta(minutes=5)
    answered(case, sari, later, "One more thing.")
    cases.send_due(now=later + timedelta(seconds=15))
    assert support.conversation(case)[-1].channel == "mail"
    assert texts(visit, later) == ["Hello?", "Let me look."]


def test_who_leaves_with_a_question_open_has_a_case_that_is_open(now):
    visit = chat(now)
    case = said(visit, now).case
    for minutes in (9, 11):
        actions.end_idle(now=now + timedelta(minutes=minutes))
        assert (queries.one(visit, now=now).ended_how == "idle") is (minutes > 10)
    found = support.by_id(case)
    assert (found.live, found.status) == (False, "new")
    assert found.waiting_since is not None


def test_a_visitor_who_only_reads_is_not_idle_while_something_is_said(sari, now):
    visit = chat(now)
    case = said(visit, now).case
    late = now + rules.STILL_AFTER + timedelta(minutes=1)
    answered(case, sari, late - timedelta(minutes=1))
    actions.be_here(chat_id=visit, writes=False, now=late)
    actions.end_idle(now=late)
    assert queries.one(visit, now=late).ended_at is None
    much_later = late + rules.STILL_AFTER
    actions.be_here(chat_id=visit, writes=False, now=much_later)
    actions.end_idle(now=much_later)
    assert queries.one(visit, now=much_later).ended_how == "idle"


def test_it_is_handed_to_who_is_there_and_has_it_in_hand_without_a_gap(sari, now):
    jonas = makers.staff("reviewer", name="Jonas")
    visit = chat(now)
    case = said(visit, now).case
    cases.take(actor=sari, case_id=case, now=now)
    with pytest.raises(actions.NobodyThere):
        actions.hand_over(actor=sari, case_id=case, to=jonas.id, now=now)
    assert str(support.by_id(case).holder) == sari.id
    there(jonas, now)
    workforce.put_state(actor=SYSTEM, staff_id=jonas.id, state="offline", now=now)
    with pytest.raises(actions.NobodyThere):
        actions.hand_over(actor=sari, case_id=case, to=jonas.id, now=now)
    workforce.put_state(actor=SYSTEM, staff_id=jonas.id, state="available", now=now)
    actions.hand_over(actor=sari, case_id=case, to=jonas.id, now=now, note="She wants her money back.")
    assert support.by_id(case).holder == jonas.id
    assert queries.said(visit, after=0, thread="", now=now).by == jonas.handle
    wulan = makers.staff("reviewer", name="Wulan")
    there(wulan, now)
    with pytest.raises(Refusal, match="Jonas"):
        actions.hand_over(actor=sari, case_id=case, to=wulan.id, now=now)


def test_hostile_visitors_are_bounded(now):
    visit = chat(now, network="n1")
    for n in range(rules.BURST):
        said(visit, now, f"Word {n}")
    with pytest.raises(actions.TooQuick):
        said(visit, now, "One too many")
    said(visit, now + rules.BURST_OVER, "Calmer")
    with pytest.raises(Invalid):
        said(visit, now, "x" * (rules.LONGEST + 1))
    for _ in range(rules.MOST_BEGUN - 1):
        chat(now, network="n1")
    with pytest.raises(actions.TooManyChats):
        chat(now, network="n1")
    chat(now, network="n2")
    with pytest.raises(actions.NoSuchChat):
        queries.chat_of("0190f0f0-0000-7000-8000-000000000000:forged")
    ticket = queries.ticket_of(visit)
    assert queries.chat_of_ticket(ticket) == visit
    with pytest.raises(actions.NoSuchChat):
        queries.chat_of(ticket)


def test_resolving_the_case_ends_the_chat(sari, now):
    visit = chat(now)
    case = said(visit, now).case
    answered(case, sari, now)
    cases.set_status(actor=sari, case_id=case, status="resolved", now=now)
    assert ending.end_of_case(case_id=case, now=now) == 1
    assert queries.one(visit, now=now).ended_how == "agent"
