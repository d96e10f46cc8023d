from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions, queries
from trustdesk.kernel.work.models import Claim, Pool, Turn, WorkItem
from trustdesk.kernel.work.refusals import (
    AlreadyClaimed,
    BarredFrom,
    ClaimLost,
    NoSuchWork,
    NothingWaiting,
    NotWaiting,
    OnlyPeople,
)
from trustdesk.kernel.work.rules.priority import Part
from trustdesk.kernel.work.tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def ads(now):
    return makers.queue(now, lease_seconds=600, cool_down_seconds=1800)


@pytest.fixture
def sari(now):
    return makers.staff("Sari", now)


@pytest.fixture
def jonas(now):
    return makers.staff("Jonas", now, role="lead")


def kinds_of(work):
    return [told.kind for told in of_subject(work)]


def take(who, now, **given):
    return actions.claim_next(actor=who, now=now, **given).work


def test_lanes_come_before_scores_and_scores_before_age(now, ads, sari):
    low = makers.work(ads, now, lane=5, score=1)
    high = makers.work(ads, now, lane=5, score=9)
    urgent = makers.work(ads, now, lane=0, score=0)
    aged = makers.work(ads, now, lane=5, score=1, minutes_ago=60 * 10)  # ten hours are worth ten points
    assert [take(sari, now) for _ in range(4)] == [urgent, aged, high, low]


def test_the_order_does_not_depend_on_when_one_asks(now, ads, sari):
    older = makers.work(ads, now, score=1, minutes_ago=180)
    heavier = makers.work(ads, now, score=4.5)
    assert take(sari, now + timedelta(days=9)) == heavier
    assert take(sari, now + timedelta(days=9)) == older


def test_a_claim_says_who_until_when_and_is_told(now, ads, sari):
    work = makers.work(
        ads,
        now,
        subject_line="Jual cepat",
        category="phones",
        language="id",
        score_parts=[Part("severity", 3.0, "serious (3 of 5)")],
    )
    claimed = actions.claim_next(actor=sari, now=now)
    assert claimed.until == now + timedelta(seconds=600)
    view = queries.view_of(work)
    assert (view.state, view.holder_name, view.claimed_until) == ("claimed", "Sari", claimed.until)
    assert view.score_parts == (Part("severity", 3.0, "serious (3 of 5)"),)
    assert kinds_of(work) == ["work.opened", "work.claimed"]


def test_nothing_waiting_is_a_refusal_and_costs_no_turn(now, ads, sari):
    with pytest.raises(NothingWaiting):
        actions.claim_next(actor=sari, now=now)
    assert not Turn.objects.filter(staff_id=sari.id).exists()


def test_only_people_hold_work(now, ads):
    makers.work(ads, now)
    with pytest.raises(OnlyPeople):
        actions.claim_next(actor=SYSTEM, now=now)


def test_skills_decide_what_one_is_dealt(now, ads):
    indonesian = makers.work(ads, now, language="id")
    english = makers.work(ads, now, language="en")
    delicate = makers.work(ads, now, language="en", sensitivity="child_safety", lane=0)
    plain = makers.work(ads, now)
    reader = makers.staff("Sari", now, languages=("id",))
    assert {take(reader, now), take(reader, now)} == {indonesian, plain}
    with pytest.raises(NothingWaiting):
        take(reader, now)
    trained = makers.staff("Jonas", now, languages=("en",), certificates=("child_safety",))
    assert [take(trained, now), take(trained, now)] == [delicate, english]


def test_rights_are_asked_with_their_scope(now, ads):
    jakarta = makers.work(ads, now, market="ID")
    berlin = makers.work(ads, now, market="DE")
    other = makers.work(makers.queue(now), now, market="DE")
    scoped = makers.staff("Sari", now, in_markets=("DE",), in_queues=(ads,))
    assert take(scoped, now) == berlin
    with pytest.raises(NothingWaiting):
        take(scoped, now)
    auditor = makers.staff("Dewi", now, role="auditor")
    with pytest.raises(NothingWaiting):
        take(auditor, now)
    for hidden in (jakarta, other):
        with pytest.raises(NoSuchWork):
            actions.claim_this(actor=scoped, work_id=hidden, now=now)


def test_a_selection_of_queues_and_a_closed_queue(now, ads, sari):
    shops = makers.queue(now)
    ad, shop = makers.work(ads, now, lane=0), makers.work(shops, now)
    assert take(sari, now, queues=[shops]) == shop
    makers.queue(now, code=ads, is_open=False)
    with pytest.raises(NothingWaiting):
        take(sari, now)
    makers.queue(now, code=ads, is_open=True)
    assert take(sari, now) == ad


