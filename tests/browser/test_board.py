"""Jonas watches the board: it draws itself anew when it is told, not only when it asks."""

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from trustdesk.content.models import Item
from trustdesk.decisions import actions as decisions
from trustdesk.decisions.models import Decision
from trustdesk.insights import tallying
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.queries import actor_for
from trustdesk.policy.actions import fold_tallies
from trustdesk.search.tests.makers import screened
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real]

PHONE = "Hardly used. Call me on +62 812 0000 1234 any time."
RIFLE = ("Sharp hunting rifle", "Air rifle, works well, message me for the licence papers")


def settle(at):
    sequencer.sequence()
    outbox.deliver_all(now=at, reactors=reactor_names())
    sequencer.sequence()
    while tallying.follow(now=at):
        pass


def test_the_board_is_told_and_says_what_to_watch(at_desk, real_db, screens):
    # A rule took four ads; a person gave three of them back, and a part of the last.
    staff = makers.staff("lead", name="Jonas")
    taken = screened(*((f"Folding bicycle {n}", PHONE) for n in range(4)), account="toko", name="Toko Budi")
    for item in taken[:3]:
        decisions.decide(
            actor=actor_for(staff), item_id=item, version=1, outcome="approve", window=timedelta(0), now=now()
        )
    last = Decision.objects.get(item_id=taken[3])
    with transaction.atomic():
        decisions.reverse(
            actor=actor_for(staff),
            decision_id=last.id,
            why="The number may stay in Singapore.",
            outcome="remove",
            keep=[decisions.RestrictionSpec("remove", ("ID",))],
            cause=None,
            now=now(),
        )
    settle(now())
    fold_tallies(now=now())
    rule = Decision.objects.filter(made_by="rule").values_list("clauses__0__rule", flat=True).first()

    jonas = at_desk(staff=staff)
    # Never asks by itself: what changes has to be told.
    jonas.page.route(
        "**/board/",
        lambda route: (
            route.fulfill(response=(answer := route.fetch()), body=answer.text().replace("every 10s, board", "board"))
            if route.request.resource_type == "document"
            else route.continue_()
        ),
    )
    page = jonas.open("/board/")
    assert page.locator("main").get_attribute("hx-trigger") == "board"
    watch = page.locator("section[aria-labelledby=rules]")
    expect(watch.get_by_role("row").nth(1)).to_contain_text(rule)
    expect(watch.get_by_role("row").nth(1)).to_contain_text("4 of 4")
    expect(page.locator("dl.figures")).to_contain_text("no appeal was judged")
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    waiting = page.locator("dl.figures > div").first.locator("dd.num")
    expect(waiting).to_have_text("0")
    screened(RIFLE, account="senapan", name="Toko Senapan")
    assert Item.objects.filter(status="in_review").count() == 1
    settle(now())
    expect(waiting).to_have_text("1")
    screens(page, "board")

    # What people put right stands on a page of its own, with what several of them point at.
    page = jonas.open("/overturned")
    expect(page.locator("section[aria-labelledby=same]")).to_contain_text("4 in 30 days")
    expect(page.locator("section[aria-labelledby=each] li")).to_have_count(4)
    expect(page.locator("section[aria-labelledby=each] li").first).to_contain_text("given back in part")
    screens(page, "overturned")
