"""Budi lost his account: Sari proves who asks, step by step, and the document is deleted."""

import io
import re

import pytest
from playwright.sync_api import expect

from trustdesk.files import actions as files
from trustdesk.files import queries as file_queries
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.procedures import actions
from trustdesk.signals.images.tests.makers import png, scene
from trustdesk.support.tests.makers import asked, wrote

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_who_asks_is_proven_step_by_step(at_desk, screens):
    at = now()
    actions.load_shipped(now=at)
    case = asked(
        at,
        subject="I cannot get in",
        text="My telephone is gone.",
        name="Budi",
        language="id",
        address="budi@example.com",
    )
    picture = files.store_file(actor=SYSTEM, source=png(scene(seed=3)), declared_type="image/png", now=at)
    raw = files.keep_made(actor=SYSTEM, source=io.BytesIO(b"From: b\r\n\r\nx"), media_type="message/rfc822", now=at)
    wrote(case.id, at, "This is my card.", files=[picture.id], raw=raw.id)
    sari = at_desk("reviewer", name="Sari")
    page = sari.open(f"/cases/{case.id}")
    panel = page.locator(".procedures")
    panel.get_by_text("Start a procedure").click()
    panel.get_by_role("button", name="Prove who asks").click()
    expect(panel.locator(".never")).to_contain_text("Their password")
    expect(panel.locator("h3")).to_have_text("Do they write from the address of the account?")
    screens(page, "procedures-begun")
    panel.get_by_role("button", name="No", exact=True).click()
    expect(panel.locator("h3")).to_have_text("Look at a document")

    # Its words are put into the reply, in the language of who asks.
    panel.get_by_role("button", name="Put into my reply").click()
    expect(page.get_by_role("textbox", name="Public reply")).to_have_value(re.compile("Mohon kirim foto"))
    panel.get_by_label("What it showed, never its number").fill("Name and photo fit, born 1990")
    panel.get_by_label("Which file of theirs").select_option(index=1)
    panel.get_by_label("Delete it after so many days").select_option("3")
    panel.get_by_role("button", name="Note the proof").click()
    expect(panel).to_contain_text("the document is deleted")
    screens(page, "procedures-proof")
    panel.get_by_label("Name and photo fit the account").check()
    panel.get_by_role("button", name="Done", exact=True).click()
    expect(panel.locator("h3")).to_have_text("Does the document fit the account?")
    panel.get_by_role("button", name="Yes", exact=True).click()
    panel.get_by_role("button", name="Record: Proven").click()
    expect(panel.locator(".chip", has_text="Proven")).to_be_visible()
    panel.get_by_role("button", name="Delete it now").click()
    expect(panel).to_contain_text("the document was deleted")
    assert not file_queries.view_of(picture.id).is_picture
    screens(page, "procedures-ended")
    page.goto(f"{sari.desk}/procedures/")
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_role("link", name="Hacked account").click()
    expect(page.locator(".procedure-steps")).to_contain_text("Have the account held")
    screens(page, "procedures-one")
