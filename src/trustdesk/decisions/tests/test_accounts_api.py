"""Platforms tell of their users, and ask how they stand."""

from datetime import timedelta

import pytest
from django.test import Client

from trustdesk.content.models import Account
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.models import ApiKey
from trustdesk.search.tests.makers import came, ground
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db
WHERE = "/api/v1/accounts"


def platform(*scopes, source=None):
    secret = makers.key(*scopes)
    ApiKey.objects.filter(source=None).update(source=source or ground())
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def pasar(db):
    return platform("items:write", "decisions:read")


def tell(client, **told):
    return client.post(WHERE, told, content_type="application/json")


def test_an_account_is_told_of_changed_and_asked_for(pasar):
    made = tell(pasar, external_id="shop/7 é", name="Toko Budi", email="budi@example.com", country="id", followers=3)
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["standing"], body["strikes"], body["restrictions"]) == ("good", [], [])
    assert (body["items"], body["items_posted"]) == ({}, 0)
    assert body["country"] == "ID"
    assert "email" not in body
    again = tell(pasar, external_id="shop/7 é", name="", verified=True)
    assert again.status_code == 200
    assert (again.json()["name"], again.json()["verified"], again.json()["id"]) == ("Toko Budi", True, body["id"])
    assert tell(pasar, external_id="shop/7 é", verified=True).status_code == 200
    said = FactRow.objects.filter(kind="content.account_kept").order_by("id").values_list("payload__what", flat=True)
    assert list(said) == [["new"], ["verified"], ["nothing new"]]
    assert "budi@example.com" not in str(list(FactRow.objects.values()))
    came(("Lamp", "Bright."), account="shop/7 é")
    asked = pasar.get(f"{WHERE}/shop/7%20%C3%A9").json()
    assert (asked["items"], asked["items_posted"], asked["name"]) == ({"live": 1}, 1, "Shop/7 É")
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": "a\0b"}, "external_id"),
        ({"external_id": "a", "email": "budi"}, "email"),
        ({"external_id": "a", "country": "9x"}, "country"),
        ({"external_id": "a", "followers": -1}, "followers"),
        ({"external_id": "a", "created_at": (now() + timedelta(days=30)).isoformat()}, "created_at"),
        ({"external_id": "a", "strikes": 0}, "strikes"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(pasar, told, field):
    answer = tell(pasar, **told)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Account.objects.exists()


def test_nobody_asks_about_anothers_users(pasar):
    from trustdesk.kernel.people.models import Source

    tell(pasar, external_id="budi")
    other = platform("decisions:read", "items:write", source=Source.objects.create(code="b", name="B", kinds=["ad"]).id)
    assert other.get(f"{WHERE}/budi").status_code == 404
    assert pasar.get(f"{WHERE}/nobody").status_code == 404
    assert tell(other, external_id="budi").status_code == 201, "the same name elsewhere is somebody else"
    reader = platform("items:read")
    assert reader.get(f"{WHERE}/budi").status_code == 403
    assert tell(reader, external_id="x").status_code == 403
