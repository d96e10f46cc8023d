"""A seller climbs the strike ladder before the reviewer's eyes, appeals, and comes down with the time served taken off."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.reviewing import ads, market, reviewer, settled
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decided
from trustdesk.kernel.base.timesource import now, source
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def next_review(page, title):
    page.locator("form[action='/reviews/next'] button").first.click()
    expect(page.locator("#desk h1")).to_contain_text(title)
    page.wait_for_load_state()  # the page's keys are there


def decided_about(item):
    """The decision made in the browser, once it has taken effect."""
    settled(lambda: len(decided.of_items([item], now=now())), 1)
    source.forward(timedelta(seconds=11))
    outbox.deliver_all(now=now(), reactors=reactor_names())
    return next(iter(decided.of_items([item], now=now()).values()))[0]


def test_a_seller_climbs_and_comes_down_by_appeal_with_time_served(at_desk, screens):
    where = market()
    with source.fixed(now()):
        (first,) = ads("First", where=where)
        budi = next(iter(content.items([first]).values())).account
        sari, rina = reviewer("Sari", where, "reviewer", "policy_owner"), reviewer("Rina", where)
        page = at_desk(staff=sari).open("/work")
        next_review(page, "First")
        expect(page.locator(".ladder .next")).to_contain_text("1 strike")

        # Sari takes a hunting rifle for poached game. Before Enter she reads which strike it is.
        page.keyboard.press("r")
        page.keyboard.type("wildlife")
        expect(page.locator("#clauses [aria-selected=true]")).to_contain_text("Wildlife")
        expect(page.locator("#preview .effects")).to_contain_text("First strike")
        page.keyboard.press("Enter")
        wrong = decided_about(first)
        assert decided.ladder_of(budi, now=now()).number == 1

        # Two days later he sells another: two strikes more, and his account is suspended for two weeks.
        source.forward(timedelta(days=2))
        (second,) = ads("Second", where=where)
        page.goto(f"{page.url.split('/reviews/')[0]}/work")
        next_review(page, "Second")
        page.keyboard.press("r")
        expect(page.locator("#preview .effects")).to_contain_text("2 strikes more, 3 strikes in all")
        screens(page, "ladder-reject")
        page.keyboard.press("Enter")
        decided_about(second)
        began = now()
        (held,) = decided.account_restrictions([budi], now=began)[budi]
        assert (held.kind, held.ends_at - held.starts_at) == ("suspend_account", timedelta(days=14))

        # What would he get for another? The ladder itself says so.
        page.goto(f"{page.url.split('/reviews/')[0]}/ladders/all")
        page.get_by_label("Account", exact=True).fill(str(budi))
        page.get_by_label("Policy", exact=True).select_option("off-platform-contact")
        expect(page.locator("#tried")).to_contain_text("By the ladder in force")
        screens(page, "ladder-page")

        # A day later he appeals the first decision by the link of its letter, and Rina finds him right.
        source.forward(timedelta(days=1))
        letter = at_desk(signed_in=False).open(f"{decided.statement_path(wrong.id)}/appeal")
        letter.get_by_label("In your own words, in any language").fill(
            "It is a rifle. There is no animal in it at all."
        )
        letter.get_by_role("button", name="Send").click()
        expect(letter.get_by_role("heading", level=1)).to_have_text("We will look again")
        desk = at_desk(staff=rina).open("/appeals/")
        desk.wait_for_load_state()
        desk.keyboard.press("Enter")
        expect(desk.locator("#first")).to_have_text("Judge it first")
        desk.wait_for_load_state()
        desk.keyboard.press("1")
        desk.get_by_label("Why", exact=True).fill("No animal is sold here.")
        desk.get_by_role("button", name="Write it down, and see the decision").click()
        expect(desk.locator("#decide")).to_be_visible()
        desk.wait_for_load_state()
        desk.keyboard.press("1")
        desk.get_by_label("Your reasons, as the appellant reads them").fill("Nothing in your ad is about animals.")
        desk.get_by_role("button", name="Decide, and tell everybody").click()
        expect(desk.locator("#notices")).to_contain_text("It is put right")

        # The second is the only one now: a pause of three days instead, of which the day under suspension is served.
        assert decided.ladder_of(budi, now=now()).number == 2
        (held,) = decided.account_restrictions([budi], now=now())[budi]
        assert held.kind == "ban_sell"
        assert abs(held.ends_at - (began + timedelta(days=3))) < timedelta(minutes=1)
        follow = letter.url
        letter.goto(follow)
        expect(letter.get_by_role("heading", level=1)).to_have_text("We looked again: you were right")
        back = next(iter(decided.of_items([first], now=now()).values()))[0]
        letter.goto(follow.split("/a/")[0] + decided.statement_path(back.id))
        expect(letter.locator("main")).to_contain_text("The strike that came with it is gone. You have 2 now.")
        expect(letter.locator("main")).to_contain_text("Time that you were limited because of it counts")
        expect(letter.locator("main")).to_contain_text("Another decision still holds: No new ads or listings")
        screens(letter, "ladder-reversal")
        page.goto(f"{page.url.split('/ladders/')[0]}/accounts/{budi}")
        expect(page.locator(".ladder").first).to_contain_text("3 strikes")
        screens(page, "ladder-account")
