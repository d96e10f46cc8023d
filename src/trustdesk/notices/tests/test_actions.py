"""Notices through their verbs: weighed, joined to reviews, answered, opened again with decay, kept within bounds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from trustdesk.decisions import actions as decisions
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work import queries as work
from trustdesk.notices import actions, limits, queries
from trustdesk.notices.actions import FlaggerEntry, Sender, TooManyNotices
from trustdesk.notices.models import Notice, Reporter
from trustdesk.notices.tests.makers import listing, report, settle
from trustdesk.policy import queries as policy
from trustdesk.post.models import Letter
from trustdesk.review import queries as reviews
from trustdesk.review.models import Review
from trustdesk.web.tests import makers

pytestmark = pytest.mark.usefixtures("packed_db")


def place(item: UUID) -> work.WorkView:
    found = reviews.of_items([item])[item]
    assert found.state == "open"
    return work.view_of(found.work)


def decide(item: UUID, outcome: str, *, now, by: Actor = SYSTEM) -> UUID:
    """A person's decision about the newest version, in effect at once; the open review is done with it."""
    code = policy.public_list("en")[0].code
    grounds = [decisions.Ground(code, policy.live_guideline(code, "en").version)] if outcome == "remove" else []
    made = decisions.decide(
        actor=by, item_id=item, version=1, outcome=outcome, grounds=grounds, now=now, window=timedelta(0)
    )
    Review.objects.filter(item_id=item, state="open").update(state="decided", decision=made.id)
    settle(now)
    return made.id


def standing(received) -> list[str]:
    return [said for _, _, said in received.standings]


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("id"))


def test_many_notices_are_one_review_and_each_notifier_is_answered(now):
    item = listing(now=now)
    report(item, now=now)
    settle(now)
    alone = place(item)
    assert alone.lane == 5
    assert [letter.to for letter in letters("notice_receipt")] == ["amara@mail.example"]
    report(item, now=now, who="citra", language="id")
    report(item, now=now)  # the same person again: heard, not counted twice
    settle(now)
    assert place(item).score > alone.score
    assert reviews.of_items([item])[item].because == "notice"
    assert Review.objects.filter(item_id=item).count() == 1
    assert Review.objects.get(item_id=item).noticed["weight"] == 2.0
    decision = decide(item, "remove", now=now)
    told = letters("notice_answer")
    assert sorted(letter.to for letter in told) == ["amara@mail.example", "amara@mail.example", "citra@mail.example"]
    assert {letter.language for letter in told if "citra" in letter.to} == {"id"}
    assert {one.outcome for one in queries.of_subjects([item])[item]} == {"acted"}
    assert len(queries.notifiers_of_decision(decision)) == 3
    # Whoever reports it now learns that it is gone.
    assert standing(report(item, now=now, who="dian")) == ["gone"]


def test_what_may_stay_is_opened_again_by_more_and_more_others(now):
    item = listing(now=now)
    report(item, now=now, who="amara")
    settle(now)
    decide(item, "approve", now=now)
    at = now + timedelta(hours=1)
    assert standing(report(item, now=at, who="amara")) == ["judged_before"]  # the same facts, the same person
    assert "when others report it too" in letters("notice_answer")[-1].text
    assert standing(report(item, now=at, who="citra")) == ["waits"]  # another person: once more
    settle(at)
    decide(item, "approve", now=at)
    at += timedelta(hours=1)
    assert standing(report(item, now=at, who="dian")) == ["judged_before"]
    assert standing(report(item, now=at, who="eko")) == ["waits"]  # two others together
    assert standing(report(item, now=at, who="farah", category="goods")) == ["waits"]  # other facts are new
    settle(at)
    assert Review.objects.filter(item_id=item, state="open").count() == 1
    # Dian was told that it may stay; now that something was done after all, she is told that, too.
    decide(item, "remove", now=at)
    assert [letter.to for letter in letters("notice_answer")].count("dian@mail.example") == 2


