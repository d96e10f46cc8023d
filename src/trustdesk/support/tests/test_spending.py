"""Time spent: a minute of one person is one minute at one case, whatever windows are open; what is written by hand adds up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.people.rules import Allowance
from trustdesk.support import actions, exporting, queries, spending
from trustdesk.support.models import Minute
from trustdesk.support.queries import Wanted
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers

MINUTE = timedelta(minutes=1)


def person(name="Sari"):
    return actor_for(makers.staff("reviewer", name=name))


def at(who, case, when, active=True):
    actions.be_here(actor=who, case_id=case, writes=False, active=active, now=when)


def spent(case):
    return [(one.name, one.minutes) for one in spending.shares(case)]


@pytest.mark.django_db
def test_only_active_minutes_count_once_a_person(now):
    one, two = asked(now).id, asked(now).id
    sari, budi = person(), person("Budi")
    for seconds in (0, 20, 40, 60):
        at(sari, one, now + timedelta(seconds=seconds))
        at(sari, two, now + timedelta(seconds=seconds))  # a second window
    at(sari, one, now + 5 * MINUTE, active=False)  # the page is open, nobody does anything
    at(budi, one, now)
    assert spent(one) == [("Sari", 2), ("Budi", 1)]
    assert spent(two) == [], "one minute, one case"


@pytest.mark.django_db
def test_by_hand_never_below_nothing_and_told(now):
    case, sari, budi = asked(now).id, person(), person("Budi")
    spending.write_down(actor=sari, case_id=case, minutes=30, note="On the phone", now=now)
    spending.write_down(actor=sari, case_id=case, minutes=-10, note="Lunch", now=now)
    at(budi, case, now)
    assert spent(case) == [("Sari", 20), ("Budi", 1)]
    for minutes, note in ((-21, "x"), (0, "x"), (601, "x"), (5, " "), (5, "x" * 201)):
        with pytest.raises(Invalid):
            spending.write_down(actor=sari, case_id=case, minutes=minutes, note=note, now=now)
    other = asked(now).id
    actions.merge(actor=sari, case_id=case, into=other, now=now)
    assert spent(other) == [("Sari", 20), ("Budi", 1)], "what was merged counts"


@pytest.mark.django_db
def test_taken_away_where_and_when_it_was_spent(now):
    sari, one, two = person(), asked(now).id, asked(now).id
    past = now - timedelta(days=60)
    spending.write_down(actor=sari, case_id=one, minutes=30, note="On the phone", now=past)
    at(sari, one, past + MINUTE)
    at(sari, one, past + 2 * MINUTE)
    actions.merge(actor=sari, case_id=one, into=two, now=now)
    spending.write_down(actor=sari, case_id=two, minutes=5, note="Read", now=now)
    spending.write_down(actor=sari, case_id=two, minutes=-10, note="Wrong", now=now)
    assert spending.minutes_on([one, two]) == {one: 27, two: 0}, "the newest go first, on the case they were spent on"
    days = {"until": now + timedelta(days=1), "by": "person", "actor": SYSTEM}
    assert [row.minutes for row in spending.table(since=now - timedelta(days=28), **days)] == []
    assert [row.minutes for row in spending.table(since=past, **days)] == [27]
    with pytest.raises(Invalid):
        spending.write_down(actor=sari, case_id=two, minutes=-28, note="More than there is", now=now)
    spending.write_down(actor=sari, case_id=two, minutes=-27, note="All", now=now)
    assert spending.shares(two) == []


@pytest.mark.django_db
def test_told_apart_for_ones_own_markets_and_taken_out(now):
    sari = person()
    for category, minutes in (("payment", 30), ("payment", 10), ("", 5)):
        case = asked(now, category=category).id
        spending.write_down(actor=sari, case_id=case, minutes=minutes, note="Read", now=now)
    days = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    found = spending.table(actor=SYSTEM, by="category", **days)
    assert [(one.value, one.minutes, one.cases, one.each) for one in found] == [("payment", 40, 2, 20), ("", 5, 1, 5)]
    assert [one.shown for one in spending.table(actor=SYSTEM, by="person", **days)] == ["Sari"]
    assert [one.value for one in spending.table(actor=SYSTEM, by="queue", **days)] == ["cases"]
    nobody = Actor(
        kind="staff", id=sari.id, allowances=frozenset([Allowance("support.report", queues=frozenset(["chats"]))])
    )
    assert spending.table(actor=nobody, by="category", **days) == []
    assert spending.table(actor=SYSTEM, by="category", since=now + MINUTE, until=now + 2 * MINUTE) == []
    pieces = exporting.pieces(actor=SYSTEM, wanted=Wanted(), said=False, notes=False, most=10, now=now, language="en")
    lines = b"".join(pieces).decode().splitlines()
    assert lines[0].endswith(",Minutes spent")
    assert sorted(line.rsplit(",", 1)[1] for line in lines[1:]) == ["10", "30", "5"]


@pytest.mark.django_db
def test_the_pages(now):
    staff = makers.staff("lead", name="Jonas")
    client = Client()
    client.force_login(staff, settings.AUTHENTICATION_BACKENDS[0])
    case = asked(clock(), category="=cmd").id
    assert client.post(f"/cases/{case}/here", {"active": "yes", "seen": "1"}).status_code == 200
    assert Minute.objects.count() == 1
    assert "Nothing yet" not in client.get(f"/cases/{case}/spent").content.decode()
    assert client.post(f"/cases/{case}/spent/add", {"minutes": "7", "note": "Called"}).status_code == 303
    assert client.post(f"/cases/{case}/spent/add", {"minutes": "-99", "note": "Called"}).status_code == 422
    for by in spending.BY:
        assert client.get("/cases/time-spent", {"by": by, "days": "7"}).status_code == 200
    table = client.get("/cases/time-spent?by=category&as=csv").content.decode()
    assert "'=cmd,8,1,8.0" in table
    client.force_login(makers.staff("reviewer", name="Sari"), settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/cases/time-spent").status_code == 403
    assert queries.by_id(case)


@pytest.mark.real
@pytest.mark.slow
def test_two_windows_and_two_corrections_at_once(real_db, now):
    case, sari = asked(now).id, person()
    spending.write_down(actor=sari, case_id=case, minutes=10, note="Read", now=now)

    def run(verb):
        try:
            return verb()
        except Invalid:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, [lambda: at(sari, case, now)] * 4))
        took = lambda: spending.write_down(actor=sari, case_id=case, minutes=-8, note="Wrong", now=now)  # noqa: E731
        assert sorted(map(str, pool.map(run, [took, took]))) == ["None", "refused"]
    assert spent(case) == [("Sari", 3)]
