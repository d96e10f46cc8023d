"""Amara wrote twice, from two addresses: Sari sees one person, keeps a promise and what she allows, and parts what was one too much."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.content.models import Account
from trustdesk.customers import queries
from trustdesk.customers.tests.makers import customer, heard
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.models import Source
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support.tests.makers import asked, sent
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_one_person_over_all_channels(at_desk, screens):
    at = now() - timedelta(days=3)
    sari = makers.staff("reviewer", name="Sari")
    account = Account.objects.create(
        source=Source.objects.order_by("id").first(),
        external_id="amara-77",
        name="Amara Okafor",
        email="amara@example.com",
        first_seen_at=at,
        registered_at=at - timedelta(days=400),
        verified=True,
    )
    case = asked(
        at,
        account=account.id,
        name="Amara Okafor",
        market="ID",
        language="en",
        text="Where is my parcel? It left a week ago.",
    )
    sent(case.id, actor_for(sari), at, text="We asked the courier and come back to you.")
    heard(at + timedelta(minutes=1))
    amara = queries.of_case(case.id).id
    other = customer(
        at + timedelta(days=1),
        name="Amara",
        address="am.ara+shop@example.com",
        market="ID",
        channel="chat",
        subject="A refund",
        text="I returned the lamp.",
    )
    person = at_desk(staff=sari)

    # From the case to the record: one promise, one consent, one number.
    page = person.open(f"/cases/{case.id}")
    panel = page.locator("aside section", has_text="Customer")
    expect(panel).to_contain_text("1 case in all")
    panel.get_by_text("Promise something").click()
    panel.get_by_label("What is promised").fill("We call Amara once the courier has answered.")
    panel.get_by_label("Until").fill((now() + timedelta(days=2)).strftime("%Y-%m-%dT12:00"))
    panel.get_by_role("button", name="Note the promise").click()
    expect(page.locator("aside .promises")).to_contain_text("We call Amara")
    screens(page, "customers-case")
    page.locator("aside").get_by_role("link", name="Record").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Amara Okafor")
    expect(page.locator(".told-as")).to_contain_text("It left a week ago.")
    page.locator("summary", has_text="Note what they said").click()
    page.get_by_label("About").select_option("calls")
    page.get_by_label("How they said so").select_option("phone")
    page.get_by_label("In their words").fill("Only after five, please.")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator(".told-as")).to_contain_text("Only after five, please.")
    for whose in (amara, other):
        page.goto(f"{person.desk}/customers/{whose}")
        page.locator("summary", has_text="Add").click()
        page.get_by_label("What", exact=True).select_option("phone")
        page.get_by_label("Address, number or name").fill("+62 812 3456 7890")
        page.get_by_role("button", name="Keep").first.click()
        expect(page.locator("aside")).to_contain_text("+6281234567890")

    # The same number: looked at beside each other, made one, and two again.
    page.goto(f"{person.desk}/customers/{amara}")
    expect(page.locator("#alike + ul")).to_contain_text("same telephone number")
    screens(page, "customers-one")
    page.get_by_role("link", name="Look and merge").click()
    expect(page.locator(".two-sides")).to_contain_text("am.ara+shop@example.com")
    screens(page, "customers-merge")
    page.get_by_role("button", name="Make them one").click()
    expect(page.locator(".told-as")).to_contain_text("I returned the lamp.")
    page.locator("aside").get_by_role("link", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Nothing came since")
    screens(page, "customers-part")
    page.get_by_role("button", name="Make them two again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Amara")
    expect(page.locator(".told-as")).not_to_contain_text("It left a week ago.")

    # Found by the number; the promise is kept.
    page.goto(f"{person.desk}/customers/")
    page.get_by_label("Name, address or number").fill("+6281234567890")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    screens(page, "customers-list")
    page.get_by_role("link", name="Amara Okafor").click()
    page.get_by_role("button", name="Kept").click()
    expect(page.get_by_text("Nothing is promised.")).to_be_visible()
