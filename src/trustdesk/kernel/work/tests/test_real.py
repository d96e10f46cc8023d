"""Work under real, parallel connections: nobody gets the same item twice, nothing is lost, also when claimers die."""

import threading
import time
from collections import Counter
from datetime import timedelta
from random import Random

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.work import actions
from trustdesk.kernel.work.models import Claim, Clock, Pool, WorkItem
from trustdesk.kernel.work.refusals import AlreadyClaimed, ClaimLost, NothingWaiting
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.kernel.work.rules.priority import rank
from trustdesk.kernel.work.tests import makers

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("real_db")]

ITEMS, CLAIMERS = 800, 8


def together(*jobs):
    """Run the jobs in threads, each with a connection of its own, started at one moment; returns their results in order."""
    gate, results, errors = threading.Barrier(len(jobs)), [None] * len(jobs), []

    def run(n, job):
        try:
            gate.wait(20)
            results[n] = job()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]
    return results


def fill(queue, now, count=ITEMS):
    """Open work in five pools, many at once: this test is about claiming."""
    for n in range(5):
        makers.work(queue, now, language=f"l{n}")
    pools = list(Pool.objects.filter(queue__code=queue).values_list("id", "queue_id", "language"))
    random = Random(7)
    rows = []
    for n in range(count - 5):
        pool, queue_id, language = pools[n % 5]
        score, opened = random.random() * 9, now - timedelta(seconds=random.randrange(9000))
        rows.append(
            WorkItem(
                kind="review",
                queue_id=queue_id,
                pool_id=pool,
                language=language,
                lane=random.randrange(4),
                score=score,
                rank=rank(score=score, opened_at=opened),
                opened_at=opened,
                changed_at=now,
            )
        )
    WorkItem.objects.bulk_create(rows, batch_size=1000)
    return set(WorkItem.objects.filter(queue__code=queue).values_list("id", flat=True))


def cast(count, now):
    return [makers.staff(name, now) for name in [f"Sari {n}" for n in range(count)]]


@pytest.mark.slow
def test_eight_claimers_share_what_waits_without_a_double_or_a_loss(now):
    queue = makers.queue(now)
    items = fill(queue, now)

    def claim_all(sari):
        mine = []
        while True:
            try:
                mine.append(actions.claim_next(actor=sari, now=now, queues=[queue]).work)
            except NothingWaiting:
                return mine
            if len(mine) % 3 == 0:
                actions.complete(actor=sari, work_id=mine[-1], now=now)

    shares = together(*[lambda sari=sari: claim_all(sari) for sari in cast(CLAIMERS, now)])
    taken = [work for share in shares for work in share]
    assert len(taken) == ITEMS, "one was taken twice, or is lost"
    assert set(taken) == items
    assert all(len(share) > ITEMS / CLAIMERS / 4 for share in shares), "some claimers were kept out"
    assert Counter(Claim.objects.filter(work_id__in=items).values_list("work_id", flat=True)) == Counter(items)


@pytest.mark.slow
def test_nothing_is_lost_or_done_twice_while_claimers_are_killed(now, cluster):
    queue = makers.queue(now, lease_seconds=60)
    items = fill(queue, now)
    at_work, over, killed = {}, threading.Event(), Counter()

    def claim_and_finish(sari):
        while not over.is_set():
            try:
                connection.ensure_connection()
                at_work[sari.id] = connection.connection.info.backend_pid
                work = actions.claim_next(actor=sari, now=now, queues=[queue]).work
                actions.complete(actor=sari, work_id=work, now=now)
            except NothingWaiting:
                return
            except (DatabaseError, InterfaceError):
                killed[sari.id] += 1
                connection.close()  # what the process would have known is gone with it

    def kill():
        random = Random(11)
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
            while not over.wait(0.02) and sum(killed.values()) < 150:
                if pids := list(at_work.values()):
                    admin.execute("SELECT pg_terminate_backend(%s)", [random.choice(pids)])

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        together(*[lambda sari=sari: claim_and_finish(sari) for sari in cast(CLAIMERS, now)])
    finally:
        over.set()
        killer.join(20)
    assert sum(killed.values()) >= 20, "hardly anyone was killed: this proves nothing"

    # Whoever was killed between claim and completion holds an item that nobody works on. Its lease runs out.
    later = now + timedelta(seconds=61)
    left = set(WorkItem.objects.filter(id__in=items).exclude(state="done").values_list("id", flat=True))
    while actions.lapse_claims(now=later):
        pass
    last = makers.staff("Jonas", now)
    found = set()
    try:
        while True:
            work = actions.claim_next(actor=last, now=later, queues=[queue]).work
            found.add(work)
            actions.complete(actor=last, work_id=work, now=later)
    except NothingWaiting:
        pass
    assert found == left, "an item was lost with its claimer"
    assert set(WorkItem.objects.filter(id__in=items, state="done").values_list("id", flat=True)) == items
    completed = Claim.objects.filter(work_id__in=items, ended_how="completed").values_list("work_id", flat=True)
    assert Counter(completed) == Counter(items), "an item was done twice"
    told = FactRow.objects.filter(kind="work.completed", subject__in=[str(item) for item in items])
    assert told.count() == len(items), "the ledger tells another story than the table"


