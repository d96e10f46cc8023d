"""Two people judge apart, golden items, working blind: what each sees, what follows, what never leaves the house."""

from datetime import timedelta
from html.parser import HTMLParser
from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from tests.browser.reviewing import ads, market, reviewer
from tests.stories.conftest import ad
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import Ground, ItemChanged, TooLate
from trustdesk.kernel.base import timesource
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.models import FactRow, Position
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work.actions import BarredFrom, ClaimLost, NothingWaiting
from trustdesk.kernel.work.models import WorkItem
from trustdesk.policy.queries import ReviewTerms
from trustdesk.review import actions, golden, queries, second
from trustdesk.review.models import Golden, GoldenAnswer, Judgement, Review
from trustdesk.web.tests import makers
from trustdesk.webhooks.models import Event

SECRET = "zirconium"  # in the first person's words: must reach nobody before the end
WINDOW = timedelta(seconds=10)


@pytest.fixture
def terms(monkeypatch):
    """What the policies ask for, as a story says it."""

    def say(**asked):
        said = ReviewTerms(**asked)
        for module in ("second", "golden", "blind"):
            monkeypatch.setattr(
                f"trustdesk.review.{module}.policy.review_terms", lambda codes: said if codes else ReviewTerms()
            )
        return said

    return say


@pytest.fixture
def cast(desk, now):
    """Rina and Jonas beside Sari; Jonas leads."""
    people = {name: makers.staff(role, name=name) for name, role in (("Rina", "reviewer"), ("Jonas", "lead"))}
    people["Sari"] = Staff.objects.get(id=desk.sari.id)
    return people


def rifle(desk, now, name="s-1"):
    told = desk.post(
        "/items", ad(name, "Sharp hunting rifle", "Air rifle, works well, message me for the licence papers")
    )
    assert told.json()["status"] == "in_review", told.content
    desk.deliver(now)
    return told.json()["id"]


def clause_of(review, actor, now):
    hit = policy_hit(review)
    return Ground(policy=hit["policy"], version=hit["version"], clause=hit.get("clause") or "")


def policy_hit(review):
    return Review.objects.get(id=review).hits[0]


def take(person, now):
    return actions.claim_next(actor=actor_for(person), now=now)


def decide(person, review, now, outcome="approve", **more):
    return actions.decide(actor=actor_for(person), review_id=review, version=1, outcome=outcome, now=now, **more)


def client_of(person):
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_two_who_agree_are_one_decision_and_both_are_named(desk, cast, terms, now, moment):
    terms(double=1.0)
    item = rifle(desk, now)
    review = take(cast["Sari"], now)
    events = Event.objects.count()
    clause = clause_of(review, desk.sari, now)
    with pytest.raises(Invalid):  # a first judgement is held to all a decision is held to
        decide(cast["Sari"], review, now, "remove")
    done = decide(cast["Sari"], review, now, "remove", clauses=[clause], rationale=f"see {SECRET}")
    assert done.undo_until == now + WINDOW
    assert content.items([item])[UUID(item)].status == "in_review"
    with pytest.raises(NothingWaiting):
        take(cast["Rina"], now)
    # She takes it back and judges again; the window over, nobody can.
    actions.undo(actor=desk.sari, review_id=review, now=now + timedelta(seconds=5))
    decide(cast["Sari"], review, now, "remove", clauses=[clause], rationale=f"see {SECRET}")
    later = now + timedelta(seconds=11)
    moment.forward(timedelta(seconds=11))
    with pytest.raises(TooLate):
        actions.undo(actor=desk.sari, review_id=review, now=later)
    desk.deliver(later)
    assert Event.objects.count() == events
    with pytest.raises(BarredFrom, match="judged it already"):
        actions.claim_this(actor=desk.sari, review_id=review, now=later)
    assert take(cast["Rina"], later) == review
    made = decide(cast["Rina"], review, later, "remove", clauses=[clause])
    assert decisions.by_id(made.decision, now=later).actor == f"staff:{cast['Rina'].id}"
    with pytest.raises(ClaimLost):
        decide(cast["Rina"], review, later, "remove", clauses=[clause])
    # The second takes hers back: the decision is gone, and the review in her hands.
    actions.undo(actor=actor_for(cast["Rina"]), review_id=review, now=later)
    assert Judgement.objects.filter(review=review, withdrawn_at=None).count() == 1
    decide(cast["Rina"], review, later, "remove", clauses=[clause])
    end = later + timedelta(seconds=11)
    moment.forward(timedelta(seconds=11))
    desk.deliver(end)
    told = FactRow.objects.get(kind="review.compared", subject=item)
    assert told.payload["agreed"] is True
    sheet = queries.sheet(review, actor=desk.sari, now=end)
    assert [(one.no, one.name, one.outcome) for one in sheet.judged] == [(1, "Sari", "remove"), (2, "Rina", "remove")]
    assert second.agreement(since=now) == second.Agreement(compared=1, agreed=1)
    page = client_of(cast["Sari"]).get(f"/reviews/{review}").content.decode()
    assert "Rina" in page
    assert "Judged apart" in page


