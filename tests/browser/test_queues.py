"""Jonas leads: a queue made, an overlap refused in words, work sorted, paused, drained, given to Sari; the board beside it."""

import json
import re
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import expect

from trustdesk.insights import tallying
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.work import queries as work
from trustdesk.review.actions.queues import sort_batches
from trustdesk.review.models import Sorting
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(600)]


def arrives(title: str, body: str, *, language: str = "en", market: str = "ID") -> None:
    """An ad comes in, is judged, and opens a review."""
    fields = {"title": title, "body": body, "price": 90000, "currency": "IDR", "category": "sports"}
    told = {
        "external_id": uuid4().hex[:10],
        "kind": "ad",
        "market": market,
        "language": language,
        "account": {"external_id": "toko.bdg", "name": "Toko", "created_at": "2026-01-02T00:00:00Z"},
        "fields": fields,
    }
    answer = Client().post(
        "/api/v1/items",
        json.dumps(told),
        content_type="application/json",
        headers={"authorization": f"Bearer {makers.key('items:write')}"},
    )
    assert answer.status_code < 300, answer.content
    outbox.deliver_all(now=now(), reactors=reactor_names())
    sequencer.sequence()


def test_jonas_keeps_the_queues(desk, at_desk, screens):
    arrives("Old revolver of my uncle", "Good state, ask for pictures")
    arrives("Revolver kaliber 38", "Masih bagus, surat menyusul", language="id")
    sari = makers.staff("reviewer", name="Sari")
    jonas = at_desk("lead", name="Jonas")
    page = jonas.open("/queues/")
    expect(page.get_by_role("row", name="Listings")).to_contain_text("Ad, Image, Listing")
    screens(page, "queues")

    # A queue that would take what Listings takes is refused, and what both would take is said.
    page.keyboard.press("n")
    page.get_by_label("Name", exact=True).fill("Night shift")
    page.locator("#id_kind_way").select_option("Only")
    page.get_by_label("Ad", exact=True).check()
    page.locator("#id_language_way").select_option("Only")
    page.get_by_label("Indonesian", exact=True).check()
    page.get_by_label("Decided within").fill("2")
    page.get_by_role("button", name="Keep").click()
    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("takes some of the same work")
    expect(refused).to_contain_text("Ad · any source · any market · Indonesian")
    jonas.expect_complaint("422")
    screens(page, "queue-edit")

    # Listings lets go of Indonesian; then Night shift may have it, and what waits is sorted again.
    page = jonas.open("/queues/of/listings/change")
    page.locator("#id_language_way").select_option("All but")
    page.get_by_label("Indonesian", exact=True).check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("all but Indonesian")).to_be_visible()
    page = jonas.open("/queues/new")
    page.get_by_label("Name", exact=True).fill("Night shift")
    page.locator("#id_kind_way").select_option("Only")
    page.get_by_label("Ad", exact=True).check()
    page.locator("#id_family_way").select_option("All but")
    for family in ("Child safety", "Extremism", "Self harm", "Violence"):
        page.get_by_label(family, exact=True).check()
    page.locator("#id_language_way").select_option("Only")
    page.get_by_label("Indonesian", exact=True).check()
    page.get_by_label("Decided within").fill("2")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("2 hours")).to_be_visible()
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    jonas.open("/queues/of/listings").get_by_role("button", name="Sort what waits again").click()
    expect(page.get_by_text("What waits is being sorted")).to_be_visible()
    sort_batches(sorting_id=Sorting.objects.get().id, clock=now)
    expect(page.get_by_text("1 moved")).to_be_visible()
    page = jonas.open("/queues/of/night-shift")
    waits = page.get_by_role("row", name="Revolver")
    waits.locator("summary").click()
    expect(waits.get_by_text("It is dealt next.")).to_be_visible()
    expect(waits).to_contain_text("severity")
    screens(page, "queue")

    # Sari works on it, and nobody else is dealt from it; it is paused, and drained.
    page.reload()
    page.keyboard.press("w")
    page.get_by_role("group", name="People", exact=True).get_by_label("Sari").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept: it holds from the next item")).to_be_visible()
    lead = makers.staff("lead", name="Dewi")
    dealt = {who.name: [c.mine for c in _counts(who) if c.queue == "night-shift"] for who in (sari, lead)}
    assert dealt == {"Sari": [1], "Dewi": [0]}
    # For Dewi it is a second queue, and that stands beside her name.
    page.reload()
    page.keyboard.press("w")
    page.get_by_role("group", name="People, as a second queue").get_by_label("Dewi").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("listitem").filter(has_text="Dewi")).to_contain_text("second queue")
    expect(page.get_by_role("listitem").filter(has_text="Sari")).not_to_contain_text("second queue")
    screens(page, "queue-people")
    page.keyboard.press("p")
    expect(page.get_by_text("Nothing is dealt from it. Who holds")).to_be_visible()
    page.keyboard.press("d")
    expect(page.get_by_text("0 of 1 worked off")).to_be_visible()
    arrives("Revolver kedua", "Masih bagus, surat menyusul", language="id")
    assert {c.queue: c.waiting for c in _counts(sari)}["night-shift"] == 1, "what comes in goes elsewhere"
    page.keyboard.press("o")
    expect(page.get_by_text("“Night shift” is open.")).to_be_visible()

    # The board changes by itself when something arrives.
    told()
    board = jonas.open("/board/")
    expect(board.get_by_role("row", name="Night shift")).to_contain_text(re.compile(r"Night shift\s+1\s"))
    arrives("Revolver ketiga", "Masih bagus, surat menyusul", language="id")
    told()
    expect(board.get_by_role("row", name="Night shift")).to_contain_text(re.compile(r"Night shift\s+2\s"))
    screens(board, "board")


def told() -> None:
    """What the worker's loop adds up."""
    while tallying.follow(now=now()):
        pass


def _counts(staff):
    from trustdesk.kernel.people.queries import actor_for

    return work.counts(actor=actor_for(staff), now=now())
