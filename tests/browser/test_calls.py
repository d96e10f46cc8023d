"""Ratna calls: the line is set up, her call rings on Sari's page without taking the cursor from what Sari writes, is answered,
ends with a wrap-up, and a later one is missed."""

import re

import pytest
from playwright.sync_api import expect

from trustdesk.calls import queries
from trustdesk.calls.tests.makers import Exchange
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.support import actions as cases
from trustdesk.support import queries as support
from trustdesk.web.tests import makers
from trustdesk.workforce import actions as workforce

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def test_a_call_from_the_first_ring_to_the_wrap_up(at_desk, desk, screens):
    staff = makers.staff("reviewer", name="Sari")
    workforce.set_capacity(
        actor=SYSTEM, channel="phone", at_once=1, wrap_up_seconds=3600, team=None, staff=None, now=now()
    )

    # An administrator sets a line up: its secret is shown once, and whose telephone 204 is.
    page = at_desk("admin", name="Jonas").open("/calls/lines/")
    expect(page.get_by_text("No telephone line yet")).to_be_visible()
    page.get_by_role("link", name="Set one up").click()
    page.get_by_label("Name").fill("Safety desk")
    page.get_by_label("Country").fill("id")
    page.get_by_label("Number").fill("021 2345 6789")
    screens(page, "calls-line-form")
    page.get_by_role("button", name="Keep").click()
    secret = page.locator("#secret").inner_text()
    screens(page, "calls-secret")
    page.get_by_role("link", name="Done").click()
    page.get_by_label("Extension").fill("204")
    page.get_by_label("Who answers it").select_option(label="Sari")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("td", has_text="204")).to_be_visible()
    expect(page.get_by_text(secret)).to_have_count(0)
    screens(page, "calls-line")
    (line,) = queries.lines()
    exchange = Exchange.__new__(Exchange)
    exchange.secret, exchange.id, exchange.code = secret, line.id, line.code

    # Sari writes in a case when the telephone rings: the banner comes, the cursor stays.
    other = cases.open_case(actor=SYSTEM, channel="mail", text="Where is it?", address="b@example.com", now=now())
    sari = at_desk(staff=staff)
    page = sari.open(f"/cases/{other.id}")
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    field = page.get_by_role("textbox", name="Public reply")
    field.fill("It is on its")
    field.press("End")
    exchange.tell_over(desk, "ringing", "c1", extension="204")
    pop = page.locator("#pop a")
    expect(pop).to_contain_text("Rings")
    expect(pop).to_contain_text("+62 811-1234-567")
    expect(page.locator("#pop")).to_have_attribute("aria-live", "polite")
    expect(field).to_be_focused()
    field.press_sequentially(" way g+")
    expect(field).to_have_value("It is on its way g+")
    screens(page, "calls-pop")

    # She answers, and opens its case by the key.
    exchange.tell_over(desk, "answered", "c1", extension="204")
    expect(pop).to_contain_text("On the phone")
    page.locator("#main").press("g")
    page.locator("#main").press("+")
    number = support.by_id(queries.listed(actor=SYSTEM, wanted=queries.Wanted())[0].case).number
    expect(page.locator("#talk [data-number]")).to_have_text(str(number))
    expect(page.locator(".calls")).to_contain_text("goes on")
    screens(page, "calls-case")

    # The call ends: the banner goes, the wrap-up begins by itself, the recording is a link that leaves the desk.
    exchange.tell_over(desk, "ended", "c1")
    exchange.tell_over(desk, "recording", "c1", recording="https://calls.example.com/r/1")
    expect(pop).to_have_count(0)
    page.reload()
    expect(page.locator(".state").first).to_contain_text(re.compile("wrap-up", re.IGNORECASE))
    link = page.locator(".calls a", has_text="Recording")
    expect(link).to_have_attribute("rel", re.compile("noopener"))

    # What was said by hand, and a call that nobody answered, stand in the log.
    page.get_by_text("Write down a call").click()
    page.get_by_label("What came of it").select_option("voicemail")
    page.get_by_label("What was said (a note)").fill("Said that the refund is on its way.")
    screens(page, "calls-write-down")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".msg.inside")).to_contain_text("the refund is on its way")
    exchange.tell_over(desk, "ringing", "c2", extension="204")
    exchange.tell_over(desk, "missed", "c2")
    page.goto(f"{sari.desk}/calls/")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr", has_text="missed")).to_contain_text("was in wrap-up")
    screens(page, "calls-log")
    page.locator("select[name=state]").select_option("missed")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_who_was_missed_is_called_back(at_desk, desk, screens):
    exchange = Exchange()
    exchange.tell_over(desk, "ringing", "b1", number="+62 811 7654 321")
    exchange.tell_over(desk, "missed", "b1", number="+62 811 7654 321")
    (back,) = queries.call_backs(actor=SYSTEM, which="open", now=now())
    sari = at_desk("reviewer", name="Sari")
    page = sari.open("/calls/call-backs/")
    row = page.locator("tbody tr", has_text="+62 811-7654-321")
    expect(row).to_contain_text("We missed their call")
    screens(page, "backs")
    row.locator("a").first.click()
    page.get_by_role("button", name="Take it").click()
    page.get_by_role("combobox", name="What came of it").select_option("no_answer")
    page.get_by_label("What was said (a note)").fill("It rang long.")
    screens(page, "back-taken")
    page.get_by_role("button", name="Keep", exact=True).first.click()
    expect(page.locator("#notices")).to_contain_text("2 tries are left")
    expect(row).to_contain_text("rests until")

    # Sari finds the time to try once more, before it comes by itself.
    row.locator("a").first.click()
    page.get_by_role("button", name="Take it").click()
    page.get_by_role("combobox", name="What came of it").select_option("reached")
    page.get_by_role("button", name="Keep", exact=True).first.click()
    expect(row).to_have_count(0)
    page.get_by_role("link", name="Done").click()
    expect(row).to_contain_text("reached")
    page.goto(f"{sari.desk}/cases/{back.case}")
    expect(page.locator(".msg.inside").last).to_contain_text("Called back: reached.")
    panel = page.locator("section.calls")
    expect(panel).to_contain_text("To be called back")
    panel.get_by_text("Have them called back").first.click()
    panel.get_by_label("Not before").fill("2020-01-01T09:00")
    panel.locator("[name=until_at]").fill("2020-01-01T10:00")
    panel.get_by_role("button", name="Have them called back").click()
    expect(panel.get_by_role("alert").or_(page.locator("#notices"))).to_contain_text("lies ahead")
    sari.expect_complaint("422")
    screens(page, "back-case")
