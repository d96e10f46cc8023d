"""Counting and remembering: exact in any crowd, off by less than a bucket at the edge."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from trustdesk.signals import actions
from trustdesk.signals.models import Counter, CounterBucket, SeenText, SignalResult
from trustdesk.signals.queries import RateQuestion, SeenQuestion, rates, seen
from trustdesk.signals.rules import KEPT, width_for

HOUR = 3600.0
AT = datetime(2026, 3, 10, 9, tzinfo=UTC)


def fresh(name="account"):
    return f"{name}/{uuid.uuid4().hex}"


def count_one(key, at, counter="ads"):
    [places] = actions.count(submissions=[[(counter, key)]], now=at)
    return places[counter, key]


def rate(key, at, place=None, window=HOUR, counter="ads"):
    return rates([RateQuestion(counter, key, window, at, place)])[0]


def together(*works):
    """Run each in a thread with a connection of its own, all at once; returns their results."""
    start, results, errors = threading.Barrier(len(works)), [None] * len(works), []

    def run(at, work):
        try:
            start.wait(20)
            results[at] = work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    if errors:
        raise errors[0]
    return results


@pytest.mark.real
def test_of_many_at_once_exactly_those_beyond_the_limit_see_more_than_the_limit(real_db):
    """Six connections, each ten batches of the same eight accounts in an order of its own, each account twice a batch."""
    keys = [fresh() for _ in range(8)]
    limit, batches, workers = 50, 10, 6

    def work(turn):
        def run():
            saw = []
            for batch in range(batches):
                mine = [keys[(at * (turn + 1) + batch) % 8] if turn % 2 else keys[-at % 8] for at in range(16)]
                places = actions.count(submissions=[[("ads", key), ("items", key)] for key in mine], now=AT)
                asked = [
                    RateQuestion("ads", key, HOUR, AT, place["ads", key])
                    for key, place in zip(mine, places, strict=True)
                ]
                saw += zip(mine, rates(asked), strict=True)
            return saw

        return run

    saw = [entry for entries in together(*(work(turn) for turn in range(workers))) for entry in entries]
    assert len(saw) == 16 * batches * workers
    for key in keys:
        mine = sorted(value for asked, value in saw if asked == key)
        assert mine == list(range(1, len(mine) + 1)), "each sees a number of its own"
        assert sum(value > limit for value in mine) == max(0, len(mine) - limit)


@pytest.mark.real
def test_of_many_who_send_one_text_at_once_all_but_the_first_see_another(real_db):
    digest, crowd = uuid.uuid4().bytes, 8

    def work(owner):
        def run():
            [row] = actions.remember(texts=[(digest, owner)], now=AT)
            return seen([SeenQuestion(digest, owner, HOUR, AT, own=row)], batch=[row])[0]

        return run

    for _ in range(5):
        digest = uuid.uuid4().bytes
        saw = sorted(together(*(work(f"item {turn}") for turn in range(crowd))))
        for others in range(crowd):
            assert sum(value < others for value in saw) <= others, "at most k see fewer than k others"


@pytest.mark.django_db
def test_within_a_batch_one_sees_what_came_before_and_not_what_follows():
    digest, key = uuid.uuid4().bytes, fresh()
    actions.remember(texts=[(digest, "earlier"), (digest, "b")], now=AT)
    rows = actions.remember(texts=[(digest, "a"), (digest, "b"), (digest, "a"), (digest, "c")], now=AT)
    asked = [SeenQuestion(digest, owner, HOUR, AT, own=row) for owner, row in zip("abac", rows, strict=True)]
    assert seen(asked, batch=rows) == [2, 2, 2, 3], "others than oneself, each once"
    places = actions.count(submissions=[[("ads", key)], [("ads", key)], [], [("ads", key)]], now=AT)
    assert places == [{("ads", key): 1}, {("ads", key): 2}, {}, {("ads", key): 3}]


@pytest.mark.django_db
def test_judged_again_one_sees_what_one_saw():
    key, digest = fresh(), uuid.uuid4().bytes
    place = count_one(key, AT)
    actions.remember(texts=[(digest, "mine"), (digest, "other")], now=AT)
    for minute in range(1, 10):
        count_one(key, AT + timedelta(minutes=minute))
        actions.remember(texts=[(digest, f"later {minute}")], now=AT + timedelta(minutes=minute))
    assert rate(key, AT, place) == 1
    assert rate(key, AT + timedelta(minutes=10)) == 10
    assert seen([SeenQuestion(digest, "mine", HOUR, AT, before=True)]) == [1]


GAPS = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 4000), st.integers(0, 200_000)), min_size=1, max_size=25)


@pytest.mark.django_db
@settings(max_examples=20)
@given(gaps=GAPS, window=st.integers(1, 20 * 24 * 3600), tidy=st.booleans(), rest=st.integers(0, 90_000))
def test_the_edge_is_off_by_less_than_a_bucket(gaps, window, tidy, rest):
    with transaction.atomic():
        key, at, counted = fresh(), AT, []
        for gap in gaps:
            at += timedelta(seconds=gap, milliseconds=137)
            counted.append(at)
            count_one(key, at)
        now = at + timedelta(seconds=rest)
        while tidy and actions.sweep(now=now):
            pass
        begins, width = now - timedelta(seconds=window), width_for(timedelta(seconds=window))
        inside = sum(one > begins for one in counted)
        at_most = sum(one > begins - width for one in counted)
        assert inside <= rate(key, now, window=window) <= at_most
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_old_buckets_grow_coarser_and_go_with_their_counter():
    key = fresh()
    for second in range(300):
        count_one(key, AT + timedelta(seconds=second))
    counter = Counter.objects.get(key=key)

    def buckets():
        return CounterBucket.objects.filter(counter=counter).count()

    def tidy(now):
        while actions.sweep(now=now):
            pass

    assert buckets() == 300
    tidy(AT + timedelta(hours=2))
    assert buckets() == 5
    tidy(AT + timedelta(days=2))
    assert buckets() == 1
    assert rate(key, AT + timedelta(days=2), window=3 * 24 * HOUR) == 300, "nothing that was counted is lost"
    tidy(AT + KEPT + timedelta(hours=2))
    assert buckets() == 0
    assert not Counter.objects.filter(key=key).exists()


@pytest.mark.django_db
def test_old_texts_and_results_are_forgotten_in_bites(monkeypatch):
    monkeypatch.setattr("trustdesk.signals.actions.sweeping.BITE", 2)
    digest = uuid.uuid4().bytes
    actions.remember(texts=[(digest, f"item {turn}") for turn in range(5)], now=AT)
    actions.keep_results(results={("score", "1", uuid.uuid4().hex): (0.5, 1.0)}, now=AT)
    assert actions.sweep(now=AT + timedelta(days=31)) == 1, "the result"
    assert not SignalResult.objects.exists()
    later = AT + KEPT + timedelta(seconds=1)
    assert [actions.sweep(now=later) for _ in range(4)] == [2, 2, 1, 0]
    assert not SeenText.objects.filter(digest=digest).exists()


@pytest.mark.django_db
def test_a_clock_that_is_a_little_behind_counts_into_the_newest_bucket():
    key = fresh()
    count_one(key, AT)
    place = count_one(key, AT - timedelta(minutes=30))
    assert (place, rate(key, AT - timedelta(minutes=30), place)) == (2, 2)
    assert CounterBucket.objects.filter(counter__key=key).count() == 1


@pytest.mark.django_db
def test_a_clock_that_was_a_year_ahead_does_no_harm_once_it_is_right_again():
    key = fresh()
    for _ in range(9):
        count_one(key, AT + timedelta(days=365))
    actions.sweep(now=AT)
    place = count_one(key, AT)
    assert rate(key, AT, place) == 1, "what was counted in the future is dated before"
    assert rate(key, AT + timedelta(hours=2)) == 0


@pytest.mark.django_db
def test_a_clock_that_ran_far_back_loses_nothing_of_the_window():
    key = fresh()
    for _ in range(3):
        count_one(key, AT)
    for _ in range(4):
        count_one(key, AT - timedelta(days=1))
    place = count_one(key, AT + timedelta(seconds=5))
    assert rate(key, AT + timedelta(seconds=5), place) == 8


@pytest.mark.django_db
def test_one_text_sent_a_thousand_times_is_counted_among_the_newest(monkeypatch):
    monkeypatch.setattr("trustdesk.signals.queries.velocity.MOST_SEEN", 10)
    digest = uuid.uuid4().bytes
    actions.remember(texts=[(digest, f"item {turn}") for turn in range(30)], now=AT)
    assert seen([SeenQuestion(digest, "mine", HOUR, AT)]) == [10]


def test_long_keys_become_hashes():
    assert actions.key_of("account", "shop/7") == "account/shop/7"
    long = actions.key_of("item.text", "x" * 1000)
    assert long.startswith("item.text/sha256:")
    assert len(long) < 240
    assert long != actions.key_of("item.text", "x" * 1001)


@pytest.mark.real
def test_what_was_counted_one_by_one_goes_on_as_totals(real_db):
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate([("signals", "0001_initial")])
    with connection.cursor() as cursor:
        for seconds in (0, 0, 1, 500, 4000):
            cursor.execute(
                "INSERT INTO signals_counted (counter, key, at) VALUES ('ads', 'account/budi', %s)",
                [AT + timedelta(seconds=seconds, milliseconds=500)],
            )
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    end = AT + timedelta(seconds=4001)
    assert rate("account/budi", end) == 2
    assert rate("account/budi", end, window=2 * HOUR) == 5
    assert rate("account/budi", end, count_one("account/budi", end)) == 3
