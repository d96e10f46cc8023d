"""Jonas keeps policies and calendars, tries them, and sees what is wrong in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trustdesk.clocks import actions, queries
from trustdesk.clocks.rules.metrics import Metric
from trustdesk.clocks.rules.policies import Policy, Priority
from trustdesk.clocks.tests.test_simulating import ICAL, OFFICE
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db

SELLERS = {
    "name": "Sellers",
    "when_channel": "mail, chat",
    "first_reply_normal": "30",
    "resolution_normal": "2d",
    "warn_minutes": "15",
    "steps": "0 team lead\n60 head of desk",
}
OFFICE_HOURS = {"name": "Office", "zone": "Asia/Jakarta", "mon": "09:00–12:00, 13:00-17:00", "tue": "22:00–06:00"}


@pytest.fixture
def jonas(client):
    client.force_login(makers.staff("lead", name="Jonas"))
    return client


def words(answer):
    return answer.content.decode()


def test_a_policy_is_previewed_made_changed_ordered_and_archived(jonas):
    assert "it would be due" in words(jonas.post("/clocks/policies/new", SELLERS | {"preview": "1"}))
    assert queries.policies_in_order() == []
    assert jonas.post("/clocks/policies/new", SELLERS).status_code == 303
    assert jonas.post("/clocks/policies/new", SELLERS | {"name": "Rest", "when_channel": ""}).status_code == 303
    sellers, rest = queries.policies_in_order()
    assert sellers.policy.targets == {
        Metric.FIRST_REPLY: {Priority.NORMAL: 30},
        Metric.RESOLUTION: {Priority.NORMAL: 2880},
    }
    assert [step.to for step in sellers.policy.steps] == ["team lead", "head of desk"]
    address = f"/clocks/policies/{sellers.id}/"
    assert 'value="30"' in words(jonas.get(address))
    assert jonas.post(address, SELLERS | {"first_reply_normal": "45", "version": "1"}).status_code == 303
    assert jonas.post(address, SELLERS | {"version": "1"}).status_code == 412, "somebody changed it since"
    jonas.post(f"/clocks/policies/{rest.id}/place", {"to": "up"})
    listed = words(jonas.get("/clocks/"))
    assert listed.index("Rest") < listed.index("Sellers")
    assert "Never reached" in listed
    jonas.post(f"/clocks/policies/{rest.id}/place", {"to": "archive"})
    assert "Never reached" not in words(jonas.get("/clocks/"))
    jonas.post(f"/clocks/policies/{rest.id}/place", {"to": "restore"})
    assert [one.policy.name for one in queries.policies_in_order()] == ["Sellers", "Rest"]


def test_what_is_wrong_stands_at_its_field(jonas):
    answer = jonas.post("/clocks/policies/new", SELLERS | {"name": "", "first_reply_high": "soon", "steps": "lead"})
    assert answer.status_code == 422
    assert {"name", "first_reply_high", "steps"} <= set(answer.context["form"].errors)
    answer = jonas.post("/clocks/policies/new", SELLERS | {"business": ["normal"]})
    assert set(answer.context["form"].errors) == {"calendar"}
    answer = jonas.post("/clocks/calendars/new", OFFICE_HOURS | {"wed": "morning", "holidays": "soon"})
    assert {"wed", "holidays"} <= set(answer.context["form"].errors)
    for odd in ({"zone": "Mars"}, {"ical": "once upon a time"}):
        assert jonas.post("/clocks/calendars/new", OFFICE_HOURS | odd).status_code == 422
    assert queries.policies_in_order() == []


def test_a_calendar_is_previewed_made_and_archived(jonas):
    told = OFFICE_HOURS | {"ical": ICAL, "holidays": "2026-12-25"}
    assert "The next two weeks" in words(jonas.post("/clocks/calendars/new", told | {"preview": "1"}))
    assert queries.calendars() == []
    assert jonas.post("/clocks/calendars/new", told).status_code == 303
    assert jonas.post("/clocks/calendars/new", told).status_code == 422, "its name is taken"
    assert "13:00–17:00" in words(jonas.get("/clocks/calendars/of/office/"))
    (office,) = queries.calendars()
    assert office.calendar.slots["tue"] == [["22:00", "06:00"]]
    assert jonas.post("/clocks/calendars/of/office/", told | {"version": "1", "tue": ""}).status_code == 303
    jonas.post("/clocks/calendars/of/office/archive", {"to": "archive"})
    assert queries.calendars() == []
    assert "Bring back" in words(jonas.get("/clocks/"))


def test_a_policy_is_tried_before_it_counts(jonas):
    draft = jonas.post("/clocks/simulate", SELLERS)
    assert "It is not in force" in words(draft)
    told = {
        "draft": draft.context["draft"].told,
        "priority": "normal",
        "timeline": "2026-03-10 09:00 opened\n09:40 reply resolved",
    }
    answer = jonas.post("/clocks/simulate", told)
    first = answer.context["result"]["rows"][0]
    assert (first["minutes"], str(first["breached"])[11:16]) == ("40 min", "09:30")
    assert [to for _at, to in first["steps"]] == ["team lead"]
    wrong = jonas.post("/clocks/simulate", told | {"timeline": "2026-03-10 09:00 opened\n\n08:00 shrug"})
    assert "Line 3: " in words(wrong)
    assert jonas.post("/clocks/simulate", told | {"draft": "{"}).status_code == 422
    nothing = {"priority": "normal", "timeline": "2026-03-10 09:00 opened"}
    assert "No policy fits" in words(jonas.post("/clocks/simulate", nothing))
    actions.set_policy(actor=SYSTEM, policy=Policy(name="All"), calendar=None, now=now())
    assert jonas.post("/clocks/simulate", nothing).context["result"]["policies"] == ("All",)


def test_the_list_asks_as_much_for_twenty_as_for_two(jonas):
    def make(names):
        for name in names:
            actions.set_calendar(actor=SYSTEM, code=f"c{name}", name=f"C{name}", zone="UTC", slots=OFFICE, now=now())
            actions.set_policy(actor=SYSTEM, policy=Policy(name=f"P{name}"), calendar=f"c{name}", now=now())

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert jonas.get("/clocks/").status_code == 200
        return len(asked)

    make(range(2))
    cost()
    two = cost()
    make(range(2, 20))
    assert cost() == two
