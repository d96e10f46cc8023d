"""Word lists as Dewi meets them: a hundred thousand lines with rubbish, where a word comes from, a word against history."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.policy import queries
from trustdesk.policy.queries.rulesets import look_again
from trustdesk.policy.tests.test_workshop import make_item
from trustdesk.web.tests import makers

from .test_workshop import STUMBLES

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_twenty_thousand_lines_with_rubbish(at_desk, screens, tmp_path):
    for at in range(8):
        make_item(now(), body=f"{at} gamis cantik, hub1ngi saya", age=timedelta(days=3), source="pasar")
    lines = (
        [f"kata ke-{at}" for at in range(18_000)]
        + ["", "# note", "...", "KATA KE-7"] * 499
        + ["gamis", "x" * 300, "a\x07b", "golok"]
    )
    file = tmp_path / "police.txt"
    file.write_text("\n".join(lines))
    dewi, jonas = makers.staff("policy_owner", name="Dewi"), makers.staff("lead", name="Jonas")
    hers, his = at_desk(staff=dewi), at_desk(staff=jonas)
    page = hers.open("/word-lists/contact-words/")
    before = queries.word_list_view("contact-words").versions[0].number
    page.keyboard.press("i")
    page.wait_for_url("**/import/")
    page.get_by_label("or choose a file").set_input_files(file)
    page.get_by_label("Where they come from").fill("police report 12")
    page.get_by_label("Why").fill("asked by the lead")
    assert page.evaluate(STUMBLES) == []
    screens(page, "list-import")
    # A busy machine may take its time over so many lines.
    page.get_by_role("button", name="Make a draft of it").click(timeout=120_000)
    expect(page.get_by_text("The import is a draft")).to_be_visible(timeout=60_000)
    report = page.locator(".report")
    for words in (
        "added18,002",
        "repeated in the import499",
        "nothing to look for499",
        "too long1",
        "broken characters1",
        "blank499",
        "lines20,000",
    ):
        expect(report).to_contain_text(words)
    screens(page, "list-draft")
    assert page.evaluate(STUMBLES) == []

    # Where a word comes from, and what it would hit.
    page.keyboard.press("/")
    page.keyboard.type("gamis")
    page.keyboard.press("Enter")
    row = page.locator(".words-table tbody tr", has_text="gamis").first
    expect(row).to_contain_text("Dewi")
    expect(row).to_contain_text("police report 12: asked by the lead")
    page.get_by_label("Word or phrase").fill("gamis")
    page.keyboard.press("Enter")
    history = page.locator("#history")
    expect(history).to_contain_text("would hit very much", timeout=30_000)
    expect(history.locator("mark.ev").first).to_have_text("gamis")
    screens(page, "list-history")
    page.get_by_label("Word or phrase").fill("")
    page.get_by_role("button", name="Look").click()
    expect(history.locator("table")).to_contain_text("gamis", timeout=30_000)

    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("The draft is gone.")).to_be_visible()

    # A small one goes the whole way.
    page = hers.open("/word-lists/contact-words/import/")
    page.get_by_label("Paste words").fill("ring the bell\nring  the BELL\n")
    page.get_by_role("button", name="Make a draft of it").click()
    expect(page.locator(".report")).to_contain_text("repeated in the import1")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("A second person approves it")).to_be_visible(timeout=40_000)
    page = his.open(f"/word-lists/contact-words/{before + 1}/")
    expect(page.get_by_text("1 word added: ring the bell")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("Live since this moment")).to_be_visible(timeout=40_000)
    look_again()
    assert "ring the bell" in queries.live_content().lists["contact-words"].phrases
