"""Sari asks Rina of Legal; it is answered once, found again, and looked at again when its day is over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from trustdesk.experts import actions, queries, rules
from trustdesk.experts.actions import EndedAlready, NotYours, ReplacedAlready, Told
from trustdesk.experts.models import Answer, Question
from trustdesk.kernel.base.refusal import Forbidden, Invalid
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people import queries as people_known
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Clock, WorkItem
from trustdesk.kernel.work.tests import makers as works
from trustdesk.web.tests import makers

ASKED = "A seller offers old coins with a forbidden sign from a museum. May this be shown in Germany?"
TOLD = Told("May forbidden signs be shown as history?", "Only for teaching and art. Cover the sign in every picture.")


def expert(name, team, now):
    staff = makers.staff("specialist", name=name)
    people.set_team(actor=SYSTEM, staff_id=staff.id, team=team.lower(), name=team, now=now)
    return actor_for(staff)


class Cast:
    def __init__(self, now):
        self.now, self.today = now, now.date()
        self.sari = actor_for(makers.staff("reviewer", name="Sari"))
        self.rina, self.lena = expert("Rina", "Legal", now), expert("Lena", "Legal", now)
        self.wei = expert("Wei", "Fraud", now)
        teams = {name: one for one, name in people_known.teams()}
        self.law = actions.set_field(actor=SYSTEM, name="Law", team=teams["Legal"], minutes=60, now=now)
        self.fraud = actions.set_field(actor=SYSTEM, name="Fraud", team=teams["Fraud"], minutes=60, now=now)

    def asks(self, text=ASKED, **given):
        return actions.ask(actor=self.sari, field=self.law, text=text, now=self.now, **given)

    def answers(self, question, told=TOLD, by=None):
        return actions.answer(actor=by or self.rina, question_id=question, told=told, now=self.now, today=self.today)


@pytest.fixture
def cast(db, now):
    return Cast(now)


def client(actor):
    found = Client()
    found.force_login(Staff.objects.get(id=actor.id), settings.AUTHENTICATION_BACKENDS[0])
    return found


@pytest.mark.parametrize(
    ("asked", "said", "fits"),
    [
        ("Are forbidden signs allowed on coins?", "forbidden sign coins museum", True),
        ("Are forbidden signs allowed on coins?", "a coin was lost", False),  # one word of many is not enough
        ("Refund?", "refunds are paid on Monday", True),
        ("???", "anything", False),
    ],
)
def test_what_is_alike(asked, said, fits):
    assert rules.alike(rules.words_of(asked), said) is fits


@pytest.mark.parametrize(
    "link", ["//evil.example", "/\\evil", "https://evil.example", "/a b", "javascript:x", "/x" * 200]
)
def test_a_question_leads_back_to_this_desk_only(cast, link):
    with pytest.raises(Invalid):
        cast.asks(link=link)
    assert not Question.objects.exists()


def test_asked_answered_told_and_found_again(cast, now):
    about = works.work(works.queue(now), now)
    one = cast.asks(about=about, link="/reviews/x")
    item = WorkItem.objects.get(id=Question.objects.get(id=one).work_id)
    assert (item.kind, item.state, item.due_at) == ("question", "open", now + timedelta(hours=1))
    assert WorkItem.objects.get(id=about).state == "open", "the work it is about goes on"
    assert [row.id for row in queries.waiting(cast.rina)] == [one]
    assert queries.waiting(cast.wei) == []
    assert queries.question(one, actor=cast.wei).text == "", "read by who asked and who answers"
    assert [row.text for row in queries.about(about, actor=cast.wei)] == [""]
    with pytest.raises(NotYours):
        cast.answers(one, by=cast.wei)
    with pytest.raises(Forbidden):
        cast.answers(one, by=cast.sari)

    made = cast.answers(one)
    assert WorkItem.objects.get(id=item.id).state == "done"
    assert Clock.objects.get(work_id=item.id).phase == "fulfilled"
    assert queries.calls(cast.sari) == (1, 0)
    page = client(cast.sari).get(f"/experts/questions/{one}").content.decode()
    assert TOLD.text in page
    assert queries.calls(cast.sari) == (0, 0), "seen"

    assert [row.id for row in queries.found(text="forbid sign")] == [made]
    assert [row.id for row in queries.found(text="museum")] == [made], "by the words of the question too"
    assert queries.found(text="museum goose") == []
    assert queries.found(text="<>") == []
    assert [row.id for row in queries.alike("Is a forbidden sign allowed in a museum picture?")] == [made]
    actions.settled_by(actor=cast.sari, answer_id=made, text="Again a forbidden sign?", about=about, now=now)
    assert queries.answer(made).served == 1
    assert queries.calls(cast.sari) == (0, 0)


def test_who_comes_second_loses_no_words(cast):
    one = cast.asks()
    cast.answers(one)
    with pytest.raises(EndedAlready):
        cast.answers(one, by=cast.lena)
    answer = client(cast.lena).post(
        f"/experts/questions/{one}/answer", {"title": "Signs", "text": "My long careful words."}
    )
    assert answer.status_code == 409
    assert "My long careful words." in answer.content.decode()
    assert TOLD.text in answer.content.decode(), "beside what was said"
    bad = client(cast.lena).post(
        f"/experts/questions/{cast.asks('Another?')}/answer", {"title": "", "text": "Kept words"}
    )
    assert (bad.status_code, "Kept words" in bad.content.decode()) == (422, True)


def test_declined_handed_on_taken_back_answered_with_what_is_known(cast, now):
    one = cast.asks()
    actions.hand_on(actor=cast.rina, question_id=one, field=cast.fraud, now=now)
    assert [row.id for row in queries.waiting(cast.wei)] == [one]
    assert WorkItem.objects.get(id=Question.objects.get(id=one).work_id).subject_line == "Fraud", "in lists of work too"
    with pytest.raises(Invalid):
        actions.decline(actor=cast.wei, question_id=one, why=" ", now=now)
    actions.decline(actor=cast.wei, question_id=one, why="Nobody can know.", now=now)
    assert queries.question(one, actor=cast.sari).why == "Nobody can know."

    two = cast.asks("What about stamps?")
    with pytest.raises(actions.NoSuchQuestion):
        actions.withdraw(actor=cast.rina, question_id=two, now=now)
    actions.withdraw(actor=cast.sari, question_id=two, now=now)
    assert WorkItem.objects.get(id=Question.objects.get(id=two).work_id).state == "cancelled"
    with pytest.raises(EndedAlready):
        cast.answers(two)

    known = cast.answers(cast.asks("What about flags?"))
    three = cast.asks("And flags again?")
    actions.answer_with(actor=cast.lena, question_id=three, answer_id=known, now=now)
    assert queries.question(three, actor=cast.sari).answer == known


def test_an_answer_holds_until_its_day(cast, now):
    made = cast.answers(cast.asks())
    assert queries.found(again=cast.today) == []
    later = cast.today + rules.HOLDS
    assert [row.id for row in queries.found(again=later)] == [made]
    with pytest.raises(Invalid):
        actions.confirm(actor=cast.rina, answer_id=made, true_until=cast.today, now=now, today=cast.today)
    with pytest.raises(NotYours):
        actions.confirm(actor=cast.wei, answer_id=made, true_until=None, now=now, today=later)
    actions.confirm(actor=cast.rina, answer_id=made, true_until=None, now=now, today=later)
    assert queries.found(again=later) == []

    new = actions.replace(actor=cast.rina, answer_id=made, told=Told("Signs", "Never."), now=now, today=cast.today)
    assert [row.id for row in queries.found(text="museum")] == [new], "found by what it was asked by"
    assert [row.id for row in queries.versions(queries.answer(new))] == [made]
    with pytest.raises(ReplacedAlready):
        actions.retire(actor=cast.rina, answer_id=made, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            field_id=cast.law,
            title="x",
            text="y",
            words="",
            staff_id=cast.rina.id,
            at=now,
            true_until=later,
            replaces_id=made,
        )
    actions.retire(actor=cast.lena, answer_id=new, now=now)
    assert queries.found() == []
    with pytest.raises(actions.NoSuchAnswer):
        actions.settled_by(actor=cast.sari, answer_id=new, text="Again?", now=now)


def test_pages_and_fields(cast, now):
    lead = actor_for(makers.staff("lead", name="Jonas"))
    desk = client(lead)
    known = queries.fields()[0]
    told = {"name": "Medicine", "about": "Pills", "team": str(known.team), "minutes": "90"}
    assert desk.post("/experts/fields/", told).status_code == 303
    assert desk.post("/experts/fields/", told).status_code == 422, "named once"
    field = next(one for one in queries.fields() if one.name == "Medicine")
    stale = told | {"field_id": str(field.id), "version": "0"}
    assert desk.post("/experts/fields/", stale).status_code == 412
    assert desk.post(f"/experts/fields/{field.id}/archive").status_code == 303
    with pytest.raises(Invalid):
        actions.ask(actor=cast.sari, field=field.id, text="May I?", now=now)

    sari = client(cast.sari)
    made = cast.answers(cast.asks())
    assert TOLD.title in sari.post("/experts/similar", {"text": "forbidden signs in a museum"}).content.decode()
    asked = sari.post("/experts/ask", {"field": str(cast.law), "text": "x" * 4001})
    assert (asked.status_code, "x" * 4001 in asked.content.decode()) == (422, True)
    served = sari.post(f"/experts/answers/{made}/serves", {"text": "A sign?", "link": "/work"})
    assert (served.status_code, served.headers["location"]) == (303, "/work")
    for path in (
        "/experts/",
        "/experts/?q=forbidden",
        "/experts/?box=asked",
        "/experts/?box=again",
        f"/experts/answers/{made}",
    ):
        assert sari.get(path).status_code == 200
    assert sari.get("/experts/fields/").status_code == 403
    page = client(cast.rina).get(f"/experts/answers/{made}").content.decode()
    assert "Write it anew" in page
    assert "Write it anew" not in sari.get(f"/experts/answers/{made}").content.decode()


def test_a_field_is_changed_where_it_stands_and_brought_back(cast):
    desk = client(actor_for(makers.staff("lead", name="Jonas")))
    law = next(one for one in queries.fields() if one.id == cast.law)
    told = {"field_id": str(law.id), "version": "1", "name": "Law and orders", "team": str(law.team), "minutes": "0"}
    wrong = desk.post("/experts/fields/", told)
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert 'name="name" value="Law and orders"' in page.partition('id="another"')[0], "beside its own field"
    assert "Law and orders" not in page.partition('id="another"')[2]
    assert page.count('id="law_name"') == page.count('id="id_name"') == 1

    desk.post(f"/experts/fields/{law.id}/archive")
    assert law.id not in {one.id for one in queries.fields()}
    assert "Bring back" in desk.get("/experts/fields/").content.decode()
    assert desk.post("/experts/fields/", told | {"name": "Law", "minutes": "60"}).status_code == 303
    assert law.id in {one.id for one in queries.fields()}


def test_fields_are_named_in_any_script(cast, now):
    team = next(one for one, name in people_known.teams() if name == "Legal")
    for name in ("法律", "医药", "القانون"):
        actions.set_field(actor=SYSTEM, name=name, team=team, minutes=60, now=now)
    desk = client(actor_for(makers.staff("lead", name="Jonas")))
    assert desk.get("/experts/", {"field": "医药"}).status_code == 200
    assert desk.get("/experts/fields/").status_code == 200


@pytest.mark.real
@pytest.mark.slow
def test_two_experts_answer_at_once_and_one_is_told(real_db, now):
    cast = Cast(now)
    one = cast.asks()
    start = Barrier(2)

    def answers(by):
        start.wait()
        try:
            cast.answers(one, by=by)
        except EndedAlready:
            return "second"
        finally:
            connection.close()
        return "first"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answers, [cast.rina, cast.lena])) == ["first", "second"]
    assert Answer.objects.count() == 1
    with pytest.raises(work.NotWaiting):
        work.settle(actor=cast.rina, work_id=Question.objects.get(id=one).work_id, now=now)
