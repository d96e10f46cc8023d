"""Jonas lets the desk do by itself what everybody does every day."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.macros import actions as macros
from trustdesk.macros.actions import Macro
from trustdesk.support import actions
from trustdesk.triggers import jobs
from trustdesk.triggers.models import Trial

pytestmark = [pytest.mark.browser, pytest.mark.real]


def asked(text, at=None):
    told = {"channel": "form", "subject": "My payment", "name": "Amara", "address": "amara@example.com"}
    return actions.open_case(actor=SYSTEM, text=text, now=at or now(), **told)


def test_a_trigger_from_the_first_word_to_its_end(at_desk, screens):
    asked("I want a refund for my bike.", now() - timedelta(days=2))
    asked("How do I verify my shop?", now() - timedelta(days=2))
    sorry = Macro(name="We look into it", texts={"en": "Hello {{requester.first_name|there}}, we look into it."})
    macros.begin(actor=SYSTEM, macro=sorry, shared=True, now=now())
    jonas = at_desk("lead", name="Jonas")
    page = jonas.open("/triggers/")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("No triggers yet")
    page.keyboard.press("n")

    # The condition says where it is wrong while it is typed, and what is meant.
    page.get_by_label("Name", exact=True).fill("Refunds first")
    page.get_by_label("And this holds").press_sequentially('has_any(mesage.text, ["refund"])')
    expect(page.locator("#found")).to_contain_text("Line 1, column 9")
    expect(page.locator("#found")).to_contain_text("did you mean message.text?")
    page.get_by_label("Step 1").select_option("set_priority")
    page.get_by_label("With 1").fill("highest")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Choose one of: urgent, high, normal, low.")
    jonas.expect_complaint("422")
    screens(page, "trigger-wrong")
    page.get_by_label("And this holds").fill('has_any(message.text, ["refund"])')
    expect(page.locator("#found")).to_contain_text("The condition can be read.")
    page.get_by_label("With 1").fill("high")
    page.get_by_label("Step 2").select_option("reply")
    page.get_by_label("With 2").fill("We look into it")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text("Refunds first")
    expect(page.locator("h1")).to_contain_text("Draft")

    # Tried on the past by the worker; then it counts.
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("Waits for the worker")).to_be_visible()
    jobs.try_on_past(trial=str(Trial.objects.get().id))
    expect(page.get_by_text("Would have acted")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    expect(page.locator(".trial")).to_contain_text("Letters it would have sent1")
    screens(page, "trigger-tried")
    page.get_by_role("button", name="Put version 1 in force").click()
    expect(page.locator("h1")).to_contain_text("In force, version 1")

    # A case makes it act.
    opened = asked("Please refund me.")
    outbox.deliver_all(now=now() + timedelta(seconds=1), reactors=["triggers.hear"])
    page = jonas.open(f"/cases/{opened.id}")
    page.wait_for_load_state()
    expect(page.locator("aside.aside")).to_contain_text("Refunds first, version 1")
    expect(page.locator("#log")).to_contain_text("Hello Amara, we look into it.")
    expect(page.locator("#log")).to_contain_text("Automatic")
    screens(page, "trigger-case")
    page.get_by_role("link", name="Refunds first").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text(str(opened.number))
    expect(page.locator("tbody")).to_contain_text("Set the priority")
    screens(page, "trigger")
    page.get_by_role("button", name="Switch it off").click()
    expect(page.locator("h1")).to_contain_text("Off")
    page = jonas.open("/triggers/")
    expect(page.locator("tbody tr")).to_have_count(1)
    screens(page, "triggers")
