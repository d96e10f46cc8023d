"""Jonas writes down what everybody does every day, tries it on the past, and the desk does it by itself."""

from datetime import timedelta

import pytest

from trustdesk.escalations.models import Escalation
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Stale
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.macros.rules import Step
from trustdesk.post.models import Letter
from trustdesk.support import actions as support
from trustdesk.support import queries as cases
from trustdesk.support.tests.makers import asked, case, sent, wrote
from trustdesk.triggers import actions, queries
from trustdesk.triggers.rules import MOST_AN_HOUR, stopped
from trustdesk.triggers.snapshots import Happened
from trustdesk.triggers.tests.makers import SECOND, hear, in_force, notes, reply, runs, trigger
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


# Acting


def test_a_trigger_acts_on_the_cases_its_condition_names_and_on_no_other(jonas):
    now = clock()
    condition = 'has_any(message.text, ["refund", "uang kembali"]) and case.priority == "normal"'
    made = in_force(
        jonas,
        now,
        "Refunds first",
        "opened",
        condition,
        ("set_priority", "high"),
        ("set_category", "refunds"),
        ("add_tag", "money"),
        ("note", "Look at the payment of case {{case.number}} first."),
    )
    one = asked(now, "I want my refund now!")
    other = asked(now, "Where is my parcel?")
    hear(now)
    found = case(one.id)
    assert (found.priority, found.category, found.tags) == ("high", "refunds", ("money",))
    assert notes(one.id) == [f"Look at the payment of case {found.number} first."]
    assert (case(other.id).priority, notes(other.id)) == ("normal", [])
    (run,) = runs(made)
    assert [(step["do"], step["how"]) for step in run.did] == [
        ("set_priority", "done"),
        ("set_category", "done"),
        ("add_tag", "done"),
        ("note", "done"),
    ]
    told = next(fact for fact in of_subject(one.id) if fact.kind == "triggers.fired")
    assert "Refunds first" in told.sentence
    by = {fact.actor for fact in of_subject(one.id) if fact.kind == "case.priority_set"}
    assert by == {"rule:trigger/Refunds-first/1"}


def test_what_is_a_draft_or_off_does_nothing(jonas):
    now = clock()
    draft = actions.write(actor=jonas, written=trigger("Draft"), now=now)
    made = in_force(jonas, now)
    actions.switch_off(actor=jonas, trigger_id=made, now=now)
    one = asked(now)
    hear(now)
    assert case(one.id).tags == ()
    assert runs(draft) == runs(made) == []
    with pytest.raises(Stale):
        actions.switch_off(actor=jonas, trigger_id=made, now=now)


def test_what_was_before_it_is_none_of_its_business(jonas):
    now = clock()
    early = asked(now - timedelta(minutes=1))
    made = in_force(jonas, now)
    late = asked(now)
    hear(now)
    assert (case(early.id).tags, case(late.id).tags) == ((), ("refund",))
    assert len(runs(made)) == 1


def test_the_same_fact_twice_makes_it_act_once(jonas):
    now = clock()
    made = in_force(jonas, now, "Note", "opened", "", ("note", "Once."))
    one = asked(now)
    hear(now)
    fact = next(fact for fact in of_subject(one.id) if fact.kind == "case.opened")
    actions.hear(happened=Happened("opened", one.id, fact.id), at=now, now=now)
    assert notes(one.id) == ["Once."]
    assert len(runs(made)) == 1


def test_the_order_decides_what_the_next_one_sees(jonas):
    now = clock()
    first = in_force(jonas, now, "First", "opened", "", ("set_priority", "urgent"))
    second = in_force(jonas, now, "Second", "opened", 'case.priority == "urgent"', ("add_tag", "seen-urgent"))
    one = asked(now)
    hear(now)
    assert case(one.id).tags == ("seen-urgent",)
    actions.move(actor=jonas, trigger_id=second, up=True, now=now)
    other = asked(now)
    hear(now)
    assert case(other.id).tags == ()
    assert [row.id for row in queries.listed(jonas, now=now)] == [second, first]


