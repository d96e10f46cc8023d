"""Care by reckoning alone: what fits, where a shift begins, what may be told of groups."""

from datetime import UTC, datetime
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from trustdesk.wellbeing.rules import (
    FEWEST,
    STRICT,
    Limit,
    Sum,
    day_start,
    fits,
    in_force,
    lower,
    tellable,
    ways_of,
    week_start,
    zone_of,
)

POINTS = st.none() | st.integers(0, 500)


@given(POINTS, POINTS)
def test_a_budget_can_be_lowered_for_oneself_and_never_raised(desk, own):
    bound = lower(desk, own)
    assert desk is None or (bound is not None and bound <= desk)
    assert own is None or (bound is not None and bound <= own)


def test_a_harm_is_bounded_by_its_own_budget_and_by_that_of_everything():
    limits = in_force({"": Limit(100, 300), "violence": Limit(40, None)}, {"": Limit(90, None)})
    sums = {"violence": Sum("violence", shift=30, week=30), "hate": Sum("hate", shift=50, week=200)}
    assert fits(sums, limits, harm="violence", points=10)
    assert not fits(sums, limits, harm="violence", points=10.5), "its own shift"
    assert not fits(sums, limits, harm="hate", points=10.5), "everything's shift, lowered to 90"
    assert not fits({**sums, "sexual": Sum("sexual", shift=0, week=65)}, limits, harm="hate", points=6), "the week"


def test_what_nobody_set_is_strict_for_what_hurts():
    assert ways_of({}, "violence") == STRICT
    assert ways_of({}, "harassment") == frozenset()
    assert ways_of({"violence": ["grey", "nonsense"]}, "violence") == {"grey"}
    assert ways_of({"violence": []}, "violence") == frozenset()


def test_a_day_and_a_week_begin_where_the_person_is():
    jakarta, now = zone_of("Asia/Jakarta"), datetime(2026, 3, 8, 18, 30, tzinfo=UTC)  # Monday 01:30 there
    assert day_start(now, jakarta) == datetime(2026, 3, 8, 17, tzinfo=UTC)
    assert week_start(now, jakarta) == datetime(2026, 3, 8, 17, tzinfo=UTC)
    assert week_start(now, zone_of("nowhere/at all")) == datetime(2026, 3, 2, tzinfo=UTC)
    # The clocks go forward on that Sunday: the week is an hour shorter, and still begins on its Monday.
    berlin = zone_of("Europe/Berlin")
    assert week_start(datetime(2026, 3, 29, 12, tzinfo=UTC), berlin) == datetime(2026, 3, 22, 23, tzinfo=UTC)


@given(st.lists(st.sets(st.integers(0, 24), max_size=25), max_size=7))
def test_no_sum_or_difference_of_told_groups_singles_out_fewer_than_five(groups):
    named = list(enumerate(groups))
    told = [groups[n] for n in tellable(named)]
    assert all(len(members) >= FEWEST for members in told)
    for one, other in combinations(told, 2):
        for rest in (one - other, other - one, one & other):
            assert not rest or len(rest) >= FEWEST
    for three in combinations(told, 3):
        rest = three[0] - three[1] - three[2]
        assert not rest or len(rest) >= FEWEST


def test_a_team_that_leaves_four_others_alone_is_not_told_of():
    desk, north = set(range(10)), set(range(6))
    assert tellable([("desk", desk), ("north", north)]) == ["desk"]
    assert tellable([("desk", desk), ("north", set(range(5)))]) == ["desk", "north"]
    assert tellable([("desk", set(range(4)))]) == []
    assert tellable([("desk", set())]) == []
