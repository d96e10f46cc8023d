"""Jonas counts a quarter, looks at it and publishes it; a stranger reads it and takes the file."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.content.actions import AccountEntry
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.screening import actions as screening
from trustdesk.screening.actions import Submission
from trustdesk.transparency import queries
from trustdesk.transparency.pages import last_quarter

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def test_a_quarter_is_counted_published_and_read(at_desk, screens):
    first, last = last_quarter(now())
    then = now() - timedelta(days=(now().date() - last).days)
    posted = [
        Submission(
            external_id=f"t-{n}",
            kind="ad",
            account=AccountEntry(
                external_id="budi", name="Budi", language="en", registered_at=then - timedelta(days=4)
            ),
            fields={"title": "Folding bicycle", "body": "Hardly used. Call me on +62 812 0000 1234 any time."},
            market="ID",
            language="en",
        )
        for n in range(3)
    ]
    made = screening.receive(actor=SYSTEM, submissions=posted, now=then)
    assert [one.status for one in made] == ["rejected"] * 3

    stranger = at_desk(signed_in=False)
    page = stranger.open("/transparency")
    expect(page.locator("main")).to_contain_text("No report has been published yet.")

    jonas = at_desk("lead", name="Jonas")
    desk = jonas.open("/transparency-reports")
    expect(desk.get_by_label("From")).to_have_value(first.isoformat())
    desk.keyboard.press("c")
    expect(desk.locator(".preview h2").first).to_contain_text("what everybody would read")
    screens(desk, "transparency-preview")
    desk.keyboard.press("p")
    expect(desk.locator("ul.rows")).to_contain_text("edition 1")
    assert queries.newest().edition == 1

    page = stranger.open("/transparency")
    expect(page.locator("main")).to_contain_text("What we restricted")
    expect(page.locator("section[aria-labelledby=t-actions] td").first).to_have_text("3")
    screens(page, "transparency")
    with page.expect_download() as taken:
        page.get_by_role("link", name="All figures as a file (CSV)").click()
    assert taken.value.path().read_text() == queries.newest().csv
    page = stranger.open(f"/transparency/{first}/{last}?lang=id")
    expect(page.locator("h1")).to_have_text("Laporan transparansi")
    page = stranger.open("/transparency/2026-02-30/2026-03-31?lang=en")
    expect(page.locator("main")).to_contain_text("No report was published on these days.")
    stranger.expect_complaint("404")
