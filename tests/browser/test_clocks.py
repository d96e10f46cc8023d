"""Jonas keeps the desk's promises: open hours, a policy that he tries on a timeline before it counts, then both in force."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.real]

LATE = """2026-03-10 09:00 opened
10:20 reply pending
11:00 message
11:10 reply resolved"""


def test_a_lead_tries_a_policy_on_a_timeline_before_it_counts(at_desk, screens):
    jonas = at_desk("lead", name="Jonas")
    page = jonas.open("/clocks/")
    page.wait_for_load_state()
    expect(page.get_by_text("No clock policy yet")).to_be_visible()
    page.keyboard.press("c")
    page.locator("[name=name]").fill("Office in Jakarta")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        page.get_by_label(day).fill("09:00–12:00, 13:00–17:00")
    page.locator("[name=holidays]").fill("2026-12-25")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("The next two weeks")).to_be_visible()
    screens(page, "clocks-calendar")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("cell", name="Office in Jakarta", exact=True)).to_be_visible()

    page.get_by_role("link", name="Make a policy").click()
    page.locator("[name=name]").fill("Sellers")
    page.locator("[name=when_channel]").fill("mail, chat")
    page.get_by_label("First reply, Normal").fill("soon")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Write 30, 8h or 2d.")).to_be_visible()
    page.get_by_label("First reply, Normal").fill("1h")
    page.get_by_label("Next reply, Normal").fill("30")
    page.get_by_label("Resolution, Normal").fill("2d")
    page.get_by_label("Who is told after a breach").fill("0 team lead")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Started now, it would be due")).to_be_visible()
    screens(page, "clocks-policy")

    page.get_by_role("button", name="Try on a timeline").click()
    expect(page.get_by_text("It is not in force.")).to_be_visible()
    page.get_by_label("What happens").fill(LATE)
    page.keyboard.press("Control+Enter")
    first = page.get_by_role("row").filter(has_text="First reply")
    expect(first).to_contain_text("1 h 20 min")
    expect(first).to_contain_text("late since")
    expect(first).to_contain_text("team lead")
    expect(page.get_by_role("row").filter(has_text="Next reply")).to_contain_text("in time")
    screens(page, "clocks-trial")
    page.get_by_label("What happens").fill("2026-03-10 09:00 opened\n08:00 shrug")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("Line 2:")).to_be_visible()
    jonas.expect_complaint("422")

    # Nothing of this counts yet; now it does.
    page.goto(page.url.replace("/clocks/simulate", "/clocks/policies/new"))
    page.locator("[name=name]").fill("Sellers")
    page.get_by_label("First reply, Normal").fill("1h")
    page.locator("[name=calendar]").select_option(label="Office in Jakarta")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("link", name="Sellers")).to_be_visible()
    screens(page, "clocks-list")