def test_copies_and_owners_are_no_second_voice(now):
    item = listing(now=now)
    words = "Everybody please report this shop, it is run by somebody we do not like at all."
    report(item, now=now, who="amara", reason=words)
    report(item, now=now, who="citra", reason=words.upper())
    copy = queries.of_subjects([item])[item][0]
    assert (copy.weight, copy.independent) == (0.0, False)
    assert "repeats" in copy.why[-1]


def test_a_flagger_is_heard_first_inside_its_area_only_and_not_while_suspended(now):
    lead = actor_for(makers.staff("lead", name="Jonas"))
    entry = FlaggerEntry(code="brandwatch", name="Brand Watch", categories=["ip"], markets=["DE"])
    flagger = actions.keep_flagger(actor=lead, entry=entry, now=now)
    inside, outside, elsewhere = listing(now=now), listing(now=now), listing(now=now, market="ID")
    report(inside, now=now, category="ip", flagger=flagger)
    report(outside, now=now, category="fraud", flagger=flagger)
    report(elsewhere, now=now, category="ip", flagger=flagger)
    settle(now)
    assert [place(item).lane for item in (inside, outside, elsewhere)] == [2, 5, 5]
    actions.keep_flagger(
        actor=lead,
        entry=FlaggerEntry(code="brandwatch", name="Brand Watch", categories=["ip"], state="suspended", why="Too many"),
        now=now,
    )
    later = listing(now=now)
    report(later, now=now, category="ip", flagger=flagger)
    settle(now)
    assert place(later).lane == 5
    assert "suspended" in queries.of_subjects([later])[later][0].why[-1]


def test_danger_raises_one_alert_that_one_person_acknowledges(now):
    sari, lead = actor_for(makers.staff("reviewer")), makers.staff("lead", name="Jonas")
    item = listing(now=now)
    report(item, now=now, category="self_harm", danger=True)
    report(item, now=now, category="self_harm", danger=True, who="citra")
    settle(now)
    assert place(item).lane == 0
    (alert,) = queries.alerts(open_only=True)
    assert Letter.objects.filter(kind="alert", to=lead.email).count() == 1
    actions.acknowledge(actor=sari, alert_id=alert.id, now=now + timedelta(minutes=3))
    with pytest.raises(actions.AcknowledgedAlready):
        actions.acknowledge(actor=sari, alert_id=alert.id, now=now)
    assert queries.open_alerts(sari) == 0


def test_nobody_is_muted_unwarned_and_the_muted_are_kept_but_not_counted(now):
    lead = actor_for(makers.staff("lead", name="Jonas"))
    item = listing(now=now)
    report(item, now=now)
    amara = Reporter.objects.get(email="amara@mail.example")
    with pytest.raises(actions.WarnFirst, match="warned before"):
        actions.mute(actor=lead, reporter_id=amara.id, why="Reports everything.", until=None, now=now)

    def unfounded(*names, at):
        for name in names:
            sent = report(None, now=at, addresses=(f"https://elsewhere.example/{name}",), reason=f"{name} is bad.")
            notice = sent.standings[0][0]
            actions.close(actor=lead, notice_id=notice, outcome="no_action", told="We found nothing.", now=at)

    unfounded("one", "two", "three", at=now - timedelta(hours=1))
    actions.warn(actor=lead, reporter_id=amara.id, now=now - timedelta(minutes=30))
    unfounded("four", at=now)
    actions.mute(actor=lead, reporter_id=amara.id, why="Reports all.", until=now + timedelta(days=9), now=now)
    assert [letter.to for letter in letters("reporter")] == ["amara@mail.example"] * 2
    other = listing(now=now)
    assert standing(report(other, now=now, danger=True)) == ["not_counted"]
    settle(now)
    assert reviews.of_items([other]) == {}
    assert queries.alerts() == []
    assert standing(report(other, now=now + timedelta(days=10))) == ["waits"]


