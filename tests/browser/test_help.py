"""Dewi writes a help page, Jonas publishes it; a stranger finds it by a mistyped question, reads it and says it helped."""

import pytest
from playwright.sync_api import expect

from trustdesk.knowledge import queries

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def test_a_page_is_written_looked_at_found_and_judged(at_desk, screens):
    dewi = at_desk("policy_owner", name="Dewi")
    desk = dewi.open("/knowledge/")
    desk.keyboard.press("n")
    desk.get_by_label("Title").fill("Where is my parcel?")
    desk.get_by_label("Text, as Markdown").fill("Wait three days.\n\n## Then\nWrite to the seller.")
    desk.get_by_role("button", name="Keep as a draft").click()
    expect(desk.locator("#notices")).to_contain_text("Nobody outside sees it yet.")
    desk.keyboard.press("e")
    desk.get_by_label("Text, as Markdown").fill("Wait **three working days**.\n\n## Then\nWrite to the seller.")
    expect(desk.locator("#shown strong")).to_have_text("three working days")
    screens(desk, "knowledge-edit")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#notices")).to_contain_text("asked for somebody to look at it")

    jonas = at_desk("lead", name="Jonas")
    desk = jonas.open("/knowledge/?state=review")
    desk.get_by_role("link", name="Where is my parcel?").click()
    expect(desk.locator("article.doc strong")).to_have_text("three working days")
    screens(desk, "knowledge-article")
    desk.keyboard.press("p")
    expect(desk.locator("#notices")).to_contain_text("Published.")
    screens(jonas.open("/knowledge/"), "knowledge-list")

    stranger = at_desk(signed_in=False)
    page = stranger.open("/help/")
    screens(page, "help")
    ask = page.get_by_role("searchbox", name="Search the help pages")
    ask.press_sequentially("my parsel", delay=20)
    expect(page.locator("#suggested a")).to_have_count(0)
    ask.fill("where is my parc")
    expect(page.locator("#suggested a").first).to_have_text("Where is my parcel?")
    ask.press("ArrowDown")
    expect(page.locator("#suggested a").first).to_be_focused()
    ask.fill("my parsel")
    ask.press("Enter")
    expect(page.locator("main")).to_contain_text("No page says “parsel”. We also looked for parcel.")
    screens(page, "help-found")
    page.get_by_role("link", name="Where is my parcel?").click()
    expect(page.locator("h1")).to_have_text("Where is my parcel?")
    screens(page, "help-article")
    page.get_by_role("button", name="No").click()
    page.get_by_label("What did you look for?").fill("A telephone number of the courier")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#helped")).to_contain_text("Thank you")

    article = queries.opened("where-is-my-parcel", language="en", audiences=queries.PUBLIC).article
    desk = jonas.open(f"/knowledge/{article.id}")
    expect(desk.locator("aside")).to_contain_text("A telephone number of the courier")
    expect(desk.locator("aside")).to_contain_text("0 of 1")
