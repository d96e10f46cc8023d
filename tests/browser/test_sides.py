"""Sari writes with the warehouse beside a case; who asked never sees any of it."""

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import actor_for
from trustdesk.post.models import Letter
from trustdesk.sides import actions as sides
from trustdesk.support import queries
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_sari_asks_the_warehouse_beside_a_case(at_desk, screens):
    admin = actor_for(makers.staff("admin", name="Jonas"))
    sides.set_department(actor=admin, name="Warehouse", address="warehouse@example.com", language="en", now=now())
    case = asked(now(), text="Where is my parcel?").id
    page = at_desk("lead").open(f"/cases/{case}")
    side = page.get_by_role("region", name="Side conversations")
    side.get_by_text("Write to a department").click()
    side.get_by_label("Subject").fill("Parcel of last week")
    side.get_by_label("Your words").fill("Has it left?")
    screens(page, "sides-write")
    side.get_by_role("button", name="Send").click()
    expect(page.get_by_role("region", name="Side conversations")).to_contain_text("waits")
    screens(page, "sides-waits")
    letter = Letter.objects.get(kind="side")
    assert letter.to == "warehouse@example.com"
    assert "Has it left?" in letter.text
    assert "Where is my parcel?" not in letter.text, "nothing is quoted unless chosen"
    assert not [one for one in queries.public_messages(case) if "Has it left" in one.text]
