"""Amara says how she was helped; Jonas sees it beside the share that answered."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post.models import Letter
from trustdesk.support.tests.makers import asked, sent
from trustdesk.surveys import actions
from trustdesk.surveys.models import Survey
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_amara_says_how_she_was_helped(at_desk, screens):
    at = now() - timedelta(hours=25)
    sari = actor_for(makers.staff("reviewer", name="Sari"))
    for n in range(7):
        opened = asked(at, address=f"amara{n}@example.com", channel="form", language="en")
        sent(opened.id, sari, at, then_status="resolved")
    outbox.deliver_all(now=at + timedelta(seconds=20), reactors=["surveys.plan"])
    actions.ask_due(now=now())
    letter = Letter.objects.get(kind="survey", to="amara6@example.com")
    path = re.search(r"https?://[^/]+(/v/\S+\?score=4)", letter.text)[1]
    page = at_desk(signed_in=False).open(path)
    expect(page.get_by_role("radio", name="4")).to_be_checked()
    screens(page, "survey-asked")
    page.get_by_label("A sentence, if you like").fill("Quick and kind. The parcel came the next day.")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    screens(page, "survey-thanks")
    page.get_by_role("link", name="Do not ask me again").click()
    expect(page.get_by_role("button", name="Ask me no more")).to_be_visible()
    for row in Survey.objects.exclude(case=opened.id).order_by("number")[:4]:
        actions.answer(actor=SYSTEM, survey_id=row.id, score=5, said="", now=now())

    jonas = at_desk("lead", name="Jonas")
    page = jonas.open("/surveys/?by=person")
    expect(page.locator("main")).to_contain_text("5 of 7 answered (71 %)")
    expect(page.locator("tbody")).to_contain_text("4.80")
    screens(page, "survey-results")
    page.locator("#answers ~ ul a", has_text=str(opened.number)).click()
    expect(page.locator("aside")).to_contain_text("Quick and kind")
    screens(page, "survey-case")
    page = jonas.open("/surveys/setup")
    expect(page.get_by_label("Hours after their case was resolved")).to_have_value("24")
    screens(page, "survey-setup")
