"""Ratna is called back: after a missed call or because she asked, by one person at a time, by day, three times at most."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from trustdesk.calls import actions, queries, rules
from trustdesk.calls.models import Attempt, CallBack
from trustdesk.calls.tests.makers import Exchange
from trustdesk.calls.tests.test_at_once import at_once
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Market
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support import queries as support
from trustdesk.support.tests.makers import asked, sent
from trustdesk.web.tests import makers
from trustdesk.workforce import actions as workforce

E164 = "+628111234567"
HOUR = timedelta(hours=1)


def person(name="Sari"):
    staff = makers.staff("reviewer", name=name)
    workforce.put_state(actor=SYSTEM, staff_id=staff.id, state="available", now=clock())
    return actor_for(staff)


def noted(at, **given):
    """A case whose requester is to be called back."""
    case = asked(at).id
    return case, actions.ask_back(actor=SYSTEM, case_id=case, number=E164, now=at, **given)


def said(case):
    return [one.text for one in support.conversation(case) if one.direction == "note"]


@pytest.mark.parametrize(
    ("at", "zone", "wakes"),
    [
        ("2026-03-10T03:00", "Asia/Jakarta", "2026-03-10T03:00"),  # ten in the morning there
        ("2026-03-10T15:00", "Asia/Jakarta", "2026-03-11T01:00"),  # ten at night
        ("2026-03-10T22:00", "Asia/Jakarta", "2026-03-11T01:00"),  # five in the morning
        ("2026-03-29T00:30", "Europe/Berlin", "2026-03-29T06:00"),  # the night the clocks change
        ("2026-03-10T08:00", "UTC", "2026-03-10T08:00"),
        ("2026-03-10T21:00", "UTC", "2026-03-11T08:00"),
    ],
)
def test_nobody_is_rung_at_night(at, zone, wakes):
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert rules.awake(moment, zone) == datetime.fromisoformat(wakes).replace(tzinfo=UTC)


def test_the_wanted_time_is_kept_and_what_is_none_is_refused():
    at = datetime(2026, 3, 10, 23, tzinfo=UTC)
    assert rules.window(None, None, zone="UTC", now=at) == (at + 9 * HOUR, at + 13 * HOUR)
    assert rules.window(at + HOUR, None, zone="UTC", now=at) == (at + HOUR, at + 5 * HOUR), (
        "by night, since they want it"
    )
    assert rules.window(at - HOUR, at + HOUR, zone="UTC", now=at) == (at, at + HOUR)
    for begins, ends in ((None, at), (at + HOUR, at + HOUR), (at + timedelta(days=31), None), (None, at - HOUR)):
        assert rules.window(begins, ends, zone="UTC", now=at) is None


@pytest.mark.django_db
def test_a_missed_call_is_called_back_once_and_not_when_they_are_spoken_with():
    exchange, sari = Exchange(), makers.staff("reviewer", name="Sari")
    exchange.rings_at("204", sari)
    for name, last in (("c1", "missed"), ("c2", "ended")):
        exchange.tell("ringing", name)
        exchange.tell(last, name)
        exchange.tell(last, name)
    back = CallBack.objects.get()
    assert (back.number, back.missed, back.state) == (E164, True, "waiting")
    assert WorkItem.objects.get(id=back.work_id).kind == "callback"

    exchange.tell("ringing", "c3", extension="204")
    exchange.tell("answered", "c3", extension="204")
    back.refresh_from_db()
    assert back.state == "settled"
    assert WorkItem.objects.get(id=back.work_id).state == "cancelled"
    exchange.tell("ended", "c3")
    assert CallBack.objects.count() == 1, "who was answered was not missed"
    exchange.tell("ringing", "c4", number="anonymous")
    exchange.tell("ended", "c4", number="anonymous")
    assert CallBack.objects.count() == 1, "who hides their number cannot be called"


@pytest.mark.django_db
def test_the_exchange_tells_that_they_want_to_be_called_back():
    exchange, at = Exchange(), clock()
    wanted = {"wanted_from": (at + HOUR).isoformat(), "wanted_until": (at + 2 * HOUR).isoformat()}
    answer = exchange.tell("callback_requested", "c1", name="msg_1", **wanted)
    assert answer.status_code == 200, answer.content
    assert exchange.tell("callback_requested", "c1", name="msg_1", **wanted).json() == answer.json(), "a replay"
    exchange.tell("ended", "c1")
    back = CallBack.objects.get()
    assert (back.missed, back.from_at, back.until_at) == (False, at + HOUR, at + 2 * HOUR)
    assert WorkItem.objects.get(id=back.work_id).state == "held", "not dealt before its time"

    assert exchange.tell("callback_requested", "c2", number="anonymous").status_code == 422
    refused = exchange.tell("callback_requested", "c3", number="0811-999-888", wanted_until=(at - HOUR).isoformat())
    assert refused.status_code == 422
    assert "from_at" in refused.json()["fields"]
    assert CallBack.objects.count() == 1
    assert not queries.listed(actor=SYSTEM, wanted=queries.Wanted(number="+62811999888")), "nothing is half done"


@pytest.mark.django_db
def test_three_tries_two_hours_apart_and_the_case_is_told(now):
    case, back = noted(now)
    sari = person()
    for n in range(1, 4):
        at = now + 3 * n * HOUR
        work.wake_held(now=at)
        assert actions.take_next_back(actor=sari, now=at) == back
        state = actions.tried_back(actor=sari, callback_id=back, outcome="no_answer", note="It rang long.", now=at)
        assert state == ("given_up" if n == 3 else "waiting")
        if n < 3:
            item = WorkItem.objects.get(id=CallBack.objects.get(id=back).work_id)
            assert (item.state, item.held_until) == ("held", at + 2 * HOUR)
    assert said(case)[-1] == "Called back 3 times without reaching them. It is not tried again. It rang long."
    assert [one.number for one in queries.call_back(back).tries] == [1, 2, 3]
    with pytest.raises(actions.NoSuchCallBack):
        actions.take_back(actor=sari, callback_id=back, now=now + 9 * HOUR)


@pytest.mark.django_db
@pytest.mark.parametrize(("outcome", "state"), [("reached", "reached"), ("wrong_number", "given_up")])
def test_who_is_reached_or_has_another_number_is_not_called_again(now, outcome, state):
    case, back = noted(now)
    sari = person()
    actions.take_back(actor=sari, callback_id=back, now=now)
    assert actions.tried_back(actor=sari, callback_id=back, outcome=outcome, now=now + HOUR) == state
    assert (support.by_id(case).waiting_since is None) == (outcome == "reached"), "who was reached was answered"
    assert WorkItem.objects.get(id=CallBack.objects.get(id=back).work_id).state == "done"


@pytest.mark.django_db
def test_a_try_knows_the_call_it_was():
    exchange, staff = Exchange(), makers.staff("reviewer", name="Sari")
    exchange.rings_at("204", staff)
    exchange.tell("ringing", "c1")
    exchange.tell("missed", "c1")
    (back,) = queries.call_backs(actor=SYSTEM, which="open", now=clock())
    sari = actor_for(staff)
    actions.take_back(actor=sari, callback_id=back.id, now=clock())
    exchange.tell("ringing", "c2", direction="out", extension="204")
    exchange.tell("answered", "c2", direction="out", extension="204")
    exchange.tell("ended", "c2", direction="out")
    assert CallBack.objects.get().state == "waiting", "only who called says what came of it"
    actions.tried_back(actor=sari, callback_id=back.id, outcome="reached", now=clock())
    assert Attempt.objects.get().call.external_id == "c2"


@pytest.mark.django_db
def test_it_is_cancelled_with_a_reason_and_settled_with_its_case(now):
    case, back = noted(now)
    sari, budi = person(), person("Budi")
    with pytest.raises(actions.AskedAlready):
        actions.ask_back(actor=sari, case_id=case, number=E164, now=now)
    actions.take_back(actor=sari, callback_id=back, now=now)
    with pytest.raises(work.AlreadyClaimed):
        actions.cancel_back(actor=budi, callback_id=back, why="They wrote.", now=now)
    with pytest.raises(Invalid):
        actions.cancel_back(actor=sari, callback_id=back, why=" ", now=now)
    actions.cancel_back(actor=sari, callback_id=back, why="They wrote.", now=now)
    assert said(case)[-1] == "The call-back is not needed: They wrote."

    again = actions.ask_back(actor=sari, case_id=case, number=E164, now=now)
    sent(case, sari, now, then_status="resolved")
    outbox.deliver_all(now=now + HOUR, reactors=["calls.settle_call_backs"])
    assert CallBack.objects.get(id=again).state == "settled"


@pytest.mark.django_db
def test_only_those_who_may_answer_the_case_see_and_take_it(now):
    Market.objects.create(code="ID", name="Indonesia", time_zone="Asia/Jakarta", currency="IDR", languages=["id"])
    case = asked(now, market="ID").id
    back = actions.ask_back(actor=SYSTEM, case_id=case, number="0811-1234-567", now=now)
    assert CallBack.objects.get().number == E164, "of the country of its market"
    staff = makers.staff("reviewer", name="Sari")
    client = Client()
    client.force_login(staff, settings.AUTHENTICATION_BACKENDS[0])
    assert "811-1234-567" in client.get("/calls/call-backs/").content.decode()
    assert "811-1234-567" in client.get(f"/calls/of-case/{case}").content.decode()
    assert client.post(f"/calls/call-backs/{back}/take").status_code == 303
    page = client.get(f"/calls/call-backs/{back}").content.decode()
    assert "What came of it" in page
    assert client.post(f"/calls/call-backs/{back}/tried", {"outcome": "sang"}).status_code == 422
    assert client.post(f"/calls/call-backs/{back}/tried", {"outcome": "voicemail"}).status_code == 303
    other = client.post(f"/calls/of-case/{case}/call-back", {"number": "nobody", "wish": "x" * 501})
    assert other.status_code == 422
    client.force_login(makers.staff("policy_owner"), settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/calls/call-backs/").status_code == 403


@pytest.mark.real
@pytest.mark.slow
def test_of_two_who_take_it_one_does_and_of_two_missed_calls_comes_one(real_db):
    exchange = Exchange()
    for name in ("c1", "c2"):
        exchange.tell("ringing", name)
    at_once(*[lambda name=name: exchange.tell("missed", name) for name in ("c1", "c2", "c1", "c2")])
    (back,) = queries.call_backs(actor=SYSTEM, which="open", now=clock())
    people = [person(name) for name in ("Sari", "Budi", "Rina")]

    def take(who):
        try:
            actions.take_back(actor=who, callback_id=back.id, now=clock())
        except work.AlreadyClaimed:
            return False
        return True

    assert sorted(at_once(*[lambda who=who: take(who) for who in people])) == [False, False, True]
