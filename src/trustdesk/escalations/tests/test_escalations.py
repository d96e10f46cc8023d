"""Handing over and back: Sari asks, Lena of Legal answers; Kofi works for a partner."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.escalations import actions, queries
from trustdesk.escalations.actions import AlreadyAccepted, AskedAlready, Gathered, NotNow
from trustdesk.escalations.models import Escalation, Severity
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import ClaimLost, NothingWaiting
from trustdesk.kernel.work.models import Clock, WorkItem
from trustdesk.kernel.work.tests import makers

KNOWN = [Gathered("Kind", "ad"), Gathered("Account", "Budi Santoso", personal=True)]
WHY = "May we show this flag here?"


class Cast:
    def __init__(self, now, *, partner=False):
        self.now, self.queue = now, makers.queue(now)
        self.sari = makers.staff("Sari", now)
        self.lena = makers.staff("Lena", now, role="specialist")
        self.kofi = makers.staff("Kofi", now, role="specialist")
        Staff.objects.filter(id=self.lena.id).update(handle=makers.fresh("calm-heron"))
        self.legal, self.outside = makers.fresh("legal"), makers.fresh("outside")
        self.join(self.lena, self.legal, "Legal")
        self.join(self.kofi, self.outside, "Outside counsel", partner=partner)

    def join(self, person, team, name, *, partner=False):
        people.set_team(actor=SYSTEM, staff_id=person.id, team=team, name=name, partner=partner, now=self.now)

    def held(self, at=None):
        made = makers.work(self.queue, self.now, subject_line="A flag")
        work.claim_this(actor=self.sari, work_id=made, now=at or self.now)
        return made

    def ask(self, about, *, team=None, at=None, severity="high", reason=WHY):
        return actions.escalate(
            actor=self.sari,
            about=about,
            team=team or self.legal,
            severity=severity,
            reason=reason,
            gathered=KNOWN,
            link="/reviews/x",
            now=at or self.now,
        )


@pytest.fixture
def cast(db, now):
    return Cast(now, partner=True)


def test_the_work_rests_and_comes_back_to_who_asked_first(cast, now):
    about = cast.held()
    with pytest.raises(Invalid) as wrong:
        cast.ask(about, team="nobody", severity="panic", reason=" ")
    assert set(wrong.value.fields) == {"team", "severity", "reason"}
    with pytest.raises(ClaimLost):
        actions.escalate(actor=cast.lena, about=about, team=cast.legal, severity="high", reason=WHY, now=now)
    one = cast.ask(about)
    row = Escalation.objects.get(id=one)
    due = {clock.name: clock.due_at for clock in Clock.objects.filter(work_id=row.work_id)}
    assert due == {"accept": now + timedelta(minutes=60), "answer": now + timedelta(minutes=480)}
    assert WorkItem.objects.get(id=row.work_id).due_at == now + timedelta(minutes=60)
    assert WorkItem.objects.get(id=about).state == "held"
    for person in (cast.sari, cast.lena):
        with pytest.raises(NothingWaiting):
            work.claim_next(actor=person, now=now)  # neither the work nor the hand-over is dealt
    with pytest.raises(NotFound):
        actions.accept(actor=cast.kofi, escalation_id=one, now=now)  # not of the team
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    with pytest.raises(AlreadyAccepted, match="You have accepted this already"):
        actions.accept(actor=cast.lena, escalation_id=one, now=now)
    with pytest.raises(NotFound):
        actions.answer(actor=cast.kofi, escalation_id=one, text="Yes", now=now)
    later = now + timedelta(hours=2)
    actions.answer(actor=cast.lena, escalation_id=one, text="Only as art.", now=later)
    # For four hours it is Sari's to take up; then anyone's.
    rina = makers.staff("Rina", now)
    with pytest.raises(NothingWaiting):
        work.claim_next(actor=rina, now=later)
    work.take_up(actor=cast.sari, work_id=about, now=later)
    actions.follow_up(actor=cast.sari, escalation_id=one, text="And on a mug?", now=later)
    assert (WorkItem.objects.get(id=about).state, Escalation.objects.get(id=one).state) == ("held", "accepted")
    actions.answer(actor=cast.lena, escalation_id=one, text="A mug is no art.", now=later)
    work.wake_held(now=later + actions.FIRST_TO_REQUESTER)
    assert work.claim_next(actor=rina, now=later + actions.FIRST_TO_REQUESTER).work == about
    work.complete(actor=rina, work_id=about, now=later + timedelta(hours=5))
    outbox.deliver_all(now=later + timedelta(hours=5), reactors=["escalations.close_with_work"])
    row.refresh_from_db()
    assert (row.state, WorkItem.objects.get(id=row.work_id).state) == ("closed", "done")
    told = FactRow.objects.filter(subject=str(one)).order_by("id").values_list("kind", flat=True)
    assert [kind.partition(".")[2] for kind in told] == [
        "opened",
        "accepted",
        "answered",
        "followed_up",
        "answered",
        "closed",
    ]


def test_handed_back_withdrawn_or_overtaken(cast, now):
    first, second, third = (cast.held() for _ in range(3))
    one, two, three = (cast.ask(about) for about in (first, second, third))
    actions.give_back(actor=cast.lena, escalation_id=one, text="Ask the policy team.", now=now)
    assert Escalation.objects.get(id=one).state == "returned"
    work.take_up(actor=cast.sari, work_id=first, now=now)
    with pytest.raises(AskedAlready):
        cast.ask(first)
    actions.close(actor=cast.sari, escalation_id=one, now=now)
    cast.ask(first)
    with pytest.raises(NotFound):
        actions.cancel(actor=cast.lena, escalation_id=two, reason="", now=now)
    actions.cancel(actor=cast.sari, escalation_id=two, reason="found it myself", now=now)
    work.take_up(actor=cast.sari, work_id=second, now=now)
    with pytest.raises(NotNow):
        actions.accept(actor=cast.lena, escalation_id=two, now=now)
    actions.accept(actor=cast.lena, escalation_id=three, now=now)
    work.cancel(actor=SYSTEM, work_id=third, now=now, reason="withdrawn by its author")
    outbox.deliver_all(now=now, reactors=["escalations.cancel_with_work"])
    with pytest.raises(NotNow):
        actions.answer(actor=cast.lena, escalation_id=three, text="Too late", now=now)
    assert not Clock.objects.filter(work__in=Escalation.objects.filter(id=three).values("work"), phase="running")


def test_the_next_level_answers_to_who_handed_it_on_and_a_partner_sees_no_person(cast, now):
    about = cast.held()
    one = cast.ask(about)
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    with pytest.raises(Invalid):
        actions.hand_on(actor=cast.lena, escalation_id=one, team=cast.legal, severity="low", reason="Hm", now=now)
    two = actions.hand_on(
        actor=cast.lena, escalation_id=one, team=cast.outside, severity="normal", reason="Your view?", now=now
    )
    assert queries.whole(one, actor=cast.kofi) is None, "a partner sees its own hand-overs only"
    seen = queries.whole(two, actor=cast.kofi)
    assert [known.label for known in seen.escalation.gathered] == ["Kind"]
    handle = Staff.objects.get(id=cast.lena.id).handle
    assert (seen.escalation.requester, seen.escalation.subject, seen.escalation.link) == (handle, "", "")
    page = client(cast.kofi).get(f"/escalations/{two}").content.decode()
    inbox = client(cast.kofi).get("/escalations/").content.decode()
    for secret in ("Budi", "Lena", "A flag", "Sari", "/reviews/"):
        assert secret not in page
        assert secret not in inbox
    assert "Budi Santoso" in client(cast.lena).get(f"/escalations/{one}").content.decode()
    assert client(cast.kofi).get(f"/escalations/{one}").status_code == 404
    jonas = makers.staff("Jonas", now, role="lead")
    cast.join(jonas, cast.legal, "Legal")
    with pytest.raises(Forbidden):
        actions.answer(actor=jonas, escalation_id=one, text="I know", now=now)
    actions.accept(actor=cast.kofi, escalation_id=two, now=now)
    actions.answer(actor=cast.kofi, escalation_id=two, text="It is lawful.", now=now)
    whole = queries.whole(one, actor=cast.lena)
    assert whole.escalation.state == "accepted", "it stays Lena's to answer"
    assert "It is lawful." in [said.text for said in whole.said]
    actions.answer(actor=cast.lena, escalation_id=one, text="Lawful.", now=now)
    actions.close(actor=cast.sari, escalation_id=one, now=now)
    assert Escalation.objects.get(id=two).state == "closed"


def test_lists_cost_the_same_for_two_and_for_twenty(cast, now):
    def cost(path, who):
        someone = client(who)
        someone.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert someone.get(path).status_code == 200
        return len(seen)

    def many(n):
        for _ in range(n):
            cast.ask(cast.held())

    many(2)
    few = cost("/escalations/", cast.lena), cost("/escalations/?box=asked", cast.sari)
    many(8)
    assert (cost("/escalations/", cast.lena), cost("/escalations/?box=asked", cast.sari)) == few
    seen, after = [], None
    while True:
        page = queries.box(cast.lena, which="team", after=after, limit=4)
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 10
    assert seen == sorted(seen, reverse=True)


def test_deadlines_are_data(cast, now):
    jonas = makers.staff("Jonas", now, role="lead")
    with pytest.raises(Invalid):
        actions.set_severity(actor=jonas, code="high", accept_minutes=60, answer_minutes=5, now=now)
    answer = client(jonas).post("/escalations/deadlines", {"code": "high", "accept_minutes": 5, "answer_minutes": 50})
    assert answer.status_code == 303
    assert Severity.objects.get(code="high").accept_minutes == 5
    row = Escalation.objects.get(id=cast.ask(cast.held()))
    assert WorkItem.objects.get(id=row.work_id).due_at == now + timedelta(minutes=5)


def test_two_accept_at_once_and_one_has_it(real_db, now):
    cast = Cast(now)
    omar = makers.staff("Omar", now, role="specialist")
    cast.join(omar, cast.legal, "Legal")
    one = cast.ask(cast.held())
    ready, told = Barrier(2), []

    def press(person):
        try:
            ready.wait(10)
            actions.accept(actor=person, escalation_id=one, now=now)
            told.append(person.name)
        except AlreadyAccepted as lost:
            told.append(lost)
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(person,)) for person in (cast.lena, omar)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    winner = next(one for one in told if isinstance(one, str))
    loser = next(one for one in told if not isinstance(one, str))
    assert loser.details["holder"] == winner
    assert FactRow.objects.filter(subject=str(one), kind="escalation.accepted").count() == 1


def client(person):
    made = Client()
    made.force_login(Staff.objects.get(id=person.id), settings.AUTHENTICATION_BACKENDS[0])
    return made
