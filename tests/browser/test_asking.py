"""Amara looks for an answer, is offered pages while she types, and writes to the desk all the same."""

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.knowledge.tests.makers import begun, draft, released
from trustdesk.support import queries

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_amara_writes_to_the_desk(at_desk, screens):
    at = now()
    released(begun(at, words=draft(title="Lost parcels", body="Wait three days, then ask the carrier.")), at)
    page = at_desk(signed_in=False).open("/help/?lang=en")
    page.get_by_role("link", name="Write to us").click()
    page.wait_for_load_state()
    page.get_by_label("What is it about?").press_sequentially("lost parcel")
    expect(page.locator("#suggested a")).to_contain_text("Lost parcels")
    screens(page, "ask-typing")
    page.get_by_label("Your question").fill(
        "My parcel is lost. It should have come on Monday, and nobody answers the phone."
    )
    page.get_by_label("E-mail").fill("amara@example.com")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Does one of these answer it?")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value(
        "My parcel is lost. It should have come on Monday, and nobody answers the phone."
    )
    screens(page, "ask-offered")
    page.get_by_role("button", name="No, send my question").click()
    expect(page.locator("h1")).to_have_text("We have your question")
    case = queries.taking_part("amara@example.com")[0]
    page.get_by_label("In your own words").fill("The number is JX-44.")
    page.get_by_role("button", name="Send it").click()
    expect(page.locator("ol.time")).to_contain_text("The number is JX-44.")
    screens(page, "question")
    assert [one.text for one in queries.conversation(case.id)][-1] == "The number is JX-44."