def test_the_barred_are_passed_over(now, ads, sari, jonas):
    appeal = makers.work(ads, now, lane=0, barred={sari.id: "you made the decision"})
    other = makers.work(ads, now)
    assert take(sari, now) == other
    with pytest.raises(BarredFrom, match="you made the decision"):
        actions.claim_this(actor=sari, work_id=appeal, now=now)
    assert take(jonas, now) == appeal


def test_a_skipped_item_stays_away_for_the_cool_down(now, ads, sari, jonas):
    work = makers.work(ads, now)
    take(sari, now)
    actions.skip(actor=sari, work_id=work, now=now, reason="I know the seller")
    with pytest.raises(NothingWaiting):
        take(sari, now + timedelta(minutes=29))
    assert take(sari, now + timedelta(minutes=30)) == work
    actions.skip(actor=sari, work_id=work, now=now + timedelta(minutes=31), reason="still")
    with pytest.raises(NothingWaiting):
        take(sari, now + timedelta(minutes=60))
    assert take(jonas, now + timedelta(minutes=60)) == work
    assert "I know the seller" in of_subject(work)[2].sentence


def test_skipping_never_shortens_a_bar_for_ever(now, ads, sari):
    work = makers.work(ads, now)
    take(sari, now)
    from trustdesk.kernel.work.models import Barred

    Barred.objects.create(work_id=work, staff_id=sari.id, until=None, because="kin")
    actions.skip(actor=sari, work_id=work, now=now, reason="kin")
    with pytest.raises(NothingWaiting):
        take(sari, now + timedelta(days=30))


def test_losing_a_race_names_the_winner(now, ads, sari, jonas):
    work = makers.work(ads, now)
    take(sari, now)
    with pytest.raises(AlreadyClaimed, match="Sari has this item") as refused:
        actions.claim_this(actor=jonas, work_id=work, now=now)
    assert refused.value.details == {"holder": "Sari", "yours": False}
    with pytest.raises(AlreadyClaimed, match="You have this item already"):
        actions.claim_this(actor=sari, work_id=work, now=now)
    with pytest.raises(ClaimLost, match="Sari has this item now"):
        actions.complete(actor=jonas, work_id=work, now=now)
    actions.complete(actor=sari, work_id=work, now=now)
    with pytest.raises(ClaimLost, match="Sari finished this item"):
        actions.release(actor=jonas, work_id=work, now=now)
    with pytest.raises(NotWaiting, match="Sari finished"):
        actions.claim_this(actor=jonas, work_id=work, now=now)
    with pytest.raises(NoSuchWork):
        actions.complete(actor=jonas, work_id=uuid7(), now=now)


def test_a_lease_lapses_unless_it_is_renewed(now, ads, sari, jonas):
    work = makers.work(ads, now)
    take(sari, now)
    assert actions.heartbeat(actor=sari, work_id=work, now=now + timedelta(seconds=500)) == now + timedelta(
        seconds=1100
    )
    assert actions.lapse_claims(now=now + timedelta(seconds=1099)) == 0
    assert actions.lapse_claims(now=now + timedelta(seconds=1100)) == 1
    assert actions.lapse_claims(now=now + timedelta(seconds=1100)) == 0
    with pytest.raises(ClaimLost, match="has run out"):
        actions.heartbeat(actor=sari, work_id=work, now=now + timedelta(seconds=1101))
    assert take(jonas, now + timedelta(seconds=1102)) == work
    with pytest.raises(ClaimLost, match="Jonas has this item now"):
        actions.complete(actor=sari, work_id=work, now=now + timedelta(seconds=1103))
    assert kinds_of(work) == ["work.opened", "work.claimed", "work.claim_lapsed", "work.claimed"]


def test_finishing_late_but_before_anyone_noticed_counts(now, ads, sari):
    work = makers.work(ads, now)
    take(sari, now)
    actions.complete(actor=sari, work_id=work, now=now + timedelta(hours=2))
    assert actions.lapse_claims(now=now + timedelta(hours=3)) == 0
    assert queries.view_of(work).state == "done"


def test_release_waits_again_where_it_was(now, ads, sari):
    first, second = makers.work(ads, now, score=9), makers.work(ads, now, score=1)
    assert take(sari, now) == first
    actions.release(actor=sari, work_id=first, now=now, reason="lunch")
    assert [take(sari, now), take(sari, now)] == [first, second]
    assert list(Claim.objects.filter(work_id=first).order_by("id").values_list("ended_how", flat=True)) == [
        "released",
        "",
    ]


