"""A case is answered by two: a note, a reply that is stopped, one that is undone, a merge that keeps what was typed."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions, queries
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def asked(subject, text, **given):
    told = {"name": "Ratna", "address": "ratna@example.com", "channel": "mail", "language": "id"} | given
    return actions.open_case(actor=SYSTEM, subject=subject, text=text, now=now(), **told)


def test_a_case_from_the_first_question_to_the_last_word(at_desk, screens):
    one = asked("Deposit paid for a bike", "Saya sudah transfer DP 200 ribu.\n\nSekarang penjualnya tidak membalas.")
    other = asked("The bike again", "I wrote twice, I am sorry.")
    asked("How do I verify a second shop?", "We have a shop and want another.", name="Wulan Furniture", address="")
    sari = at_desk(staff=makers.staff("reviewer", name="Sari"))
    jonas = makers.staff("reviewer", name="Jonas")

    # The inbox, by the rail's key and by its filter; the case by its row.
    page = sari.open("/work")
    page.wait_for_load_state()
    page.locator("main").press("g")
    page.locator("main").press("g")
    expect(page.locator(".inbox li")).to_have_count(3)
    screens(page, "cases-inbox")
    box = page.get_by_label("Number or words")
    box.fill("stauts:open transfer")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Do you mean “status:”?")
    box.fill("from:ratna penjual OR courier")
    box.press("Enter")
    expect(page.locator(".inbox mark")).to_have_text("penjualnya")
    page.get_by_text("How to ask").click()
    screens(page, "cases-found")
    page.locator("summary", has_text="Saved views").click()
    page.get_by_label("Keep this list").fill("Couriers")
    page.locator("#views").get_by_role("button", name="Save").click()
    expect(page.get_by_text("The view is saved.")).to_be_visible()
    page.locator("summary", has_text="Saved views").click()
    expect(page.locator("#views a", has_text="Couriers")).to_contain_text("1")
    screens(page, "cases-views")
    box.fill(str(one.number))
    box.press("Enter")
    page.locator(".inbox a", has_text="Ratna").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deposit paid for a bike")

    # A note: its own key, its own form; it survives a reload before it is kept.
    page.locator("#main").press("g")
    page.locator("#main").press("n")
    field = page.get_by_role("textbox", name="Internal note")
    expect(field).to_be_focused()
    expect(page.get_by_role("textbox", name="Public reply")).to_be_hidden()
    field.fill("Third buyer this week with the same account number.")
    page.reload()
    expect(field).to_have_value("Third buyer this week with the same account number.")
    field.press("Control+Enter")
    expect(page.locator(".msg.inside")).to_contain_text("Third buyer")

    # A reply is stopped when something came in meanwhile; the words stay, and the second try goes out.
    page.locator("#main").press("g")
    page.locator("#main").press("r")
    answer = page.get_by_role("textbox", name="Public reply")
    expect(answer).to_be_focused()
    answer.fill("Could you send us the receipt?")
    actions.receive(actor=SYSTEM, case_id=one.id, text="Here is the receipt.", now=now())
    page.get_by_label("Status after sending").select_option("pending")
    answer.press("Control+Enter")
    stopped = page.get_by_role("alert")
    expect(stopped).to_contain_text("Here is the receipt.")
    expect(answer).to_have_value("Could you send us the receipt?")
    screens(page, "case-stopped")
    assert not [said for said in queries.conversation(one.id) if said.direction == "out"]
    answer.fill("Thank you for the receipt.")
    answer.press("Control+Enter")

    # It can be undone until it leaves; then it is the writer's draft again.
    expect(page.locator(".leaving")).to_be_visible()
    screens(page, "case-leaving")
    page.locator("#main").press("u")
    expect(page.locator(".msg.ours")).to_have_count(0)
    expect(answer).to_have_value("Thank you for the receipt.")
    page.get_by_label("Status after sending").select_option("pending")
    answer.press("Control+Enter")
    expect(page.locator(".leaving")).to_be_visible()
    actions.send_due(now=now() + timedelta(seconds=15))
    page.reload()
    expect(page.locator("#talk [data-status]")).to_have_text("Pending")

    # Who else is here is seen; a draft at another case comes along when it is merged.
    actions.be_here(actor=actor_for(jonas), case_id=other.id, writes=True, now=now())
    page.goto(f"{sari.desk}/cases/{other.number}")
    expect(page.locator("#here")).to_contain_text("Jonas is writing")
    answer.fill("We have both of your messages.")
    page.locator("summary", has_text="More").click()
    page.get_by_label("Merge into case number").fill(str(one.number))
    page.get_by_role("button", name="Merge").click()
    expect(page.locator("#talk [data-number]")).to_have_text(str(one.number))
    expect(page.locator(".msg", has_text="I wrote twice")).to_be_visible()
    expect(answer).to_have_value("We have both of your messages.")
    expect(page.locator("#talk [data-status]")).to_have_text("Open")
    page.locator("#main").press("#")
    expect(page.locator("#talk [data-status]")).to_have_text("Closed")
    assert "Third buyer" not in page.locator(".msg.ours").all_inner_texts()[0]


def test_two_colleagues_answer_and_the_second_is_stopped_with_words_kept(at_desk):
    case = asked("A bike", "Is it still there?")
    sari, budi = at_desk("reviewer", name="Sari"), at_desk("reviewer", name="Budi")
    first, second = (desk.open(f"/cases/{case.id}") for desk in (sari, budi))
    fields = [page.get_by_role("textbox", name="Public reply") for page in (first, second)]
    for field, words in zip(fields, ("Yes, it is.", "No, it was sold."), strict=True):
        field.fill(words)
    fields[0].press("Control+Enter")
    expect(first.locator(".leaving")).to_be_visible()
    fields[1].press("Control+Enter")
    expect(second.get_by_role("alert")).to_contain_text("Yes, it is.")
    expect(fields[1]).to_have_value("No, it was sold.")
    assert [said.text for said in queries.conversation(case.id) if said.direction == "out"] == ["Yes, it is."]
