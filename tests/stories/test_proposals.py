"""Two people: what nobody does alone waits, suspended, until a second agrees, refuses, or nobody does in time."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.stories.conftest import ad
from trustdesk.content import queries as content
from trustdesk.decisions import actions, queries
from trustdesk.decisions.actions import Ground, RenewedAlready, RestrictionSpec, Settled
from trustdesk.decisions.models import Proposal, Restriction
from trustdesk.kernel.base.refusal import Forbidden, Invalid
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work.actions import BarredFrom
from trustdesk.kernel.work.models import WorkItem
from trustdesk.policy.queries import PolicyText
from trustdesk.review import actions as reviews
from trustdesk.review.models import Review
from trustdesk.web.tests import makers

WINDOW = timedelta(seconds=11)


@pytest.fixture
def cast(desk, now):
    people = {name: actor_for(makers.staff("lead", name=name)) for name in ("Jonas", "Made")}
    return people | {"Sari": actor_for(Staff.objects.get(id=desk.sari.id))}


@pytest.fixture
def two_people(monkeypatch):
    """Every policy asks for two people."""
    monkeypatch.setattr(PolicyText, "two_people", property(lambda self: True))


def rejected(desk, cast, now, name="p-1"):
    """Sari rejects; what waits for a second person."""
    told = desk.post(
        "/items", ad(name, "Sharp hunting rifle", "Air rifle, works well, message me for the licence papers")
    )
    desk.deliver(now)
    review = reviews.claim_next(actor=cast["Sari"], now=now)
    hit = Review.objects.get(id=review).hits[0]
    clause = Ground(policy=hit["policy"], version=hit["version"], clause=hit.get("clause") or "")
    done = reviews.decide(
        actor=cast["Sari"],
        review_id=review,
        version=1,
        outcome="remove",
        clauses=[clause],
        rationale="No licence.",
        now=now,
    )
    assert done.outcome == "hold"
    item = UUID(told.json()["id"])
    return item, Proposal.objects.get(item_id=item, state="open")


def status(item):
    return content.items([item])[item].status


def test_a_removal_waits_for_a_second_person(desk, cast, two_people, now, moment):
    item, row = rejected(desk, cast, now)
    later = now + WINDOW
    desk.deliver(later)
    assert status(item) == "held"
    assert row.suspended_until == now + timedelta(days=14)
    assert queries.of_items([item], now=later)[item][0].restrictions[0].ends_at == row.suspended_until
    own = replace(cast["Sari"], allowances=cast["Jonas"].allowances)
    with pytest.raises(BarredFrom):  # not even with the right
        actions.confirm(actor=own, proposal_id=row.id, now=later)
    with pytest.raises(Forbidden):  # a reviewer has not the right
        actions.confirm(actor=cast["Sari"], proposal_id=row.id, now=later)
    for machine in (
        SYSTEM,
        Actor(kind="rule", id="x/y"),
        Actor(kind="key", id="k", allowances=cast["Jonas"].allowances),
    ):
        with pytest.raises(Forbidden):
            actions.confirm(actor=machine, proposal_id=row.id, now=later)
    made = actions.confirm(actor=cast["Jonas"], proposal_id=row.id, words="Agreed.", now=later)
    desk.deliver(later)
    assert status(item) == "rejected"
    decided = queries.by_id(made, now=later)
    assert (decided.outcome, decided.actor, decided.state) == ("remove", cast["Jonas"].label, "effective")
    assert queries.statement(made, now=later) is not None
    row.refresh_from_db()
    assert (row.state, str(row.first_id), str(row.second_id)) == ("confirmed", cast["Sari"].id, cast["Jonas"].id)
    assert WorkItem.objects.get(id=row.work_id).state == "done"
    with pytest.raises(Settled):
        actions.refuse(actor=cast["Made"], proposal_id=row.id, why="Too late", now=later)
    # The database holds two different people, whatever code says.
    for wrong in ({"second_id": row.first_id}, {"second_id": None}, {"decision_id": None}):
        with pytest.raises(IntegrityError, match="proposal_"), transaction.atomic():
            Proposal.objects.filter(id=row.id).update(**wrong)


def test_refused_with_a_reason_it_is_free_again(desk, cast, two_people, now, moment):
    item, row = rejected(desk, cast, now)
    later = now + WINDOW
    desk.deliver(later)
    with pytest.raises(Invalid):
        actions.refuse(actor=cast["Jonas"], proposal_id=row.id, why=" ", now=later)
    made = actions.refuse(actor=cast["Jonas"], proposal_id=row.id, why="An air rifle needs none.", now=later)
    assert "did not agree" in queries.statement(made, now=later).text
    desk.deliver(later)
    assert status(item) == "live"
    row.refresh_from_db()
    assert (row.state, str(row.ended_by_id), row.words) == ("refused", cast["Jonas"].id, "An air rifle needs none.")
    # It was Sari's, and is told as overturned.
    [wrong] = queries.overturned(now=later, actor=cast["Sari"].label)
    assert (wrong.decision, wrong.before, wrong.after, wrong.why) == (row.suspension_id, "hold", "approve", row.words)
    told = FactRow.objects.get(kind="decision.overturned").payload
    assert (told["decider"], told["made_by"], told["reversal"]) == (cast["Sari"].label, "both", True)
    with pytest.raises(IntegrityError, match="proposal_refused_with_a_reason"), transaction.atomic():
        Proposal.objects.filter(id=row.id).update(words="")


def test_changed_meanwhile_it_is_closed_and_what_is_there_now_is_reviewed(desk, cast, two_people, now, moment):
    item, row = rejected(desk, cast, now)
    later = now + WINDOW
    moment.forward(WINDOW)
    desk.deliver(later)
    desk.post("/items", ad("p-1", "Toy rifle", "A toy of plastic, shoots water, works well, for children"))
    desk.deliver(later)
    assert status(item) == "held", "what a person held back stays so until a person has seen what is there now"
    for verb, more in ((actions.confirm, {}), (actions.renew, {"why": "Papers"})):
        with pytest.raises(actions.Changed):
            verb(actor=cast["Jonas"], proposal_id=row.id, now=later, **more)
    jonas, where = client_of(cast["Jonas"]), f"/proposals/{row.id}"
    page = jonas.get(where).content.decode()
    assert "Its author changed it since" in page
    assert f"{where}/confirm" not in page
    assert "Its author changed it since" in jonas.post(f"{where}/confirm").content.decode()
    assert jonas.post(f"{where}/close")["Location"] == where
    row.refresh_from_db()
    assert (row.state, row.words) == ("withdrawn", "its author changed it")
    assert status(item) == "held"
    assert (
        Review.objects.filter(item_id=item, state="open").exists() or Review.objects.filter(item_id=item).count() == 2
    )
    # Refused instead, the suspension ends, whatever is there now.
    other, second = rejected(desk, cast, later, "p-2")
    moment.forward(WINDOW)
    desk.deliver(later + WINDOW)
    with pytest.raises(Invalid):
        actions.close_changed(actor=cast["Jonas"], proposal_id=second.id, now=later + WINDOW)
    desk.post("/items", ad("p-2", "Toy rifle", "A toy of plastic, shoots water, works well, for children"))
    actions.refuse(actor=cast["Jonas"], proposal_id=second.id, why="It was a toy", now=later + WINDOW)
    assert status(other) != "held"


def test_taken_back_in_its_window_nothing_is_proposed(desk, cast, two_people, now, moment):
    item, row = rejected(desk, cast, now)
    reviews.undo(actor=cast["Sari"], review_id=Review.objects.get(item_id=item).id, now=now + timedelta(seconds=5))
    row.refresh_from_db()
    assert (row.state, row.words) == ("withdrawn", "taken back")
    assert WorkItem.objects.get(id=row.work_id).state == "cancelled"


def test_prolonged_once_then_it_lapses(desk, cast, two_people, now, moment):
    item, row = rejected(desk, cast, now)
    later = now + timedelta(days=13)
    desk.deliver(later)
    until = actions.renew(actor=cast["Jonas"], proposal_id=row.id, why="Papers are being checked.", now=later)
    assert until == now + timedelta(days=28)
    with pytest.raises(RenewedAlready):
        actions.renew(actor=cast["Jonas"], proposal_id=row.id, why="More", now=later)
    with pytest.raises(IntegrityError, match="proposal_renewed_once"), transaction.atomic():
        Proposal.objects.filter(id=row.id).update(suspended_until=now + timedelta(days=29))
    desk.deliver(later)
    past = now + timedelta(days=14, hours=1)
    assert actions.end_restrictions(now=past) == actions.lapse_due(now=past) == 0
    assert status(item) == "held"
    moment.forward(timedelta(days=28))
    assert actions.lapse_due(now=until) == 1
    assert actions.lapse_due(now=until) == actions.end_restrictions(now=until) == 0, "free already"
    assert status(item) == "live"
    freed = queries.of_items([item], now=until)[item][0]
    assert (freed.outcome, freed.made_by) == ("approve", "rule")
    assert "nobody did in time" in queries.statement(freed.id, now=until).text
    assert queries.overturned(now=until) == [], "nobody said that anybody was wrong"
    row.refresh_from_db()
    assert (row.state, row.decision) == ("lapsed", None)


def test_what_a_rule_would_remove_needs_two_people_and_not_one(desk, cast, two_people, now, moment):
    told = desk.post("/items", ad("p-r", "Phone", "Write to budi@mail.example.com or call +62 812 3456 7890")).json()
    assert told["status"] == "held", told
    row = Proposal.objects.get(item_id=told["id"])
    assert (row.origin, row.first) == ("rule", None)
    assert actions.confirm(actor=cast["Jonas"], proposal_id=row.id, now=now) is None
    with pytest.raises(BarredFrom):
        actions.confirm(actor=cast["Jonas"], proposal_id=row.id, now=now)
    assert actions.confirm(actor=cast["Made"], proposal_id=row.id, now=now) is not None
    desk.deliver(now)
    assert status(UUID(told["id"])) == "rejected"
    assert list(FactRow.objects.filter(kind__startswith="proposal.").order_by("id").values_list("kind", flat=True)) == [
        "proposal.made",
        "proposal.approved",
        "proposal.confirmed",
    ]


def ground(policy="weapons"):
    from trustdesk.policy.queries import live_content

    found = next(entry for entry in live_content().policies if entry.document.ground == "terms")
    return Ground(policy=found.code, version=found.version, clause="1.1")


def account(desk, now):
    item = UUID(desk.post("/items", ad("p-a", "Blue chair", "A chair, hardly used.")).json()["id"])
    desk.deliver(now)
    return content.items([item])[item].account


def holding(of, now):
    return [one.kind for one in queries.account_restrictions([of], now=now).get(of, ())]


def propose(actor, of, now, **more):
    return actions.propose(
        actor=actor,
        account_id=of,
        restriction=RestrictionSpec("end_account"),
        grounds=[ground()],
        why="Sells what nobody may sell, again and again.",
        now=now,
        **more,
    )


def test_an_account_is_ended_by_two_people_only(desk, cast, now, moment):
    of = account(desk, now)
    with pytest.raises(Invalid):
        actions.decide_account(
            actor=cast["Jonas"],
            account_id=of,
            outcome="remove",
            grounds=[ground()],
            restrictions=[RestrictionSpec("end_account")],
            agreed=None,
            now=now,
        )
    # A rule can do no more than suspend; two people who are not each other must agree.
    rule = Actor(kind="rule", id="ladder/ID", name="ladder", handle="TrustDesk")
    first = propose(rule, of, now, origin="ladder")
    again = propose(rule, of, now, origin="zero_tolerance")
    assert (again.id, again.new) == (first.id, False)
    assert holding(of, now) == ["suspend_account"]
    told = queries.statement(first.suspension, now=now)
    assert "second person" in told.text
    assert actions.confirm(actor=cast["Jonas"], proposal_id=first.id, now=now) is None
    assert holding(of, now) == ["suspend_account"]
    with pytest.raises(BarredFrom):
        actions.confirm(actor=cast["Jonas"], proposal_id=first.id, now=now)
    made = actions.confirm(actor=cast["Made"], proposal_id=first.id, now=now)
    desk.deliver(now)
    assert holding(of, now) == ["end_account"]
    assert queries.by_id(made, now=now).outcome == "remove"
    with pytest.raises(IntegrityError, match="restriction_ends_by_two_people"), transaction.atomic():
        Restriction.objects.filter(decision_id=made).update(proposal=None)


def test_refused_the_account_is_as_it_was(desk, cast, now, moment):
    of = account(desk, now)
    made = propose(cast["Sari"], of, now)
    assert made.until == now + timedelta(days=14)
    with pytest.raises(BarredFrom):
        actions.refuse(
            actor=replace(cast["Sari"], allowances=cast["Jonas"].allowances), proposal_id=made.id, why="x", now=now
        )
    answer = actions.refuse(actor=cast["Jonas"], proposal_id=made.id, why="Once is not again and again.", now=now)
    desk.deliver(now)
    assert holding(of, now) == []
    assert queries.by_id(made.suspension, now=now).state == "superseded"
    assert "did not agree" in queries.statement(answer, now=now).text
    assert [one.decision for one in queries.overturned(now=now, actor=cast["Sari"].label)] == [made.suspension]


def test_what_nobody_confirms_frees_the_account_and_tells_it(desk, cast, now, moment):
    """The ladder proposed; the letter goes to Budi, once, whether this or the end of the suspension comes first."""
    of = account(desk, now)
    made = propose(Actor(kind="rule", id="ladder", name="Strike ladder", handle="TrustDesk"), of, now, origin="ladder")
    until = now + timedelta(days=14)
    desk.deliver(now)
    moment.forward(timedelta(days=14))
    assert actions.end_restrictions(now=until) == 1
    assert actions.lapse_due(now=until) == 1
    assert actions.lapse_due(now=until) == 0
    desk.deliver(until)
    assert holding(of, until) == []
    freed = queries.by_id(made.suspension, now=until)
    assert freed.state == "superseded"
    letters = [one for one in queries.of_account(of, now=until) if one.outcome == "approve"]
    assert [one.made_by for one in letters] == ["rule"]
    assert "nobody did in time" in queries.statement(letters[0].id, now=until).text


def client_of(actor):
    client = Client()
    client.force_login(Staff.objects.get(id=actor.id), settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_the_pages_show_the_case_and_let_another_person_decide(desk, cast, now, moment):
    of = account(desk, now)
    sari, jonas = client_of(cast["Sari"]), client_of(cast["Jonas"])
    with CaptureQueriesContext(connection) as few:
        assert "Nothing waits" in jonas.get("/proposals/").content.decode()
    assert "optgroup" in sari.get(f"/proposals/new/{of}").content.decode()
    clause = ground()
    sent = {
        "what": "end_account",
        "clause": f"{clause.policy}:{clause.version}:{clause.clause}",
        "why": "Again & again",
    }
    assert sari.post(f"/proposals/new/{of}", sent | {"clause": "x"}).status_code == 422
    where = sari.post(f"/proposals/new/{of}", sent)["Location"]
    mine = sari.get(where).content.decode()
    assert "Another person decides." in mine
    assert "/confirm" not in mine
    assert sari.post(f"{where}/confirm").status_code == 403
    page = jonas.get(where).content.decode()
    assert all(words in page for words in ("Again &amp; again", "End the account", "suspended until", "/refuse"))
    with CaptureQueriesContext(connection) as one:
        assert "End the account" in jonas.get("/proposals/").content.decode()
    for number in range(6):
        other = content.items(
            [
                UUID(
                    desk.post(
                        "/items",
                        ad(f"o-{number}", "Chair", "A chair.", account={"external_id": f"o-{number}", "name": "Other"}),
                    ).json()["id"]
                )
            ]
        )
        propose(cast["Sari"], next(iter(other.values())).account, now)
    with CaptureQueriesContext(connection) as many:
        assert jonas.get("/proposals/").content.decode().count("<li><a") >= 7
    assert len(many) == len(one) <= len(few) + 4
    assert jonas.post(f"{where}/refuse", {"why": ""}).status_code == 422
    assert jonas.post(f"{where}/refuse", {"why": "Once is not again."})["Location"] == where
    assert "Jonas refused it" in jonas.get(where).content.decode()
    assert "Once is not again." in jonas.get(where).content.decode()
    assert jonas.post(f"{where}/confirm").status_code == 409
    assert "refused" in jonas.get("/proposals/?box=settled").content.decode()
