"""Sari asks a law firm that has no account: by letter, on a page of its own, by mail. Nobody else answers in its name."""

from datetime import timedelta

import pytest
from django.test import Client

from trustdesk.escalations import actions, queries
from trustdesk.escalations.actions import Gathered, NotNow, TooMuchSaid
from trustdesk.escalations.actions.outside import MOST_AN_HOUR
from trustdesk.escalations.models import Escalation, Saying, Talk
from trustdesk.escalations.tests.test_asking_back import together
from trustdesk.escalations.tests.test_escalations import WHY, Cast, client
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Staff, Team
from trustdesk.kernel.work.models import Clock, WorkItem
from trustdesk.kernel.work.tests import makers
from trustdesk.post import receiving
from trustdesk.post.facts import LetterGivenUp
from trustdesk.post.models import IncomingMail, Letter

KNOWN = [
    Gathered("Facts", "The shop is in Berlin."),
    Gathered("Link", "/accounts/x", link=True),
    Gathered("Who asks", "Amara Ndiaye", personal=True),
    Gathered("First message", "My secret words", personal=True),
]
SECRETS = ("Amara", "secret words", "A flag", "Sari", "/accounts/", "/reviews/")
FIRM = Actor(kind="user", id="outside", name="Firm")


class Desk(Cast):
    def __init__(self, now):
        super().__init__(now)
        self.code = self.firm()
        Staff.objects.filter(id=self.sari.id).update(handle=makers.fresh("quiet-owl"))

    def firm(self, **given):
        told = {"name": makers.fresh("Firm"), "address": "lex@firm.example", "language": "en"} | given
        return actions.set_outside(actor=SYSTEM, now=self.now, **told)

    def ask_firm(self, team=None):
        one = actions.escalate(
            actor=self.sari,
            about=self.held(),
            team=team or self.code,
            severity="high",
            reason=WHY,
            gathered=KNOWN,
            link="/reviews/x",
            now=self.now,
        )
        return one, Talk.objects.get(escalation_id=one)


@pytest.fixture(autouse=True)
def _domain(settings):
    settings.MAIL_DOMAIN = "desk.example"


@pytest.fixture
def desk(db):
    return Desk(clock())


def letters(one):
    return list(Letter.objects.filter(about=f"escalation:{one}").order_by("id"))


def state(one):
    return Escalation.objects.get(id=one).state


def said(one):
    return [(row.kind, row.by) for row in Saying.objects.filter(escalation_id=one).order_by("id")]


def path(talk):
    return queries.talk_path(talk.id)


def come(desk, talk, text, *, who="lex@firm.example", to=None, head="", at=None, subject="Re: A question"):
    to = to or letters(talk.escalation_id)[0].reply_to
    raw = f"From: {who}\r\nSubject: {subject}\r\nMessage-ID: <{makers.fresh('m')}@x>\r\n{head}\r\n{text}\r\n"
    receiving.take(raw=raw.encode(), sender=who, recipients=[to], now=at or desk.now)
    receiving.handle_due(now=at or desk.now)
    return IncomingMail.objects.order_by("-id").first()


def test_the_letter_and_the_page_say_what_is_asked_and_nothing_of_persons(desk):
    one, talk = desk.ask_firm()
    (letter,) = letters(one)
    assert (letter.to, letter.kind) == ("lex@firm.example", "team_question")
    assert letter.reply_to.startswith("team+")
    page = Client().get(path(talk))
    for shown in (letter.subject + letter.text + letter.html, page.content.decode()):
        assert WHY in shown
        assert "The shop is in Berlin." in shown
        assert not [secret for secret in SECRETS if secret in shown]
    assert page["X-Robots-Tag"] == "noindex"
    assert "default-src" in page["Content-Security-Policy"]
    assert "<script" not in page.content.decode()
    assert state(one) == "waiting", "opening a link counts nothing"
    allowed, seen = desk.ask_firm(desk.firm(allowed=True, language="id"))
    (letter,) = letters(allowed)
    assert "Amara" in letter.text
    assert letter.language == "id"
    assert "Amara" in Client().get(path(seen)).content.decode()


