"""Amara is asked once how she was helped, by a letter that no machine can answer for her."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post import actions as post
from trustdesk.post import sending
from trustdesk.post.models import Letter
from trustdesk.support import actions as support
from trustdesk.support.tests.makers import asked, sent, wrote
from trustdesk.surveys import actions, queries, rules
from trustdesk.surveys.models import Survey
from trustdesk.surveys.queries import Wanted
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=24, minutes=1)


@pytest.fixture
def sari():
    return actor_for(makers.staff("reviewer", name="Sari"))


def resolved(by, now, **given):
    """A case that was answered and resolved; what surveys do about it has happened."""
    opened = asked(now, **({"channel": "form"} | given))
    sent(opened.id, by, now, then_status="resolved")
    outbox.deliver_all(now=now + timedelta(seconds=15), reactors=["surveys.plan"])
    return opened


def letters():
    return list(Letter.objects.filter(kind="survey").order_by("id"))


def why(case):
    return queries.of_case(case.id).why


def link(letter, score):
    return re.search(rf"https?://[^/]+(/v/\S+\?score={score})", letter.text)[1]


def test_one_letter_a_page_that_asks_to_confirm_and_one_press_that_counts(sari, now):
    at = clock() - LATER
    case = resolved(sari, at, language="id")
    actions.ask_due(now=at + timedelta(hours=23))
    assert letters() == [], "not before its time"
    actions.ask_due(now=at + LATER)
    actions.ask_due(now=at + LATER)
    (letter,) = letters()
    assert letter.to == "amara@example.com"
    assert letter.subject.startswith("Apakah kami membantu Anda?")
    page, address = Client(), link(letter, 2)
    for _ in range(3):  # a scanner opens everything
        shown = page.get(address).content.decode()
        page.head(address)
    assert re.search(r'value="2" required checked', shown)
    assert "Kirim jawaban saya" in shown, "in the language of the letter"
    assert queries.of_case(case.id).score is None
    bare = address.partition("?")[0]
    assert page.post(bare, {"score": "9"}).status_code == 422
    assert page.post(bare, {}).status_code == 422
    assert queries.of_case(case.id).score is None
    answered = page.post(address, {"score": "4", "said": "Cepat, terima kasih."})
    assert answered.status_code == 302
    assert "Terima kasih" in page.get(answered["Location"]).content.decode()
    found = queries.of_case(case.id)
    assert (found.score, found.said, found.staff_name) == (4, "Cepat, terima kasih.", "Sari")
    page.post(bare, {"score": "5", "said": ""})
    assert (queries.of_case(case.id).score, queries.of_case(case.id).said) == (5, "")
    assert page.get(bare[:-1] + ("A" if bare[-1] != "A" else "B")).status_code == 404


def test_an_answer_too_late_or_out_of_bounds_is_refused(sari, now):
    case = resolved(sari, now)
    actions.ask_due(now=now + LATER)
    survey = queries.of_case(case.id)
    give = {"actor": SYSTEM, "survey_id": survey.id}
    with pytest.raises(Invalid):
        actions.answer(**give, score=6, said="", now=now + LATER)
    with pytest.raises(Invalid):
        actions.answer(**give, score=5, said="x" * 1001, now=now + LATER)
    with pytest.raises(actions.SurveyOver):
        actions.answer(**give, score=5, said="", now=survey.asked_at + rules.ANSWER_WITHIN + timedelta(seconds=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(id=survey.id).update(score=7, answered_at=now)


def test_opened_again_meanwhile_nobody_is_asked_until_it_is_resolved_again(sari, now):
    case = resolved(sari, now)
    wrote(case.id, now + timedelta(hours=2), "It came broken.")
    actions.ask_due(now=now + LATER)
    assert (letters(), why(case)) == ([], "reopened")
    again = now + timedelta(hours=30)
    support.set_status(actor=sari, case_id=case.id, status="resolved", now=again)
    outbox.deliver_all(now=again, reactors=["surveys.plan"])
    actions.ask_due(now=again + LATER)
    assert len(letters()) == 1


def test_nobody_is_asked_often_nor_machines_nor_addresses_that_send_letters_back(sari, now):
    first, second = resolved(sari, now), resolved(sari, now + timedelta(hours=1))
    machine = resolved(sari, now, address="robot@example.com", automatic=True)
    returned = resolved(sari, now, address="gone@example.com")
    nowhere = resolved(sari, now, address="")
    post.suppress(actor=SYSTEM, address="gone@example.com", why="550", now=now)
    actions.ask_due(now=now + timedelta(hours=26))
    assert [one.to for one in letters()] == ["amara@example.com"]
    assert queries.of_case(first.id).state == "asked"
    assert [why(one) for one in (second, machine, returned, nowhere)] == ["lately", "machine", "returned", "no_address"]
    late = now + timedelta(days=31)
    third = resolved(sari, late)
    actions.ask_due(now=late + LATER)
    assert queries.of_case(third.id).state == "asked", "thirty days have passed"


def test_who_wants_none_is_asked_no_more_and_one_press_says_so(sari, now):
    at = clock() - LATER
    resolved(sari, at)
    actions.ask_due(now=at + LATER)
    page, stop = Client(), link(letters()[0], 1).partition("?")[0] + "/stop"
    assert page.get(stop).status_code == 200
    assert not queries.has_stopped(Survey.objects.get().id), "opening it says nothing"
    assert "We ask you no more" in page.post(stop, follow=True).content.decode()
    late = at + timedelta(days=40)
    case = resolved(sari, late)
    actions.ask_due(now=late + LATER)
    assert why(case) == "stopped"


def test_a_mail_program_ends_them_with_a_button_of_its_own(sari, now, mailoutbox):
    at = clock() - LATER
    resolved(sari, at)
    actions.ask_due(now=at + LATER)
    sending.send_due(now=clock() + timedelta(minutes=1))
    sent = mailoutbox[-1].message()
    address = sent["List-Unsubscribe"].strip("<>")
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = address.partition("//")[2].partition("/")[2]
    page = Client(enforce_csrf_checks=True)
    assert page.get(f"/{path}").status_code == 302, "who opens it is led to the page that asks"
    assert not queries.has_stopped(Survey.objects.get().id)
    assert page.post(f"/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 204
    assert page.post(f"/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 204
    assert queries.has_stopped(Survey.objects.get().id)
    forged = path.replace("/unsubscribe", "x/unsubscribe")
    assert page.post(f"/{forged}").status_code == 404


def test_results_stand_beside_their_response_rate_and_few_answers_give_no_score(client, sari, now):
    at = clock() - timedelta(days=2)
    budi = actor_for(makers.staff("reviewer", name="Budi"))
    for n in range(8):
        resolved(sari if n < 7 else budi, at, address=f"a{n}@example.com", category="delivery" if n < 7 else "")
    actions.ask_due(now=at + LATER)
    for n, row in enumerate(Survey.objects.order_by("address")):
        if n < 5 or n == 7:
            actions.answer(actor=SYSTEM, survey_id=row.id, score=5 if n else 2, said=f"Said {n}", now=at + LATER)
    jonas = makers.staff("lead", name="Jonas")
    found = {
        one.name: one.tally for one in queries.groups(actor=actor_for(jonas), wanted=Wanted(), by="person", now=clock())
    }
    assert (found["Sari"].asked, found["Sari"].answered, found["Sari"].rate) == (7, 5, 71)
    assert (found["Sari"].score, found["Sari"].good) == (4.4, 80)
    assert (found["Budi"].answered, found["Budi"].score) == (1, None), "one answer is one person"
    client.force_login(jonas)
    for by in queries.BY:
        shown = client.get(f"/surveys/?by={by}").content.decode()
        assert "6 of 8 answered (75 %)" in shown
    narrow = client.get("/surveys/?by=person&category=delivery").content.decode()
    assert "5 of 7 answered (71 %)" in narrow
    assert "Said 7" not in narrow
    assert "Said 4" in client.get("/surveys/?score=5").content.decode()

    # One's own, and nobody else's.
    client.force_login(makers.staff("reviewer", name="Tari"))
    assert client.get("/surveys/").status_code == 403
    assert "Said" not in client.get("/surveys/mine").content.decode()
    assert queries.total(actor=budi, wanted=Wanted(staff=None), now=clock(), fewest=1).asked == 1


def test_who_may_set_it_sets_when_people_are_asked(client, sari, now):
    client.force_login(makers.staff("lead", name="Jonas"))
    assert client.post("/surveys/setup", {"on": "on", "after_hours": "999", "rest_days": "30"}).status_code == 422
    client.post("/surveys/setup", {"after_hours": "2", "rest_days": "90"})
    assert queries.asking() == rules.Asking(on=False, after_hours=2, rest_days=90)
    case = resolved(sari, now)
    actions.ask_due(now=now + timedelta(hours=3))
    assert why(case) == "off"
    client.post("/surveys/setup", {"on": "on", "after_hours": "2", "rest_days": "90"})
    assert "letters to this address" not in client.get(f"/surveys/cases/{case.id}").content.decode()
    assert "switched off" in client.get(f"/surveys/cases/{case.id}").content.decode()