def test_every_event_is_heard(jonas, sari):
    now = clock() - timedelta(hours=1)
    events = ("received", "replied", "status", "priority", "tagged", "breached")
    made = {
        "received": in_force(jonas, now, "received", "received", "not message.automatic", ("note", "received")),
        "replied": in_force(jonas, now, "replied", "replied", "", ("note", "replied")),
        "status": in_force(jonas, now, "status", "status", 'before.status == "new"', ("note", "status")),
        "priority": in_force(jonas, now, "priority", "priority", 'before.priority == "normal"', ("note", "priority")),
        "tagged": in_force(jonas, now, "tagged", "tagged", '"vip" in event.tags', ("note", "tagged")),
        "breached": in_force(jonas, now, "breached", "breached", 'event.clock == "late"', ("note", "breached")),
    }
    one = asked(now)
    support.sort(actor=sari, case_id=one.id, tags=["vip"], now=now)
    hear(now)
    support.sort(actor=sari, case_id=one.id, tags=["vip", "other"], now=now)
    support.set_priority(actor=sari, case_id=one.id, priority="high", now=now)
    sent(one.id, sari, now, then_status="pending")
    wrote(one.id, now + timedelta(minutes=1))
    work.start_clock(actor=SYSTEM, work_id=case(one.id).work, name="late", target=Target(5), now=now)
    work.breach_due(now=now + timedelta(minutes=10))
    hear(now + timedelta(minutes=10))
    assert sorted(notes(one.id)) == sorted(events)
    assert {name: len(runs(made[name])) for name in events} == dict.fromkeys(events, 1)


# Chains end


def test_two_triggers_that_fight_come_to_an_end_and_say_so(jonas, sari):
    now = clock()
    ping = in_force(jonas, now, "Ping", "priority", 'case.priority == "high"', ("set_priority", "low"))
    pong = in_force(jonas, now, "Pong", "priority", 'case.priority == "low"', ("set_priority", "high"))
    one = asked(now)
    support.set_priority(actor=sari, case_id=one.id, priority="high", now=now)
    hear(now)
    # Pong saw what Ping had done to the same event, too: so each had its turn first, and each was stopped at its second.
    assert [run.state for run in runs(ping)] == ["fired", "stopped", "fired"]
    assert [run.state for run in runs(pong)] == ["fired", "stopped", "stopped"]
    told = [fact for fact in of_subject(one.id) if fact.kind == "triggers.stopped"]
    assert [fact.payload["why"] for fact in told] == ["again", "again"]
    assert [row.halted for row in queries.listed(jonas, now=now + SECOND)] == [{"again": 1}, {"again": 2}]
    assert hear(now + SECOND) == 0


def test_a_chain_of_four_ends_after_three(jonas):
    now = clock()
    in_force(jonas, now, "A", "opened", "", ("add_tag", "a"))
    in_force(jonas, now, "B", "tagged", '"a" in event.tags', ("add_tag", "b"))
    in_force(jonas, now, "C", "tagged", '"b" in event.tags', ("add_tag", "c"))
    last = in_force(jonas, now, "D", "tagged", '"c" in event.tags', ("add_tag", "d"))
    one = asked(now)
    hear(now)
    assert case(one.id).tags == ("a", "b", "c")
    assert [(run.state, run.why, len(run.chain)) for run in runs(last)] == [("stopped", "depth", 3)]


def test_triggers_act_on_one_case_thirty_times_an_hour_at_most(jonas):
    now = clock()
    made = in_force(jonas, now, "Each time", "received", "", ("note", "again"))
    one = asked(now)
    for n in range(MOST_AN_HOUR + 3):
        wrote(one.id, now, text=f"Message {n}")
    hear(now)
    assert len(notes(one.id)) == MOST_AN_HOUR
    assert [run.why for run in runs(made) if run.state == "stopped"] == ["cap"] * 3
    assert sum(fact.kind == "triggers.stopped" for fact in of_subject(one.id, limit=1000)) == 1


def test_why_a_trigger_stops():
    a, b, c, d = (uuid7() for _ in range(4))
    assert stopped(trigger=a, chain=[], lately=0) == ""
    assert stopped(trigger=a, chain=[b, a], lately=0) == "again"
    assert stopped(trigger=d, chain=[a, b, c], lately=0) == "depth"
    assert stopped(trigger=d, chain=[a, b], lately=MOST_AN_HOUR) == "cap"


