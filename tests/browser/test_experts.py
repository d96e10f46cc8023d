"""Sari asks Legal beside a case; Rina answers for all; the next who asks so is offered the answer."""

import pytest
from playwright.sync_api import expect

from trustdesk.experts import actions, queries
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people import queries as people_known
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]

ASKED = "May a sign that is forbidden be shown on a museum coin?"


def test_an_expert_is_asked_once(at_desk, screens):
    rina = makers.staff("specialist", name="Rina")
    people.set_team(actor=SYSTEM, staff_id=rina.id, team="signs", name="Signs", now=now())
    team = next(one for one, name in people_known.teams() if name == "Signs")
    actions.set_field(actor=SYSTEM, name="Law of signs", about="What may be shown", team=team, minutes=60, now=now())
    case, other = (asked(now(), address=f"{name}@example.com").id for name in ("coin", "flag"))

    sari = at_desk("reviewer", name="Sari")
    page = sari.open(f"/cases/{case}")
    panel = page.locator("section.experts")
    panel.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_label("Who knows").select_option(label="Law of signs – What may be shown")
    page.get_by_label("Your question").fill(ASKED)
    screens(page, "expert-ask")
    page.locator("#asking .do button").click()
    expect(page.locator("#notices")).to_contain_text("Asked")
    expect(panel).to_contain_text("waits")

    legal = at_desk(staff=rina)
    desk = legal.open("/experts/?box=waiting")
    desk.get_by_role("link", name="May a sign").click()
    desk.get_by_label("What it answers, for any case").fill("May forbidden signs be shown?")
    desk.get_by_label("Your answer").fill("Only for teaching, research and art.\nCover them otherwise.")
    screens(desk, "expert-question")
    desk.locator("section[aria-labelledby=answer] .do button").click()
    expect(desk.locator("#notices")).to_contain_text("Answered")

    # Sari's open page is told, and leads to the answer.
    chip = page.locator(".top a", has_text="1 answer for you")
    expect(chip).to_be_visible()
    chip.click()
    page.get_by_role("link", name="May a sign").click()
    expect(page.locator("main")).to_contain_text("Cover them otherwise")

    # The next case with the same question asks nobody.
    page.goto(f"{sari.desk}/cases/{other}")
    panel.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_label("Your question").press_sequentially("Is a forbidden sign on a museum coin fine?")
    known = page.locator("#similar details")
    expect(known).to_contain_text("May forbidden signs be shown?")
    known.locator("summary").click()
    screens(page, "expert-similar")
    known.get_by_role("button", name="This answers it").click()
    expect(page.locator("#notices")).to_contain_text("Nobody had to be asked")
    expect(panel).to_contain_text("known before")
    page.goto(f"{sari.desk}/experts/?q=forbidden")
    expect(page.locator("tbody tr")).to_have_count(1)
    screens(page, "experts")
    page.get_by_role("link", name="May forbidden signs be shown?").click()
    screens(page, "expert-answer")
    assert queries.found(text="museum")[0].served == 1
