"""`/webhooks` and the webhook pages, through the front doors."""

import json

import pytest
from django.conf import settings as conf
from django.test import Client

from trustdesk.kernel.base.timesource import now as present
from trustdesk.kernel.people.models import Source
from trustdesk.web.tests import makers
from trustdesk.webhooks import actions, dispatching, forms, rules
from trustdesk.webhooks.models import Endpoint, EventDelivery
from trustdesk.webhooks.tests.makers import JONAS, tell

pytestmark = pytest.mark.django_db
HERE = "http://127.0.0.1:8099/hooks"


@pytest.fixture(autouse=True)
def trying_things(settings):
    settings.PRIVATE_TARGETS = True


@pytest.fixture
def app():
    return Client(headers={"Authorization": f"Bearer {makers.key('webhooks')}"})


def call(app, method, path="", body=None, **headers):
    data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return app.generic(method, f"/api/v1/webhooks{path}", headers=headers, **data)


def failed_delivery(endpoint_id, now):
    """A delivery that was given up."""
    tell(outcome="reject")
    row = EventDelivery.objects.get(endpoint_id=endpoint_id, done_at=None, dead_at=None)
    EventDelivery.objects.filter(id=row.id).update(
        dead_at=now, tries=11, status=500, error="The endpoint answered 500."
    )
    return row.id


def test_a_webhook_is_added_listed_rotated_and_switched_off(app):
    made = call(app, "POST", body={"url": HERE, "events": ["decision.made"]})
    assert made.status_code == 201, made.content
    told = made.json()
    assert told["secret"].startswith("whsec_")
    (listed,) = call(app, "GET").json()["webhooks"]
    assert listed == {name: value for name, value in told.items() if name != "secret"}
    rotated = call(app, "POST", f"/{told['id']}/rotate").json()
    assert rotated["secret"] not in {told["secret"], ""}
    assert rotated["old_secret_until"]
    assert call(app, "DELETE", f"/{told['id']}").status_code == 204
    assert not Endpoint.objects.get().active
    again = call(app, "POST", f"/{told['id']}/rotate")
    assert (again.status_code, again.json()["code"]) == (409, "webhook_switched_off")


