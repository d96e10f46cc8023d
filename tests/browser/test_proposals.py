"""Two people end an account: one proposes, it is suspended, another reads the case and confirms; and a ladder is changed."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.reviewing import ads, market, reviewer, settled
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decided
from trustdesk.decisions.models import LadderVersion, Proposal, Restriction
from trustdesk.kernel.base.timesource import now

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def test_two_people_end_an_account(at_desk, screens):
    where = market()
    [ad] = ads("First", where=where)
    sari = at_desk(staff=reviewer("Sari", where))
    jonas = at_desk("lead", name="Jonas")
    account = content.items([UUID(ad)])[UUID(ad)].account

    # Sari proposes that the account ends: suspended at once, and hers is not the last word.
    page = sari.open(f"/proposals/new/{account}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Propose to end an account")
    screens(page, "propose")
    page.locator("select[name=clause]").select_option(index=1)
    page.locator("textarea[name=why]").fill("Sells arms without a licence, again and again.")
    page.get_by_role("button", name="Suspend, and propose").click()
    expect(page.get_by_text("Another person decides.")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    proposal = Proposal.objects.get(account_id=account)
    assert decided.standings([account], now=now()) == {account: "suspended"}

    # Jonas finds it, reads the case, and confirms with one key.
    page = jonas.open("/proposals/")
    screens(page, "proposals")
    page.get_by_role("link", name=re.compile("End the account")).click()
    expect(page.get_by_text("again and again")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_be_visible()
    screens(page, "proposal")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    expect(page.get_by_text("Jonas confirmed it")).to_be_visible()
    settled(lambda: Proposal.objects.get(id=proposal.id).state, "confirmed")
    proposal.refresh_from_db()
    assert Restriction.objects.get(decision_id=proposal.decision_id).kind == "end_account"
    screens(page, "proposal-confirmed")

    # Sari sees what came of it.
    page = sari.open(f"/proposals/{proposal.id}")
    expect(page.get_by_text("Jonas confirmed it")).to_be_visible()


def test_a_ladder_is_changed_field_by_field(at_desk, screens):
    where = market()
    [ad] = ads("First", where=where)
    account = content.items([UUID(ad)])[UUID(ad)].account
    dewi, jonas = at_desk("policy_owner", name="Dewi"), at_desk("lead", name="Jonas")
    page = dewi.open("/ladders/all")
    page.locator("summary[data-key=e]").click()
    page.locator("#what-account").fill(str(account))
    page.locator("#what-clause").select_option("weapons")
    expect(page.locator("#tried")).to_contain_text("By the ladder in force")

    # What is being typed is tried beside.
    page.locator("#id_steps_0_days").fill("9")
    page.locator("#id_steps_0_days").press("Tab")
    expect(page.locator("#tried")).to_contain_text("By what you are typing")
    expect(page.locator("#tried")).to_contain_text("No new ads or listings, 9 days")
    screens(page, "ladder-form")

    # What is wrong is said at its field, and nothing typed is lost.
    page.locator("#id_note").fill("A longer pause")
    page.locator("#id_steps_3_at").fill("3")
    page.locator("#id_steps_3_kind").select_option("ban_live")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.locator("#id_steps_3_days_error")).to_be_visible()
    expect(page.locator("#id_steps_0_days")).to_have_value("9")
    screens(page, "ladder-form-wrong")
    dewi.expect_complaint("422")
    page.locator("#id_steps_3_at").fill("")
    page.locator("#id_steps_3_kind").select_option("")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_text("Another person puts it in force.")).to_be_visible()

    page = jonas.open("/ladders/all")
    page.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_text("In force: version 2")).to_be_visible()
    assert LadderVersion.objects.get(market="", state="live").terms["steps"][0]["days"] == 9
