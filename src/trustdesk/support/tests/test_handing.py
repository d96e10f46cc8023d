"""Sari asks Legal about a case: it is on hold, Amara is told once, the answer comes as a note and the case as hers."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from trustdesk.escalations import actions as escalations
from trustdesk.escalations import queries as asked_of
from trustdesk.escalations.models import Escalation
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import AlreadyClaimed
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support import actions, queries, rules
from trustdesk.support.tests.makers import asked, case, seen, sent, staff, wrote

WHY = "May we tell her where her data lies?"


class Desk:
    def __init__(self, now):
        self.at = now
        self.sari = staff("Sari", now, role="reviewer")
        self.jonas = staff("Jonas", now, role="reviewer")
        self.lena = staff("Lena", now, role="specialist")
        self.kofi = staff("Kofi", now, role="specialist")
        for person, team, name, partner in (
            (self.lena, "legal", "Legal", False),
            (self.kofi, "outside", "Outside counsel", True),
        ):
            people.set_team(actor=SYSTEM, staff_id=person.id, team=team, name=name, partner=partner, now=now)

    def ask(self, case_id, by=None, **given):
        told = {"team": "legal", "severity": "high", "reason": WHY, "link": f"/cases/{case_id}"} | given
        return actions.escalate(actor=by or self.sari, case_id=case_id, now=self.at, **told)

    def later(self, minutes=1):
        self.at += timedelta(minutes=minutes)
        return self.at

    def works(self):
        for _ in range(3):
            outbox.deliver_all(now=self.at, reactors=reactor_names())


@pytest.fixture
def desk(db, now):
    return Desk(now)


def told(case_id):
    return [one.text for one in queries.conversation(case_id) if one.direction == "out"]


def notes(case_id):
    return [(one.by, one.text) for one in queries.conversation(case_id) if one.direction == "note"]


def test_on_hold_with_the_requester_told_once_and_back_with_the_answer(desk, now):
    one = asked(now)
    made = desk.ask(one.id, facts="She asks from Berlin.", links="https://example.com/law\n/accounts/\n")
    assert case(one.id).status == "on_hold"
    assert [text for text in told(one.id) if "another team" in text] == told(one.id)
    assert len(told(one.id)) == 1
    wrote(one.id, desk.later())
    assert case(one.id).status == "on_hold", "another team still has it"

    seen_by = asked_of.whole(made, actor=desk.lena).escalation.gathered
    assert {known.label: known.value for known in seen_by}["First message"] == "Where is my parcel?"
    assert [known.value for known in seen_by if known.link] == ["https://example.com/law", "/accounts/"]
    escalations.accept(actor=desk.lena, escalation_id=made, now=desk.later())
    escalations.answer(actor=desk.lena, escalation_id=made, text="Yes: in Frankfurt.", now=desk.later())
    desk.works()
    desk.works()
    found = case(one.id)
    assert (found.status, found.holder) == ("open", Staff.objects.get(id=desk.sari.id).id)
    assert notes(one.id) == [("Lena, Legal", "Yes: in Frankfurt.")]
    assert len(told(one.id)) == 2
    assert not any("Frankfurt" in text or WHY in text for text in told(one.id)), "the requester never reads the note"

    # It is Sari's for some hours; asked further it is on hold again, and its requester hears nothing new.
    escalations.follow_up(actor=desk.sari, escalation_id=made, text="Since when?", now=desk.later())
    desk.works()
    assert case(one.id).status == "on_hold"
    escalations.answer(actor=desk.lena, escalation_id=made, text="Since May.", now=desk.later())
    desk.works()
    assert (case(one.id).status, len(told(one.id)), len(notes(one.id))) == ("open", 2, 2)
    sent(one.id, desk.sari, desk.later(), text="In Frankfurt, since May.")
    actions.set_status(actor=desk.sari, case_id=one.id, status="resolved", now=desk.later())
    desk.works()
    assert Escalation.objects.get(id=made).state == "closed", "what is resolved asks nobody any more"


def test_kept_for_who_asked_then_for_anyone(desk, now):
    one = asked(now)
    made = desk.ask(one.id)
    escalations.accept(actor=desk.lena, escalation_id=made, now=desk.later())
    escalations.answer(actor=desk.lena, escalation_id=made, text="No.", now=desk.later())
    desk.works()
    with pytest.raises(Refusal):
        actions.take(actor=desk.jonas, case_id=one.id, now=desk.later())
    actions.release(actor=desk.sari, case_id=one.id, now=desk.later())
    actions.take(actor=desk.jonas, case_id=one.id, now=desk.later())

    two = asked(desk.at, address="b@example.com")
    made = desk.ask(two.id)
    escalations.give_back(actor=desk.lena, escalation_id=made, text="Ask Fraud.", now=desk.later())
    desk.works()
    assert (case(two.id).status, notes(two.id)) == ("open", [("Lena, Legal", "Ask Fraud.")])
    work.wake_held(now=desk.later(5 * 60))
    assert WorkItem.objects.get(id=case(two.id).work).state == "open"
    assert case(two.id).holder is None


def test_withdrawn_or_handed_on_and_what_a_partner_sees(desk, now):
    one = asked(now, name="Amara Ndiaye")
    made = desk.ask(one.id, team="outside", facts="The shop is in Berlin.")
    shown = {known.label for known in asked_of.whole(made, actor=desk.kofi).escalation.gathered}
    assert "Facts" in shown
    assert not {"Who asks", "First message"} & shown
    client = Client()
    client.force_login(Staff.objects.get(id=desk.kofi.id), settings.AUTHENTICATION_BACKENDS[0])
    page = client.get(f"/escalations/{made}").content.decode()
    assert "The shop is in Berlin." in page
    for secret in ("Amara", "Where is my parcel", "amara@example.com"):
        assert secret not in page
    escalations.cancel(actor=desk.sari, escalation_id=made, reason="", now=desk.later())
    desk.works()
    assert (case(one.id).status, notes(one.id), len(told(one.id))) == ("open", [], 1)


def test_asked_back_it_is_open_with_a_note_and_outside_nobody_hears_of_it(desk, now):
    one = asked(now)
    made = desk.ask(one.id)
    before = len(told(one.id))
    escalations.accept(actor=desk.lena, escalation_id=made, now=desk.later())
    escalations.ask_back(actor=desk.lena, escalation_id=made, text="Which country?", now=desk.later())
    desk.works()
    assert (case(one.id).status, len(told(one.id))) == ("open", before)
    assert notes(one.id) == [("Lena, Legal", "They ask you back: Which country?")]
    client = Client()
    client.force_login(Staff.objects.get(id=desk.sari.id), settings.AUTHENTICATION_BACKENDS[0])
    assert "Answer what they ask" in client.get(f"/cases/{one.id}").content.decode()
    escalations.tell(actor=desk.sari, escalation_id=made, text="Germany.", now=desk.later())
    desk.works()
    assert (case(one.id).status, len(told(one.id))) == ("on_hold", before)
    until = desk.at + timedelta(days=1)
    escalations.promise(actor=desk.sari, escalation_id=made, until=until, text="by Legal", now=desk.at)
    desk.at = until
    escalations.remind_due(now=until)
    desk.works()
    assert notes(one.id)[-1] == ("TrustDesk", "The day to follow this up with Legal is over. by Legal")
    assert case(one.id).status == "on_hold"


def test_what_is_refused_changes_nothing(desk, now):
    one = asked(now)
    for wrong in ({"links": "javascript:alert(1)"}, {"links": "//evil.example"}, {"team": "nobody"}, {"reason": " "}):
        with pytest.raises(Invalid):
            desk.ask(one.id, **wrong)
    with pytest.raises(Invalid):
        desk.ask(one.id, links="\n".join(f"https://example.com/{n}" for n in range(rules.MOST_LINKS + 1)))
    assert (case(one.id).status, told(one.id)) == ("new", [])
    actions.take(actor=desk.jonas, case_id=one.id, now=now)
    with pytest.raises(AlreadyClaimed):
        desk.ask(one.id)
    phone = asked(now, channel="phone", address="", name="Wulan")
    desk.ask(phone.id)
    assert told(phone.id) == [], "nobody could read it"
    actions.set_status(actor=desk.sari, case_id=phone.id, status="resolved", now=desk.later())
    with pytest.raises(Invalid):
        desk.ask(phone.id)


def test_the_page_asks_and_shows_what_was_asked(desk, now):
    one = asked(now, language="id")
    client = Client()
    client.force_login(Staff.objects.get(id=desk.sari.id), settings.AUTHENTICATION_BACKENDS[0])
    assert 'name="severity"' in client.get(f"/cases/{one.id}/escalate").content.decode()
    given = {"team": "legal", "severity": "high", "reason": WHY, "facts": "", "links": "ftp://x"}
    assert client.post(f"/cases/{one.id}/escalate", given).status_code == 422
    assert client.post(f"/cases/{one.id}/escalate", given | {"links": ""}).status_code == 303
    assert WHY in client.get(f"/cases/{one.id}").content.decode()
    assert "tim lain" in told(one.id)[0]
    assert seen(one.id) == 2


def test_two_ask_at_once_and_one_hand_over_is_made(real_db, now):
    desk = Desk(now)
    one = asked(now)
    ready, outcomes = Barrier(2), []

    def press(person):
        try:
            ready.wait(10)
            desk.ask(one.id, by=person)
            outcomes.append("asked")
        except Refusal as lost:
            outcomes.append(type(lost).__name__)
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(person,)) for person in (desk.sari, desk.jonas)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert max(outcomes) == "asked"
    assert outcomes.count("asked") == 1, outcomes
    assert Escalation.objects.filter(about_id=case(one.id).work).count() == 1
    assert len(told(one.id)) == 1
