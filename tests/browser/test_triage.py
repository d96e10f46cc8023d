"""Sari sees what a case seems to be about, agrees, and knows better."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.signals import queries as signals
from trustdesk.support.tests.makers import asked
from trustdesk.triage import actions
from trustdesk.triage.tests.test_triage import HEARD, SAID

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_sari_agrees_and_knows_better(at_desk, screens, monkeypatch):
    monkeypatch.setattr(signals, "questions", lambda texts: [SAID] * len(texts))
    at = now() - timedelta(minutes=5)
    opened = asked(at, subject="My shop is not mine any more", text="A stranger changed my password last night.")
    outbox.deliver_all(now=at + timedelta(seconds=1), reactors=HEARD)
    actions.read_due(now=at + timedelta(seconds=2))
    sari = at_desk("lead")
    page = sari.open(f"/cases/{opened.id}")
    panel = page.locator("#triage")
    expect(panel).to_contain_text("Account taken over")
    screens(page, "triage-case")
    panel.get_by_role("button", name="What it is about: Account taken over is right").click()
    expect(panel).to_contain_text("as suggested")
    panel.locator("summary", has_text="Something else").first.click()
    panel.locator("select").first.select_option("high")
    panel.get_by_role("button", name="Choose").first.click()
    expect(panel).to_contain_text("suggested was Urgent, 95 of 100 sure")
    screens(page, "triage-judged")
    page = sari.open("/triage/")
    expect(page.locator("tbody").first).to_contain_text("Account taken over")
    screens(page, "triage-figures")