def test_the_second_learns_nothing_of_the_first_and_a_third_ends_it(desk, cast, terms, now, moment):
    terms(double=1.0)
    item = rifle(desk, now)
    review = take(cast["Sari"], now)
    clause = clause_of(review, desk.sari, now)
    sari = client_of(cast["Sari"])
    sari.post(f"/reviews/{review}/note", {"about": "account", "text": f"{SECRET} on the account"})
    sari.post(f"/reviews/{review}/note", {"about": "item", "text": f"{SECRET} on the item"})
    decide(cast["Sari"], review, now, "remove", clauses=[clause], rationale=SECRET, author_note=f"{SECRET} to you")
    later = now + timedelta(seconds=11)
    moment.forward(timedelta(seconds=11))
    desk.deliver(later)
    # The sequencer sees nothing of a story's transaction: all facts get their place here.
    placed = Position.objects.count()
    Position.objects.bulk_create(
        Position(position=placed + n, fact_id=fact)
        for n, fact in enumerate(FactRow.objects.filter(place=None).order_by("id").values_list("id", flat=True), 1)
    )
    for name in ("Rina", "Jonas"):
        # Jonas leads and reads the ledger: it says who held the work, never what was answered.
        client = client_of(cast[name])
        seen = ""
        for path in everywhere(review, item, policy_hit(review)["policy"]):
            answer = client.get(path)
            assert answer.status_code < 500, path
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert SECRET not in body.decode(errors="replace"), path
            if "/reviews/" in path or "/items" in path:
                assert "Sari" not in body.decode(), path
            seen += body.decode(errors="replace")
        assert "Sharp hunting rifle" in seen
        assert name != "Jonas" or "took the work until" in seen, "the ledger was read"
    assert SECRET not in desk.get(f"/items/{item}").content.decode()
    assert take(cast["Rina"], later) == review
    body = client_of(cast["Rina"]).get(f"/reviews/{review}").content.decode()
    assert SECRET not in body
    assert "Sari" not in body
    made = decide(cast["Rina"], review, later, "approve", rationale="fine by me")
    assert decisions.by_id(made.decision, now=later) is None, "they do not agree: nothing takes effect"
    end = later + timedelta(seconds=11)
    moment.forward(timedelta(seconds=11))
    desk.deliver(end)
    for name in ("Sari", "Rina"):
        with pytest.raises(NothingWaiting):
            take(cast[name], end)
    assert take(cast["Jonas"], end) == review
    body = client_of(cast["Jonas"]).get(f"/reviews/{review}").content.decode()
    assert SECRET not in body
    assert "fine by me" not in body
    decide(cast["Jonas"], review, end, "approve")
    moment.forward(timedelta(seconds=11))
    desk.deliver(end + timedelta(seconds=11))
    assert desk.get(f"/items/{item}").json()["status"] == "live"
    compared = FactRow.objects.filter(kind="review.compared", subject=item).order_by("id")
    assert [fact.payload["agreed"] for fact in compared] == [False, False, True]
    shown = queries.sheet(review, actor=actor_for(cast["Jonas"]), now=end + timedelta(seconds=11))
    assert [one.name for one in shown.judged] == ["Sari", "Rina", "Jonas"]
    terms(double=1.0, third_told=False)
    shown = queries.sheet(review, actor=actor_for(cast["Jonas"]), now=end + timedelta(seconds=11))
    assert [one.name for one in shown.judged] == ["Jonas"]


