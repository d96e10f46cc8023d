"""Sari decides a batch without a mouse; one card is lost to Jonas, one is changed by its author, the rest is taken back."""

import uuid

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.review import actions
from trustdesk.review.models import Review
from trustdesk.review.tests.makers import ASKS, ad, ads, settle
from trustdesk.screening import actions as screening
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def states(reviews) -> dict:
    return dict(Review.objects.filter(id__in=reviews).values_list("id", "state"))


def test_sari_decides_a_batch_and_every_card_is_answered(at_desk, screens):
    mark = uuid.uuid4().hex[:8]
    reviews = ads(6, now=now(), mark=mark)
    sari = at_desk("lead", name="Sari")
    page = sari.open("/batches/listings")
    expect(page.get_by_text("Nothing is held for you here")).to_be_visible()
    page.keyboard.press("t")
    cards = page.locator(".card")
    expect(cards.first).to_be_visible()
    mine = {str(review): page.locator(f'.card[data-review="{review}"]') for review in reviews}
    for card in mine.values():
        expect(card).to_have_count(1)
    order = [str(one) for one in page.evaluate("[...document.querySelectorAll('.card')].map(c => c.dataset.review)")]
    first, second, third, fourth = order[:4]
    submit = page.locator("[data-do=submit]")
    expect(submit).to_be_disabled()

    page.keyboard.press("a")
    expect(page.locator(".card").nth(0)).to_have_attribute("data-tone", "approve")
    expect(page.locator(".card").nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("r")
    expect(page.locator("#batch-clause .letter")).to_be_visible()
    screens(page, "batch-reject")
    page.keyboard.press("Enter")
    expect(page.locator(".card").nth(1)).to_have_attribute("data-tone", "reject")
    page.keyboard.press("c")  # the same clause again
    expect(page.locator(".card").nth(2)).to_have_attribute("data-tone", "reject")
    page.keyboard.press("k")
    page.keyboard.press("x")  # cleared again
    expect(page.locator(".card").nth(2)).not_to_have_attribute("data-tone", "reject")
    page.keyboard.press("a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+A")
    expect(page.locator(".card[data-tone]")).to_have_count(len(order))
    screens(page, "batch-chosen")
    page.reload()  # what was chosen and held survives
    expect(page.locator(".card[data-tone]")).to_have_count(len(order))
    expect(page.locator(".card").nth(1)).to_have_attribute("data-tone", "reject")

    # Meanwhile one is given back and decided by Jonas, and one is changed by its author.
    jonas, at = actor_for(makers.staff("lead", name="Jonas")), now()
    holder = actor_for(Review.objects.get(id=third).work.holder)
    actions.release(actor=holder, review_id=uuid.UUID(third), now=at)
    actions.claim_this(actor=jonas, review_id=uuid.UUID(third), now=at)
    actions.decide(actor=jonas, review_id=uuid.UUID(third), version=1, outcome="approve", now=at)
    changed = next(number for number, review in enumerate(reviews) if str(review) == fourth)
    screening.receive(actor=SYSTEM, submissions=[ad(changed, mark, body=f"{ASKS} New legs.", now=at)], now=at)
    settle(now())

    page.keyboard.press("Control+Enter")
    said = page.locator("[data-said]")
    expect(said).to_contain_text("1 lost to somebody else, 1 changed by its author.")
    expect(mine[third].locator("[data-idle]")).to_contain_text("Jonas")
    expect(mine[fourth].locator("[data-idle]")).to_contain_text("The author changed this")
    expect(mine[fourth]).not_to_have_attribute("data-tone", "approve")  # what was chosen was about another version
    assert states([first, second]) == {uuid.UUID(first): "decided", uuid.UUID(second): "decided"}
    screens(page, "batch-answered")
    page.keyboard.press("u")
    expect(said).to_contain_text("taken back.")
    expect(mine[first]).to_have_attribute("data-tone", "approve")
    expect(mine[second]).to_have_attribute("data-tone", "reject")
    assert states([first, second]) == {uuid.UUID(first): "open", uuid.UUID(second): "open"}
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="The last clause again")).to_be_visible()
    page.keyboard.press("Escape")
    # Given back at once, for anyone.
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/batches/")
    screens(page, "batches")
    assert Review.objects.filter(id__in=[first, second], work__state="open").count() == 2
