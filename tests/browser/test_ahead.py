"""The next item is there before it is needed, and nothing typed is ever lost: tabs, people, networks, sessions, restarts."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.reviewing import ads, market, reviewer, settled
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Claim
from trustdesk.review import actions as review
from trustdesk.review.models import Review

pytestmark = [pytest.mark.browser, pytest.mark.real]


class Server:
    """The desk in a thread, on one port, that can go away and come back."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self) -> None:
        import uvicorn

        from trustdesk.config.asgi import application

        config = uvicorn.Config(application, host="127.0.0.1", port=self.port, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.should_exit = True
        self.server.force_exit = True
        self.thread.join(20)


@pytest.fixture
def server(real_db):
    one = Server()
    one.start()
    yield one
    one.stop()


@pytest.fixture
def desk(server):
    return f"http://127.0.0.1:{server.port}"


def take(person):
    """From “My work” to the first item, with the next one held ready behind it."""
    page = person.open("/work")
    page.locator("form[action='/reviews/next'] button").first.click()
    page.wait_for_selector("#desk", state="attached")
    page.wait_for_load_state()
    return page


def held(staff) -> list[tuple[str, bool]]:
    """What this person holds: (title, ahead?)."""
    rows = Claim.objects.filter(staff_id=staff.id, ended_at=None).select_related("work").order_by("since")
    return [(row.work.subject_line.split()[0], row.ahead) for row in rows]


@contextmanager
def no_network(person):
    person.context.set_offline(True)
    yield
    person.context.set_offline(False)


def state_of(page):
    return Review.objects.get(id=page.locator("#desk").get_attribute("data-review")).state


def test_a_decision_shows_the_next_and_is_undone_by_one_key(at_desk):
    where = market()
    ads("First", "Second", "Third", where=where)
    staff = reviewer("Sari", where)
    sari = at_desk(staff=staff)
    page = take(sari)
    title = page.locator("#desk h1")
    expect(title).to_contain_text("First")
    settled(lambda: held(staff), [("First", False), ("Second", True)])
    first = page.url
    page.keyboard.press("a")
    expect(title).to_contain_text("Second")
    assert page.url != first, "the address bar follows"
    settled(lambda: held(staff), [("Second", False), ("Third", True)])
    page.keyboard.press("u")
    expect(title).to_contain_text("First")
    assert page.url == first
    page.keyboard.press("a")
    expect(title).to_contain_text("Second")
    page.keyboard.press("a")
    expect(title).to_contain_text("Third")
    settled(lambda: [one for one, _ahead in held(staff)], ["Third"])
    page.go_back()
    expect(title).to_contain_text("Second")
    expect(page.get_by_text("This review is decided.")).to_be_visible()
    page.go_forward()
    expect(title).to_contain_text("Third")
    page.reload()
    expect(title).to_contain_text("Third")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    assert set(Review.objects.filter(item__market=where).values_list("state", flat=True)) == {"decided"}


def test_what_lies_ready_is_given_back_with_the_tab_and_never_before_urgent_work(at_desk):
    where = market()
    ads("First", "Second", "Third", where=where)
    staff = reviewer("Sari", where)
    sari = at_desk(staff=staff)
    page = take(sari)
    settled(lambda: held(staff), [("First", False), ("Second", True)])
    # Another tab of the same person: both may hold the same one ready, but only one of them ever shows it.
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_timeout(600)
    page.keyboard.press("a")
    expect(page.locator("#desk h1")).to_contain_text("Second")
    settled(lambda: held(staff), [("Second", False), ("Third", True)])
    other.wait_for_timeout(400)
    other.keyboard.press("a")  # the first one, decided in the other tab by now
    expect(other.locator("#notices")).to_contain_text("finished this item")
    expect(other.locator("#desk h1")).to_contain_text("First")
    other.close()
    page.goto(page.url.split("/reviews")[0] + "/work")
    settled(lambda: [one for one in held(staff) if one[1]], [])
    sari.complaints.clear()  # the second tab's refusal, if it is watched


def test_two_people_never_decide_one_item_and_what_was_typed_stays(at_desk):
    where = market()
    ads("First", "Second", where=where)
    staff, other = reviewer("Sari", where), reviewer("Jonas", where)
    sari, jonas = at_desk(staff=staff), at_desk(staff=other)
    page = take(sari)
    jonas.open(page.url.removeprefix(sari.desk))
    expect(jonas.page.get_by_text("Sari has this open. You can read along.")).to_be_visible()
    page.keyboard.press("n")
    page.locator("#note textarea").fill("The same picture as last week")
    expect(page.locator("[data-others]")).to_contain_text("Jonas is looking too", timeout=30_000)
    page.keyboard.press("Escape")
    # Her lease runs out while she thinks; Jonas takes it.
    rid = page.locator("#desk").get_attribute("data-review")
    review.release(actor=actor_for(staff), review_id=rid, now=now())
    review.claim_this(actor=actor_for(other), review_id=rid, now=now())
    page.keyboard.press("a")
    expect(page.locator("#notices")).to_contain_text("Jonas has this item now.")
    expect(page.locator("#desk h1")).to_contain_text("First")
    page.keyboard.press("n")
    expect(page.locator("#note textarea")).to_have_value("The same picture as last week")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator("#desk h1")).to_contain_text("Second")
    assert Review.objects.get(id=rid).state == "open"
    sari.expect_complaint("409")


