"""Care: what may hurt comes veiled, looking is counted for the person alone, budgets hold, a break is one key away."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.browser.reviewing import ads, market, reviewer
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Membership, Team
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work.models import WorkItem
from trustdesk.signals.images.tests.makers import png, scene
from trustdesk.web.tests import makers
from trustdesk.wellbeing import actions, queries
from trustdesk.wellbeing.rules import Limit

pytestmark = [pytest.mark.browser, pytest.mark.real]

THREAT = "Give me the money back or I will kill you."


def threats(count: int, where: str) -> list[str]:
    """Ads that threaten somebody, each with a picture."""
    headers = {"Authorization": f"Bearer {makers.key('items:write')}"}
    found = []
    for n in range(count):
        seed = int(hashlib.sha256(f"{where}{n}".encode()).hexdigest()[:4], 16)
        sent = Client().post("/api/v1/files", png(scene(seed, 640, 480)), content_type="image/png", headers=headers)
        media = [{"kind": "image", "file_id": sent.json()["file_id"], "alt": "A yard"}]
        fields = {"title": f"To the buyer of my bike, letter {n + 1}", "body": THREAT, "category": "sports"}
        found += ads("", where=where, fields=fields, media=media)
    return found


def revealed(person) -> float:
    return queries.reckon(queries.standing(person.id), now=now()).total.shift_revealed


def test_a_shift_with_care(at_desk, screens):
    where = market()
    actions.set_contact(
        actor=SYSTEM,
        name="Ibu Ratna, house counsellor",
        phone="+62 21 5550 100",
        link="https://help.desk.example/talk",
        words="Day and night, in Indonesian and English. Nothing is told to the desk.",
        now=now(),
    )
    threats(3, where)
    sari = reviewer("Sari", where)
    desk = at_desk(staff=sari)
    page = desk.open("/work")
    page.locator("form[action='/reviews/next'] button").first.click()

    # Blurred, grey, small: until it is held, by pointer, by Space on it, by O.
    expect(page.locator("#desk h1")).to_contain_text("To the buyer")
    photo = page.locator("#desk .photo").first
    picture, veil = photo.locator("img"), photo.locator(".veil")
    expect(veil).to_be_visible()
    seen = picture.evaluate("one => getComputedStyle(one).filter")
    assert "blur" in seen
    assert "grayscale" in seen
    small = photo.bounding_box()["width"]
    assert small <= 240
    screens(page, "care-desk")
    veil.hover()
    page.mouse.down()
    expect(picture).to_have_css("filter", "none")
    page.wait_for_timeout(400)
    page.mouse.up()
    expect(picture).not_to_have_css("filter", "none")
    veil.focus()
    page.keyboard.down(" ")
    expect(picture).to_have_css("filter", "none")
    page.keyboard.up(" ")
    expect(picture).not_to_have_css("filter", "none")
    page.locator("#main").focus()
    page.keyboard.down("o")
    expect(picture).to_have_css("filter", "none")
    assert photo.bounding_box()["width"] > small
    page.keyboard.up("o")
    expect(picture).not_to_have_css("filter", "none")
    page.wait_for_timeout(300)
    assert 0.3 < revealed(sari) < 60, "the time it was held is counted"
    expect(page.locator(".care-bar .exposure")).to_contain_text("of 240")
    expect(page.get_by_role("link", name="Talk to someone")).to_be_visible()

    # A break: one key. What was held goes to others; Enter comes back.
    page.keyboard.press(".")
    expect(page.get_by_role("heading", name="You are on a break")).to_be_visible()
    expect(page.get_by_text("Ibu Ratna")).to_be_visible()
    outbox.deliver_all(now=now(), reactors=reactor_names())  # the worker's part: who rests is away
    assert not WorkItem.objects.filter(holder_id=sari.id, state="claimed").exists()
    screens(page, "care-break")
    page.keyboard.press("Enter")
    page.wait_for_url("**/work")
    outbox.deliver_all(now=now(), reactors=reactor_names())  # the worker's part: who came back is available

    # My page: what I have seen, how things come to me.
    page.keyboard.press("g")
    page.keyboard.press(".")
    page.wait_for_url("**/care/")
    screens(page, "care-mine")
    page.locator("input[name=violence][value=blur]").uncheck()
    page.locator("input[name=violence][value=text]").check()
    page.locator("form[action$='/ways'] button").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    # Room for one more: two usual minutes of its severity.
    heavy = WorkItem.objects.filter(market=where, pool__harm="violence").select_related("pool").first().pool.weight
    spent = queries.reckon(queries.standing(sari.id), now=now()).total.shift
    actions.set_limits(actor=actor_for(sari), limits={"": Limit(int(spent + 2 * heavy + 1), None)}, now=now())
    ads("Walnut", where=where)
    WorkItem.objects.filter(market=where, pool__harm="").update(lane=5)
    page.goto(desk.desk + "/work")
    page.locator("form[action='/reviews/next'] button").first.click()
    expect(page.locator("#desk h1")).to_contain_text("To the buyer")
    shown = picture.evaluate("one => getComputedStyle(one).filter")
    assert "blur" not in shown
    assert "grayscale" in shown
    words = page.locator("#desk .ad .text").first
    assert "blur" in words.evaluate("one => getComputedStyle(one).filter")
    screens(page, "care-desk-words")
    page.keyboard.down("o")
    expect(words).to_have_css("filter", "none")
    page.keyboard.up("o")

    # A spent budget: lighter work only, then a kind sentence. (What this one took is booked; less than one more is left.)
    actions.set_limits(actor=actor_for(sari), limits={"": Limit(2 * heavy - 1, None)}, now=now())
    page.keyboard.press("a")
    expect(page.locator("#desk h1")).to_contain_text("Walnut")
    page.keyboard.press("a")
    expect(page.get_by_text("You have seen enough of the hard things for now")).to_be_visible()
    screens(page, "care-enough")

    # Not for me: no reason asked, and nothing of the kind is given any more.
    actions.set_limits(actor=actor_for(sari), limits={}, now=now())
    page.goto(desk.desk + "/care/")
    page.locator("input[name=opted_out][value=violence]").check()
    page.locator("form[action$='/ways'] button").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    assert WorkItem.objects.filter(market=where, state="open", pool__harm="violence").count() >= 1
    page.goto(desk.desk + "/work")
    expect(page.locator("form[action='/reviews/next'] button").first).to_be_visible()
    page.locator("form[action='/reviews/next'] button").first.click()
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()


def test_urgent_work_is_offered_and_leads_see_groups_of_five_only(at_desk, screens):
    where = market()
    (first,) = threats(1, where)[:1]
    sari, jonas = reviewer("Sari", where), reviewer("Jonas", where, "lead")
    work = WorkItem.objects.get(market=where)
    WorkItem.objects.filter(id=work.id).update(lane=0)
    actions.set_limits(actor=actor_for(sari), limits={"": Limit(1, None)}, now=now())
    actions.set_ways(actor=actor_for(jonas), ways={}, opted_out=["violence"], now=now())
    before = now() - timedelta(minutes=6)
    for at in (before, now()):
        actions.watch_urgent(now=at)
    assert first
    lead = at_desk(staff=jonas)
    page = lead.open("/work")
    if queries.unmet():  # people of other stories may judge everywhere
        expect(page.get_by_role("heading", name="Urgent, and nobody may be given it")).to_be_visible()
        screens(page, "care-unmet")
        hers = at_desk(staff=sari).open("/work")
        expect(hers.get_by_role("heading", name="Could you?")).to_be_visible()
        screens(hers, "care-offer")
        hers.get_by_role("button", name="Yes, I take it").click()
        expect(hers.locator("#desk h1")).to_contain_text("To the buyer")

    four = Team.objects.create(code=f"night-{where.lower()}", name="Night")
    Membership.objects.bulk_create(Membership(team=four, staff_id=makers.staff("reviewer").id) for _ in range(4))
    page = lead.open("/care/team")
    expect(page.get_by_text("A person is never shown")).to_be_visible()
    expect(page.get_by_text("Not told: fewer than five people").first).to_be_visible()
    screens(page, "care-team")
    page = lead.open(f"/care/team/{four.id}")
    expect(page.get_by_role("heading", name="Nothing is told of this group")).to_be_visible()
    lead.expect_complaint("403")
    page = lead.open("/care/desk")
    screens(page, "care-of-the-desk")
    page.get_by_label("Violence, A week").fill("321")
    page.locator("form[action$='/budgets'] button").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    assert queries.budgets()["violence"].week == 321
