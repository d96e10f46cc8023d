"""Jonas looks at what is handed over and why; every number leads to what is behind it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trustdesk.escalations import actions, queries
from trustdesk.escalations.models import Escalation
from trustdesk.escalations.queries import Wanted, figures
from trustdesk.escalations.tests.test_escalations import WHY, Cast, client
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Team
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.tests import makers


class Month(Cast):
    """Legal is asked four times: answered after 10, 20 and (late) 600 minutes, once handed back."""

    def __init__(self, now):
        super().__init__(now)
        self.made = [
            self.asked("fraud", 10),
            self.asked("legal", 20),
            self.asked("", 600),
            self.asked("fraud", 5, back=True),
        ]

    def asked(self, area, minutes, *, back=False):
        one = actions.escalate(
            actor=self.sari, about=self.held(), team=self.legal, severity="high", reason=WHY, area=area, now=self.now
        )
        done = self.now + timedelta(minutes=minutes)
        actions.accept(actor=self.lena, escalation_id=one, now=self.now + timedelta(minutes=2))
        work.breach_due(now=done)
        end = actions.give_back if back else actions.answer
        end(actor=self.lena, escalation_id=one, text="Said.", now=done)
        return one


@pytest.fixture
def month(db):
    return Month(clock() - timedelta(days=2))


def test_counts_medians_and_shares(month):
    at = clock()
    (legal,) = [one for one in figures.figures(wanted=Wanted(), now=at) if one.key == month.legal]
    assert (legal.asked, legal.late, legal.late_share, legal.returned, legal.returned_share) == (4, 1, 25, 1, 25)
    assert (legal.accept, legal.answer) == (2, 15)  # of 5, 10, 20 and 600
    by_area = {one.key: (one.name, one.asked) for one in figures.figures(wanted=Wanted(by="area"), now=at)}
    assert by_area == {"fraud": ("Fraud", 2), "legal": ("Legal", 1), "": ("", 1)}
    (kind,) = figures.figures(wanted=Wanted(by="kind"), now=at)
    assert kind.asked == 4
    assert figures.figures(wanted=Wanted(days=7), now=at + timedelta(days=8)) == []
    open_one = month.ask(month.held())  # neither accepted nor answered: it has no times
    (legal,) = [one for one in figures.figures(wanted=Wanted(), now=at) if one.key == month.legal]
    assert (legal.asked, legal.accept, legal.answer) == (5, 2, 15)
    assert Escalation.objects.get(id=open_one).area is None


def test_each_number_leads_to_what_is_behind_it(month):
    jonas = client(makers.staff("Jonas", month.now, role="lead"))
    page = jonas.get("/escalations/figures").content.decode()
    for only, wanted in (("late", {month.made[2]}), ("returned", {month.made[3]}), ("", set(month.made))):
        if only:
            assert f"only={only}" in page
        shown = jonas.get(f"/escalations/figures?by=team&key={month.legal}&only={only}").content.decode()
        found = set(re.findall(r"/escalations/([0-9a-f-]{36})", shown))
        assert found == {str(one) for one in wanted}, only
    shown = jonas.get("/escalations/figures?by=area&key=").content.decode()
    assert str(month.made[2]) in shown
    assert str(month.made[0]) not in shown


def test_what_is_asked_wrongly_is_not_an_error(month):
    jonas = client(makers.staff("Jonas", month.now, role="lead"))
    for query in ("by=x&days=-1&only=drop", "key=%00", "key=" + "x" * 500, "days=999999999999", "by=kind&key='--"):
        assert jonas.get(f"/escalations/figures?{query}").status_code == 200, query
        assert jonas.get(f"/escalations/figures.csv?{query}").status_code == 200, query
    for path in ("figures", "figures.csv"):
        assert client(month.lena).get(f"/escalations/{path}").status_code == 403


def test_the_file_says_the_same_and_holds_no_formula(month):
    Team.objects.filter(code=month.legal).update(name="=SUM(A1)")
    answer = client(makers.staff("Jonas", month.now, role="lead")).get("/escalations/figures.csv?by=team")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    (legal,) = [row for row in rows if row[0] == "'=SUM(A1)"]
    assert legal[1:] == ["4", "2.0", "15.0", "1", "25", "1", "25", "0"]


def test_figures_cost_the_same_for_few_and_for_many(month):
    jonas = client(makers.staff("Jonas", month.now, role="lead"))

    def cost():
        jonas.get("/escalations/figures")
        with CaptureQueriesContext(connection) as seen:
            jonas.get("/escalations/figures")
        return len(seen)

    few = cost()
    for _ in range(4):
        month.asked("it", 3)
    assert cost() == few


def test_areas_are_data(month):
    assert ("authorities", "Liaison with authorities") in queries.areas()
    actions.set_area(actor=SYSTEM, name="Press", now=month.now)
    actions.set_area(actor=SYSTEM, name="The press", code="press", now=month.now)
    assert ("press", "The press") in queries.areas()
    for wrong in ({"name": "Press"}, {"name": " "}, {"name": "x" * 61}, {"name": "!!"}):
        with pytest.raises(Invalid):
            actions.set_area(actor=SYSTEM, now=month.now, **wrong)
    with pytest.raises(NotFound):
        actions.set_area(actor=SYSTEM, name="X", code="nowhere", now=month.now)
    with pytest.raises(Invalid):
        month.asked("nowhere", 1)
    jonas = client(makers.staff("Jonas", month.now, role="lead"))
    assert jonas.post("/escalations/areas", {"name": "Tax"}).status_code == 303
    assert client(month.sari).post("/escalations/areas", {"name": "Tax 2"}).status_code == 403
    assert "Tax" in jonas.get("/escalations/deadlines").content.decode()
