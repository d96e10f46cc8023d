"""Many cases are changed at once; one is given to a colleague, who is told where they are."""

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions, bulking, queries
from trustdesk.support.models import Bulk
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def asked(n, **given):
    told = {"name": f"Buyer {n}", "address": f"buyer{n}@example.com", "channel": "mail", "subject": f"The storm, {n}"}
    return actions.open_case(actor=SYSTEM, text="Where is my parcel?", now=now(), **(told | given))


def test_many_cases_are_chosen_changed_and_told(at_desk, screens):
    cases = [asked(n) for n in range(5)]
    other = makers.staff("reviewer", name="Jonas")
    sari = at_desk(staff=makers.staff("reviewer", name="Sari"))
    page = sari.open("/cases/")
    boxes = page.locator(".inbox input.tick")
    expect(boxes).to_have_count(5)
    page.wait_for_load_state()

    # X chooses under the cursor, Shift all between; it survives a page drawn anew.
    main = page.locator("#main")
    main.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-chosen]")).to_have_text("1 chosen")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-chosen]")).to_have_text("3 chosen")
    expect(page.get_by_role("button", name="All 5 of this list")).to_be_visible()
    page.reload()
    expect(page.locator("[data-chosen]")).to_have_text("3 chosen")
    assert [box.is_checked() for box in boxes.all()] == [True, True, True, False, False]
    screens(page, "many-chosen")

    # One sheet; nothing chosen to be changed is told beside it.
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change 3 cases")
    page.get_by_role("button", name="Change 3 cases").click()
    expect(page.get_by_text("Choose what is to be changed.")).to_be_visible()
    sari.expect_complaint("422")
    page.get_by_label("Priority").select_option("high")
    page.get_by_label("Tags to add").fill("storm")
    page.get_by_label("Tags to add").focus()
    screens(page, "many-sheet")
    actions.set_status(actor=actor_for(other), case_id=cases[3].id, status="open", now=now())
    page.get_by_label("Tags to add").press("Control+Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    screens(page, "many-under-way")
    bulking.run(bulk_id=Bulk.objects.get().id, clock=now)
    expect(page.locator(".progress h2")).to_have_text("Done")
    expect(page.locator("tbody tr", has_text="It changed after you chose it.")).to_have_count(1)
    screens(page, "many-done")

    # What was left is tried again; it was read, so it is done now.
    page.locator("#main").press("a")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    bulking.run(bulk_id=Bulk.objects.order_by("-made_at")[0].id, clock=now)
    expect(page.locator(".progress h2")).to_have_text("Done")
    page.get_by_role("link", name="Cases", exact=True).last.click()
    expect(page.locator("[data-chosen]")).to_be_empty()
    assert [queries.by_id(one.id).priority for one in cases].count("high") == 3


def test_a_case_is_given_to_a_colleague_who_is_told_at_once(at_desk, screens):
    one = asked(1)
    sari, jonas = makers.staff("reviewer", name="Sari"), makers.staff("reviewer", name="Jonas")
    his = at_desk(staff=jonas).open("/work")
    page = at_desk(staff=sari).open(f"/cases/{one.number}")
    page.wait_for_load_state()
    expect(his.locator("html[data-live=on]")).to_be_attached()
    page.locator("#main").press("y")
    sheet = page.get_by_role("dialog", name="Give it to somebody")
    expect(sheet.get_by_role("button", name="Jonas")).to_be_visible()
    screens(page, "case-give")
    sheet.get_by_label("A word to who gets it").fill("She speaks your language")
    page.keyboard.press("ArrowDown")
    sheet.get_by_role("button", name="Jonas").press("Enter")
    expect(page.get_by_text("Jonas has it now, and was told.")).to_be_visible()
    expect(page.locator("#talk header .chip", has_text="Jonas")).to_be_visible()
    expect(his.locator("#notices")).to_contain_text(f"Sari gave you case {one.number}. “She speaks your language”")
    screens(his, "case-given")
    his.locator("#notices a", has_text="Look").click()
    expect(his.locator("#talk .chip", has_text="in your hands")).to_be_visible()

    # She takes it back, and says why.
    page.locator("#main").press("y")
    sheet.get_by_label("Jonas has it in hand.").fill("You have the phone now")
    sheet.get_by_role("button", name="Sari").click()
    expect(page.get_by_text("It is in your hands now.")).to_be_visible()
    expect(his.locator("#notices")).to_contain_text("You have the phone now")
