"""Pictures at the review desk and in banks, as Sari and Dewi see them."""

import hashlib
import json
import uuid

import cv2
import numpy as np
import pytest
from django.test import Client
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.review import queries as reviews
from trustdesk.screening.actions.again import judge_again
from trustdesk.screening.actions.media import look_into_media
from trustdesk.screening.models import Verdict
from trustdesk.signals import actions
from trustdesk.signals.images.tests.makers import png, scene
from trustdesk.signals.tests import seeing
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


@pytest.fixture
def told():
    with seeing.told() as told:
        yield told


def written(words: str) -> bytes:
    made = scene(int(hashlib.sha256(words.encode()).hexdigest()[:4], 16), 960, 720)
    cv2.rectangle(made, (100, 300), (860, 400), (250, 250, 250), -1)
    cv2.putText(made, words, (120, 370), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (20, 20, 90), 3, cv2.LINE_AA)
    return png(np.asarray(made))


def come_in(told) -> str:
    """An ad whose first picture holds a mail address and whose second may be nude; returns its review's id."""
    words, plain = written("write to budi at gmail dot com"), written("sofa, two seats")
    line = {"text": "write to budi at gmail dot com", "box": [0.11, 0.42, 0.78, 0.14], "score": 0.98}
    told[hashlib.sha256(words).hexdigest()] = {"texts": (line,), "faces": ({"box": [0.55, 0.1, 0.2, 0.25]},)}
    told[hashlib.sha256(plain).hexdigest()] = {"adult": 0.87}
    hands, headers = Client(), {"Authorization": f"Bearer {makers.key('items:write')}"}
    files = [
        hands.post("/api/v1/files", data, content_type="image/png", headers=headers).json()["file_id"]
        for data in (words, plain)
    ]
    shown = [{"kind": "image", "file_id": file, "alt": "The sofa"} for file in files]
    body = {
        "external_id": uuid.uuid4().hex[:10],
        "kind": "ad",
        "market": "ID",
        "language": "en",
        "account": {"external_id": "budi", "name": "Budi", "created_at": "2026-01-02T00:00:00Z"},
        "fields": {"title": "Sofa, two seats", "body": "Linen, hardly used, smoke-free home."},
        "media": shown,
    }
    item = hands.post("/api/v1/items", json.dumps(body), content_type="application/json", headers=headers).json()
    verdict = Verdict.objects.get(item_id=item["id"], state="final")
    look_into_media(version_id=verdict.version_id, now=now())
    assert judge_again(verdict_id=verdict.id, now=now()) == "worse"
    sequencer.sequence()
    outbox.deliver_all(now=now(), reactors=reactor_names())
    return str(reviews.of_items([uuid.UUID(item["id"])])[uuid.UUID(item["id"])].id)


def test_sari_sees_what_was_found_in_pictures_and_nothing_that_may_hurt_by_accident(told, at_desk, screens):
    review = come_in(told)
    sari = at_desk("lead", name="Sari")
    page = sari.open(f"/reviews/{review}")
    expect(page.get_by_text("In picture 1: “budi at gmail dot com”").first).to_be_visible()
    marks = page.get_by_role("img", name="What rules found in this picture").locator("rect")
    expect(marks).to_have_count(1)
    photo, box = page.locator(".photo").first.bounding_box(), marks.bounding_box()
    assert photo["x"] < box["x"] < box["x"] + box["width"] < photo["x"] + photo["width"]
    page.get_by_role("button", name="Picture 2").click()
    veil = page.get_by_role("button", name="Hold to look")
    expect(veil).to_have_count(1)
    hidden = page.locator(".photo:has(.veil) > img")
    assert "blur" in hidden.evaluate("one => getComputedStyle(one).filter")
    screens(page, "review-pictures")
    veil.hover()
    page.mouse.down()
    # It is revealed softly.
    expect(hidden).to_have_css("filter", "none")
    page.mouse.up()
    page.keyboard.press("ArrowLeft")
    page.get_by_label("Blur faces").check()
    expect(page.locator(".marks.faces")).to_be_visible()
    screens(page, "review-faces")
    page.reload()
    expect(page.get_by_label("Blur faces")).to_be_checked()
    page.get_by_text("Originals, with what they tell").click()
    page.get_by_label("Picture 1, because").fill("The owner asks where it was taken")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take out").first.click()
    assert taken.value.suggested_filename.endswith(".bin")


def test_dewi_fills_a_bank_of_pictures(told, at_desk, screens, tmp_path):
    code = f"stolen-{uuid.uuid4().hex[:6]}"
    actions.make_bank(actor=SYSTEM, code=code, title="Stolen pictures", kind="image", now=now())
    stolen, other = tmp_path / "stolen.png", tmp_path / "other.png"
    stolen.write_bytes(png(scene(31)))
    other.write_bytes(png(scene(32)))
    page = at_desk("policy_owner", name="Dewi").open(f"/banks/{code}/")
    page.keyboard.press("n")
    page.wait_for_url("**/add")
    page.get_by_label("Pictures", exact=False).first.set_input_files([stolen])
    page.get_by_label("or PDQ hashes").fill("0f" * 32 + ",90,another house")
    page.get_by_label("Why they belong here").fill("Reported by their owner")
    screens(page, "bank-pictures-add")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("2 pictures were added.")).to_be_visible()
    screens(page, "bank-pictures")
    page.keyboard.press("t")
    page.wait_for_url("**/try")
    page.locator("input[type=file]").set_input_files(stolen)
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_text("It is in this bank")).to_be_visible()
    screens(page, "bank-pictures-try")
    page.locator("input[type=file]").set_input_files(other)
    page.get_by_role("button", name="Look it up").click()
    expect(page.get_by_text("It is not in this bank")).to_be_visible()
    page.goto(page.url.replace("/try", "/"))
    page.locator("table a").first.click()
    screens(page, "bank-picture")
