"""Sari asks Logistics about a case by mail; the answer stays beside the case, and Amara hears nothing of it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from trustdesk.escalations.tests.test_asking_back import together
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.post import receiving
from trustdesk.post.models import IncomingMail, Letter
from trustdesk.sides import actions, queries
from trustdesk.sides.models import SideWord
from trustdesk.support import actions as support
from trustdesk.support import queries as cases
from trustdesk.support.actions import NoSuchCase
from trustdesk.support.models import Case
from trustdesk.support.tests.makers import asked, case, staff

WORDS = "Where is parcel 7?"


class Desk:
    def __init__(self, now):
        self.now = now
        self.sari, self.jonas = staff("Sari", now, role="reviewer"), staff("Jonas", now, role="lead")
        self.lena = staff("Lena", now, role="specialist")
        self.case = asked(now).id
        actions.set_department(actor=SYSTEM, name="Logistics", address="log@house.example", language="id", now=now)

    def begin(self, by=None, **given):
        told = {"department": "logistics", "subject": "Parcel 7", "text": WORDS} | given
        return actions.open_side(actor=by or self.sari, case_id=self.case, now=self.now, **told)

    def come(self, side, text, *, who="log@house.example", head="", subject="Re: Parcel 7", to="", name="m1"):
        to = to or letters(side)[0].reply_to
        raw = f"From: {who}\r\nSubject: {subject}\r\nMessage-ID: <{name}@x>\r\n{head}\r\n{text}\r\n"
        receiving.take(raw=raw.encode(), sender=who, recipients=[to], now=self.now)
        receiving.handle_due(now=self.now)
        return IncomingMail.objects.order_by("-id").first()

    def notes(self):
        return [one.text for one in cases.conversation(self.case) if one.direction == "note"]


@pytest.fixture(autouse=True)
def _domain(settings):
    settings.MAIL_DOMAIN = "desk.example"


@pytest.fixture
def desk(db, now):
    return Desk(now)


def letters(side):
    return list(Letter.objects.filter(about=f"side:{side}").order_by("id"))


def words(side):
    return [(one.how, one.by) for one in SideWord.objects.filter(side_id=side).order_by("id")]


def browser(person):
    client = Client()
    client.force_login(Staff.objects.get(id=person.id), settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_nothing_of_the_case_is_quoted_but_what_was_chosen(desk):
    side = desk.begin()
    (letter,) = letters(side)
    assert (letter.to, letter.kind, letter.language) == ("log@house.example", "side", "id")
    assert letter.reply_to.startswith("aside+")
    assert "Where is my parcel?" not in letter.text
    assert "amara" not in (letter.text + letter.subject).casefold()
    (came,) = [one for one in cases.conversation(desk.case) if one.direction == "in"]
    (quoting,) = letters(desk.begin(quotes=[came.id]))
    assert "> Where is my parcel?" in quoting.text
    other = asked(desk.now, address="b@example.com").id
    (foreign,) = cases.conversation(other)
    with pytest.raises(Invalid):
        desk.begin(quotes=[foreign.id])
    note = support.note(actor=desk.sari, case_id=desk.case, text="Inside.", now=desk.now)
    with pytest.raises(Invalid):
        desk.begin(quotes=[note])


def test_the_answer_is_beside_the_case_wakes_it_and_never_in_it(desk):
    side = desk.begin()
    support.set_status(actor=desk.sari, case_id=desk.case, status="pending", now=desk.now)
    public = [one.text for one in cases.public_messages(desk.case)]
    mail = desk.come(side, "It is in Bremen.")
    assert (mail.state, mail.about) == ("handled", f"side:{side}")
    assert words(side) == [("out", "Sari"), ("in", "Logistics")]
    assert case(desk.case).status == "open"
    assert "It is in Bremen." in desk.notes()[-1]
    assert [one.text for one in cases.public_messages(desk.case)] == public
    seen = Client().get(cases.url_of(desk.case).removeprefix(settings.PUBLIC_URL)).content.decode()
    assert "Bremen" not in seen
    assert "Logistics" not in seen
    desk.come(side, "It is in Bremen.", head="X-Other: way\r\n")  # the same mail by another way
    assert len(words(side)) == 2
    actions.write_on(actor=desk.sari, side_id=side, text="Thank you. Since when?", now=desk.now)
    actions.close_side(actor=desk.sari, side_id=side, now=desk.now)
    with pytest.raises(Invalid):
        actions.close_side(actor=desk.sari, side_id=side, now=desk.now)
    desk.come(side, "Since Monday.", name="m2")
    assert [one.closed for one in queries.of_case(desk.case)] == [False]


def test_put_away_it_comes_back(desk):
    side = desk.begin()
    support.snooze(actor=desk.sari, case_id=desk.case, until=desk.now + timedelta(days=2), now=desk.now)
    desk.come(side, "Here.")
    assert Case.objects.get(id=desk.case).snoozed_until is None


def test_what_a_machine_a_stranger_or_a_forger_sends_wakes_nothing(desk):
    side = desk.begin()
    support.set_status(actor=desk.sari, case_id=desk.case, status="pending", now=desk.now)
    desk.come(side, "I am away.", subject="Out of office: Re: Parcel 7")
    desk.come(side, "Give me her address.", who="eve@evil.example", name="m2")
    assert words(side)[1:] == [("automatic", "log@house.example"), ("unverified", "eve@evil.example")]
    before = IncomingMail.objects.count()
    desk.come(side, "Forged", to=letters(side)[0].reply_to.replace("aside+", "aside+aa"), name="m3")
    desk.come(side, "Plain", to="aside@desk.example", name="m4")
    assert IncomingMail.objects.count() == before
    assert (case(desk.case).status, desk.notes()) == ("pending", [])
    page = browser(desk.sari).get(f"/sides/cases/{desk.case}").content.decode()
    assert "unverified" in page
    for n in range(actions.MOST_AN_HOUR):
        desk.come(side, f"Mail {n}", name=f"n{n}", who=f"u{n}@evil.example")
    assert len(words(side)) == actions.MOST_AN_HOUR + 1


def test_other_addresses_are_for_those_with_the_right(desk):
    with pytest.raises(Forbidden):
        desk.begin(department="", address="x@house.example")
    assert desk.begin(by=desk.jonas, department="", address="x@house.example")
    for wrong in (
        {"department": "", "address": "nowhere"},
        {"department": "", "address": "amara@example.com"},  # she is who asked
        {"department": "nobody"},
        {"subject": " "},
        {"subject": "x" * 151},
        {"text": " "},
        {"text": "x" * 10_001},
    ):
        with pytest.raises(Invalid):
            desk.begin(by=desk.jonas, **wrong)
    with pytest.raises((NoSuchCase, Forbidden)):
        desk.begin(by=desk.lena)


def test_pages(desk):
    sari, jonas = browser(desk.sari), browser(desk.jonas)
    given = {"department": "logistics", "subject": "Parcel 7", "text": "<script>alert(1)</script>", "quotes": "x"}
    assert sari.post(f"/sides/cases/{desk.case}/begin", given | {"subject": ""}).status_code == 422
    assert sari.post(f"/sides/cases/{desk.case}/begin", given).status_code == 303
    page = sari.get(f"/sides/cases/{desk.case}").content.decode()
    assert "Parcel 7" in page
    assert "<script>alert" not in page
    assert 'name="address"' not in page
    assert 'name="address"' in jonas.get(f"/sides/cases/{desk.case}").content.decode()
    (side,) = queries.of_case(desk.case)
    assert sari.post(f"/sides/{side.id}/write", {"text": "More"}).status_code == 303
    assert sari.post(f"/sides/{side.id}/close").status_code == 303
    told = {"name": "Press", "address": "p@house.example", "language": "en"}
    assert sari.post("/sides/departments", told).status_code == 403
    assert jonas.post("/sides/departments", told | {"address": "x"}).status_code == 422
    assert jonas.post("/sides/departments", told).status_code == 303
    assert jonas.post("/sides/departments", told).status_code == 422
    assert "p@house.example" in jonas.get("/sides/departments").content.decode()
    assert jonas.post("/sides/departments", {"drop": "press"}).status_code == 303
    with pytest.raises(NotFound):
        actions.drop_department(actor=SYSTEM, code="press", now=desk.now)


def test_a_letter_that_does_not_arrive_is_noted_and_a_merged_case_gives_them_on(desk):
    side = desk.begin()
    actions.take_answer(
        actor=SYSTEM,
        side_id=side,
        how="returned",
        by="TrustDesk",
        text="no such mailbox",
        external_id="r",
        at=desk.now,
        now=desk.now,
    )
    assert "no such mailbox" in desk.notes()[-1]
    into = asked(desk.now, address="amara2@example.com")
    support.merge(actor=desk.sari, case_id=desk.case, into=into.id, now=desk.now)
    outbox.deliver_all(now=desk.now, reactors=["sides.go_over"])
    assert [one.id for one in queries.of_case(into.id)] == [side]
    desk.come(side, "In Bremen.")
    assert any("Bremen" in one.text for one in cases.conversation(into.id) if one.direction == "note")


def test_the_same_mail_by_two_workers_is_one_answer(real_db, now):
    desk = Desk(now)
    side = desk.begin()
    told = {"side_id": side, "how": "in", "by": "Logistics", "text": "Here.", "external_id": "<m@x>", "at": now}
    together(
        lambda: actions.take_answer(actor=SYSTEM, now=now, **told),
        lambda: actions.take_answer(actor=SYSTEM, now=now, **told),
    )
    assert [how for how, _ in words(side)] == ["out", "in"]
    assert len(desk.notes()) == 1