def test_no_network_and_no_answer_make_one_decision(at_desk):
    where = market()
    ads("First", "Second", where=where)
    staff = reviewer("Sari", where)
    sari = at_desk(staff=staff)
    page = take(sari)
    title = page.locator("#desk h1")
    settled(lambda: len(held(staff)), 2)
    page.wait_for_timeout(300)
    with no_network(sari):
        page.keyboard.press("a")
        expect(page.locator("#notices")).to_contain_text("No answer came")
        expect(title).to_contain_text("First")
        assert state_of(page) == "open"
    page.keyboard.press("y")
    expect(title).to_contain_text("Second")
    # An answer that was lost: the decision was made, and is not made again.
    last = Review.objects.get(id=page.locator("#desk").get_attribute("data-review"))
    page.route("**/decide", lambda route: (route.fetch(), route.abort()))
    page.keyboard.press("a")
    expect(page.locator("#notices")).to_contain_text("No answer came")
    last.refresh_from_db()
    made = last.decision
    assert last.state == "decided"
    page.unroute("**/decide")
    page.keyboard.press("y")
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    last.refresh_from_db()
    assert last.decision == made
    sari.complaints.clear()  # the browser's own words for a line that is broken


# Answers whose head is there and whose body never ends, as on a slow line, until the page calls them off.
HALF = """
const whole = fetch;
window.half = [];
fetch = (address, options = {}) => {
  if (!/heartbeat|preview/.test(address)) return whole(address, options);
  half.push(String(address));
  return Promise.resolve(new Response(new ReadableStream({
    start(body) { options.signal?.addEventListener("abort", () => body.error(options.signal.reason)); },
  })));
};
"""


def test_an_answer_that_breaks_off_when_the_item_is_left_is_no_error(at_desk):
    where = market()
    ads("First", "Second", where=where)
    sari = at_desk(staff=reviewer("Sari", where))
    sari.page.add_init_script(HALF)
    page = take(sari)
    page.keyboard.press("r")
    expect(page.locator("#clauses [role=option]").first).to_be_visible()
    page.locator("#clauses [role=option]").first.click()
    settled(
        lambda: page.evaluate("['heartbeat', 'preview'].every((part) => half.some((one) => one.includes(part)))"), True
    )
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#desk h1")).to_contain_text("Second")
    settled(
        lambda: page.evaluate("half.filter((one) => one.includes('heartbeat')).length > 1"), True
    )  # the page goes on


@pytest.mark.slow
@pytest.mark.timeout(400)  # two servers and two sign-ins
def test_an_ended_session_and_a_restart_bring_the_item_back_as_it_was_left(at_desk, server):
    where = market()
    ads("First", "Second", "Third", where=where)
    staff = reviewer("Sari", where)
    sari = at_desk(staff=staff)
    page = take(sari)
    title = page.locator("#desk h1")
    settled(lambda: len(held(staff)), 2)
    page.wait_for_timeout(300)
    # She signs in again in another tab.
    Session.objects.all().delete()
    page.keyboard.press("r")
    expect(page.locator("#clauses [aria-selected=true]")).to_be_visible()
    page.locator("#reject textarea[name=author_note]").fill("Please sell it at a licensed shop.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notices")).to_contain_text("You were signed out")
    expect(title).to_contain_text("First")
    expect(page.locator("#reject textarea[name=author_note]")).to_have_value("Please sell it at a licensed shop.")
    with page.context.expect_page() as opened:
        page.locator("#notices").get_by_role("link", name="Sign in").click()
    tab = opened.value
    tab.locator("[name=login]").fill(staff.email)
    tab.locator("[name=password]").fill("a calm password")
    tab.locator("[name=password]").press("Enter")
    tab.wait_for_url("**/work**")
    tab.close()
    page.bring_to_front()
    page.locator("#notices [data-does=again]").click()
    expect(title).not_to_contain_text("First")
    # The server is gone in the middle of a decision, and comes back.
    page.wait_for_timeout(500)
    here = title.text_content()
    server.stop()
    page.keyboard.press("a")
    expect(page.locator("#notices")).to_contain_text("No answer came")
    expect(title).to_have_text(here)
    server.start()
    page.keyboard.press("y")
    expect(title).not_to_have_text(here)
    settled(lambda: Review.objects.filter(item__market=where, state="decided").count(), 2)
    sari.complaints.clear()


def test_what_a_page_that_was_left_gives_back_late_is_taken_again(real_db, monkeypatch, settings):
    """The beacon of the page before comes between the claim of the next page and its answer."""
    where = market()
    ads("First", where=where)
    staff = reviewer("Sari", where)
    client = Client()
    client.force_login(staff, settings.AUTHENTICATION_BACKENDS[0])
    claim = review.claim_ahead
    calls = []

    def late(**asked):
        found = claim(**asked)
        if not calls:
            client.post(reverse("review:leave"))
        calls.append(found)
        return found

    monkeypatch.setattr(review, "claim_ahead", late)
    answer = client.post(
        reverse("review:ahead"), {"opened": "", "queue": ""}, headers={"X-Desk": "swaps", "HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "data-mine" in answer.text
    assert len(calls) == 2
    assert held(staff) == [("First", True)]


def test_people_at_once_never_hold_the_same_item(real_db):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    where = market()
    ads(*[f"Number{n}" for n in range(8)], where=where)
    people = [actor_for(reviewer(f"Person {n}", where)) for n in range(4)]

    def both(actor):
        try:
            return [
                review.claim_next(actor=actor, now=now()),
                review.claim_ahead(actor=actor, now=now()),
                review.claim_ahead(actor=actor, now=now()),
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        dealt = list(pool.map(both, people))
    assert all(first != ahead == again for first, ahead, again in dealt), "asked twice, the same lies ready"
    assert len({one for three in dealt for one in three}) == 8
    work.release_ahead(actor=people[0], now=now())
    assert Claim.objects.filter(staff_id=people[0].id, ended_at=None).count() == 1