# Letters


def test_a_saved_reply_leaves_by_itself_and_stops_no_clock(jonas):
    now = clock()
    made = in_force(jonas, now, "Answer", "opened", "", ("reply", reply(jonas, now)))
    one = asked(now, name="<b>Amara</b>\r\nBcc: all@example.com {{case.link}}", subject="Help\r\nX-Evil: 1 <script>")
    hear(now)
    outbox.deliver_all(now=now + SECOND, reactors=["support.write_reply"])
    (said,) = [row for row in cases.conversation(one.id) if row.direction == "out"]
    assert said.automatic
    assert said.state == "sent"
    assert "{{" not in said.text.replace("{{case.link}}", "")
    assert "\r" not in said.text
    assert case(one.id).status == "new"
    assert case(one.id).waiting_since is not None
    (letter,) = Letter.objects.filter(kind="case_receipt")
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert "<script>" not in letter.html
    assert "<b>Amara" not in letter.html
    assert runs(made)[0].letters == 1


def test_no_machine_is_written_to_nor_anybody_all_day_long(jonas):
    now = clock()
    made = in_force(jonas, now, "Answer", "received", "", ("reply", reply(jonas, now)))
    one = asked(now)
    wrote(one.id, now, text="I am out of office.", automatic=True)
    hear(now)
    (run,) = runs(made)
    assert (run.did[0]["how"], run.letters) == ("refused", 0)
    assert "machine" in run.did[0]["why"]
    for n in range(8):
        wrote(one.id, now + timedelta(minutes=n + 1), text=f"And {n}?")
    hear(now + timedelta(minutes=10))
    assert sum(run.letters for run in runs(made)) == 5
    assert "five times" in runs(made)[-1].did[0]["why"]


def test_a_macro_runs_whole(jonas):
    now = clock()
    made = reply(
        jonas, now, name="Close it", steps=[Step("add_tag", "done"), Step("set_status", "resolved")], sends=True
    )
    in_force(jonas, now, "Close", "tagged", '"spam" in event.tags', ("macro", made))
    one = asked(now)
    support.sort(actor=SYSTEM, case_id=one.id, tags=["spam"], now=now)
    hear(now)
    assert case(one.id).status == "resolved"
    assert case(one.id).tags == ("spam", "done")
    assert [row.automatic for row in cases.conversation(one.id) if row.direction == "out"] == [True]


def test_a_step_that_is_refused_says_why_and_the_others_are_done(jonas):
    now = clock()
    support.set_field(actor=jonas, code="order", name="Order", kind="text", required_at=["resolved"], now=now)
    made = in_force(
        jonas,
        now,
        "Resolve",
        "opened",
        "",
        ("set_status", "resolved"),
        ("add_tag", "tried"),
        ("set_field", "order = 17"),
    )
    one = asked(now)
    hear(now)
    found = case(one.id)
    assert (found.status, found.tags, found.fields) == ("new", ("tried",), {"order": "17"})
    assert [step["how"] for step in runs(made)[0].did] == ["refused", "done", "done"]
    assert "Order" in runs(made)[0].did[0]["why"]


# Others


def test_a_case_goes_to_another_queue_and_another_team_is_asked(jonas):
    now = clock()
    work.set_queue(
        actor=SYSTEM, code="money", name="Money", right="support.answer", kinds=["case"], is_open=True, now=now
    )
    lena = makers.staff("specialist", name="Lena")
    people.set_team(actor=SYSTEM, staff_id=lena.id, team="legal", name="Legal", partner=False, now=now)
    in_force(jonas, now, "Queue", "opened", "", ("queue", "money"))
    asks = in_force(jonas, now, "Ask", "tagged", '"law" in event.tags', ("ask_team", "legal high May we say this?"))
    one = asked(now)
    hear(now)
    assert case(one.id).queue == "money"
    support.sort(actor=SYSTEM, case_id=one.id, tags=["law"], now=now)
    hear(now)
    (run,) = runs(asks)
    assert [(step["how"], step["why"]) for step in run.did] == [("done", "")]
    assert case(one.id).status == "on_hold"
    # Jonas is asked back, since it was asked in the name of who put it in force.
    assert Escalation.objects.get().requester.name == "Jonas"
