"""A help page is found by "??" while one writes, and put in without a mouse."""

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.knowledge.tests.makers import draft, published
from trustdesk.support import actions, queries
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def test_a_help_page_is_put_into_a_reply_by_its_words(at_desk, screens):
    published(now(), slug="zebra-parcels", words=draft("Zebra parcels that are late", "Wait three days."))
    published(
        now(), slug="zebra-inside", audience="staff", words=draft("Zebra parcels, for us", "Ask the courier first.")
    )
    one = actions.open_case(
        actor=SYSTEM, subject="Late", text="Where is it?", now=now(),
        name="Amara", address="amara@example.com", channel="mail", language="en",
    )  # fmt: skip
    person = makers.staff("reviewer", name="Sari")
    page = at_desk(staff=person).open(f"/cases/{one.number}")
    page.wait_for_load_state()
    answer = page.get_by_role("textbox", name="Public reply")
    answer.press_sequentially("Hello Amara, ??")
    find = page.get_by_role("searchbox", name="Words of the help page")
    expect(find).to_be_focused()
    find.press_sequentially("zebra par")
    expect(page.locator("#articles-found .pick")).to_have_count(1)
    screens(page, "case-articles")
    find.press("Enter")
    expect(answer).to_be_focused()
    expect(answer).to_have_value("Hello Amara, Zebra parcels that are late\n" + _address("zebra-parcels") + "\n")

    # Shut by Escape, one goes on where one was; a note finds what is for staff, and takes its words.
    answer.press_sequentially("??")
    expect(find).to_be_focused()
    find.press("Escape")
    expect(answer).to_be_focused()
    page.locator("#main").press("g")
    page.locator("#main").press("n")
    note = page.get_by_role("textbox", name="Internal note")
    note.fill("See: ")
    page.locator("#main").press("q")
    find.press_sequentially("zebra for us")
    inside = page.get_by_role("button", name="Put in the words of “Zebra parcels, for us”")
    expect(inside).to_be_visible()
    inside.press("Enter")
    expect(note).to_have_value("See: Zebra parcels, for us\n\nAsk the courier first.\n")
    expect(page.locator("#reply textarea")).to_have_value(
        "Hello Amara, Zebra parcels that are late\n" + _address("zebra-parcels") + "\n??"
    )
    page.reload()
    expect(page.get_by_role("textbox", name="Internal note").or_(answer).first).to_be_visible()
    assert not [said for said in queries.conversation(one.id) if said.direction != "in"]


def _address(slug):
    from django.conf import settings

    return f"{settings.PUBLIC_URL}/help/{slug}?lang=en"
