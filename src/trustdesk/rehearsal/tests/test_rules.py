"""Shares with their intervals, spans of time, tallies that add up."""

import json
import random
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.rehearsal.rules import Share, chunk_size, parse_span, time_left
from trustdesk.rehearsal.tally import MOST_SAMPLES, Found, Side, Tally, merged


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_of_the_literature(hits, of, low, high):
    found = Share(hits, of).interval
    assert found == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 10**7).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share(case):
    share = Share(*case)
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1


def test_of_nothing_nothing_is_known():
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0.0, 1.0))


def test_spans_of_time():
    assert parse_span("30d") == timedelta(days=30)
    assert parse_span(" 12H ") == timedelta(hours=12)
    assert parse_span("4w") == timedelta(weeks=4)
    assert [parse_span(bad) for bad in ("", "0d", "30", "d", "-3d", "1y", "99999w", "٣d")] == [None] * 8


def test_parts_are_neither_tiny_nor_huge():
    assert [chunk_size(items) for items in (1, 100_000, 300_000, 10**8)] == [1_000, 1_000, 1_500, 5_000]
    assert time_left(done=0, items=10, seconds=5) is None
    assert time_left(done=25, items=100, seconds=5) == 15


OUTCOMES = ["approve", "limit", "review", "hold", "reject"]
HITS = [Found("a", "one", ("l.x",)), Found("a", "two", ("l.x", "l.y")), Found("b", "one", ())]


@st.composite
def items(draw):
    def side():
        hits = tuple(draw(st.lists(st.sampled_from(HITS), max_size=3, unique=True)))
        unsure = (("b", "two"),) if draw(st.booleans()) else ()
        return Side(draw(st.sampled_from(OUTCOMES)), hits, unsure)

    number = draw(st.integers(0, 2**128 - 1))
    return (
        UUID(int=number),
        draw(st.sampled_from(["ID", "SG"])),
        side(),
        side(),
        draw(st.sampled_from([None, "remove", "approve"])),
    )


def count(given_items):
    tally = Tally()
    for verdict, market, old, new, person in given_items:
        if tally.add(market=market, place=f"ad|{market}|id", old=old, new=new, person=person):
            change = f"{old.outcome}>{new.outcome}"
            if tally.wants(change, verdict):
                tally.keep(change, verdict, {"item": str(verdict)})
    return tally


@given(st.lists(items(), max_size=120, unique_by=lambda one: one[0]), st.integers(1, 5), st.randoms())
def test_parts_add_up_to_the_whole_in_any_order(given_items, cut, shuffled):
    parts = [json.loads(json.dumps(count(given_items[at::cut]).to_json())) for at in range(cut)]
    shuffled.shuffle(parts)
    assert merged(parts).to_json() == count(given_items).to_json()


def test_fifty_samples_of_a_change_stay_the_same_ones_whatever_the_order():
    rest = random.Random(7)
    many = [(UUID(int=rest.getrandbits(128)), "ID", Side("approve"), Side("reject"), None) for _ in range(400)]
    kept = count(many).to_json()["samples"]["approve>reject"]
    assert len(kept) == MOST_SAMPLES
    assert count(many[::-1]).to_json()["samples"]["approve>reject"] == kept


def test_removals_are_held_against_people():
    told = count(
        [
            (UUID(int=1), "ID", Side("approve"), Side("reject", (HITS[0],)), "remove"),
            (UUID(int=2), "ID", Side("approve"), Side("reject", (HITS[0],)), "approve"),
            (UUID(int=3), "ID", Side("approve"), Side("review"), "remove"),
            (UUID(int=4), "ID", Side("approve"), Side("approve"), "approve"),
            (UUID(int=5), "ID", Side("approve"), Side("reject"), None),
        ]
    )
    assert told.people == {"before": [0, 0, 2, 2], "after": [1, 1, 1, 1]}
    assert told.rules["a/one"] == [0, 2, 2, 0, 0, 2, 0, 0]
    assert told.labels == {"l.x": [0, 2, 0, 2]}
    assert told.markets == {"ID": [5, 4, 0, 3]}
