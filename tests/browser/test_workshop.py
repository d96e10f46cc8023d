"""The rule workshop as Dewi and Jonas meet it: suggestions, findings in place, trials, two windows, and no script at all."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import actor_for
from trustdesk.policy import actions, queries
from trustdesk.policy.models import PolicyVersion
from trustdesk.policy.queries.rulesets import look_again
from trustdesk.policy.tests.test_workshop import make_item
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]
CODE = "off-platform-contact"
# What a screen reader would stumble over: controls without a name, ids twice, references that lead nowhere.
STUMBLES = """() => {
  const found = [];
  const named = (one) => (one.getAttribute("aria-label") || one.labels?.length || one.getAttribute("aria-labelledby") ||
    one.textContent.trim() || one.title || one.type === "hidden");
  for (const one of document.querySelectorAll("main :is(button, a[href], input, select, textarea, [role=tab], [role=option])"))
    if (!named(one)) found.push("no name: " + one.outerHTML.slice(0, 120));
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) found.push("id twice: " + id);
  for (const name of ["aria-controls", "aria-labelledby", "aria-describedby", "aria-activedescendant"])
    for (const one of document.querySelectorAll(`[${name}]`))
      for (const id of one.getAttribute(name).split(" ")) if (!document.getElementById(id)) found.push(`${name} leads nowhere: ${id}`);
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push("wider than the window: " + document.documentElement.scrollWidth);
  return found;
}"""


def put_cursor(page, before):
    """The cursor right behind some words of the document."""
    page.locator("#text").evaluate(
        "(pen, before) => { const at = pen.value.indexOf(before) + before.length; pen.focus(); pen.setSelectionRange(at, at) }",
        before,
    )


def test_a_rule_is_written_with_suggestions_mended_tried_and_published(at_desk, screens):
    dewi, jonas = makers.staff("policy_owner", name="Dewi"), makers.staff("lead", name="Jonas")
    item = make_item(now(), body="Kursi kayu, hubungi saya di tikungan", age=timedelta(days=400), source="pasar")
    hers, his = at_desk(staff=dewi), at_desk(staff=jonas)
    page = hers.open(f"/policies/{CODE}/1/edit/")
    pen, keys = page.locator("#text"), page.keyboard
    offered = page.locator("#suggestions [role=option]")

    # A new rule, written with what the desk offers.
    put_cursor(page, "\nrules:")
    keys.press("Enter")
    keys.type("  - name: meet-at-the-corner")
    keys.press("Enter")
    keys.type("  cl")
    expect(offered.first).to_contain_text("clause")
    keys.press("Enter")
    keys.type('"1.')
    expect(offered.first).to_contain_text("1.1")
    keys.press("Enter")
    keys.type('"')
    keys.press("Enter")
    keys.type("when: ne")
    expect(offered.first).to_contain_text("near(text, a, b, within=5)")
    screens(page, "workshop-suggests")
    assert page.evaluate("document.getElementById('text').getAttribute('aria-activedescendant')") == "suggestion-0"
    assert page.evaluate(STUMBLES) == []
    keys.press("Enter")
    expect(offered.first).to_be_visible()
    keys.type("contact")
    expect(offered.first).to_contain_text("contact-words")
    keys.press("Tab")
    put_cursor(page, 'near(item.text, list("contact-words"), "')
    keys.type("tikungan")
    put_cursor(page, '"tikungan", within=5)')
    keys.type(" and acount.age > da")
    keys.press("Control+Space")
    expect(offered.first).to_contain_text("days")
    keys.press("Enter")
    keys.type("1")
    keys.press("End")
    keys.press("Enter")
    keys.type("then: rev")
    expect(offered.first).to_contain_text("review")
    keys.press("Escape")
    expect(offered.first).not_to_be_visible()
    keys.press("Control+Space")
    keys.press("Enter")
    keys.type("sev")
    keys.press("Enter")
    assert 'then: review(lane="severe")' in pen.input_value()

    # One name is wrong: told beside its line, mended by one key.
    note = page.locator(".note-beside", has_text="no field named acount.age")
    expect(note).to_be_visible()
    expect(page.locator(".gutter [data-tone=reject]")).to_have_count(1)
    keys.press("F8")
    expect(page.locator("[data-strip-said]")).to_contain_text("no field named acount.age")
    screens(page, "workshop-finding")
    keys.press("Alt+Enter")
    expect(page.locator("#findings")).to_contain_text("passes")
    expect(note).to_have_count(0)
    assert "and account.age > days(1)" in pen.input_value()
    keys.press("Control+z")
    assert "acount.age" in pen.input_value(), "a mend is undone like a word"
    note.locator("button", has_text="Use account.age").click()
    expect(page.locator("#findings")).to_contain_text("passes")

    # Tried on words, then on an item of the desk.
    page.get_by_role("tab", name="Try it").click()
    page.locator("#try-text").fill("Jual sofa, hubungi saya di tikungan")
    keys.press("Control+Enter")
    rule = page.locator(".rules-told > li", has_text="meet-at-the-corner")
    expect(rule).to_contain_text("a value is missing")
    page.get_by_text("Who, where and what else").click()
    page.locator("#try-age").fill("20 days")
    keys.press("Control+Enter")
    expect(rule).to_contain_text("fires")
    expect(page.locator(".trial-text mark.ev").first).to_be_visible()
    screens(page, "workshop-trial")
    assert page.evaluate(STUMBLES) == []
    page.locator("#try-item").fill(str(item.id))
    keys.press("Control+Enter")
    expect(page.locator(".trial")).to_contain_text("Kursi kayu")
    expect(rule).to_contain_text("fires")
    page.get_by_role("tab", name="Traffic").focus()
    keys.press("ArrowLeft")
    expect(page.locator("#try-text")).to_be_visible()

    # Kept, sent, and agreed to by another.
    keys.press("Control+s")
    page.wait_for_url(f"**/{CODE}/*/edit/")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("A second person approves it").first).to_be_visible(timeout=40_000)
    page = his.open(page.url.removeprefix(hers.desk))
    expect(page.get_by_text("rule meet-at-the-corner added")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("Live since this moment")).to_be_visible(timeout=40_000)
    look_again()
    assert "meet-at-the-corner" in {rule.name for rule in queries.live_plan().policies[CODE].document.rules}


def test_words_survive_and_two_windows_do_not_overwrite_each_other(at_desk, screens):
    dewi = makers.staff("policy_owner", name="Dewi")
    text = next(each.document.text for each in queries.live_content().policies if each.code == CODE)
    made = actions.draft(actor=actor_for(dewi), text=text, now=now())
    path = f"/policies/{CODE}/{made.number}/edit/"
    person = at_desk(staff=dewi)
    page = person.open(path)
    other = person.watch(person.context.new_page())
    other.goto(person.desk + path)
    put_cursor(other, "gravity: ")
    other.keyboard.press("Delete")
    other.keyboard.type("4")
    other.keyboard.press("Control+s")
    expect(other.get_by_text("The draft is kept.")).to_be_visible()
    other.close()

    put_cursor(page, "strikes: ")
    page.keyboard.press("Delete")
    page.keyboard.type("3")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_contain_text("kept from another window")
    person.expect_complaint("409")
    assert "strikes: 3" in page.locator("#text").input_value()
    expect(page.locator(".pens .diff")).to_contain_text("gravity: 4")
    screens(page, "workshop-two-windows")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The draft is kept.")).to_be_visible()
    assert "strikes: 3" in PolicyVersion.objects.get(id=made.id).text

    # What the last day would have got is asked of those who keep it, and conditions are laid out in one press.
    page.get_by_role("tab", name="Traffic").click()
    expect(page.locator("#preview")).to_contain_text(re.compile("No item was judged here yet|no outcome changes"))
    put_cursor(page, "account.age < days(")
    page.keyboard.type("  ")
    expect(page.locator("#text")).to_have_value(re.compile(r"days\(  30\)"))
    page.keyboard.press("Alt+f")
    expect(page.locator("#text")).not_to_have_value(re.compile(r"days\(  30\)"))

    # Typed, never kept, and the draft moved on meanwhile: asked about, not lost and not put over it.
    put_cursor(page, "gravity: ")
    page.keyboard.press("Delete")
    page.keyboard.type("5")
    newer = PolicyVersion.objects.get(id=made.id).text.replace("strikes: 3", "strikes: 0")
    actions.draft(actor=actor_for(dewi), text=newer, version_id=made.id, now=now())
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert "gravity: 5" not in page.locator("#text").input_value()
    page.get_by_role("button", name="Bring them back").click()
    assert "gravity: 5" in page.locator("#text").input_value()
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")


def test_without_script_it_is_a_plain_form(chromium, desk):
    from django.test import Client

    client = Client()
    client.force_login(makers.staff("policy_owner", name="Dewi"), settings.AUTHENTICATION_BACKENDS[0])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": desk}])
    try:
        page = context.new_page()
        page.goto(f"{desk}/policies/{CODE}/1/edit/")
        text = page.locator("#text").input_value()
        page.locator("#text").fill(text.replace("account.age", "acount.age", 1))
        page.locator("#try-text").fill("WA 0812-3456-7890")
        page.get_by_role("button", name="Try it").click()
        expect(page.locator("#trial")).to_contain_text("did you mean account.age?")
        assert "acount.age" in page.locator("#text").input_value()
        page.locator("#text").fill(text)
        page.get_by_role("button", name="Try it").click()
        expect(page.locator(".trial-outcome")).to_be_visible()
        page.locator("#text").fill(text.replace("gravity: 2", "gravity: 3"))
        page.get_by_role("button", name="Keep draft").click()
        expect(page.get_by_text("The draft is kept.")).to_be_visible()
        expect(page.locator("#findings")).to_contain_text("passes")
    finally:
        context.close()