def everywhere(review, item, code):
    """Every page that shows a review, an item or work, and what lies beside it."""
    yield from (
        f"/reviews/{review}",
        f"/reviews/{review}/clauses",
        f"/reviews/{review}/preview?outcome=remove&clauses={code}:1:",
        "/reviews/nothing",
        "/work",
        "/items",
        "/items?q=rifle",
        f"/items/{item}",
        f"/items/{item}/alike",
        "/ledger",
        f"/ledger?subject={review}",
        "/ledger?kind=review",
        "/me",
    )


def test_a_new_version_is_a_new_question_and_l0_waits_for_nobody(desk, cast, terms, now, moment):
    terms(double=1.0)
    item = rifle(desk, now)
    review = take(cast["Sari"], now)
    decide(cast["Sari"], review, now)
    changed = ad("s-1", "Sharp hunting rifle", "Air rifle, works very well, message me for the licence papers")
    desk.post("/items", changed)
    desk.deliver(now + timedelta(seconds=1))
    again = queries.of_items([item])[UUID(item)]
    assert (again.id != review, again.state, again.version) == (True, "open", 2)
    assert Review.objects.get(id=review).state == "closed"
    desk.deliver(now + timedelta(seconds=11))
    assert WorkItem.objects.filter(kind="review", state="open").count() == 1
    mine = take(cast["Sari"], now + timedelta(seconds=12))
    assert mine == again.id, "who judged the version before may judge this one"
    with pytest.raises(ItemChanged):
        decide(cast["Sari"], mine, now + timedelta(seconds=12))
    WorkItem.objects.filter(id=Review.objects.get(id=mine).work_id).update(lane=0)
    at = now + timedelta(seconds=12)
    made = actions.decide(actor=desk.sari, review_id=mine, version=2, outcome="approve", now=at)
    assert decisions.by_id(made.decision, now=at) is not None


def test_shares_are_of_reviews_and_foretold_by_nobody():
    from trustdesk.kernel.base.ids import uuid7

    ids = [uuid7() for _ in range(2000)]
    picked = {one for one in ids if second.in_share(one, 0.1, "second")}
    assert 120 < len(picked) < 280
    assert picked == {one for one in ids if second.in_share(one, 0.1, "second")}
    assert picked != {one for one in ids if second.in_share(one, 0.1, "golden")}
    assert all(second.in_share(one, 1.0, "second") for one in ids)
    assert not any(second.in_share(one, 0.0, "second") for one in ids)


class Shape(HTMLParser):
    """The tags of a page with the names of their attributes: what is left when words and ids are taken out."""

    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, *sorted(name for name, _ in attrs)))


def test_a_golden_item_looks_like_any_other_and_nothing_follows_from_it(desk, cast, terms, now, moment):
    item = rifle(desk, now)
    first = take(cast["Rina"], now)
    clause = clause_of(first, desk.sari, now)
    ordinary = client_of(cast["Rina"]).get(f"/reviews/{first}").content.decode()
    decide(cast["Rina"], first, now, "remove", clauses=[clause])
    later = now + timedelta(hours=1)
    moment.forward(timedelta(hours=1))
    desk.deliver(later)
    lead = client_of(cast["Jonas"])
    assert "Keep as a golden item" in lead.get(f"/reviews/{first}").content.decode()
    assert lead.post(f"/golden/of/{first}", {"explanation": "It names a rifle."}).status_code == 303
    known = Golden.objects.get()
    assert golden.make.right == "golden.manage"
    terms(golden=1.0)
    told = desk.post("/items", ad("s-2", "Old hunting rifle", "Air rifle, works well, message me for the licence"))
    assert told.json()["status"] == "in_review"
    desk.deliver(later)
    dealt = Review.objects.get(golden=known)
    for name in ("Rina", "Jonas"):  # who decided the original, who made it one
        with pytest.raises(BarredFrom):
            actions.claim_this(actor=actor_for(cast[name]), review_id=dealt.id, now=later)
    taken = {take(cast["Sari"], later), take(cast["Sari"], later)}
    other = (taken - {dealt.id}).pop()
    sari = client_of(cast["Sari"])
    one = sari.get(f"/reviews/{dealt.id}").content.decode()
    assert Shape(one).tags == Shape(ordinary).tags, "as the original looked before anybody had decided it"
    assert "golden" not in one.replace("/golden/mine", "").replace("My golden items", "").lower()
    before = (Event.objects.count(), len(decisions.of_items([UUID(item)], now=later)[UUID(item)]))
    with pytest.raises(Invalid):
        actions.decide(actor=desk.sari, review_id=dealt.id, version=1, outcome="remove", now=later)
    done = actions.decide(actor=desk.sari, review_id=dealt.id, version=1, outcome="approve", now=later)
    assert done.golden_told
    with pytest.raises(TooLate):
        actions.undo(actor=desk.sari, review_id=dealt.id, now=later)
    page = sari.get(f"/reviews/{other}").content.decode()
    assert "It names a rifle." in page
    answer = GoldenAnswer.objects.get()
    assert (answer.fits, answer.clause_fits) == (False, False)
    sari.post(f"/reviews/told/{answer.id}/read")
    assert "It names a rifle." not in sari.get(f"/reviews/{other}").content.decode()
    assert "It names a rifle." in sari.get("/golden/mine").content.decode()
    desk.deliver(later + timedelta(seconds=11))
    assert before == (Event.objects.count(), len(decisions.of_items([UUID(item)], now=later)[UUID(item)]))
    seen = lead.get("/golden/").content.decode()
    assert "0 of 1 as expected" in seen
    assert "Sari" not in seen
    desk.post("/items", ad("s-3", "New hunting rifle", "Air rifle, works fine, message me for the licence"))
    desk.deliver(later)
    assert not Review.objects.filter(golden=known, state="open").exists(), "everybody had it within the time"