def test_a_bomb_is_stopped_and_trusted_flaggers_are_served(now, monkeypatch):
    monkeypatch.setattr(limits, "NETWORK", 3)
    monkeypatch.setattr(limits, "DESK", 6)
    item = listing(now=now)
    flagger = actions.keep_flagger(
        actor=SYSTEM, entry=FlaggerEntry(code="b", name="Brand Watch", categories=["ip"]), now=now
    )
    for n in range(3):
        report(item, now=now, who=f"bot{n}", network="one")
    with pytest.raises(TooManyNotices):
        report(item, now=now, who="bot4", network="one")
    for n in range(3):
        report(item, now=now, who=f"other{n}", network=f"n{n}")
    with pytest.raises(TooManyNotices):  # the desk has had enough of strangers for this minute
        report(item, now=now, who="citra", network="quiet")
    report(item, now=now, who="flagger", category="ip", flagger=flagger)
    report(item, now=now + timedelta(minutes=2), who="citra", network="quiet")


def test_what_nobody_finds_is_work_and_is_placed_or_answered(now):
    sari, item = actor_for(makers.staff("reviewer")), listing(now=now)
    report(None, now=now, addresses=("https://pasar.example/i/nothing",))
    report(None, now=now, who="citra", addresses=("https://elsewhere.example/x",))
    first, second = queries.listing(state="waiting")[::-1]
    assert work.view_of(first.work).kind == "notice"
    actions.place(actor=sari, notice_id=first.id, item_id=item, now=now)
    settle(now)
    assert place(item).lane == 5
    with pytest.raises(Invalid):
        actions.close(actor=sari, notice_id=second.id, outcome="acted", told="Done.", now=now)
    actions.close(actor=sari, notice_id=second.id, outcome="no_action", told="That is not our site.", now=now)
    assert "That is not our site." in queries.one(second.id).answer
    assert {work.view_of(one.work).state for one in (first, second)} == {"done"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"category": "aliens"}, "category"),
        ({"good_faith": False}, "good_faith"),
        ({"reason": "bad"}, "reason"),
        ({"sender": None}, "reporter"),
        ({"sender": Sender(email="amara at mail")}, "reporter.email"),
        ({"items": (), "addresses": tuple(f"https://x.example/{n}" for n in range(200))}, "subject"),
        ({"items": ()}, "subject"),
    ],
)
def test_bad_notices_store_nothing_and_name_the_field(now, wrong, field):
    given = {"item": UUID(int=1), **wrong}
    with pytest.raises(Invalid) as refused:
        report(given.pop("item"), now=now, **given)
    assert field in refused.value.fields
    assert not Notice.objects.exists()


def test_about_a_child_nobody_has_to_say_who_they_are(now):
    item = listing(now=now)
    report(item, now=now, sender=None, category="child_safety")
    settle(now)
    assert place(item).lane == 0
    assert place(item).queue == "escalations"


def test_twenty_at_once_are_one_review_and_one_first_voice(now):
    item = listing(now=now)

    def one(n: int) -> None:
        try:
            report(item, now=now, who="amara" if n % 2 else f"w{n}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(12)))
    settle(now)
    assert Notice.objects.filter(reporter__email="amara@mail.example", independent=True).count() == 1
    assert Review.objects.get(item_id=item).noticed["count"] == 12


@pytest.mark.parametrize("shared", ["reporter", "network", "flagger"])
def test_many_at_once_are_no_more_than_one_sender_may_send(now, monkeypatch, shared):
    watch = actions.keep_flagger(
        actor=SYSTEM, entry=FlaggerEntry(code="watch", name="Safe Street", categories=["fraud"]), now=now
    )
    items = [listing(now=now) for _ in range(2)]
    monkeypatch.setattr(limits, shared.upper(), 3)
    more = {
        "reporter": lambda n: {"network": f"10.0.{n}.0/24"},  # one person, from everywhere
        "network": lambda n: {"who": f"w{n}", "network": "10.0.0.0/24"},
        "flagger": lambda n: {"who": f"w{n}", "flagger": watch},
    }[shared]

    def one(n: int) -> bool:
        try:
            report(items[n % 2], now=now, **more(n))
        except TooManyNotices:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(12))) == 3
    assert Notice.objects.count() == 3
