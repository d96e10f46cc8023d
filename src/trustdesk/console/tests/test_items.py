"""The item pages, on content that came in through the API."""

import json

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.actions import import_pack
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def budi(db):
    """Budi's platform: posts ads with a key."""
    import_pack(actor=SYSTEM, path=settings.PACK, now=makers.AT)
    secret = makers.key("items:write")

    def post(*ads):
        entries = [
            {
                "external_id": external_id,
                "kind": "ad",
                "market": "ID",
                "language": "en",
                "account": {"external_id": "budi", "name": "Budi"},
                "fields": {"title": title, "body": body},
            }
            for external_id, title, body in ads
        ]
        answer = Client().post(
            "/api/v1/items/batch",
            json.dumps(entries),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == 200, answer.content
        return [result["item"]["id"] for result in answer.json()["results"]]

    return post


@pytest.fixture
def sari(client):
    client.force_login(makers.staff("reviewer"))
    return client


def test_the_list_is_filtered_by_its_address_and_paged(budi, sari):
    budi(*((f"ad-{n}", f"Folding bicycle number {n}", "Hardly used, brakes are fine.") for n in range(53)))
    first = sari.get("/items")
    assert len(first.context["rows"]) == 50
    second = sari.get("/items", {"after": first.context["next"]})
    assert [row.item.external_id for row in second.context["rows"]] == ["ad-2", "ad-1", "ad-0"]
    assert [row.item.external_id for row in sari.get("/items?q=number+17").context["rows"]] == ["ad-17"]
    assert [row.item.external_id for row in sari.get("/items?q=ad-9").context["rows"]] == ["ad-9"]
    assert sari.get("/items?status=withdrawn").context["rows"] == []
    assert sari.get("/items?kind=nonsense&status=%00").status_code == 200
    assert sari.get("/items?after=nonsense").status_code == 400


def test_an_items_page_tells_versions_reasons_and_history(budi, sari):
    [item] = budi(("ad-1", "Folding bicycle", "Hardly used."))
    budi(("ad-1", "Folding bicycle", "Pay a deposit first, write to me on WhatsApp +62 812 0000 1234."))
    answer = sari.get(f"/items/{item}")
    page = answer.content.decode()
    assert "Hardly used." in page
    assert "What the rules said" in page
    assert answer.context["verdicts"][0].reasons, "the second version breaks rules of the pack"
    assert answer.context["verdicts"][0].reasons[0].quotes
    assert answer.context["story"]
    assert sari.get("/items/01900000-0000-7000-8000-000000000000").status_code == 404


def test_the_list_costs_the_same_for_many_items(budi, sari):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            sari.get("/items")
        return len(asked)

    budi(("ad-0", "Bicycle zero", "Fine."), ("ad-1", "Bicycle one", "Pay a deposit first, WhatsApp +62 812 0000 1234."))
    few = cost()
    budi(*((f"ad-{n}", f"Bicycle {n}", "Pay a deposit first, WhatsApp +62 812 0000 1234.") for n in range(2, 20)))
    assert cost() == few


def test_what_people_write_is_shown_as_text(budi, sari):
    [item] = budi(("ad-x", "<script>alert(1)</script>", "<img src=x onerror=alert(1)> \u202edrow"))
    for path in ("/items", f"/items/{item}"):
        page = sari.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
