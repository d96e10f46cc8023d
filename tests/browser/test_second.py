"""Sari asks Legal and gets an answer; Sari and Rina judge apart without seeing each other's answer."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.reviewing import ads, market, reviewer, settled
from tests.browser.test_deciding import in_state, made_about
from trustdesk.decisions import queries as decisions
from trustdesk.escalations.models import Escalation
from trustdesk.kernel.base.timesource import now, source
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.queries import ReviewTerms
from trustdesk.review.models import Judgement, Review
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]


def of_team(name, team, words, *roles):
    person = makers.staff(*(roles or ("specialist",)), name=name)
    people.set_team(actor=SYSTEM, staff_id=person.id, team=team, name=words, now=now())
    return person


def take_first(page):
    page.locator("form[action='/reviews/next'] button").first.click()


def test_legal_is_asked_and_answers(at_desk, screens):
    where = market()
    first, *_ = ads("First", "Second", where=where)
    lawyer = of_team("Rina", "legal", "Legal")
    of_team("Wei", "fraud", "Fraud")
    staff = reviewer("Sari", where)
    sari, rina = at_desk(staff=staff), at_desk(staff=lawyer)

    # E, a few letters of the team, the question; the work rests and the next is on screen.
    page = sari.open("/work")
    take_first(page)
    title = page.locator("#desk h1")
    expect(title).to_contain_text("First")
    page.keyboard.press("e")
    sheet = page.locator("#escalate")
    expect(sheet.locator("[data-find]")).to_be_focused()
    page.keyboard.type("lgl")
    expect(sheet.locator("[role=option]:visible")).to_have_count(1)
    expect(sheet.locator("[aria-selected=true] [data-name]")).to_have_text("Legal")
    page.keyboard.press("Enter")
    page.keyboard.type("May this be sold without papers here?")
    screens(page, "escalate")
    page.keyboard.press("Control+Enter")
    expect(title).to_contain_text("Second")
    in_state(first, "held")
    about = Review.objects.get(item_id=first)
    asked = Escalation.objects.get(about_id=about.work_id)

    # Legal finds it, accepts it and answers, with keys.
    legal = rina.open("/escalations/")
    screens(legal, "escalations")
    legal.get_by_role("link", name="First hunting rifle").click()
    expect(legal.locator("main")).to_contain_text("May this be sold without papers here?")
    screens(legal, "escalation-waits")
    legal.keyboard.press("a")
    field = legal.get_by_label("Your answer")
    field.fill("Not without")
    legal.reload()
    expect(field).to_have_value("Not without")  # a reload loses nothing
    field.fill("Not without a licence number in the text.")
    screens(legal, "escalation")
    field.press("Control+Enter")
    expect(legal.locator(".chip", has_text="answered")).to_be_visible()
    asked.refresh_from_db()
    assert (asked.state, asked.holder_id) == ("answered", lawyer.id)

    # It is Sari's again, with the answer beside the item.
    page = sari.open(f"/reviews/{about.id}")
    expect(page.locator("main")).to_contain_text("Not without a licence number in the text.")
    screens(page, "answered")
    page.locator(f"form[action='/reviews/{about.id}/take-up'] button").click()
    in_state(first, "claimed")
    expect(title).to_contain_text("First")
    page.wait_for_timeout(500)
    page.keyboard.press("a")
    in_state(first, "done")
    assert made_about(first).outcome == "approve"


def test_two_judge_apart_and_a_third_ends_it(at_desk, screens, monkeypatch):
    where = market()
    for module in ("second", "blind"):
        name = f"trustdesk.review.{module}.policy.review_terms"
        monkeypatch.setattr(name, lambda codes: ReviewTerms(double=1.0) if codes else ReviewTerms())
    with source.fixed(source.now()) as clock:
        (item,) = ads("First", where=where)
        about = Review.objects.get(item_id=item)
        judged = Judgement.objects.filter(review=about)

        def over() -> None:
            """What was decided cannot be undone any more."""
            clock.forward(timedelta(seconds=11))
            outbox.deliver_all(now=clock.now(), reactors=reactor_names())

        # Sari judges: nothing takes effect.
        sari = at_desk(staff=reviewer("Sari", where))
        page = sari.open("/work")
        take_first(page)
        expect(page.locator("#desk h1")).to_contain_text("First")
        page.keyboard.press("r")
        expect(page.locator("#preview .letter")).to_be_visible()
        page.keyboard.press("Enter")
        settled(judged.count, 1)
        over()
        assert decisions.of_items([item], now=clock.now()) == {}

        # Rina sees nothing of it, and gives another answer.
        rina = at_desk(staff=reviewer("Rina", where)).open("/work")
        take_first(rina)
        expect(rina.locator("#desk h1")).to_contain_text("First")
        screens(rina, "judging-apart")
        assert "Sari" not in rina.content()
        rina.keyboard.press("a")
        settled(judged.count, 2)
        over()
        assert decisions.of_items([item], now=clock.now()) == {}

        # Jonas, who has seen neither, ends it; then each reads who answered what.
        lead = reviewer("Jonas", where, "lead")
        jonas = at_desk(staff=lead)
        page = jonas.open("/work")
        take_first(page)
        expect(page.locator("#desk h1")).to_contain_text("First")
        assert "Rina" not in page.content()
        page.keyboard.press("a")
        settled(judged.count, 3)
        over()
        made = decisions.of_items([UUID(item)], now=clock.now())[UUID(item)]
        assert [(one.outcome, one.state) for one in made] == [("approve", "effective")]
        apart = sari.open(f"/reviews/{about.id}").locator("section[aria-labelledby=apart]")
        for name in ("Sari", "Rina", "Jonas"):
            expect(apart).to_contain_text(name)
        screens(sari.page, "judged-apart")
