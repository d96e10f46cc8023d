"""Lines are set up by administrators; calls are written down on cases by whoever had them."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from trustdesk.calls import actions, queries
from trustdesk.calls.tests.makers import Exchange
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Market
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.people.rules import Allowance
from trustdesk.kernel.work.queries.standing import claimable_pools
from trustdesk.support import queries as support
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers
from trustdesk.workforce import guards

pytestmark = pytest.mark.django_db
LINE = {"version": 0, "name": "Safety", "region": "id", "number": "021 2345 6789", "continue_days": 7}


def signed_in(*roles, **given):
    client = Client()
    client.force_login(makers.staff(*roles, **given), settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_a_line_is_set_up_its_secret_shown_once_and_changed():
    admin = signed_in("admin")
    assert admin.post("/calls/lines/new", LINE | {"number": "twelve"}).status_code == 422
    made = admin.post("/calls/lines/new", LINE)
    secret = re.search(r"whsec_[\w+/=]+", made.content.decode())[0]
    (line,) = queries.lines()
    assert (line.code, line.number, line.region) == ("safety", "+622123456789", "ID")
    page = admin.get(f"/calls/lines/{line.id}").content.decode()
    assert secret not in page
    assert "/api/v1/calls?line=safety" in page
    assert admin.post("/calls/lines/new", LINE).status_code == 422, "the number is taken"
    changed = LINE | {"version": line.version, "name": "Safety desk"}
    assert admin.post(f"/calls/lines/{line.id}/edit", changed).status_code == 303
    assert admin.post(f"/calls/lines/{line.id}/edit", changed | {"name": "Late"}).status_code == 422
    again = admin.post(f"/calls/lines/{line.id}/secret").content.decode()
    assert re.search(r"whsec_[\w+/=]+", again)[0] != secret
    sari = makers.staff("reviewer", name="Sari")
    admin.post(f"/calls/lines/{line.id}/extensions", {"number": "204", "staff": sari.id})
    (one,) = queries.extensions(line.id)
    assert (one.number, one.name) == ("204", "Sari")
    admin.post(f"/calls/lines/{line.id}/extensions/{one.id}/remove")
    assert queries.extensions(line.id) == []
    admin.post(f"/calls/lines/{line.id}/archive")
    assert queries.lines() == []
    admin.post(f"/calls/lines/{line.id}/put-back")
    assert len(queries.lines()) == 1
    assert signed_in("lead").get("/calls/lines/").status_code == 403


def test_a_call_is_written_down_on_a_case(now):
    sari = signed_in("reviewer", name="Sari")
    case = asked(now)
    told = {
        "direction": "out",
        "outcome": "reached",
        "minutes": 4,
        "number": "+628111234567",
        "note": "She has the refund.",
    }
    assert sari.post(f"/calls/of-case/{case.id}/log", told).status_code == 303
    (row,) = queries.of_case(case.id)
    assert (row.lasted, row.staff_name, row.by_hand) == ("4:00", "Sari", True)
    assert support.by_id(case.id).waiting_since is None
    assert support.conversation(case.id)[-1].text == "Call: She has the refund."
    panel = sari.get(f"/calls/of-case/{case.id}").content.decode()
    assert "Reached" in panel
    assert sari.post(f"/calls/of-case/{case.id}/log", told | {"minutes": 721}).status_code == 422
    assert sari.post(f"/calls/of-case/{case.id}/log", told | {"number": "nobody"}).status_code == 422
    with pytest.raises(Invalid):
        actions.log_call(
            actor=actor_for(makers.staff("reviewer")),
            case_id=case.id,
            direction="up",
            minutes=1,
            outcome="reached",
            now=now,
        )


def test_a_recording_leaves_the_desk_by_a_marked_link_only():
    exchange = Exchange()
    exchange.tell("ringing", "c1")
    exchange.tell("recording", "c1", recording="https://calls.example.com/r/1")
    page = signed_in("lead").get("/calls/").content.decode()
    link = re.search(r'<a [^>]*href="https://calls\.example\.com/r/1"[^>]*>', page)[0]
    assert "noopener" in link
    assert "leaves the desk" in page
    desk = signed_in("lead")
    for typed, found in (("0811 1234 567", 1), ("+62 811 9999 999", 0), ("\0", 1), ("<b>", 0), ("anonymous", 1)):
        answer = desk.get("/calls/", {"number": typed})
        assert (answer.status_code, answer.content.decode().count("calls.example.com")) == (200, found), typed


def test_the_log_is_of_ones_own_markets():
    Market.objects.create(code="ID", name="Indonesia", time_zone="UTC", currency="IDR", languages=["id"])
    exchange = Exchange(market="ID")
    exchange.tell("ringing", "c1")

    def seen(**scope):
        actor = Actor(kind="staff", id=str(uuid4()), allowances=frozenset([Allowance("support.read", **scope)]))
        return len(queries.listed(actor=actor, wanted=queries.Wanted()))

    assert (seen(), seen(markets=frozenset(["ID"])), seen(queues=frozenset(["cases"]))) == (1, 1, 1)
    assert (seen(markets=frozenset(["SG"])), seen(queues=frozenset(["chats"]))) == (0, 0)
    assert seen(markets=frozenset(["ID"]), queues=frozenset(["chats"])) == 0


def test_who_is_on_the_phone_is_dealt_no_chats_and_no_mail(now):
    sari = makers.staff("reviewer", name="Sari")
    exchange = Exchange()
    exchange.rings_at("204", sari)
    asked(now)
    pools = claimable_pools(actor_for(sari))
    assert guards.room.narrow(staff=sari.id, pools=pools, now=now).allowed
    exchange.tell("answered", "c1", extension="204")
    narrowed = guards.room.narrow(staff=sari.id, pools=pools, now=now)
    assert [pool.queue for pool in narrowed.allowed if pool.queue in {"cases", "chats"}] == []
    assert "on the phone" in narrowed.why
    exchange.tell("ended", "c1")
    assert guards.room.narrow(staff=sari.id, pools=pools, now=now).allowed