def test_a_claimer_killed_inside_the_claim_leaves_the_item_open_at_once(now, cluster):
    queue = makers.queue(now)
    work = makers.work(queue, now)
    sari, jonas = cast(2, now)
    inside, go = threading.Event(), threading.Event()
    pid = []

    def die():
        try:
            with transaction.atomic():
                actions.claim_next(actor=sari, now=now, queues=[queue])
                pid.append(connection.connection.info.backend_pid)
                inside.set()
                assert go.wait(120)
                connection.cursor().execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return "killed"

    def kill():
        assert inside.wait(60)
        with pytest.raises(NothingWaiting):  # stepped over, not waited for
            actions.claim_next(actor=jonas, now=now, queues=[queue])
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid[0]])
        go.set()
        return actions.claim_next(actor=jonas, now=now, queues=[queue]).work

    assert together(die, kill) == ["killed", work]


def test_many_claimers_at_one_pool_all_get_something_while_there_is_something(now):
    """More claimers hold rows at the head than the first statement looks at: the exhaustive one finds the rest."""
    queue = makers.queue(now)
    people = cast(16, now)
    for _ in people:
        makers.work(queue, now)
    all_claimed = threading.Barrier(len(people))

    def claim_and_wait(sari):
        with transaction.atomic():  # everybody's claim is uncommitted until all have one
            work = actions.claim_next(actor=sari, now=now, queues=[queue]).work
            all_claimed.wait(30)
        return work

    assert len(set(together(*[lambda sari=sari: claim_and_wait(sari) for sari in people]))) == len(people)


def test_a_particular_item_goes_to_one_of_many_and_the_others_learn_to_whom(now):
    queue = makers.queue(now)
    people = cast(6, now)
    for _ in range(10):
        work = makers.work(queue, now)

        def attempt(sari, work=work):
            try:
                return actions.claim_this(actor=sari, work_id=work, now=now).claim
            except AlreadyClaimed as refusal:
                return refusal.details["holder"]

        results = together(*[lambda sari=sari: attempt(sari) for sari in people])
        winner = WorkItem.objects.select_related("holder").get(id=work).holder.name
        assert [result for result in results if isinstance(result, str)] == [winner] * 5


def test_lapse_and_completion_cannot_both_win(now):
    queue = makers.queue(now, lease_seconds=10)
    (sari,) = cast(1, now)
    late = now + timedelta(seconds=11)
    for _ in range(20):
        work = makers.work(queue, now)
        actions.claim_this(actor=sari, work_id=work, now=now)

        def finish(work=work):
            try:
                actions.complete(actor=sari, work_id=work, now=late)
            except ClaimLost:
                return False
            return True

        finished, _ = together(finish, lambda: actions.lapse_claims(now=late))
        state = WorkItem.objects.values_list("state", flat=True).get(id=work)
        assert state == ("done" if finished else "open")
        kinds = list(FactRow.objects.filter(subject=str(work)).order_by("id").values_list("kind", flat=True))
        assert kinds[2:] == (["work.completed"] if finished else ["work.claim_lapsed"])


def test_a_new_pool_is_made_once_by_many(now):
    queue = makers.queue(now)
    together(*[lambda: makers.work(queue, now, language="tlh") for _ in range(6)])
    assert Pool.objects.filter(queue__code=queue, language="tlh").count() == 1
    assert WorkItem.objects.filter(queue__code=queue, pool__language="tlh").count() == 6


def test_two_loops_and_a_fulfilment_tell_one_breach(now):
    queue = makers.queue(now)
    late = now + timedelta(minutes=11)

    def breach():
        return actions.breach_due(now=late)

    for _ in range(10):
        work = makers.work(queue, now)
        given = {"actor": makers.SYSTEM, "work_id": work, "name": "first_reply"}
        actions.start_clock(target=Target(10), now=now, **given)
        together(breach, lambda given=given: actions.fulfil_clock(now=late, **given), breach)
        kinds = Counter(FactRow.objects.filter(subject=str(work)).values_list("kind", flat=True))
        assert (kinds["work.clock_breached"], kinds["work.clock_fulfilled"]) == (1, 1)
        assert Clock.objects.get(work_id=work).breached_at == late


def test_claiming_waits_for_no_slow_claimer(now):
    """While one claim hangs, others go on at once: they step over its row."""
    queue = makers.queue(now)
    makers.work(queue, now)
    makers.work(queue, now)
    sari, jonas = cast(2, now)
    inside, go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            actions.claim_next(actor=sari, now=now, queues=[queue])
            inside.set()
            assert go.wait(120)

    def quick():
        assert inside.wait(60)
        begun = time.monotonic()
        actions.claim_next(actor=jonas, now=now, queues=[queue])
        took = time.monotonic() - begun
        go.set()
        return took

    assert together(slow, quick)[1] < 60
