"""The shell as a person meets it: signing in, keys, palette, look."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work.tests import makers as works
from trustdesk.web.tests import makers
from trustdesk.workforce import telling

pytestmark = [pytest.mark.browser, pytest.mark.real]


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_signing_in_with_password_then_with_a_second_step(at_desk, screens):
    sari = makers.staff("admin", name="Sari")
    person = at_desk(signed_in=False)
    page = person.open("/people")
    screens(page, "sign-in")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).fill(sari.email)
    page.get_by_label("Password").fill("wrong password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".wrong").first).to_be_visible()
    screens(page, "sign-in-wrong")
    page.get_by_label("Password").fill("a calm password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/people")

    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/me")
    screens(page, "me")
    page.get_by_role("link", name="Password and second step").click()
    screens(page, "security")
    page.get_by_role("link", name="Set up an authenticator app").click()
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill("a calm password")
        page.get_by_role("button", name="Go on").click()
    secret = page.locator("code.secret").inner_text()
    screens(page, "authenticator")
    page.get_by_label("Authenticator code").fill(code_now(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    screens(page, "recovery-codes")
    spare = page.locator(".codes li").first.inner_text()

    page.get_by_label("You", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/")
    page.get_by_label("E-mail").or_(page.get_by_label("Email")).fill(sari.email)
    page.get_by_label("Password").fill("a calm password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account/code/")
    screens(page, "second-step")
    page.locator("input[name=code]").fill(spare)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("nav.rail")).to_be_visible()


def test_the_palette_lists_what_one_may_do_and_goes_there(at_desk, screens):
    page = at_desk("admin").open("/people")
    page.keyboard.press("Control+k")
    palette = page.locator("#palette")
    expect(palette).to_be_visible()
    expect(palette.get_by_role("option", name="Add a person")).to_be_visible()
    screens(page, "palette")
    page.keyboard.type("led")
    expect(palette.locator("[role=option]:visible")).to_have_count(4)
    expect(palette.locator("[aria-selected=true]")).to_have_text("LedgerGL")
    expect(palette.locator("[role=option]:visible").last).to_have_text("Search decisions for “led”")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ledger")
    page.keyboard.press("?")
    sheet = page.locator("#keys")
    expect(sheet.get_by_role("heading", name="Go to")).to_be_visible()
    expect(sheet.locator("dt", has_text="Ledger")).to_be_visible()
    screens(page, "keys-sheet")
    page.keyboard.press("?")
    expect(sheet).not_to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("Control+k")
    page.keyboard.type("high contrast")
    with page.expect_response("**/account/look/"):
        page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-contrast", "more")
    page.reload()
    expect(page.locator("html[data-theme=dark][data-contrast=more]")).to_be_visible()
    page.get_by_label("You", exact=True).click()
    screens(page, "look-menu")


def test_people_and_keys_are_made_and_shown_once(at_desk, screens):
    page = at_desk("admin", name="Dewi").open("/people")
    page.keyboard.press("n")
    page.wait_for_url("**/people/add")
    page.get_by_label("Name").fill("Jonas Weber")
    page.get_by_label("E-mail address").fill(f"{makers.uuid4().hex}@desk.example")
    page.get_by_label("Reviewer").check()
    page.get_by_label("Reads").fill("id en")
    screens(page, "person-add")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#password")).to_have_text(r := page.locator("#password").inner_text())
    assert len(r) >= 16
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="Jonas Weber")).to_be_visible()
    screens(page, "person")
    page.locator("select[name=role]").select_option("auditor")
    page.get_by_role("button", name="Give").click()
    expect(page.locator("#notices")).to_contain_text("The role is given")
    expect(page.locator(".rows")).to_contain_text("Auditor")

    page.goto(page.url.split("/people")[0] + "/keys")
    page.keyboard.press("n")
    page.get_by_label("Name").fill("shop-" + makers.uuid4().hex[:6])
    page.get_by_label("items:write").check()
    screens(page, "key-make")
    page.get_by_role("button", name="Make").click()
    assert page.locator("#secret").inner_text().startswith("tdk_")
    screens(page, "key-made")
    page.get_by_role("link", name="Done").click()
    screens(page, "keys")
    page.goto(page.url.replace("/keys", "/people"))
    screens(page, "people")
    page.goto(page.url.replace("/people", "/ledger"))
    screens(page, "ledger")


def test_the_look_is_kept_and_errors_stay_in_it(at_desk, screens):
    person = at_desk("reviewer")
    page = person.open("/me")
    page.get_by_label("Light or dark").select_option("dark")
    page.get_by_label("Language of the pages").select_option("id")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("lang") == "id"
    person.open("/nowhere")
    expect(page.locator("nav.rail")).to_be_visible()
    screens(page, "nothing-here")
    person.open("/ledger")
    screens(page, "forbidden")
    person.expect_complaint("404")
    person.expect_complaint("403")


def test_on_a_phone_the_rail_is_a_sheet(at_desk):
    page = at_desk("admin").open("/people")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("nav.rail")).not_to_be_visible()
    page.get_by_label("Menu", exact=True).click()
    expect(page.locator("nav.rail")).to_be_visible()
    page.get_by_role("link", name="Ledger").click()
    page.wait_for_url("**/ledger")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


def test_one_says_where_one_is_by_key_and_every_tab_follows(at_desk, screens):
    """Sari goes to lunch in one tab; the other tab of her browser and her phone know, over one stream a browser."""
    sari = makers.staff("reviewer", name="Sari")
    queue = works.queue(now())
    works.work(queue, now())
    person, phone = at_desk(staff=sari), at_desk(staff=sari)
    phone.context.add_init_script("delete window.SharedWorker")  # some phones have none: one tab is elected
    first = person.open("/me")
    second = person.watch(person.context.new_page())
    second.goto(f"{person.desk}/me")
    third = phone.open("/me")
    third.set_viewport_size({"width": 390, "height": 844})
    fourth = phone.watch(phone.context.new_page())
    fourth.goto(f"{person.desk}/me")
    for page in (first, second, third, fourth):
        expect(page.locator("html[data-live=on]")).to_be_visible()
    streams = [
        thread
        for thread in (first, second)
        if thread.evaluate("performance.getEntriesByType('resource').some(r => r.name.endsWith('/live'))")
    ]
    assert streams == [], "a tab opened a stream of its own"

    telling.tell_counts(now=now())
    for page in (first, second, fourth):
        expect(page.locator(".top .counts [data-waiting]")).to_have_text(re.compile(r"\d"))
    before = first.locator("[data-waiting]").inner_text()
    works.work(queue, now(), due_at=now() + timedelta(minutes=20))
    telling.tell_counts(now=now())
    for page in (first, second, fourth):
        expect(page.locator("[data-waiting]")).to_have_text(str(int(before.replace(",", "")) + 1))
    expect(first.locator(".top .counts")).to_contain_text("due within the hour")
    screens(first, "state-available")

    first.keyboard.press("g")
    first.keyboard.press("2")
    for page in (first, second, third, fourth):
        expect(page.get_by_label("My state: Lunch")).to_be_visible()
    first.get_by_label("My state: Lunch").click()
    screens(first, "state-menu")
    first.keyboard.press("Escape")
    second.keyboard.press("Control+k")
    second.keyboard.type("technical")
    screens(second, "state-palette")
    second.keyboard.press("Enter")
    second.get_by_label("Technical problem: what is it for?").fill("The camera does not start")
    second.keyboard.press("Enter")
    for page in (first, fourth):
        expect(page.get_by_label("My state: Technical problem")).to_be_visible()
    fourth.keyboard.press("g")
    fourth.keyboard.press("0")
    for page in (first, second, third, fourth):
        expect(page.get_by_label("My state: Available")).to_be_visible()
    first.goto(f"{person.desk}/my-time")
    expect(first.get_by_text("The camera does not start")).to_be_visible()
    screens(first, "my-time")
    third.close()  # the elected tab goes; the other takes over
    expect(fourth.locator("html[data-live=on]")).to_be_visible()
    works.work(queue, now())
    telling.tell_counts(now=now())
    expect(fourth.locator("[data-waiting]")).to_have_text(str(int(before.replace(",", "")) + 2))


def test_a_lead_edits_the_reasons_for_being_away(at_desk, screens):
    page = at_desk("lead", name="Jonas").open("/away-reasons/")
    page.keyboard.press("n")
    code = f"prayer-{makers.uuid4().hex[:6]}"
    page.get_by_label("Code").fill(code)
    page.get_by_label("Name in English").fill("Prayer")
    page.get_by_label("Name in Indonesian").fill("Salat")
    screens(page, "reason-add")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("tr", has_text=code)).to_contain_text("Prayer")
    screens(page, "reasons")
    page.get_by_role("link", name="Prayer").first.click()
    page.get_by_label("No longer offered").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("tr", has_text=code)).to_contain_text("No longer offered")