def test_answered_on_the_page_the_work_comes_back(desk):
    one, talk = desk.ask_firm()
    outside = Client()
    for wrong in ({"way": "answer", "text": " "}, {"way": "answer", "text": "x" * 4001}, {"way": "own", "text": "x"}):
        assert outside.post(path(talk), wrong).status_code == 422
    assert outside.post(path(talk), {"way": "ask_back", "text": "Which <b>country</b>?"}).status_code == 302
    assert state(one) == "asked_back"
    row = Escalation.objects.get(id=one)
    assert Clock.objects.get(work_id=row.work_id, name="answer").phase == "paused"
    page = client(desk.sari).get(f"/escalations/{one}").content.decode()
    assert "the team asks back" in page
    assert "<b>country" not in page
    actions.tell(actor=desk.sari, escalation_id=one, text="Germany.", now=clock())
    assert "Germany." in letters(one)[-1].text
    assert "Germany." in outside.get(path(talk)).content.decode()
    assert outside.post(path(talk), {"way": "answer", "text": "Yes, you may."}).status_code == 302
    assert state(one) == "answered"
    assert WorkItem.objects.get(id=row.about_id).state == "held"
    assert outside.post(path(talk), {"way": "answer", "text": "Twice"}).status_code == 409
    assert 'name="text"' not in outside.get(path(talk)).content.decode()
    # Asked further, there is a letter and the page takes an answer again.
    actions.follow_up(actor=desk.sari, escalation_id=one, text="Since when?", now=clock())
    assert "Since when?" in letters(one)[-1].text
    assert outside.post(path(talk), {"way": "return", "text": "Ask the notary."}).status_code == 302
    assert state(one) == "returned"
    names = [by for _, by in said(one) if by]
    assert set(names) == {talk.name}


def test_a_link_opens_one_question_until_its_time_is_over(desk):
    one, talk = desk.ask_firm()
    _, other = desk.ask_firm()
    forged = path(talk).replace(str(talk.id), str(other.id))
    for wrong in (forged, path(talk)[:-1] + ("A" if path(talk)[-1] != "A" else "B"), f"/t/{talk.id}:" + "x" * 43):
        assert Client().get(wrong).status_code == 404
        assert Client().post(wrong, {"way": "answer", "text": "Mine"}).status_code == 404
    actions.cancel(actor=desk.sari, escalation_id=one, reason="", now=clock())
    assert "withdrawn" in letters(one)[-1].text
    assert Client().post(path(talk), {"way": "answer", "text": "Late"}).status_code == 409
    Talk.objects.filter(id=other.id).update(until=clock() - timedelta(seconds=1))
    assert Client().get(path(other)).status_code == 404
    assert Client().post(path(other), {"way": "answer", "text": "Late"}).status_code == 404
    guarded = Client(enforce_csrf_checks=True).post(path(talk), {"way": "answer", "text": "From another site"})
    assert guarded.status_code == 403


def test_a_mail_of_the_team_answers_and_what_a_machine_or_another_sends_does_not(desk):
    one, talk = desk.ask_firm()
    machine = come(desk, talk, "I am away.", head="Auto-Submitted: auto-replied\r\n")
    assert machine.state == "ignored"  # kept, and seen by nobody
    come(desk, talk, "I am away until May.", subject="Out of office: Re: A question")
    stranger = come(desk, talk, "Delete everything.", who="eve@evil.example")
    assert (state(one), stranger.state) == ("waiting", "handled")
    assert said(one)[1:] == [("automatic", "lex@firm.example"), ("unverified", "eve@evil.example")]
    page = client(desk.sari).get(f"/escalations/{one}").content.decode()
    assert "unverified" in page
    assert "Delete everything." in page
    assert "Delete everything." not in Client().get(path(talk)).content.decode()
    # A token nobody signed leads nowhere.
    reply_to = letters(one)[0].reply_to
    before = IncomingMail.objects.count()
    come(desk, talk, "Forged", to=reply_to.replace("team+", "team+aaaa"))
    assert IncomingMail.objects.count() == before
    come(
        desk,
        talk,
        "Yes, you may.\r\n\r\nOn Mon, 23 Nov 2026 at 10:00, Desk <team@desk.example> wrote:\r\n> May we show this flag here?",
    )
    assert state(one) == "answered"
    last = Saying.objects.filter(escalation_id=one).order_by("-id").first()
    assert (last.kind, last.text, last.by) == ("answered", "Yes, you may.", talk.name)
    come(desk, talk, "One more thing.")
    assert (state(one), said(one)[-1][0]) == ("answered", "noted")


