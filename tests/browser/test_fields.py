"""Jonas gives cases a field of the desk's own, and it is asked for beside a case."""

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.support.tests.makers import asked

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_a_field_is_made_and_put_in_order(at_desk, screens):
    page = at_desk("lead", name="Jonas").open("/cases/fields")
    page.wait_for_load_state()
    page.keyboard.press("n")
    page.get_by_label("Name", exact=True).fill("Cause")
    page.get_by_label("What it holds").select_option("choice")
    page.get_by_label("What can be chosen").fill("Carrier\nWarehouse")
    page.get_by_label("Resolved").check()
    screens(page, "field")
    page.keyboard.press("Control+Enter")
    expect(page.locator("tbody")).to_contain_text("Carrier, Warehouse")
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("Name", exact=True).fill("Order number")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Order number up").click()
    expect(page.locator("tbody tr").first).to_contain_text("Order number")
    screens(page, "fields")
    one = asked(now())
    page.goto(page.url.replace("/cases/fields", f"/cases/{one.id}"))
    page.wait_for_load_state()
    page.keyboard.press("m")
    expect(page.get_by_label("Order number")).to_be_visible()
    expect(page.get_by_label("Cause")).to_be_visible()
