"""A law firm without an account answers what it was asked, on the page its letter leads to."""

import re

import pytest
from playwright.sync_api import expect

from trustdesk.escalations import queries
from trustdesk.escalations.models import Escalation, Talk
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.support import actions as support
from trustdesk.support import queries as cases
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def test_a_firm_outside_is_asked_and_answers(at_desk, screens):
    one = support.open_case(
        actor=SYSTEM,
        channel="mail",
        subject="Where is my data kept?",
        text="I want to know in which country my data lies.",
        name="Ratna",
        address="ratna@example.com",
        language="en",
        now=now(),
    )
    # Jonas writes down the firm, Sari asks it about a case.
    jonas, sari = (
        at_desk(staff=makers.staff("lead", name="Jonas")),
        at_desk(staff=makers.staff("reviewer", name="Sari")),
    )
    page = jonas.open("/escalations/outside")
    new = page.get_by_role("region", name="A new team outside")
    new.get_by_label("Name", exact=True).fill("Lex and Partners")
    new.get_by_label("E-mail address").fill("lex@firm.example")
    new.get_by_role("button", name="Add").click()
    expect(page.get_by_role("region", name="Lex and Partners")).to_be_visible()
    screens(page, "teams-outside")
    screens(jonas.open("/escalations/deadlines"), "escalation-levels")
    page = sari.open(f"/cases/{one.number}")
    page.locator("#main").press("a")
    sheet = page.locator("#escalate")
    sheet.locator("[data-find]").fill("lex")
    sheet.locator("[data-find]").press("Enter")
    sheet.get_by_label("What you ask").fill("May we tell her where her data lies?")
    sheet.get_by_label("Facts you gathered").fill("She is a seller in Berlin.")
    sheet.get_by_label("Facts you gathered").press("Control+Enter")
    expect(page.locator("#talk [data-status]")).to_have_text("On hold")

    # The firm follows the link of its letter: the question and the facts, no name, and an answer without an account.
    work = cases.by_id(one.id).work
    asked = Escalation.objects.get(about_id=work)
    base = re.match(r"https?://[^/]+", page.url)[0]
    firm = page.context.browser.new_context().new_page()
    firm.goto(base + queries.talk_path(Talk.objects.get(escalation=asked).id))
    expect(firm.get_by_text("May we tell her where her data lies?")).to_be_visible()
    expect(firm.get_by_text("She is a seller in Berlin.")).to_be_visible()
    expect(firm.get_by_text("Ratna")).to_have_count(0)
    screens(firm, "team-question")
    firm.get_by_label("Your words").fill("Yes: in Frankfurt.")
    firm.get_by_role("button", name="Answer").click()
    expect(firm.get_by_text("What you wrote has arrived")).to_be_visible()
    firm.context.close()
    page = sari.open(f"/escalations/{asked.id}")
    expect(page.get_by_text("Yes: in Frankfurt.")).to_be_visible()
    figures = jonas.open("/escalations/figures")
    expect(figures.get_by_role("cell", name="Lex and Partners")).to_be_visible()
    screens(figures, "escalation-figures")
