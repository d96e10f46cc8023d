"""Jonas writes down once what everybody answers every day."""

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.macros import actions as macros
from trustdesk.macros.actions import Macro
from trustdesk.support import actions

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_a_saved_reply_is_written_found_and_changed(at_desk, screens):
    jonas = at_desk("lead", name="Jonas")
    page = jonas.open("/macros/")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Nothing here yet")
    page.keyboard.press("n")
    page.get_by_label("Name", exact=True).fill("Parcel is late")
    page.get_by_label("Text (English)").fill(
        "Hello {{requester.firstname|there}},\n\nyour parcel is late. We asked the carrier today."
    )
    page.get_by_label("Text (Bahasa Indonesia)").fill("Halo {{requester.first_name|Kak}},\n\npaket Anda terlambat.")
    page.get_by_label("For everybody").check()
    page.get_by_label("Step 1").select_option("set_status")
    page.get_by_label("With 1").fill("pending")
    page.get_by_label("Step 2").select_option("add_tag")
    page.get_by_label("With 2").fill("late-parcel")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Did you mean {{requester.first_name}}?")
    jonas.expect_complaint("422")
    screens(page, "macro-wrong")
    field = page.get_by_label("Text (English)")
    field.fill(field.input_value().replace("firstname", "first_name"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("Parcel is late")
    page.wait_for_load_state()
    page.keyboard.press("e")
    page.get_by_label("Text (English)").fill("Hello {{requester.first_name|there}},\n\nyour parcel comes tomorrow.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("Parcel is late")
    page.get_by_text("What it changed").click()
    expect(page.locator("ins")).to_contain_text("comes tomorrow")
    screens(page, "macro")
    page.get_by_role("link", name="Saved replies").last.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    screens(page, "macros")

    # In a case, "/" finds it; its words wait in the reply, its status beside the button.
    opened = actions.open_case(
        actor=SYSTEM, channel="form", subject="Where is it?", text="My parcel is lost.", name="Amara Putri", now=now()
    )
    sorry = Macro(name="Apology", texts={"en": "We are sorry."}, sends=True)
    macros.begin(actor=SYSTEM, macro=sorry, shared=True, now=now())
    page = jonas.open(f"/cases/{opened.id}")
    page.wait_for_load_state()
    answer = page.get_by_role("textbox", name="Public reply")
    answer.press("/")
    find = page.locator("#saved input[type=search]")
    expect(page.locator("#saved-found button").first).to_contain_text("Apology")
    find.press_sequentially("tomorrow")
    find.press("Enter")  # before the list has answered: what stood first is not taken
    expect(answer).to_have_value("Hello Amara,\n\nyour parcel comes tomorrow.")
    expect(page.get_by_label("Status after sending")).to_have_value("pending")
    expect(page.locator("#talk header").first).to_contain_text("late-parcel")
