"""Jonas reads the whole story of an account, narrows it without a mouse, and takes it out."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from trustdesk.appeals import actions as appeals
from trustdesk.content.actions import pin_note
from trustdesk.content.models import Item
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.notices.tests.makers import report, settle
from trustdesk.post.sending import send_due
from trustdesk.review import actions as review
from trustdesk.review.models import Review
from trustdesk.search.tests.makers import screened
from trustdesk.search.tests.test_timelines import BAD, hear
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_jonas_reads_a_story_and_takes_it_out(at_desk, real_db, screens):
    (item,) = screened(BAD, account="toko", name="Toko Budi", email="budi@example.com")
    screened(*((f"Bicycle bell number {n}", "Rings well.") for n in range(3)), account="toko", name="Toko Budi")
    jonas_staff = makers.staff("lead", name="Jonas")
    jonas_actor = actor_for(jonas_staff)
    account = Item.objects.get(id=item).account_id
    pin_note(actor=jonas_actor, subject="account", value=str(account), text="Called us twice, kind.", now=now())
    one = Review.objects.get(item=item)
    review.claim_this(actor=jonas_actor, review_id=one.id, now=now())
    hit = one.hits[0]
    report(item, now=now(), category="fraud")
    done = review.decide(
        actor=jonas_actor,
        review_id=one.id,
        version=1,
        outcome="remove",
        clauses=[Ground(policy=hit["policy"], version=hit["version"], clause=hit.get("clause") or "", rule="")],
        rationale="Asks for a deposit outside the platform",
        now=now(),
        window=timedelta(0),
    )
    settle(now())
    rina = actor_for(makers.staff("lead", name="Rina"))
    why = "The deposit is for the bell, and your rules allow that."
    appeal = appeals.open_appeal(actor=SYSTEM, decision_id=done.decision, text=why, now=now()).id
    appeals.claim_this(actor=rina, appeal_id=appeal, now=now())
    appeals.judge_first(actor=rina, appeal_id=appeal, outcome="unsure", reason="I cannot tell yet.", now=now())
    appeals.decide(actor=rina, appeal_id=appeal, outcome="upheld", reasons="A deposit is a deposit.", now=now())
    appeals.refer(
        actor=rina, appeal_id=appeal, body="User Rights", case_ref="UR-7", received_on=now().date(), now=now()
    )
    send_due(now=now() + timedelta(hours=1))
    hear()

    jonas = at_desk(staff=jonas_staff)
    page = jonas.open(f"/accounts/{account}")
    story = page.locator("ol.told-as")
    for words in (
        "Posted: Ad",
        "Decided: Rejected",
        "Restricted: taken down, everywhere",
        "The statement of reasons was sent",
        "Reported by somebody",
        "Appealed",
        "Judged without knowing the outcome: unsure",
        "Appeal decided: the decision stands",
        "Taken to a body outside: User Rights",
    ):
        expect(story.get_by_text(words).first).to_be_visible()
    expect(story.get_by_text("Called us twice, kind.")).to_be_visible()
    expect(story).not_to_contain_text("Amara")
    screens(page, "account-story")

    # Each step leads to what it tells of.
    for words, leads, says in (
        ("The statement of reasons was sent", "What the author was told", "Bicycle with a deposit"),
        ("Appeal decided: the decision stands", "Open the appeal", why),
        ("Reported by somebody", "Open the report", "So says amara"),
    ):
        story.locator("li").filter(has_text=words).first.get_by_role("link", name=leads).click()
        expect(page.locator("main")).to_contain_text(says)
        page.go_back()

    # Narrowed by a tick, and the address says it.
    page.get_by_role("checkbox", name="Notes").check()
    page.wait_for_url("**what=notes*")
    expect(story.locator("li")).to_have_count(1)
    with page.expect_download() as taken:
        page.keyboard.press("e")
    assert taken.value.suggested_filename == f"account-{account}.csv"
    assert "Called us twice, kind." in taken.value.path().read_text()

    # Its items are a key away, and back.
    page.keyboard.press("2")
    page.wait_for_url("**/items")
    expect(page.get_by_role("link", name="Bicycle bell number 2")).to_be_visible()
    screens(page, "account-items")
    page.keyboard.press("1")
    expect(story.get_by_text("Posted: Ad").first).to_be_visible()