def test_undo_gives_the_work_back_to_the_same_person(now, ads, sari, jonas):
    work = makers.work(ads, now)
    take(sari, now)
    actions.complete(actor=sari, work_id=work, now=now)
    with pytest.raises(ClaimLost, match="Sari finished"):
        actions.give_back(actor=jonas, work_id=work, now=now)
    again = actions.give_back(actor=sari, work_id=work, now=now + timedelta(seconds=9))
    assert queries.view_of(work).claimed_until == again.until
    actions.complete(actor=sari, work_id=work, now=now + timedelta(seconds=20))
    assert kinds_of(work)[-3:] == ["work.completed", "work.given_back", "work.completed"]


def test_hold_wakes_at_its_time(now, ads, sari):
    work = makers.work(ads, now)
    take(sari, now)
    with pytest.raises(Invalid):
        actions.hold(actor=sari, work_id=work, until=now, now=now)
    actions.hold(actor=sari, work_id=work, until=now + timedelta(days=1), now=now, reason="waits for the author")
    with pytest.raises(NothingWaiting):
        take(sari, now)
    assert actions.wake_held(now=now + timedelta(hours=23)) == 0
    assert actions.wake_held(now=now + timedelta(hours=24)) == 1
    assert take(sari, now + timedelta(hours=24)) == work


def test_cancel_ends_it_for_the_holder_too_and_reopen_begins_again(now, ads, sari, jonas):
    work = makers.work(ads, now)
    take(sari, now)
    actions.cancel(actor=SYSTEM, work_id=work, now=now, reason="the author withdrew it")
    with pytest.raises(ClaimLost, match="cancelled"):
        actions.complete(actor=sari, work_id=work, now=now)
    with pytest.raises(NotWaiting):
        actions.cancel(actor=SYSTEM, work_id=work, now=now, reason="twice")
    actions.reopen(actor=SYSTEM, work_id=work, now=now, reason="posted again", barred={sari.id: "seen before"})
    with pytest.raises(NotWaiting):
        actions.reopen(actor=SYSTEM, work_id=work, now=now, reason="twice")
    with pytest.raises(NothingWaiting):
        take(sari, now)
    assert take(jonas, now) == work


def test_reprioritise_moves_it_and_minds_the_version(now, ads, sari):
    work, other = makers.work(ads, now, score=1), makers.work(ads, now, score=5)
    seen = queries.view_of(work).version
    actions.reprioritise(actor=SYSTEM, work_id=work, lane=2, score=1, now=now, version=seen)
    with pytest.raises(Stale):
        actions.reprioritise(actor=SYSTEM, work_id=work, lane=5, score=1, now=now, version=seen)
    assert [take(sari, now), take(sari, now)] == [work, other]
    actions.complete(actor=sari, work_id=work, now=now)
    with pytest.raises(NotWaiting):
        actions.reprioritise(actor=SYSTEM, work_id=work, lane=5, score=1, now=now)


def test_work_needs_a_queue_that_takes_its_kind(now):
    with pytest.raises(Invalid, match="no queue"):
        makers.work("nowhere", now)
    cases = makers.queue(now, kinds=["case"])
    with pytest.raises(Invalid, match="does not hold"):
        makers.work(cases, now)


def test_a_queue_is_checked_before_it_is_set(now, sari):
    with pytest.raises(Invalid) as refused:
        actions.set_queue(
            actor=SYSTEM, code="no spaces", name=" ", right="judge.all", lease_seconds=1, calendar="never", now=now
        )
    assert set(refused.value.fields) == {"code", "name", "right", "lease_seconds", "calendar"}


def test_pools_are_made_once_for_each_combination(now, ads):
    for _ in range(2):
        for language in ("id", "en"):
            makers.work(ads, now, language=language, market="ID")
    assert Pool.objects.filter(queue__code=ads).count() == 2


def test_every_tenth_claim_takes_the_oldest(now, ads, sari):
    old = makers.work(ads, now, score=-500, minutes_ago=60 * 24)
    for _ in range(20):
        makers.work(ads, now, score=9)
    dealt = [actions.claim_next(actor=sari, now=now) for _ in range(10)]
    assert [claimed.oldest_turn for claimed in dealt] == [False] * 9 + [True]
    assert dealt[-1].work == old


@pytest.mark.parametrize(
    "change",
    [
        {"state": "claimed"},
        {"state": "held"},
        {"state": "done"},
        {"state": "lost"},
        {"held_until": "2026-01-01T00:00:00Z"},
    ],
)
def test_the_database_refuses_states_that_cannot_be(now, ads, change):
    work = makers.work(ads, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.filter(id=work).update(**change)


def test_views_cost_the_same_queries_for_two_and_for_twenty(now, ads, sari, django_assert_num_queries):
    ids = [makers.work(ads, now) for _ in range(20)]
    for _ in range(10):
        take(sari, now)
    for few in ([*ids[:2], take(sari, now)], ids):
        with django_assert_num_queries(2):  # the items with queue and holder; their leases
            queries.views_of(few)
