"""Sari's own page follows what happens: told by the stream, and only without one does it ask by itself."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work.tests import makers as works
from trustdesk.web.tests import makers
from trustdesk.wellbeing import actions as care
from trustdesk.wellbeing.rules import Limit
from trustdesk.workforce import telling

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_my_work_follows_the_stream_and_asks_only_when_it_is_lost(at_desk, real_db, screens):
    sari = makers.staff("reviewer", name="Sari")
    line = works.queue(now())
    works.work(line, now())
    person = at_desk(staff=sari)
    person.page.clock.install()
    page = person.open("/work")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/work") else None)
    row = page.get_by_role("row").filter(has_text=line)
    mine = row.locator("[data-mine]")
    expect(mine).to_have_text("1")
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    telling.tell_counts(now=now())
    expect(page.locator(".top .counts [data-waiting]")).to_have_text("1")
    page.clock.run_for(timedelta(minutes=2).seconds * 1000)
    assert asked == [], "it asks although it is told"

    works.work(line, now(), due_at=now() + timedelta(minutes=20))
    telling.tell_counts(now=now())
    expect(page.locator(".top .counts [data-waiting]")).to_have_text("2")
    page.clock.run_for(1_000)
    expect(mine).to_have_text("2")
    assert len(asked) == 1
    # While a hand is on it, nothing is drawn over; afterwards it catches up.
    page.get_by_role("button", name="Start reviewing").focus()
    works.work(line, now())
    telling.tell_counts(now=now())
    expect(page.locator(".top .counts [data-waiting]")).to_have_text("3")
    page.clock.run_for(15_000)
    expect(mine).to_have_text("2")
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(16_000)
    expect(mine).to_have_text("3")
    screens(page, "my-work")

    # Urgent work that nobody may be dealt is offered: no count changes, and it stands here all the same.
    me = actor_for(sari)
    care.set_limits(actor=me, limits={"": Limit(1, None)}, now=now())
    urgent = works.work(line, now(), lane=0, harm="violence", weight=5, category="listing")
    for minutes in (0, 6):
        care.watch_urgent(now=now() + timedelta(minutes=minutes))
    telling.tell_counts(now=now())
    expect(page.locator(".top .counts [data-waiting]")).to_have_text("4")
    page.clock.run_for(2_000)
    expect(page.locator(f"form[action$='{urgent}']")).to_have_count(1)

    # Without the stream it asks by itself.
    page.evaluate("document.documentElement.dataset.live = 'off'")
    with page.expect_request("**/work"):
        page.clock.run_for(16_000)
