"""Codes do not arrive: Jonas makes one problem of the cases, answers all at once, and closes it when nobody asks any more."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.problems import actions, queries
from trustdesk.problems.models import Problem
from trustdesk.support import actions as support
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_one_cause_of_many_cases(at_desk, screens):
    at = now()
    ids = []
    for days in (16, 16, 15, 14, 14, 14, 13, 12, 12, 11):
        told = {"subject": "The code does not arrive", "name": "Budi", "language": "id"}
        ids.append(
            asked(
                at - timedelta(days=days), "I wait for the login code.", address=f"budi{len(ids)}@example.com", **told
            ).id
        )
    person = at_desk("lead", name="Jonas")

    # From a case: it and what looks alike become one problem.
    page = person.open(f"/cases/{ids[0]}")
    page.locator("aside summary", has_text="Link to a problem").click()
    page.get_by_role("link", name="Make a problem of it").click()
    expect(page.get_by_role("checkbox")).to_have_count(10)
    page.get_by_label("What is wrong").fill("Codes by text message do not arrive")
    for box in page.get_by_role("checkbox").all()[1:8]:
        box.check()
    screens(page, "problems-begin")
    page.get_by_role("button", name="Begin the problem").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes by text message do not arrive")
    expect(page.locator("aside .pick-case")).to_have_count(2)
    one = Problem.objects.get()

    # The worker tells all of them, one after the other; one was resolved meanwhile.
    left = queries.case_ids(one.id)[0]
    page.locator("summary", has_text="Tell all of them something").click()
    page.get_by_label("As", exact=True).select_option("reply")
    page.get_by_label("What they are told").fill("Codes arrive again. We are sorry.")
    page.get_by_role("button", name="Tell them").click()
    expect(page.locator(".telling")).to_contain_text("0 of 8")
    support.set_status(actor=_jonas(), case_id=left, status="resolved", now=now())
    while actions.tell_due(now=now()):
        pass
    expect(page.locator(".telling")).to_contain_text("7 told")
    expect(page.locator(".telling")).to_contain_text("it was resolved meanwhile")

    # The fix is followed; when it holds, somebody closes it.
    page.locator("#to-state").select_option("watching")
    page.locator("#fixed-at").fill((at - timedelta(days=10)).strftime("%Y-%m-%dT08:00"))
    page.get_by_role("button", name="Set").click()
    expect(page.locator("svg rect.linked").first).to_be_attached()
    actions.watch(now=now())
    page.reload()
    expect(page.locator(".offer")).to_contain_text("Hardly anybody asks")
    screens(page, "problems-one")
    page.goto(f"{person.desk}/problems/")
    expect(page.locator("tbody tr")).to_contain_text("could be closed")
    screens(page, "problems-list")
    page.get_by_role("link", name="Codes by text").click()
    page.get_by_role("button", name="Close the problem").click()
    expect(page.locator(".chip", has_text="Closed").first).to_be_visible()
    page.goto(f"{person.desk}/cases/{ids[0]}")
    expect(page.locator("aside")).to_contain_text("Codes by text message")
    screens(page, "problems-case")


def _jonas():
    from trustdesk.kernel.people.queries import actor_for

    return actor_for(makers.staff("lead", name="Rina"))
