"""An exchange tells of Ratna's calls: believed when it is signed, counted once, in whatever order."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.http import urlencode

from trustdesk.calls import actions, queries
from trustdesk.calls.models import Call, Extension, Heard, Line
from trustdesk.calls.tests.makers import Exchange
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Market
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions as cases
from trustdesk.support import queries as support
from trustdesk.support.models import Case
from trustdesk.web.tests import makers
from trustdesk.workforce import actions as workforce
from trustdesk.workforce import queries as states

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange():
    return Exchange()


def call(external="c1") -> Call:
    return Call.objects.get(external_id=external)


def test_a_call_opens_a_case_is_answered_and_ends_with_a_wrap_up(exchange):
    sari = makers.staff("reviewer", name="Sari")
    exchange.rings_at("204", sari)
    workforce.set_capacity(
        actor=SYSTEM, channel="phone", at_once=1, wrap_up_seconds=120, team=None, staff=None, now=clock()
    )
    answer = exchange.tell("ringing", "c1", extension="204")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    case = support.by_number(told["case"])
    assert (case.channel, case.name, case.status) == ("phone", "+62 811-1234-567", "new")
    assert call().standing == "available"
    exchange.tell("answered", "c1", extension="204")
    case = support.by_id(case.id)
    assert (case.status, case.holder, case.waiting_since) == ("open", sari.id, None)
    phone = next(load for load in states.loads_of([sari.id])[sari.id] if load.channel == "phone")
    assert (phone.used, phone.full) == (1, True)
    exchange.tell("recording", "c1", recording="https://calls.example.com/r/1")
    exchange.tell("ended", "c1")
    found = call()
    assert (found.state, found.number, found.recording) == ("ended", "+628111234567", "https://calls.example.com/r/1")
    assert states.states_of([sari.id])[sari.id].state == "wrap_up"
    assert queries.going_of(sari.id) == []


def test_the_same_caller_goes_on_in_their_open_case_and_a_withheld_one_never(exchange):
    first = exchange.tell("ringing", "c1").json()["case"]
    assert exchange.tell("ringing", "c2", number="+62 811 1234 567").json()["case"] == first
    assert len(support.conversation(support.by_number(first).id)) == 2
    cases.set_status(actor=SYSTEM, case_id=support.by_number(first).id, status="resolved", now=clock())
    assert exchange.tell("ringing", "c3").json()["case"] != first
    one = exchange.tell("ringing", "c4", number="anonymous").json()["case"]
    assert exchange.tell("ringing", "c5", number="anonymous").json()["case"] != one


def test_a_case_in_which_the_number_takes_part_is_found_in_its_market_only():
    for code in ("ID", "SG"):
        Market.objects.create(code=code, name=code, time_zone="UTC", currency="IDR", languages=["id"])
    here, elsewhere = Exchange(market="ID"), Exchange(market="SG")
    opened = cases.open_case(
        actor=SYSTEM, channel="api", text="Call me", address="+628111234567", market="ID", now=clock()
    )
    assert here.tell("ringing", "c1").json()["case"] == opened.number
    assert elsewhere.tell("ringing", "c2").json()["case"] != opened.number


def test_what_is_forged_expired_or_for_another_line_is_not_believed(exchange):
    body = json.dumps({"type": "ringing", "call": "c1"}).encode()
    other = Exchange()
    right = exchange.signed(body)
    wrong = [
        {},
        {**right, "webhook-signature": "v1,AAAA"},
        {**right, "webhook-signature": "nonsense"},
        {**right, "webhook-signature": "v1,é"},
        {**right, "webhook-id": "another"},
        {**right, "webhook-timestamp": "nan"},
        {**right, "webhook-timestamp": "9" * 400},
        {**right, "webhook-id": "x" * 201},
        other.signed(body),
    ]
    for headers in wrong:
        answer = exchange.send(body, headers)
        assert (answer.status_code, answer.json()["code"]) in {(401, "bad_signature"), (401, "signature_expired")}
    assert exchange.send(body + b" ", right).status_code == 401
    for minutes in (-6, 6):
        late = exchange.send(body, exchange.signed(body, at=clock() + timedelta(minutes=minutes)))
        assert (late.status_code, late.json()["code"]) == (401, "signature_expired")
    nowhere = Client().post(
        "/api/v1/calls?" + urlencode({"line": "nope\0"}), body, content_type="application/json", headers=right
    )
    assert nowhere.json()["code"] == "bad_signature"
    assert Client().get(exchange.path).status_code == 405
    assert not Call.objects.exists()
    assert not Heard.objects.exists()


def test_a_replay_is_answered_alike_and_does_nothing_again(exchange):
    first = exchange.tell("ringing", "c1", name="msg_1")
    again = exchange.tell("ringing", "c1", name="msg_1")
    assert (again.status_code, again.json()) == (200, first.json())
    assert Case.objects.count() == 1
    other = exchange.tell("ended", "c1", name="msg_1")
    assert (other.status_code, other.json()["code"]) == (409, "webhook_id_used")
    assert call().state == "ringing"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"type": "ringing"}',
        b'{"type": "dances", "call": "c1"}',
        b'{"type": "ringing", "call": ""}',
        b'{"type": "ringing", "call": "c\\u0000"}',
        b'{"type": "ringing", "call": "c1", "surprise": 1}',
        b'{"type": "recording", "call": "c1"}',
        b'{"type": "recording", "call": "c1", "recording": "javascript:alert(1)"}',
        b'{"type": "ringing", "call": "c1", "at": "yesterday"}',
        b'{"type": "ringing", "call": "c1", "number": ' + b'"' + b"9" * 90 + b'"}',
    ],
)
def test_signed_nonsense_is_refused_with_its_reason(exchange, body):
    try:
        headers = exchange.signed(body)
    except UnicodeDecodeError:
        headers = exchange.signed(b"{}")
    answer = exchange.send(body, headers)
    assert answer.status_code in {400, 401, 422}
    assert answer.json()["code"]
    assert not Call.objects.exists()


def test_an_oversized_body_is_refused_before_its_signature_is_looked_at(exchange):
    body = b'{"type": "ringing", "call": "' + b"c" * 20_000 + b'"}'
    answer = exchange.send(body, exchange.signed(body))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_script_in_a_number_stands_on_pages_as_words(exchange):
    exchange.tell("ringing", "c1", number="<script>alert(1)</script>")
    client = Client()
    client.force_login(makers.staff("admin"), settings.AUTHENTICATION_BACKENDS[0])
    shown = client.get("/calls/").content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


def test_ended_before_answered_and_answered_twice_is_one_call(exchange):
    sari = makers.staff("reviewer", name="Sari")
    exchange.rings_at("204", sari)
    at = clock() - timedelta(minutes=5)
    times = {"ringing": at, "answered": at + timedelta(seconds=10), "ended": at + timedelta(seconds=70)}
    for event in ("ended", "answered", "ringing", "answered"):
        answer = exchange.tell(event, "c1", extension="204", at=times[event].isoformat())
        assert answer.status_code == 200, answer.content
    (row,) = queries.listed(actor=SYSTEM, wanted=queries.Wanted())
    assert (row.state, row.lasted, row.staff_name) == ("ended", "1:00", "Sari")
    assert queries.on_phone([sari.id]) == {}


def test_a_call_that_rings_while_somebody_is_away_says_so_and_deals_nothing(exchange):
    sari = makers.staff("reviewer", name="Sari")
    exchange.rings_at("204", sari)
    workforce.set_state(actor=actor_for(sari), state="offline", now=clock())
    exchange.tell("ringing", "c1", extension="204")
    exchange.tell("answered", "c1", extension="204")
    case = support.by_id(call().case_id)
    assert (call().standing, case.holder, case.status) == ("offline", None, "open")
    exchange.tell("ended", "c1")
    assert states.states_of([sari.id])[sari.id].state == "offline"


def test_two_secrets_hold_for_a_day_and_a_line_put_away_is_not_believed(exchange):
    old = exchange.secret
    exchange.secret = actions.rotate_secret(actor=SYSTEM, line_id=exchange.id, now=clock()).secret
    body = json.dumps({"type": "ringing", "call": "c1"}).encode()
    assert exchange.send(body, exchange.signed(body, secret=old)).status_code == 200
    assert exchange.tell("ended", "c1").status_code == 200
    Line.objects.filter(id=exchange.id).update(old_secret_until=clock() - timedelta(seconds=1))
    assert exchange.send(body, exchange.signed(body, secret=old)).status_code == 401
    assert old not in Line.objects.get(id=exchange.id).old_secret
    actions.archive_line(actor=SYSTEM, line_id=exchange.id, now=clock())
    assert exchange.tell("ringing", "c2").status_code == 401


def test_calls_without_an_end_are_given_up(exchange):
    sari = makers.staff("reviewer", name="Sari")
    exchange.rings_at("204", sari)
    exchange.tell("ringing", "c1", extension="204")
    exchange.tell("answered", "c2", extension="204")
    actions.give_up_lost(now=clock() + timedelta(minutes=9))
    assert (call("c1").state, call("c2").state) == ("ringing", "answered")
    actions.give_up_lost(now=clock() + timedelta(hours=5))
    assert (call("c1").state, call("c2").state) == ("missed", "ended")


def test_the_database_has_the_last_word(exchange):
    exchange.tell("ringing", "c1")
    for wrong in ({"state": "answered"}, {"state": "gone"}, {"ended_at": clock()}, {"line": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.filter(external_id="c1").update(**wrong)
    sari = makers.staff("reviewer", name="Sari")
    exchange.rings_at("204", sari)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(line_id=exchange.id, number="204", staff=sari)
