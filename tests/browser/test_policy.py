"""Policies as a person meets them: reading, writing with the live check, asking a colleague, going live and back."""

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import actor_for
from trustdesk.policy import actions, queries
from trustdesk.policy.queries.rulesets import look_again
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]
CODE = "off-platform-contact"


def test_from_reading_to_live_and_back(at_desk, screens):
    dewi, jonas = makers.staff("policy_owner", name="Dewi"), makers.staff("lead", name="Jonas")
    hers, his = at_desk(staff=dewi), at_desk(staff=jonas)
    before = queries.live_plan().policies[CODE].version

    page = hers.open("/policies/")
    expect(page.get_by_role("link", name="Contact details in public places")).to_be_visible()
    screens(page, "policies")
    page.get_by_role("link", name="Contact details in public places").click()
    expect(page.get_by_role("heading", name="1.1 Telephone numbers")).to_be_visible()
    screens(page, "policy-live")

    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    pen = page.locator("#text")
    good = pen.input_value()
    pen.fill(good.replace("account.age < days(30)", "acount.age < days(30)", 1))
    finding = page.locator("#findings .problems li").first
    expect(finding).to_contain_text("did you mean account.age?", timeout=15_000)
    screens(page, "policy-edit-error")
    finding.get_by_role("button", name="line ").click()
    assert page.evaluate("document.activeElement.id") == "text"
    at = page.evaluate("document.activeElement.selectionStart")
    assert pen.input_value()[at:].startswith("acount.age")

    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert "acount.age" in pen.input_value(), "what was typed survives a reload"
    pen.fill(good.replace("gravity: 2", "gravity: 3").replace("days(30)", "days(28)"))
    expect(page.locator("#findings")).to_contain_text("passes", timeout=15_000)
    screens(page, "policy-edit")
    page.keyboard.press("Control+s")
    page.wait_for_url(f"**/{CODE}/*/edit/")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("A second person approves it")).to_be_visible(timeout=30_000)
    screens(page, "policy-checked")

    page = his.open(page.url.removeprefix(hers.desk))
    expect(page.get_by_text("gravity: 2 → 3")).to_be_visible()
    screens(page, "policy-approve")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("Live since this moment")).to_be_visible(timeout=30_000)
    look_again()
    assert queries.live_plan().policies[CODE].version > before
    page.keyboard.press("b")
    page.get_by_label("Why").fill("The old figure was right")
    screens(page, "policy-roll-back")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is in force")).to_be_visible(timeout=30_000)
    look_again()
    assert queries.live_plan().policies[CODE].version == before


def test_word_lists(at_desk, screens):
    dewi = makers.staff("policy_owner", name="Dewi")
    person = at_desk(staff=dewi)
    page = person.open("/word-lists/")
    screens(page, "word-lists")
    page.get_by_role("link", name="contact-words", exact=True).click()
    page.wait_for_url("**/word-lists/contact-words/**")
    screens(page, "word-list")
    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    text = page.locator("#text")
    words = text.input_value()
    text.fill(words.replace("call me\n", "", 1) + "\n...\n")
    page.get_by_role("button", name="Check and ask for approval").click()
    expect(page.locator(".problems")).to_contain_text("an entry needs a letter or a digit")
    person.expect_complaint("422")
    screens(page, "word-list-edit")
    number = queries.word_list_view("contact-words").versions[0].number
    actor = actor_for(dewi)
    actions.edit_list(actor=actor, name="contact-words", text=words + "ring the bell\n", now=now())
    page = person.open(f"/word-lists/contact-words/{number + 1}/")
    expect(page.get_by_text("1 word added: ring the bell")).to_be_visible()


def test_a_new_policy_starts_from_a_page_that_passes(at_desk, screens):
    page = at_desk("policy_owner", name="Dewi").open("/new-policy/")
    expect(page.locator("#findings")).to_contain_text("passes")
    screens(page, "policy-new")
