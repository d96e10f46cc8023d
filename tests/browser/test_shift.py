"""A whole shift without a mouse: Sari takes work, decides twenty things in every way there is, rests, works on a batch, and
signs out. A press of a mouse button anywhere fails the story."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reviewing import ads, market, reviewer, settled
from trustdesk.kernel.work.models import Queue
from trustdesk.review.models import Review

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]

NO_MOUSE = "addEventListener('mousedown', () => console.error('a mouse was used'), true)"
MANY = 24


class Hands:
    """Sari's: they press keys and look at the title of what is before her."""

    def __init__(self, page: Page) -> None:
        self.page, self.title, self.decided = page, page.locator("#desk h1").first, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def settled(self) -> str:
        """What is before her, once what comes after it is ready: as fast as a person, not as fast as a machine."""
        expect(self.title).to_be_visible()
        self.page.wait_for_timeout(400)
        return self.title.text_content() or ""

    def expect_next(self, before: str) -> None:
        expect(self.title).not_to_have_text(before)
        self.decided += 1

    def sheet(self, name: str) -> None:
        expect(self.page.locator(f"#{name}.open")).to_be_visible()


def test_a_shift_by_hand(at_desk):
    where = market()
    ads(*(f"Number {n:02}" for n in range(MANY)), where=where)
    staff = reviewer("Sari", where)
    sari = at_desk(staff=staff)
    sari.context.add_init_script(NO_MOUSE)
    page = sari.open("/work")
    page.keyboard.press("Enter")
    hands = Hands(page)
    for turn in range(20):
        before = hands.settled()
        match turn % 5:
            case 0 | 1 | 2:
                hands.press("a")
            case 3:
                hands.press("r")
                hands.sheet("reject")
                expect(page.locator("#reject .letter")).to_be_visible()
                hands.press("Enter")
            case 4 if turn == 4:
                hands.press("s")
                hands.sheet("skip")
                page.keyboard.type("I know the seller")
                hands.press("Enter")
            case 4 if turn == 9:
                hands.press("h")
                hands.sheet("aside")
                hands.press("Enter")
            case 4 if turn == 14:
                hands.press("n")
                hands.sheet("note")
                page.keyboard.type("Asked for the papers last month too")
                hands.press("Control+Enter")
                expect(page.locator("#notes .note")).to_contain_text("papers last month")
                hands.press("a")
            case _:
                hands.press("a")
                hands.expect_next(before)
                hands.settled()
                hands.press("u")
                expect(hands.title).to_have_text(before)
                hands.settled()
                hands.press("a")
        hands.expect_next(before)
    assert hands.decided == 21
    # One was skipped, one put aside. The last one is sent behind her back.
    settled(lambda: Review.objects.filter(work__market=where, state="decided").count(), 18)

    # A break: nothing is held meanwhile. Then back.
    hands.settled()
    page.keyboard.press(".")
    expect(page.get_by_role("heading", name="You are on a break")).to_be_visible()
    assert not Review.objects.filter(work__market=where, work__state="claimed").exists()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are on a break")).to_have_count(0)

    # A batch of what is left.
    queue = Review.objects.filter(work__market=where).first().work.queue
    if not queue.batch_question:
        Queue.objects.filter(id=queue.id).update(batch_question="Is this for sale, and allowed?")
    page.keyboard.press("Control+k")
    page.keyboard.type("Batches")
    page.keyboard.press("Enter")
    page.wait_for_url("**/batches/**")
    page.keyboard.press("Control+k")
    page.keyboard.type(f"Take a batch of {queue.name}")
    page.keyboard.press("Enter")
    cards = page.locator(".card")
    expect(cards.first).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Shift+A")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-said]")).to_contain_text("decided")

    page.keyboard.press("Control+k")
    page.keyboard.type("Sign out")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=login]")).to_be_visible()
