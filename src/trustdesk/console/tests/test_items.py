"""The item pages, on content that came in through the API."""

import json

import pytest
from django.conf import settings
from django.test import Client

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


def test_what_people_write_is_shown_as_text(budi, sari):
    [item] = budi(("ad-x", "<script>alert(1)</script>", "<img src=x onerror=alert(1)> \u202edrow"))
    page = sari.get(f"/items/{item}").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
