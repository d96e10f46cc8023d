"""The tally of work by the hour, and the board made of it."""

from datetime import UTC, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.insights import queries, tallying
from trustdesk.insights.models import Flow
from trustdesk.insights.rules import clear_by, height, line, pace, shade
from trustdesk.kernel.base import timesource
from trustdesk.kernel.ledger import sequencer
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.work import actions
from trustdesk.kernel.work.queries import lines
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.kernel.work.tests import makers
from trustdesk.web import attention


def told(now):
    """The ledger is put in order and read to its end."""
    sequencer.sequence()
    while tallying.follow(now=now):
        pass


class TestFigures:
    def test_a_line_lies_in_its_box_and_shares_its_edge(self):
        assert line([0, 5, 10], 10) == "M0 26 L60 14 L120 2"
        assert (line([], 3), line([1], 0), height(99, 10)) == ("", "M0 26", 2.0)
        assert (shade(0, 0), shade(0, 4), shade(4, 4)) == (0.05, 0.05, 1.0)

    def test_pace_and_when_it_is_clear(self, now):
        assert pace([0, 0, 4, 4, 4, 2], into_hour=0.5) == 4
        assert pace([0], into_hour=0) == 0
        assert clear_by(waiting=8, per_hour=4, now=now) == now + timedelta(hours=2)
        assert (clear_by(waiting=8, per_hour=0, now=now), clear_by(waiting=0, per_hour=0, now=now)) == (None, now)


def test_what_comes_and_goes_is_added_up_once_by_queue_lane_and_market(real_db, now):
    ads, sari = makers.queue(now), makers.staff("Sari", now)
    first = makers.work(ads, now, lane=3, market="ID")
    makers.work(ads, now, lane=3, market="ID")
    gone = makers.work(ads, now, lane=5)
    actions.claim_this(actor=sari, work_id=first, now=now)
    actions.complete(actor=sari, work_id=first, now=now)
    actions.cancel(actor=SYSTEM, work_id=gone, now=now, reason="withdrawn")
    told(now)
    rows = Flow.objects.filter(queue=ads).order_by("lane")
    assert [(r.lane, r.market, r.arrived, r.decided, r.cancelled) for r in rows] == [
        (3, "ID", 2, 1, 0),
        (5, "", 1, 0, 1),
    ]
    assert rows[0].hour == now.replace(minute=0)
    # Taken back, and told again: nothing counts twice.
    actions.give_back(actor=sari, work_id=first, now=now)
    told(now)
    told(now)
    assert Flow.objects.get(queue=ads, lane=3).decided == 0


class TestBoard:
    def test_the_figures_of_a_moment(self, real_db, now):
        ads, shops, sari = makers.queue(now), makers.queue(now), makers.staff("Sari", now)
        at = now + timedelta(minutes=30)
        for n in range(3):
            makers.work(ads, now, lane=3, market="ID", minutes_ago=n)
        late = makers.work(shops, now, lane=5)
        actions.start_clock(actor=SYSTEM, work_id=late, name="first_decision", target=Target(10), now=now)
        actions.breach_due(now=at)
        held = actions.claim_next(actor=sari, now=at, queues=[ads]).work
        told(at)
        board = queries.board(SYSTEM, now=at)
        seen = {(one.queue, one.lane): (one.waiting, one.late, one.people) for one in board.lanes}
        assert seen == {(ads, 3): (2, 0, 1), (shops, 5): (1, 1, 0)}
        assert (board.waiting, board.late, board.late_by) == (3, 1, timedelta(minutes=20))
        assert (board.people, [one.items for one in board.holders]) == (1, [1])
        assert board.usual is None
        assert "is late" in attention.needs(SYSTEM, now=at)[0].says
        actions.complete(actor=sari, work_id=held, now=at)
        told(at)
        assert queries.board(SYSTEM, now=at).decided == 1
        # A week later it is what is usual.
        assert queries.board(SYSTEM, now=at + timedelta(weeks=1)).usual == 1

    @pytest.mark.django_db
    def test_a_lead_of_one_market_sees_that_market(self, now):
        ads = makers.queue(now)
        makers.work(ads, now, market="ID")
        makers.work(ads, now, market="DE")
        for market in ("ID", "DE"):
            Flow.objects.create(hour=now, queue=ads, lane=5, market=market, arrived=1)
        jonas = makers.staff("Jonas", now, role="lead", in_markets=("ID",))
        board = queries.board(jonas, now=now)
        assert (board.waiting, board.since_hour) == (1, 1)

    @pytest.mark.django_db
    def test_heat_by_weekday_and_hour(self, now):
        cache.clear()
        Flow.objects.create(hour=now - timedelta(days=1), queue="ads", lane=5, arrived=9)
        Flow.objects.create(hour=now - timedelta(hours=2), queue="ads", lane=5, arrived=3)
        heat = queries.heat(now=now, zone=UTC)
        assert (heat.total, heat.busiest) == (12, (7, 9))
        assert (heat.shades[0][9], heat.shades[1][7]) == (1.0, 0.37), "Monday at nine, Tuesday at seven"

    @pytest.mark.django_db
    def test_the_pages_cost_the_same_for_two_queues_and_twenty(self, now):
        jonas = Staff.objects.get(id=makers.staff("Jonas", now, role="lead").id)
        desk = Client()
        desk.force_login(jonas, settings.AUTHENTICATION_BACKENDS[0])

        def cost(path):
            cache.clear()
            with timesource.source.fixed(now), CaptureQueriesContext(connection) as seen:
                answer = desk.get(path)
            assert answer.status_code == 200
            return len(seen)

        codes = [makers.queue(now) for _ in range(2)]
        people = [makers.staff(f"Sari {n}", now) for n in range(12)]

        def fill(codes, staff):
            for n, code in enumerate(codes):
                for lane in (3, 5):
                    makers.work(code, now, lane=lane, market="ID", due_at=now)
                actions.name_people(actor=SYSTEM, code=code, people=[UUID(staff[n % len(staff)].id)], now=now)
                actions.claim_next(actor=staff[n % len(staff)], now=now, queues=[code])
                Flow.objects.create(hour=now, queue=code, lane=5, market="ID", arrived=2, decided=1)

        fill(codes, people[:2])
        paths = ("/board/", "/queues/", f"/queues/of/{codes[0]}")
        few = [cost(path) for path in paths]
        fill([makers.queue(now) for _ in range(18)], people)
        for _ in range(18):
            makers.work(codes[0], now, market="ID")
        assert [cost(path) for path in paths] == few
        assert lines.waiting(actor=SYSTEM, queue=codes[0], limit=50)
