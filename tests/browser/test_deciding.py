"""A shift without a mouse: approve, reject, label, edit, put aside, skip, note, undo."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.reviewing import ads, market, reviewer
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.queries import revive
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work.models import WorkItem
from trustdesk.review import actions as review
from trustdesk.review.models import Review
from trustdesk.webhooks.reactors import decision_made

pytestmark = [pytest.mark.browser, pytest.mark.real]


def made_about(item):
    """The newest decision about an item, which is sent behind the reviewer's back: wait for it."""
    until = time.monotonic() + 15
    while not (found := decisions.of_items([item], now=now())) and time.monotonic() < until:
        time.sleep(0.05)
    return next(iter(found.values()))[0]


def in_state(item, wanted):
    """The work of an item comes to this state."""
    until = time.monotonic() + 15
    while True:
        state = WorkItem.objects.get(id=Review.objects.get(item_id=item).work_id).state
        if state == wanted or time.monotonic() > until:
            assert state == wanted
            return
        time.sleep(0.05)


def test_sari_decides_without_a_mouse(at_desk, screens):
    where = market()
    first, second, third, fourth, fifth = ads("First", "Second", "Third", "Fourth", "Fifth", where=where)
    staff = reviewer("Sari", where)
    sari = at_desk(staff=staff)
    page = sari.open("/work")
    page.locator("form[action='/reviews/next'] button").first.click()
    title = page.locator("#desk h1")
    expect(title).to_contain_text("First")
    page.wait_for_load_state()

    # A label by a few letters of it, kept through a reload, sent with the approval.
    page.keyboard.press("l")
    page.keyboard.type("weap")
    expect(page.locator("#label-options li").first).to_contain_text("weapon")
    code = page.locator("#label-options li").first.get_attribute("data-value")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("[data-labels]")).to_contain_text(code)
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    page.keyboard.press("a")
    expect(title).to_contain_text("Second")
    assert (made_about(first).outcome, list(made_about(first).labels)) == ("approve", [code])

    # Three keys: reject, the suggested clause with its letter, Enter.
    page.keyboard.press("r")
    expect(page.locator("#preview .letter")).to_be_visible()
    page.keyboard.press("Enter")
    expect(title).to_contain_text("Third")
    assert made_about(second).outcome == "remove"

    # A note, an edit that is compared word by word and then approved, taken back, and done again.
    page.keyboard.press("n")
    page.locator("#note textarea").fill("Sells one a week")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notes")).to_contain_text("Sells one a week")
    page.keyboard.press("m")
    page.locator("#edit-sheet [name=title]").fill("Third walnut stock for sale")
    expect(page.locator("[data-compared] del")).to_contain_text("hunting rifle")
    expect(page.locator("[data-compared] ins")).to_contain_text("walnut stock")
    screens(page, "edit")
    page.locator("#edit-sheet [name=title]").press("Control+Enter")
    expect(title).to_contain_text("Fourth")
    in_state(third, "done")
    assert content.newest_versions([third]).popitem()[1].title == "Third walnut stock for sale"
    page.keyboard.press("u")
    expect(title).to_contain_text("Third hunting rifle")
    page.wait_for_timeout(300)
    page.keyboard.press("m")
    page.locator("#edit-sheet [name=title]").fill("Third walnut stock for sale")
    page.locator("#edit-sheet [name=title]").press("Control+Enter")
    expect(title).to_contain_text("Fourth")
    in_state(third, "done")
    made = made_about(third)
    assert made.outcome == "approve"
    assert made.edit == (
        {"field": "title", "before": "Third hunting rifle for sale", "after": "Third walnut stock for sale"},
    )
    told = decisions.statement(made.id, now=now())
    assert "is now “Third walnut stock for sale”" in told.text
    fact = FactRow.objects.filter(kind="decision.made", subject=str(made.item)).order_by("-id").first()
    assert decision_made(revive(fact))["decision"]["edited"] == {"title": "Third walnut stock for sale"}
    assert [one.no for one in content.versions(made.item)] == [4, 3, 2, 1]

    # The work rests an hour; the next is skipped with a reason; then nothing is left.
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    expect(title).to_contain_text("Fifth")
    in_state(fourth, "held")
    page.keyboard.press("s")
    page.keyboard.type("I know the person")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    in_state(fifth, "open")


def test_without_scripts_forms_still_decide(client, real_db):
    from django.conf import settings

    where = market()
    ads("First", "Second", where=where)
    staff = reviewer("Sari", where)
    client.force_login(staff, settings.AUTHENTICATION_BACKENDS[0])
    opened = review.claim_next(actor=actor_for(staff), now=now())
    after = client.post(f"/reviews/{opened}/decide", {"outcome": "approve", "version": 1})
    assert after.status_code == 303
    assert str(opened) not in after["Location"]
    assert "Second hunting rifle" in client.get(after["Location"]).content.decode()
    assert client.post(f"{after['Location']}/aside", {"until": "tomorrow"}).status_code == 303
    assert WorkItem.objects.filter(market=where, state="held").count() == 1


def test_a_key_that_comes_before_the_scripts_is_not_lost(at_desk):
    where = market()
    ads("First", "Second", where=where)
    sari = at_desk(staff=reviewer("Sari", where))
    page = sari.open("/work")
    held = []

    def hold(script):
        held.append(script)

    page.route(re.compile(r"/web/desk[.\w]*\.js"), hold)
    page.locator("form[action='/reviews/next'] button").first.click()
    title = page.locator("#desk h1")
    expect(title).to_contain_text("First")
    page.keyboard.press("r")
    page.keyboard.press("a")  # meant for the sheet, or for an item nobody had seen: it must not approve
    expect(page.locator("#reject")).to_be_hidden()
    assert held
    for script in held:
        script.continue_()
    expect(page.locator("#preview .letter")).to_be_visible()
    expect(title).to_contain_text("First")
