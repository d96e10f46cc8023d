"""Queues as leads keep them: who takes what, overlaps refused, pause and drain, who is dealt from them, late work."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Membership, Team
from trustdesk.kernel.work import actions, queries
from trustdesk.kernel.work.actions import FallbackTakes, NothingWaiting, NotWaiting, QueuesOverlap
from trustdesk.kernel.work.models import Queue, WorkItem
from trustdesk.kernel.work.queries import lines
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.kernel.work.rules.conditions import but, read, these
from trustdesk.kernel.work.tests import makers


@pytest.mark.django_db
class TestWhoTakesWhat:
    def test_the_named_then_the_one_that_matches_then_the_fallback(self, now):
        rest = makers.queue(now, fallback=True)
        ads = makers.queue(now, condition={"kind": these("ad"), "market": but("DE")})
        named = makers.queue(now)

        def taker(market="ID", name="", kind="ad"):
            return lines.taker({"kind": kind, "market": market}, kind="review", named=name)

        assert (taker(), taker(market="DE"), taker(kind="shop"), taker(name=named)) == (ads, rest, rest, named)
        # A queue that drains takes nothing, not even by name; a paused one goes on taking.
        actions.set_queue_state(actor=SYSTEM, code=named, state="draining", now=now)
        actions.set_queue_state(actor=SYSTEM, code=ads, state="paused", now=now)
        assert (taker(name=named), taker()) == (ads, ads)
        actions.set_queue_state(actor=SYSTEM, code=ads, state="draining", now=now)
        assert taker() == rest == lines.fallback()
        with pytest.raises(FallbackTakes):
            actions.set_queue_state(actor=SYSTEM, code=rest, state="draining", now=now)

    def test_overlaps_are_refused_with_what_both_take(self, now):
        ads = makers.queue(now, condition={"kind": these("ad", "shop"), "market": these("ID", "SG")})
        makers.queue(now, condition={"kind": these("ad"), "market": but("ID", "SG")})
        with pytest.raises(QueuesOverlap) as refused:
            makers.queue(now, condition={"kind": these("shop", "profile"), "language": these("id")})
        assert refused.value.details["name"] == ads
        assert read(refused.value.details["both"]) == {
            "kind": these("shop"),
            "market": these("ID", "SG"),
            "language": these("id"),
        }
        # A queue that drains leaves its place to another, and cannot come back into it.
        actions.set_queue_state(actor=SYSTEM, code=ads, state="draining", now=now)
        makers.queue(now, condition={"kind": these("shop")})
        with pytest.raises(QueuesOverlap):
            actions.set_queue_state(actor=SYSTEM, code=ads, state="open", now=now)

    def test_who_saves_what_somebody_else_changed_is_told(self, now):
        ads = makers.queue(now)
        version = Queue.objects.get(code=ads).version
        makers.queue(now, code=ads, version=version)
        with pytest.raises(Stale):
            makers.queue(now, code=ads, version=version)


def test_two_who_save_overlapping_queues_at_once_one_is_refused(
    real_db, now
):  # a queue is everybody's: not left behind
    kind, ready, said = makers.fresh("kind"), threading.Barrier(2), []

    def save(code):
        ready.wait()
        try:
            makers.queue(now, code=code, condition={"kind": these(kind)})
            said.append("saved")
        except QueuesOverlap:
            said.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=save, args=[makers.fresh("ads")]) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(said) == ["refused", "saved"]
    assert Queue.objects.filter(condition={"kind": {"in": [kind]}}).count() == 1


@pytest.mark.django_db
class TestPeople:
    def test_only_who_is_named_is_dealt_alone_or_by_team(self, now):
        ads, sari, budi = makers.queue(now), makers.staff("Sari", now), makers.staff("Budi", now)
        for _ in range(4):
            makers.work(ads, now)

        def dealt(who):
            try:
                return bool(actions.claim_next(actor=who, now=now, queues=[ads]))
            except NothingWaiting:
                return False

        actions.name_people(actor=SYSTEM, code=ads, people=[UUID(sari.id)], now=now)
        assert (dealt(sari), dealt(budi)) == (True, False)
        team = Team.objects.create(code=makers.fresh("night"), name="Night")
        Membership.objects.create(team=team, staff_id=budi.id)
        actions.name_people(actor=SYSTEM, code=ads, teams=[team.id], now=now)
        assert (dealt(sari), dealt(budi)) == (False, True)
        ((_, named),) = lines.named_on([Queue.objects.get(code=ads).id]).items()
        assert ([name for _, name in named.people], [name for _, name in named.teams]) == ([], ["Night"])
        actions.name_people(actor=SYSTEM, code=ads, now=now)
        assert dealt(sari), "nobody named: everybody who may"

    def test_second_queues_come_after_in_each_lane_and_never_before_danger(self, now):
        ads, films = makers.queue(now), makers.queue(now)
        sari, team = makers.staff("Sari", now), Team.objects.create(code=makers.fresh("day"), name="Day")
        me = UUID(sari.id)
        Membership.objects.create(team=team, staff_id=me)
        actions.name_people(actor=SYSTEM, code=ads, people=[me], now=now)
        actions.name_people(actor=SYSTEM, code=films, second_people=[me], teams=[team.id], now=now)
        low, film = makers.work(ads, now, score=1), makers.work(films, now, score=90)
        danger, late = makers.work(films, now, lane=0), makers.work(films, now, lane=2)
        more = makers.work(ads, now, lane=2)

        def dealt():
            return actions.claim_next(actor=sari, now=now, queues=[ads, films]).work

        assert [dealt() for _ in range(5)] == [danger, more, late, low, film]
        (named,) = lines.named_on([Queue.objects.get(code=films).id]).values()
        assert named.second == {me}
        # Named only with the team, for which it comes first: its higher score is dealt first again.
        actions.name_people(actor=SYSTEM, code=films, teams=[team.id], now=now)
        low, film = makers.work(ads, now, score=1), makers.work(films, now, score=90)
        assert [dealt(), dealt()] == [film, low]
        with pytest.raises(Invalid) as refused:
            actions.name_people(actor=SYSTEM, code=ads, people=[me], second_people=[me], now=now)
        assert set(refused.value.fields) == {"second_people"}

    def test_paused_deals_nothing_and_lets_holders_finish_drained_works_off(self, now):
        ads, sari = makers.queue(now), makers.staff("Sari", now)
        first, _second = makers.work(ads, now, score=2), makers.work(ads, now)
        actions.claim_this(actor=sari, work_id=first, now=now)
        actions.set_queue_state(actor=SYSTEM, code=ads, state="paused", now=now)
        with pytest.raises(NothingWaiting):
            actions.claim_next(actor=sari, now=now, queues=[ads])
        actions.complete(actor=sari, work_id=first, now=now)
        actions.set_queue_state(actor=SYSTEM, code=ads, state="draining", now=now)
        assert next(q for q in queries.queues() if q.code == ads).drained_from == 1
        assert actions.claim_next(actor=sari, now=now, queues=[ads])


@pytest.mark.django_db
class TestOrder:
    def test_late_work_comes_before_flaggers_and_after_life_and_law(self, now):
        ads, sari = makers.queue(now), makers.staff("Sari", now)
        named = {lane: makers.work(ads, now, lane=lane, score=900) for lane in (0, 1, 2, 5)}
        late = makers.work(ads, now, lane=5, score=1)
        actions.start_clock(actor=SYSTEM, work_id=late, name="first_decision", target=Target(10), now=now)
        at = now + timedelta(minutes=11)
        actions.breach_due(now=at)
        assert queries.view_of(late).lane == 5, "it is shown as what it is"
        assert lines.place_in_line(late).before == 2
        assert [one.id for one in lines.waiting(actor=SYSTEM, queue=ads)] == [
            named[0],
            named[1],
            late,
            named[2],
            named[5],
        ]
        # A new verdict keeps it in front, more time takes it back.
        actions.reprioritise(actor=SYSTEM, work_id=late, lane=4, score=2, now=at)
        assert (queries.view_of(late).lane, lines.place_in_line(late).before) == (4, 2)
        actions.retarget_clock(actor=SYSTEM, work_id=late, name="first_decision", target=Target(60), now=at)
        assert WorkItem.objects.get(id=late).lane == 4
        assert lines.place_in_line(late).before == 3
        taken = [actions.claim_next(actor=sari, now=at, queues=[ads]).work for _ in range(3)]
        assert taken == [named[0], named[1], named[2]]

    def test_moving_keeps_age_and_lateness_and_never_takes_from_hands(self, now):
        ads, shops, sari = makers.queue(now), makers.queue(now), makers.staff("Sari", now)
        work = makers.work(ads, now, minutes_ago=60, language="id", market="ID", due_at=now)
        actions.move(actor=SYSTEM, work_id=work, queue=shops, lane=3, score=7, harm="violence", weight=4, now=now)
        row = WorkItem.objects.select_related("pool").get(id=work)
        assert (row.queue.code, row.lane, row.pool.harm, row.pool.language, row.opened_at) == (
            shops,
            3,
            "violence",
            "id",
            now - timedelta(hours=1),
        )
        actions.claim_this(actor=sari, work_id=work, now=now)
        with pytest.raises(NotWaiting):
            actions.move(actor=SYSTEM, work_id=work, queue=ads, lane=3, score=7, now=now)

    def test_what_the_board_asks_costs_the_same_for_two_queues_and_twenty(self, now):
        for _ in range(2):
            makers.work(makers.queue(now), now, market="ID", due_at=now - timedelta(minutes=5))
        with CaptureQueriesContext(connection) as few:
            seen = lines.lanes(actor=SYSTEM, now=now)
        assert {(one.waiting, one.late, one.due_soon, one.lane) for one in seen} == {(1, 1, 1, 5)}
        for n in range(20):
            queue = makers.queue(now)
            for lane in range(n % 3 + 1):
                makers.work(queue, now, lane=lane, market="ID")
        with CaptureQueriesContext(connection) as many:
            lines.lanes(actor=SYSTEM, now=now)
        assert len(many) == len(few)
