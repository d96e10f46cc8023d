"""A trusted flagger's report jumps the line inside its area and not outside; what it reports of violence is hidden meanwhile."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.reviewing import market, reviewer
from trustdesk.content import queries as content
from trustdesk.kernel.base.timesource import now
from trustdesk.notices.tests.makers import listing, settle

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(600)]

WHY = "This copies our registered pattern, and we never licensed it."


def send(person, path, item, *, category, who=""):
    """Go through the form, step by step; with a slip in the e-mail where one is asked for."""
    page = person.open(path)
    page.get_by_label("Its address, as your browser shows it").fill(content.items([item])[item].url)
    page.get_by_role("button", name="Next").click()
    page.get_by_label(category).check()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("What you saw, in your own words").fill(f"{WHY} {who}")
    page.get_by_role("button", name="Next").click()
    if who:
        page.get_by_label("Name", exact=True).fill(who)
        page.get_by_label("E-mail").fill(f"{who} at mail.example")
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_role("alert")).to_contain_text("look for a typing error")
        person.expect_complaint("422")
        page.get_by_label("E-mail").fill(f"{who.lower()}@mail.example")
        page.get_by_role("button", name="Next").click()
    page.get_by_label("I believe in good faith").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("arrived")
    return page


def _name(title):
    return re.search("Ash|Fir|Oak|Elm", title.inner_text()).group()


def test_a_trusted_flagger_is_heard_first_inside_its_area_and_not_outside(at_desk, screens):
    where = market()
    ordinary, outside, inside = (
        listing(now=now(), title=f"{name} desk", market=where) for name in ("Oak", "Elm", "Fir")
    )
    threat = listing(now=now(), title="Ash desk", market=where)

    # Jonas keeps the flagger, with its area, and gives it the address of its form.
    jonas = at_desk("lead", name="Jonas")
    page = jonas.open("/notices/flaggers")
    page.get_by_label("Short name").fill("brandwatch")
    page.get_by_role("textbox", name="Entity").fill("Brand Watch")
    page.get_by_label("A counterfeit, or a work used without permission").check()
    page.get_by_label("Threats, violence, trafficking or cruelty to animals").check()
    expect(page.get_by_label("API key that is theirs alone")).to_be_visible()
    screens(page, "flagger-add")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Brand Watch")).to_contain_text("heard first")
    screens(page, "flaggers")
    link = page.locator("a[href*='/report/as/']").get_attribute("href")

    # Amara was first; then the flagger reports outside its area, then inside, then a threat.
    sent = send(at_desk(signed_in=False), "/report/", ordinary, category="Fraud, a scam", who="Amara")
    screens(sent, "report-sent")
    for item, category in ((outside, "Fraud, a scam"), (inside, "A counterfeit"), (threat, "Threats, violence")):
        send(at_desk(signed_in=False), link, item, category=category)
    settle(now())
    assert [content.items([one])[one].hidden for one in (ordinary, outside, inside, threat)] == [
        False,
        False,
        False,
        True,
    ]

    # Sari is dealt what the flagger reported inside its area, then the others in the order they came.
    sari = at_desk(staff=reviewer("Sari", where))
    page = sari.open("/work")
    page.locator("form[action='/reviews/next'] button").first.click()
    title = page.locator("#desk h1")
    expect(title).to_contain_text(re.compile("Fir|Ash"))
    expect(page.locator("#desk")).to_contain_text("trusted flagger, inside its area")
    screens(page, "noticed-review")
    seen = [_name(title)]
    for number in range(3):
        page.wait_for_load_state()
        page.keyboard.press("a")
        expect(title).not_to_contain_text(seen[number])
        seen.append(_name(title))
    assert sorted(seen[:2]) == ["Ash", "Fir"]
    assert seen[2:] == ["Oak", "Elm"]

    # Every page of reports, as Jonas sees it.
    settle(now())
    for path, name in (
        ("/notices/", "notices"),
        ("/notices/reporters", "reporters"),
        ("/notices/alerts", "alerts"),
    ):
        page = jonas.open(path)
        expect(page.locator("main")).to_be_visible()
        screens(page, name)
    page = jonas.open("/notices/")
    page.get_by_role("link", name="Fir desk").first.click()
    expect(page.locator("main")).to_contain_text("Brand Watch")
    screens(page, "notice")
    page.get_by_role("link", name="Brand Watch").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Brand Watch")
    screens(page, "reporter")
