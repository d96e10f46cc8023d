"""GET /items: a platform looks its content up, by what it asks, page after page, and never sees another's."""

from datetime import timedelta
from urllib.parse import urlencode

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.stories.conftest import ad
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Source
from trustdesk.screening import listing

ASKS = "Linen, hardly used. Write to budi@mail.example.com."


def asked(desk, **given):
    answer = desk.get(f"/items?{urlencode(given)}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(told):
    return [one["external_id"] for one in told["items"]]


def test_items_are_found_by_what_is_asked_and_by_nobody_else(desk, now, moment, monkeypatch):
    desk.post("/items", ad("l-1", "Folding bicycle", "Hardly used, pick up in Bandung."))
    desk.post("/items", ad("l-2", "Sofa", ASKS))
    moment.forward(timedelta(hours=1))
    other = {**ad("l-3", "Vase", "Blue glass, from my aunt."), "kind": "listing", "market": "DE"}
    other["account"] = {**other["account"], "external_id": "amara"}
    assert desk.post("/items", other).status_code == 201
    desk.deliver(now)
    assert names(asked(desk)) == ["l-3", "l-2", "l-1"]
    assert asked(desk)["next"] is None
    queue = "listings"
    for given, found in (
        ({"status": "in_review"}, ["l-2"]),
        ({"status": "live", "kind": "ad"}, ["l-1"]),
        ({"market": "DE"}, ["l-3"]),
        ({"account": "amara"}, ["l-3"]),
        ({"account": "nobody"}, []),
        ({"external_id": "l-1"}, ["l-1"]),
        ({"queue": queue}, ["l-2"]),
        ({"queue": queue, "market": "DE"}, []),
        ({"since": (now + timedelta(minutes=1)).isoformat()}, ["l-3"]),
        ({"until": (now + timedelta(hours=1)).isoformat()}, ["l-2", "l-1"]),
    ):
        assert names(asked(desk, **given)) == found, given
    monkeypatch.setattr(listing, "LIMIT", 1)
    seen, after = [], {}
    while True:
        told = asked(desk, kind="ad", **after)
        seen += names(told)
        if told["next"] is None:
            break
        after = {"after": told["next"]}
    assert seen == ["l-2", "l-1"]
    # Two items and one item cost the same queries.
    counted = []
    for size in (1, 2):
        monkeypatch.setattr(listing, "LIMIT", size)
        asked(desk, queue=queue)
        with CaptureQueriesContext(connection) as queries:
            asked(desk, kind="ad")
        counted.append(len(queries))
    assert counted[0] == counted[1]
    Source.objects.create(code="obrolan", name="Obrolan")
    elsewhere = people.make_key(actor=SYSTEM, name="Elsewhere", scopes=["items:read"], source="obrolan", now=now)
    answer = desk.client.get("/api/v1/items", headers={"Authorization": f"Bearer {elsewhere.secret}"})
    assert answer.json() == {"items": [], "next": None}


def test_a_filter_that_means_nothing_is_named(desk, moment):
    given = {"status": "gone", "kind": "song", "market": "XX", "queue": "nowhere", "account": "a\0"}
    answer = desk.get(f"/items?{urlencode(given)}")
    assert answer.status_code == 422, answer.content
    assert set(answer.json()["fields"]) == set(given)
    for wrong in ({"since": "yesterday"}, {"since": "2026-03-09T09:00:00"}):
        assert set(desk.get(f"/items?{urlencode(wrong)}").json()["fields"]) == {"since"}
    turned = {"since": "2026-03-09T09:00:00Z", "until": "2026-03-08T09:00:00Z"}
    assert set(desk.get(f"/items?{urlencode(turned)}").json()["fields"]) == {"until"}
    assert desk.get("/items?after=abc").json()["code"] == "bad_cursor"
    assert set(desk.get("/items?colour=blue").json()["fields"]) == {"colour"}