def test_what_the_policy_hides_is_on_no_page_until_it_is_decided(desk, cast, terms, now, moment):
    hidden = ("account", "verdict", "price", "history", "media", "notes")
    terms(blind=frozenset(hidden), second_sees=frozenset({"price"}))
    fields = {"price": 7654321, "currency": "IDR"}
    told = desk.post(
        "/items",
        ad("s-4", "Sharp hunting rifle", "Air rifle, works well, message me for the licence papers", fields=fields),
    )
    desk.deliver(now)
    item = told.json()["id"]
    review = take(cast["Sari"], now)
    sari, hit = client_of(cast["Sari"]), policy_hit(review)
    for path in (f"/reviews/{review}", f"/reviews/{review}/clauses", f"/items/{item}", f"/items/{item}/alike"):
        answer = sari.get(path)
        body = answer.content.decode()
        assert (answer.status_code == 403) is path.startswith("/items"), path
        for secret in ("Budi", "7654321", "7,654,321", f"rule {hit['rule']}", "budi@example.com"):
            assert secret not in body, (path, secret)
    sheet = queries.sheet(review, actor=desk.sari, now=now)
    assert sheet.hidden == frozenset(hidden)
    assert (sheet.verdict.hits, sheet.version.price, sheet.notes) == ((), None, ())
    assert sheet.labels, "pictures are veiled by what is hidden"
    decide(cast["Sari"], review, now)
    assert "Budi" not in sari.get(f"/reviews/{review}").content.decode(), "it could still be undone"
    moment.forward(timedelta(seconds=11))
    assert "Budi" in sari.get(f"/reviews/{review}").content.decode()
    assert sari.get(f"/items/{item}").status_code == 200


@pytest.mark.slow
def test_two_second_judges_at_once_are_one(packed_db, terms):
    terms(double=1.0)
    where = market()
    (item,) = ads("Sharp", where=where)
    sari, rina, jonas = (reviewer(name, where) for name in ("Sari", "Rina", "Jonas"))
    begun = timesource.now()
    review = actions.claim_next(actor=actor_for(sari), now=begun)
    decide(sari, review, begun)
    later = begun + WINDOW + timedelta(seconds=1)
    outbox.deliver_all(now=later, reactors=reactor_names())
    ready, told = Barrier(2), []

    def judge(person):
        try:
            ready.wait(10)
            actions.claim_this(actor=actor_for(person), review_id=review, now=later)
            told.append(decide(person, review, later))
        except Refusal as lost:
            told.append(lost)
        finally:
            connections.close_all()

    threads = [Thread(target=judge, args=(person,)) for person in (rina, jonas)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(isinstance(one, Refusal) for one in told) == [False, True]
    assert sorted(Judgement.objects.filter(review=review).values_list("no", flat=True)) == [1, 2]
    assert len(decisions.of_items([item], now=later)) == 1
