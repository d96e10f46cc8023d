"""Items from the API to the page of one, and the way to the review."""

import json

import pytest
from django.test import Client
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.search import indexing
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]

ADS = (
    (
        "Sepeda lipat 20 inci, mulus, jarang dipakai",
        "id",
        "Ban baru, rem aman. DP 200rb dulu, hubungi 0812 0000 1234 ya.",
    ),
    ("Folding bicycle, hardly used", "en", "New tyres last month, both brakes fine. Fits in a boot."),
    ("Work from home, 300 a day", "en", "Pay a small deposit for the training kit first. WhatsApp +62 812 0000 1234."),
    ("Kamera film 35 mm, lensa bersih", "id", "Dijual karena pindah rumah. Bisa lihat dulu di Bandung."),
    ("Sharp hunting rifle", "en", "Air rifle, works well, message me for the licence papers"),
    ("Winter coat, size M", "en", "Warm, worn two winters, one button replaced."),
)


@pytest.fixture
def shop(desk):
    """A desk with the pack in force and five ads come in; returns their ids."""
    secret = makers.key("items:write")
    ids = []
    for title, language, body in ADS:
        answer = Client().post(
            "/api/v1/items",
            json.dumps(
                {
                    "external_id": makers.uuid4().hex[:10],
                    "kind": "ad",
                    "market": "ID",
                    "language": language,
                    "account": {
                        "external_id": "tokosepeda.bdg",
                        "name": "Toko Sepeda",
                        "created_at": "2026-01-02T00:00:00Z",
                    },
                    "fields": {"title": title, "body": body, "price": 1250000, "currency": "IDR", "category": "sports"},
                }
            ),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == 201, answer.content
        ids.append(answer.json()["id"])
    outbox.deliver_all(now=now(), reactors=reactor_names())
    sequencer.sequence()
    while indexing.follow(now=now()):
        pass
    return ids


def test_items_are_found_read_and_followed_to_the_review(at_desk, shop, screens):
    sari = makers.staff("reviewer", "auditor", name="Sari")
    people.set_skills(actor=SYSTEM, staff_id=sari.id, languages=["id", "en"], markets=["ID"], now=now())
    person = at_desk(staff=sari)
    page = person.open("/work")
    expect(page.get_by_role("heading", name="Queues")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/search/")
    screens(page, "items")
    page.keyboard.press("Control+k")
    page.keyboard.type("coat")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=coat")
    expect(page.get_by_role("link", name="Winter coat, size M").first).to_be_visible()
    page.locator("select[name=status]").select_option("rejected")
    page.wait_for_url("**/search/?q=coat&status=rejected**")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.goto(person.desk + f"/items/{shop[0]}")
    screens(page, "item")
    page.goto(person.desk + "/ledger")
    expect(page.locator("tbody tr").first).to_be_visible()
    screens(page, "ledger-full")
    page.goto(person.desk + "/work")
    screens(page, "work")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reviews/**")
    screens(page, "review")
