"""Care as pages: mine alone, the desk's for leads, and what is refused."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.base.timesource import source
from trustdesk.kernel.people.models import Membership, Team
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.web.tests import makers as people
from trustdesk.wellbeing import actions, queries
from trustdesk.wellbeing.rules import HARMS, Limit
from trustdesk.wellbeing.tests import makers

pytestmark = pytest.mark.django_db


def at(person):
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def sari():
    return people.staff("reviewer")


@pytest.fixture
def jonas():
    return people.staff("lead", name="Jonas")


def test_my_page_keeps_what_i_choose_and_costs_the_same_for_one_harm_and_for_all(
    sari, django_assert_max_num_queries, django_assert_num_queries
):
    client, actor, line = at(sari), actor_for(sari), makers.queue(clock())
    client.get("/care/")
    sums = []
    for harm in ("violence", *HARMS[3:]):
        makers.seen(actor, line, harm, 3, 1, clock())
        with django_assert_max_num_queries(10) as asked:
            page = client.get("/care/").content.decode()
        sums.append(len(asked))
    assert len(set(sums)) == 1
    assert "Violence" in page
    answer = client.post("/care/ways", {"violence": ["blur", "text"], "hate": [], "opted_out": ["hate"]})
    assert answer.status_code == 303
    kept = queries.standing(sari.id)
    assert kept.ways["violence"] == ["blur", "text"]
    assert kept.opted_out == {"hate"}
    assert client.post("/care/ways", {"violence": ["louder"]}).status_code == 422
    assert client.post("/care/limits", {"all_shift": "100"}).status_code == 303
    assert client.post("/care/limits", {"all_shift": "241"}).status_code == 422, "one cannot raise the desk's"
    assert queries.standing(sari.id).limits == {"": Limit(100, None)}
    assert client.post("/care/break-after", {"minutes": "45"}).status_code == 303
    assert queries.standing(sari.id).break_after == 45


def test_the_beacon_takes_nothing_hostile(sari, now):
    client, line = at(sari), makers.queue(clock())
    held = makers.item(line, clock(), "violence", 4)
    work.claim_this(actor=actor_for(sari), work_id=held, now=clock())
    for wrong in (
        {},
        {"work": "1", "seconds": "2"},
        {"work": held, "seconds": "1e9"},
        {"work": held, "seconds": "nan"},
    ):
        assert client.post("/care/revealed", wrong).status_code == 422
    assert client.post("/care/revealed", {"work": line and sari.id, "seconds": "1"}).status_code == 404
    with source.fixed(clock() + timedelta(minutes=1)):
        assert client.post("/care/revealed", {"work": held, "seconds": "1.5"}).status_code == 204
    assert at(people.staff("reviewer")).post("/care/revealed", {"work": held, "seconds": "1"}).status_code == 404


def test_a_break_by_page_and_back(sari):
    client = at(sari)
    makers.item(makers.queue(clock()), clock())
    assert client.post("/care/break").headers["Location"] == "/care/break"
    assert "You are on a break" in client.get("/care/break").content.decode()
    assert "You are on a break" in client.get("/reviews/nothing").content.decode()
    for _ in range(2):
        assert client.post("/care/break/end").status_code == 303, "pressed twice is once"


def test_leads_set_budgets_breaks_and_whom_to_talk_to(jonas, sari):
    client = at(jonas)
    assert client.post("/care/desk/budgets", {"all_shift": "120", "violence_week": "300"}).status_code == 303
    assert queries.budgets()["violence"] == Limit(None, 300)
    assert queries.budgets()[""] == Limit(120, None), "an empty field takes the bound away"
    assert client.post("/care/desk/budgets", {"all_shift": "-1"}).status_code == 422
    assert client.post("/care/desk/rules", {"break_after": 60, "heavy_run": 2, "owed_break": 10}).status_code == 303
    assert queries.desk_rules().heavy_run == 2
    given = {"name": "House <b>line</b>", "phone": "+62 21 5550 100", "link": "", "words": "Day & night"}
    assert client.post("/care/desk/contacts", {**given, "link": "javascript:alert(1)"}).status_code == 422
    assert client.post("/care/desk/contacts", given).status_code == 303
    page = at(sari).get("/care/").content.decode()
    assert "House &lt;b&gt;line&lt;/b&gt;" in page
    assert at(sari).get("/care/desk").status_code == 403
    (contact,) = queries.contacts()
    assert client.post(f"/care/desk/contacts/{contact.id}/remove").status_code == 303
    assert queries.contacts() == []
    assert client.get("/care/desk").status_code == 200


def test_leads_are_refused_groups_of_four_filters_and_the_difference(jonas, now, django_assert_max_num_queries):
    line = makers.queue(now)
    makers.budget(now, shift=10_000, week=10_000)
    ten = [makers.staff(f"Person-{n}", now, in_queues=(line,)) for n in range(10)]
    four, six, five = (Team.objects.create(code=makers.fresh(n), name=n) for n in ("Night", "Rest", "Day"))
    for team, members in ((four, ten[:4]), (six, ten[4:]), (five, ten[:5])):
        Membership.objects.bulk_create(Membership(team=team, staff_id=one.id) for one in members)
    for one in ten:
        makers.seen(one, line, "violence", 4, 10, now)
    actions.tell_weeks(now=now + timedelta(days=7))
    client = at(jonas)
    with django_assert_max_num_queries(12):
        page = client.get("/care/team").content.decode()
    assert "The whole desk, 10 people" in page
    assert not any(one.name in page or one.id in page for one in ten)
    told = [team for team in (four, six, five) if client.get(f"/care/team/{team.id}").status_code == 200]
    assert told == [five], "six would leave four alone"
    refused = client.get(f"/care/team/{four.id}")
    assert refused.status_code == 403
    assert "fewer than five" in refused.content.decode()
    for asked in ("?team=x", f"?staff={ten[0].id}", "?harm=violence", "?week=2026-03-09"):
        assert client.get("/care/team" + asked).status_code == 403
        assert client.get(f"/care/team/{five.id}{asked}").status_code == 403


def test_an_offer_stands_on_my_work_and_a_lead_is_told(sari, jonas, now):
    line = makers.queue(now)
    actions.set_limits(actor=actor_for(sari), limits={"": Limit(5, None)}, now=now)
    actions.set_ways(actor=actor_for(jonas), ways={}, opted_out=["violence"], now=now)
    urgent = makers.item(line, now, "violence", 5, lane=0)
    for minutes in (0, 6):
        actions.watch_urgent(now=now + timedelta(minutes=minutes))
    assert "Could you?" in at(sari).get("/work").content.decode()
    theirs = at(jonas).get("/work").content.decode()
    assert "nobody may be given it" in theirs
    assert "Could you?" not in theirs
    assert at(jonas).post(f"/work/offers/{urgent}").status_code == 409
    assert at(sari).post(f"/work/offers/{urgent}").headers["Location"] == "/work"
    assert "A break of 15 minutes is yours first" in at(sari).get("/reviews/nothing").content.decode()