def test_the_same_key_adds_one_webhook(app):
    first = call(app, "POST", body={"url": HERE}, **{"Idempotency-Key": "k"})
    second = call(app, "POST", body={"url": HERE}, **{"Idempotency-Key": "k"})
    assert (first.status_code, first.json()) == (201, second.json())
    assert Endpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "https://10.0.0.8/hooks"}, "url"),
        ({"url": "https://localhost/hooks"}, "url"),
        ({"url": "nonsense"}, "url"),
        ({"url": ""}, "url"),
        ({}, "url"),
        ({"url": HERE, "event": []}, "event"),
        ({"url": HERE, "source": "nowhere"}, "source"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(app, body, field, settings):
    settings.PRIVATE_TARGETS = "10." not in str(body) and "localhost" not in str(body)
    answer = call(app, "POST", body=body)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Endpoint.objects.exists()


def test_deliveries_are_paged_filtered_and_sent_again(app, monkeypatch, now):
    from trustdesk.webhooks import api

    monkeypatch.setattr(api, "LIMIT", 2)
    endpoint = call(app, "POST", body={"url": HERE}).json()["id"]
    dead = failed_delivery(endpoint, now)
    for number in range(3):
        tell(number=number)
    first = call(app, "GET", f"/{endpoint}/deliveries").json()
    assert [row["state"] for row in first["deliveries"]] == ["waiting", "waiting"]
    second = call(app, "GET", f"/{endpoint}/deliveries?after={first['next']}").json()
    assert [row["state"] for row in second["deliveries"]] == ["waiting", "dead"]
    assert second["next"] is None
    (row,) = call(app, "GET", f"/{endpoint}/deliveries?state=dead").json()["deliveries"]
    assert (row["id"], row["status"], row["tries"]) == (str(dead), 500, 11)
    assert call(app, "POST", f"/{endpoint}/deliveries/{dead}/redeliver").status_code == 202
    assert EventDelivery.objects.get(id=dead).dead_at is None
    assert [call.delivery for call in dispatching.claim(now=present())].count(dead) == 1
    for wrong in (f"/{endpoint}/deliveries?state=gone", f"/{endpoint}/deliveries?after=zzz"):
        assert call(app, "GET", wrong).status_code in {400, 422}


def test_a_key_meets_only_its_own_source(app):
    theirs = Source.objects.create(code="chat", name="Chat")
    made = actions.add_endpoint(
        actor=JONAS, target=actions.Target(HERE), events=["*"], source=theirs.code, now=present()
    )
    Source.objects.create(code="bazaar", name="Bazaar")
    key = Client(headers={"Authorization": f"Bearer {_key_for('bazaar')}"})
    assert call(key, "GET").json() == {"webhooks": []}
    for method, path in (("GET", f"/{made.id}/deliveries"), ("POST", f"/{made.id}/rotate"), ("DELETE", f"/{made.id}")):
        assert call(key, method, path).status_code == 404


def _key_for(source):
    from trustdesk.kernel.people.actions import make_key
    from trustdesk.kernel.people.actor import SYSTEM

    return make_key(actor=SYSTEM, name="Bazaar", scopes=["webhooks"], source=source, now=present()).secret


@pytest.fixture
def jonas():
    client = Client()
    client.force_login(makers.staff("lead", name="Jonas"), conf.AUTHENTICATION_BACKENDS[0])
    return client


def test_jonas_adds_a_webhook_and_sees_its_secret_once(jonas):
    page = jonas.post("/webhooks/add", {"url": HERE, "events": ["decision.made"], "source": "", "description": "App"})
    secret = page.context["made"].secret
    assert secret in page.content.decode()
    endpoint = Endpoint.objects.get()
    for path in ("/webhooks/", f"/webhooks/{endpoint.id}", "/webhooks/dead"):
        shown = jonas.get(path)
        assert shown.status_code == 200
        assert secret not in shown.content.decode()
    assert HERE in jonas.get("/webhooks/").content.decode()


def test_an_address_inside_is_refused_beside_its_field(jonas, settings):
    settings.PRIVATE_TARGETS = False
    page = jonas.post("/webhooks/add", {"url": "https://192.168.0.4/", "events": ["decision.made"]})
    assert page.status_code == 422
    assert "private address" in page.content.decode()
    assert not Endpoint.objects.exists()


def test_jonas_finds_a_dead_letter_and_has_it_sent_again(jonas, now):
    made = actions.add_endpoint(actor=JONAS, target=actions.Target(HERE), events=["*"], now=present())
    dead = failed_delivery(made.id, now)
    for path in ("/webhooks/dead", f"/webhooks/{made.id}?state=dead"):
        page = jonas.get(path).content.decode()
        assert "The endpoint answered 500." in page
        assert "Send again" in page
    assert jonas.post(f"/webhooks/{made.id}/deliveries/{dead}/again").status_code == 303
    assert EventDelivery.objects.get(id=dead).dead_at is None
    assert jonas.post(f"/webhooks/{made.id}/rotate").status_code == 200
    assert jonas.post(f"/webhooks/{made.id}/off").status_code == 303
    assert "Send again" not in jonas.get(f"/webhooks/{made.id}").content.decode()


def test_pages_cost_the_same_for_two_and_twenty(jonas, django_assert_max_num_queries):
    made = actions.add_endpoint(actor=JONAS, target=actions.Target(HERE), events=["*"], now=present())
    for number in range(20):
        tell(number=number)
    with django_assert_max_num_queries(9):  # session, person, grants and the page's own three
        jonas.get(f"/webhooks/{made.id}")


def test_every_event_has_words():
    assert tuple(forms.WORDS) == rules.EVENTS
