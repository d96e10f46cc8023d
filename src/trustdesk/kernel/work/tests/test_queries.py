from datetime import timedelta

import pytest

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions, queries
from trustdesk.kernel.work.models import WorkItem
from trustdesk.kernel.work.queries import QueueCount, WorkFilter
from trustdesk.kernel.work.tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def ads(now):
    return makers.queue(now)


def pages(actor, *, limit=3, **given):
    """All ids, page by page."""
    found, after = [], None
    while True:
        page = queries.list_work(actor=actor, after=after, limit=limit, **given)
        found.append([view.id for view in page.rows])
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("order", ["oldest", "newest", "due", "changed"])
def test_pages_by_key_show_every_row_once_even_among_equals(now, ads, order):
    made = [makers.work(ads, now, minutes_ago=n // 4, due_at=now + timedelta(minutes=n // 3)) for n in range(11)]
    found = pages(SYSTEM, order=order, filters=WorkFilter(queue=ads))
    assert [len(page) for page in found] == [3, 3, 3, 2]
    assert sorted(work for page in found for work in page) == sorted(made)


def test_rows_that_come_and_go_between_pages_are_neither_lost_nor_doubled(now, ads):
    made = [makers.work(ads, now, minutes_ago=20 - n) for n in range(6)]
    first = queries.list_work(actor=SYSTEM, filters=WorkFilter(queue=ads, states=("open",)), limit=3)
    actions.cancel(actor=SYSTEM, work_id=made[0], now=now, reason="gone")
    makers.work(ads, now, minutes_ago=100)
    second = queries.list_work(actor=SYSTEM, filters=WorkFilter(queue=ads, states=("open",)), limit=3, after=first.next)
    assert [view.id for view in first.rows + second.rows] == made


def test_filters(now, ads):
    sari = makers.staff("Sari", now)
    wanted = makers.work(
        ads, now, language="id", market="ID", category="phones", tags=["new", "rush"], due_at=now + timedelta(hours=1)
    )
    other = makers.work(ads, now, language="en", category="cars")
    actions.claim_this(actor=sari, work_id=other, now=now)

    def listed(**given):
        return [view.id for view in queries.list_work(actor=SYSTEM, filters=WorkFilter(queue=ads, **given)).rows]

    assert listed(language="id") == listed(market="ID") == listed(category="phones") == listed(tag="rush") == [wanted]
    assert listed(due_before=now + timedelta(hours=1)) == listed(states=("open",)) == [wanted]
    assert listed(holder=sari.id) == listed(states=("claimed",)) == [other]
    assert listed(kind="case") == []


def test_one_sees_what_ones_scope_allows(now, ads):
    shops = makers.queue(now)
    here, there = makers.work(ads, now, market="ID"), makers.work(ads, now, market="DE")
    plain, shop = makers.work(ads, now), makers.work(shops, now, market="ID")
    partner = makers.staff("Partner", now, role="auditor", in_queues=(ads,), in_markets=("ID",))
    assert {view.id for view in queries.list_work(actor=partner).rows} == {here, plain}
    assert [count.queue for count in queries.counts(actor=partner, now=now)] == [ads]
    assert {here, there, plain, shop} <= {view.id for view in queries.list_work(actor=makers.staff("Jonas", now)).rows}


def test_counts_say_what_waits_for_me_and_what_is_due_soon(now, ads):
    reader = makers.staff("Sari", now, languages=("id",))
    makers.work(ads, now, language="id", due_at=now + timedelta(minutes=59), minutes_ago=9)
    makers.work(ads, now, language="id", due_at=now + timedelta(minutes=61))
    makers.work(ads, now, language="en", due_at=now - timedelta(minutes=1))
    gone = makers.work(ads, now, language="id", due_at=now)
    actions.claim_this(actor=reader, work_id=gone, now=now)
    count = next(count for count in queries.counts(actor=reader, now=now) if count.queue == ads)
    assert (count.waiting, count.mine, count.due_soon, count.oldest_at) == (3, 2, 2, now - timedelta(minutes=9))


def test_counting_stops_at_a_thousand(now, ads):
    row = WorkItem.objects.get(id=makers.work(ads, now))
    WorkItem.objects.bulk_create(
        WorkItem(
            kind="review",
            queue_id=row.queue_id,
            pool_id=row.pool_id,
            lane=5,
            score=1,
            rank=row.rank,
            opened_at=now,
            changed_at=now,
        )
        for _ in range(1003)
    )
    count = next(count for count in queries.counts(actor=SYSTEM, now=now) if count.queue == ads)
    assert count.waiting == 1001
    assert [QueueCount.words(n) for n in (17, 1000, 1001)] == ["17", "1,000", "1,000+"]


def test_lists_and_counts_cost_the_same_for_few_and_many(now, django_assert_num_queries):
    sari = makers.staff("Sari", now)
    few, many = makers.queue(now), makers.queue(now)
    for queue, count in ((few, 2), (many, 20)):
        for n in range(count):
            work = makers.work(queue, now, language="id" if n % 2 else "en")
            if n % 2:
                actions.claim_this(actor=sari, work_id=work, now=now)
    for queue in (few, many):
        with django_assert_num_queries(2):  # the rows with queue and holder; their leases
            queries.list_work(actor=sari, filters=WorkFilter(queue=queue))
    with django_assert_num_queries(4):  # queues; pools; what is mine; the counts
        queries.counts(actor=sari, now=now)