def test_a_letter_that_does_not_arrive_is_seen_by_who_asked(desk):
    one, _ = desk.ask_firm()
    (letter,) = letters(one)
    gone = LetterGivenUp(letter=letter.id, about=letter.about, why="no such mailbox", letter_kind=letter.kind)
    _give_up(actor=SYSTEM, gone=gone, now=desk.now)
    outbox.deliver_all(now=desk.now, reactors=["escalations.tell_undelivered"])
    assert "no such mailbox" in client(desk.sari).get(f"/escalations/{one}").content.decode()


@action(right="-")
def _give_up(*, actor, gone, now):
    record(gone, actor=actor, at=now)


def test_too_much_is_refused_for_an_hour(desk):
    one, talk = desk.ask_firm()
    for n in range(MOST_AN_HOUR):
        actions.hear(actor=SYSTEM, talk_id=talk.id, kind="unverified", by="eve@evil.example", text=str(n), now=desk.now)
    with pytest.raises(TooMuchSaid):
        actions.answer_outside(actor=FIRM, talk_id=talk.id, text="Yes", now=desk.now)
    actions.answer_outside(actor=FIRM, talk_id=talk.id, text="Yes", now=desk.now + timedelta(hours=2))
    assert state(one) == "answered"


def test_leads_keep_the_teams(desk):
    jonas = makers.staff("Jonas", desk.now, role="lead")
    given = {"name": "Notary", "address": "n@notary.example", "language": "id", "code": ""}
    assert client(desk.lena).post("/escalations/outside", given).status_code == 403
    for wrong in ({"address": "nowhere"}, {"language": "xx"}, {"name": " "}, {"name": "x" * 81}):
        assert client(jonas).post("/escalations/outside", given | wrong).status_code == 422
    assert client(jonas).post("/escalations/outside", given).status_code == 303
    assert [(one.name, one.outside) for one in queries.teams() if one.code == "notary"] == [("Notary", True)]
    assert client(jonas).post("/escalations/outside", given).status_code == 422  # there is one of this name
    assert client(jonas).post("/escalations/outside", given | {"code": "notary", "language": "en"}).status_code == 303
    inside = Team.objects.get(code=desk.legal)
    Team.objects.filter(id=inside.id).update(code="inner-circle")
    with pytest.raises(Invalid):
        actions.set_outside(actor=SYSTEM, name="Inner circle", address="a@b.example", language="en", now=desk.now)
    assert "n@notary.example" in client(jonas).get("/escalations/outside").content.decode()
    assert client(jonas).post("/escalations/outside", {"drop": "notary"}).status_code == 303
    assert not [one for one in queries.teams() if one.code == "notary"]
    with pytest.raises(NotFound):
        actions.drop_outside(actor=SYSTEM, code="notary", now=desk.now)


def test_two_answers_at_once_and_one_is_taken(real_db):
    desk = Desk(clock())
    one, talk = desk.ask_firm()
    told = together(
        lambda: actions.answer_outside(actor=FIRM, talk_id=talk.id, text="Yes", now=desk.now),
        lambda: actions.answer_outside(actor=FIRM, talk_id=talk.id, text="No", now=desk.now),
        lambda: actions.return_outside(actor=FIRM, talk_id=talk.id, text="Not us", now=desk.now),
    )
    refused = [said for said in told if isinstance(said, Refusal)]
    assert len(refused) == 2
    assert all(isinstance(said, NotNow) for said in refused)
    assert len([kind for kind, _ in said(one) if kind in {"answered", "returned"}]) == 1
