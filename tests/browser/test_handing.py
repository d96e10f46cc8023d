"""A case is handed to Legal: its requester is told, Legal answers, it comes back and is resolved."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.escalations.models import Escalation
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.support import actions, queries
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def of_team(name, team, words):
    person = makers.staff("specialist", name=name)
    people.set_team(actor=SYSTEM, staff_id=person.id, team=team, name=words, now=now())
    return person


def test_legal_is_asked_about_a_case_and_answers(at_desk, screens):
    one = actions.open_case(
        actor=SYSTEM,
        channel="mail",
        subject="Where is my data kept?",
        text="I want to know in which country my data lies.",
        name="Ratna",
        address="ratna@example.com",
        language="en",
        now=now(),
    )
    lawyer = of_team("Rina", "legal", "Legal")
    of_team("Wei", "fraud", "Fraud")
    sari, rina = at_desk(staff=makers.staff("reviewer", name="Sari")), at_desk(staff=lawyer)

    # A, a few letters of the team, the question and what was gathered.
    page = sari.open(f"/cases/{one.number}")
    page.locator("#main").press("a")
    sheet = page.locator("#escalate")
    find = sheet.locator("[data-find]")
    expect(find).to_be_focused()
    find.fill("lgl")
    expect(sheet.locator("[role=option]:visible")).to_have_count(1)
    find.press("Enter")
    sheet.get_by_label("What you ask").fill("May we tell her where her data lies?")
    sheet.get_by_label("Facts you gathered").fill("She is a seller in Berlin.")
    links = sheet.get_by_label("Links, one a line")
    links.fill("https://example.com/law")
    screens(page, "case-escalate")
    links.press("Control+Enter")
    expect(page.locator("#talk [data-status]")).to_have_text("On hold")
    expect(page.locator(".msg.ours")).to_contain_text("now with another team")
    expect(page.locator(".asked")).to_contain_text("May we tell her where her data lies?")
    expect(page.get_by_role("button", name="Ask a team")).to_have_count(0)  # they have it
    screens(page, "case-on-hold")

    # Legal finds it with what was gathered, accepts it and answers.
    legal = rina.open("/escalations/")
    legal.get_by_role("link", name="Where is my data kept?").click()
    expect(legal.locator("dl.facts").first).to_contain_text("She is a seller in Berlin.")
    expect(legal.get_by_role("link", name="https://example.com/law")).to_be_visible()
    legal.locator("main").press("a")
    # She needs to know something first: Sari is told in the top bar, answers, and Legal goes on.
    legal.locator("summary", has_text="Ask Sari back").click()
    asks = legal.get_by_label("What you need to know")
    asks.fill("Is she a private person?")
    screens(legal, "case-asks-back")
    asks.press("Control+Enter")
    expect(legal.locator(".chip", has_text="Rina asks back")).to_be_visible()
    outbox.deliver_all(now=now(), reactors=reactor_names())
    page.reload()
    expect(page.locator("#talk [data-status]")).to_have_text("Open")
    expect(page.locator("[data-calls]")).to_contain_text("1")
    screens(page, "case-asked-back")
    page.get_by_role("link", name="Answer what they ask").click()
    page.get_by_label("Answer what they ask").fill("No: she sells shoes.")
    page.get_by_label("Answer what they ask").press("Control+Enter")
    expect(page.locator(".chip", has_text="accepted by Rina")).to_be_visible()
    page.locator("summary", has_text="Follow it up until a day").click()
    page.get_by_label("Until").fill("2099-01-01")
    page.get_by_label("What was promised, by whom").fill("Legal looks at it until Friday")
    screens(page, "case-follow-up")
    page.get_by_label("Until").fill((now() + timedelta(days=3)).date().isoformat())
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("[data-promise]")).to_contain_text("Legal looks at it until Friday")
    outbox.deliver_all(now=now(), reactors=reactor_names())
    page.goto(page.url.partition("/escalations")[0] + f"/cases/{one.number}")
    expect(page.locator("#talk [data-status]")).to_have_text("On hold")
    legal.reload()
    expect(legal.get_by_text("No: she sells shoes.")).to_be_visible()
    legal.get_by_label("Your answer").fill("Yes: in Frankfurt, by our terms.")
    screens(legal, "case-at-legal")
    legal.get_by_label("Your answer").press("Control+Enter")
    expect(legal.locator(".chip", has_text="answered")).to_be_visible()

    # Back with Sari: open, in her hands, the answer inside; she answers and resolves.
    outbox.deliver_all(now=now(), reactors=reactor_names())
    page.reload()
    expect(page.locator("#talk [data-status]")).to_have_text("Open")
    expect(page.locator("#talk header").first).to_contain_text("in your hands")
    expect(page.get_by_role("button", name="Ask a team")).to_be_visible()
    expect(page.locator(".msg.inside").last).to_contain_text("Yes: in Frankfurt")
    expect(page.locator(".msg.ours").last).to_contain_text("We are writing our answer")
    screens(page, "case-answered")
    page.locator("#main").press("e")
    expect(page.locator("#talk [data-status]")).to_have_text("Resolved")
    outbox.deliver_all(now=now(), reactors=reactor_names())
    assert Escalation.objects.get(about_id=queries.by_id(one.id).work).state == "closed"
    assert not any("Frankfurt" in said.text for said in queries.public_messages(one.id))
