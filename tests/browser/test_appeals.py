"""A wrongly removed ad is appealed by its signed link, overturned by somebody else, and restored; who decided it cannot."""

import base64
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.reviewing import ads, market, reviewer
from trustdesk.appeals.models import Appeal
from trustdesk.content import queries as content
from trustdesk.decisions import actions as decided
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.queries import actor_for
from trustdesk.notices import queries as notices
from trustdesk.notices.tests.makers import listing, report, settle
from trustdesk.review import actions as review
from trustdesk.review import queries as reviews

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def removed(actor, where):
    """An ad that this person rejects; its id and the decision."""
    (item,) = ads("Carved", where=where)
    opened = review.claim_next(actor=actor, now=now())
    hit = reviews.sheet(opened, actor=actor, now=now()).verdict.hits[0]
    made = review.decide(
        actor=actor,
        review_id=opened,
        version=1,
        outcome="remove",
        clauses=[reviews_ground(hit)],
        window=timedelta(0),
        now=now(),
    )
    outbox.deliver_all(now=now(), reactors=reactor_names())
    return UUID(item), made.decision


def reviews_ground(hit):
    from trustdesk.decisions.actions import Ground

    return Ground(hit["policy"], hit["version"], "1")


def test_budi_appeals_and_gets_his_ad_back(at_desk, screens):
    where = market()
    who, other = reviewer("Sari", where), reviewer("Rina", where)
    item, decision = removed(actor_for(who), where)
    budi, sari, rina = at_desk(signed_in=False), at_desk(staff=who), at_desk(staff=other)

    # Budi opens the letter's link and says why, with a picture; no account, no script needed.
    page = budi.open(decisions.statement_path(decision))
    page.get_by_role("link", name="Ask us to look again").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask us to look again")
    screens(page, "appeal-form")
    page.get_by_label("In your own words, in any language").fill(
        "It is carved of wood, a toy. Nobody can shoot with it."
    )
    page.get_by_label("Pictures or PDFs").set_input_files({"name": "toy.png", "mimeType": "image/png", "buffer": DOT})
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We will look again")
    expect(page.locator("main")).to_contain_text("a toy")
    screens(page, "appeal-followed")
    follow = page.url.removeprefix(budi.desk)

    # Sari, who removed it, sees that it is not hers to judge.
    desk = sari.open("/appeals/")
    expect(desk.locator(".chip", has_text="your own decision")).to_be_visible()
    desk.get_by_role("link", name="Carved hunting rifle").click()
    expect(desk.locator("main")).to_contain_text("somebody else decides")
    expect(desk.locator("[name=outcome]")).to_have_count(0)
    screens(desk, "appeal-own")
    desk.goto(sari.desk + "/appeals/")
    desk.keyboard.press("Enter")
    expect(desk.locator("#notices")).to_contain_text("No appeal waits for you just now.")

    # Rina takes it with a key, judges blind, then decides with the decision before her.
    desk = rina.open("/appeals/")
    screens(desk, "appeals")
    desk.keyboard.press("Enter")
    expect(desk.locator("#first")).to_have_text("Judge it first")
    expect(desk.locator("main")).not_to_contain_text("Sari")
    screens(desk, "appeal-blind")
    desk.keyboard.press("1")
    field = desk.get_by_label("Why", exact=True)
    field.fill("A toy is no weapon.")
    field.press("Control+Enter")
    expect(desk.locator("#made")).to_have_text("The decision")
    expect(desk.locator("main")).to_contain_text("Sari")
    expect(desk.locator("#decide")).to_be_visible()
    desk.keyboard.press("1")
    field = desk.get_by_label("Your reasons, as the appellant reads them")
    field.fill("The ad is about a toy carved of wood. Our rule is about weapons.")
    screens(desk, "appeal-decide")
    field.press("Control+Enter")
    expect(desk.locator("#notices")).to_contain_text("It is put right")
    screens(desk, "appeal-decided")

    assert content.items([item])[item].status == "live"
    assert Appeal.objects.get(item_id=item).decided_by_id == other.id
    page = budi.open(follow)
    expect(page.get_by_role("heading", level=1)).to_have_text("We looked again: you were right")
    expect(page.locator("main")).to_contain_text("carved of wood. Our rule")
    screens(page, "appeal-answered")


def test_amara_objects_and_something_is_done(at_desk, screens):
    """She reported a listing and was told that it may stay; somebody else finds her right, on a clause."""
    first, other = reviewer("Sari", "DE"), reviewer("Rina", "DE")
    item = listing(now=now())
    notice = report(item, now=now(), language="en").standings[0][0]
    settle(now())
    decided.decide(actor=actor_for(first), item_id=item, version=1, outcome="approve", window=timedelta(0), now=now())
    settle(now())
    amara, rina = at_desk(signed_in=False), at_desk(staff=other)

    page = amara.open(notices.one(notice).path)
    screens(page, "report-answered")
    page.get_by_role("link", name="Object to this decision").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Object to this decision")
    screens(page, "objection-form")
    page.get_by_label("In your own words, in any language").fill("Three of us paid and got nothing.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We will look again")
    screens(page, "objection-followed")
    follow = page.url.removeprefix(amara.desk)

    # Rina sees that doing nothing is objected to, judges first, then finds the clause by a few letters.
    desk = rina.open("/appeals/")
    expect(desk.locator(".rows")).to_contain_text("by who reported it: we did nothing")
    screens(desk, "objections")
    desk.wait_for_load_state()
    desk.keyboard.press("Enter")
    expect(desk.locator("#reported")).to_have_text("Who reported it objects: we did nothing")
    desk.wait_for_load_state()
    screens(desk, "objection-blind")
    desk.keyboard.press("1")
    desk.get_by_label("Why", exact=True).fill("Who pays and gets nothing is cheated.")
    desk.get_by_role("button", name="Write it down, and see the decision").click()
    expect(desk.locator("#decide")).to_be_visible()
    desk.wait_for_load_state()
    expect(desk.locator("#now")).to_be_hidden()
    desk.keyboard.press("1")
    desk.get_by_label("Find a clause").press_sequentially("viewing")
    expect(desk.locator("#clause-choice mark").first).to_have_text("viewing")
    desk.locator("#clause-choice label").first.click()
    expect(desk.locator("#now")).to_contain_text("What who posted it will read")
    desk.get_by_label("A sentence for who posted it (optional)").fill("Buyers paid and got nothing.")
    desk.get_by_label("Your reasons, as the appellant reads them").fill("Your messages show it.")
    expect(desk.locator("#now .letter")).to_contain_text("Buyers paid")
    screens(desk, "objection-decide")
    desk.get_by_role("button", name="Decide, and tell everybody").click()
    expect(desk.locator("#notices")).to_contain_text("It is done")
    screens(desk, "objection-decided")
    assert content.items([item])[item].status == "rejected"
    page = amara.open(follow)
    expect(page.get_by_role("heading", level=1)).to_have_text("We looked again: you were right")
    expect(page.locator("main")).to_contain_text("Something is done about it now.")
    screens(page, "objection-answered")
