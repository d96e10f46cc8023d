"""A lead asks whether people were answered in time, and looks at the case behind a number."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.clocks import actions as clocks
from trustdesk.clocks.rules.policies import read
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.support.tests.makers import asked, sent
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_a_lead_finds_the_case_behind_a_number(at_desk, screens):
    told = {"name": "Sellers", "targets": {"first_reply": 60, "next_reply": 60, "resolution": 2880}}
    start = now() - timedelta(days=9)
    clocks.set_policy(actor=SYSTEM, policy=read(told), calendar=None, now=start)
    sari = actor_for(makers.staff("reviewer", name="Sari"))
    for n in range(18):
        opened = start + timedelta(days=n % 8, minutes=n)
        case = asked(opened, subject=f"Payout {n}", channel="chat" if n % 3 else "mail").id
        replied = opened + timedelta(minutes=90 if n in {3, 11, 12} else 12 + n)
        work.breach_due(now=replied)
        sent(case, sari, replied, then_status="resolved" if n % 2 else "")
    late = asked(start + timedelta(days=8), subject="Nobody wrote to me").id
    work.breach_due(now=now())

    page = at_desk("lead", name="Jonas").open("/cases/service-levels")
    first = page.locator("tr", has_text="First reply")
    expect(first).to_contain_text("78.9")
    screens(page, "service-levels")
    page.get_by_role("link", name="Channel").click()
    expect(page.locator("tbody").nth(1)).to_contain_text("by chat")
    screens(page, "service-levels-channel")
    page.get_by_role("link", name="1 still wait").first.click()
    expect(page.locator("main li")).to_have_count(1)
    page.get_by_role("link", name="Too late", exact=True).click()
    expect(page.locator("main li")).to_have_count(4)
    screens(page, "service-levels-cases")
    page.get_by_role("link", name="Nobody wrote to me").click()
    expect(page).to_have_url(re.compile(f"{late}$"))
