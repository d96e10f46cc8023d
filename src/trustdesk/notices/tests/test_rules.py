"""What a notice weighs and when it opens a judged matter again: no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.notices import rules


def test_a_stranger_counts_one_and_experience_moves_that_slowly():
    assert rules.trust_of([]).weight == 1.0
    assert rules.trust_of(["acted"] * 12 + ["no_action"] * 3).mean == pytest.approx(14 / 19)
    assert rules.trust_of(["no_action"] * 100).weight < 0.05
    # What was judged before, or gone, teaches nothing.
    assert rules.trust_of(["judged_before", "gone"] * 50) == rules.Trust(0, 0)


def test_only_the_newest_hundred_count():
    assert rules.trust_of(["acted"] * 100 + ["no_action"] * 900) == rules.Trust(100, 100)


@given(st.lists(st.sampled_from(["acted", "no_action", "gone"]), max_size=150))
def test_trust_is_never_certain_and_one_more_right_never_lowers_it(outcomes):
    before = rules.trust_of(outcomes)
    assert 0 < before.mean < 1
    assert rules.trust_of(["acted", *outcomes]).mean >= before.mean


@given(st.integers(0, 20), st.floats(0, 1000))
def test_each_round_needs_more_than_the_last_and_none_goes_on_for_ever(rounds, gathered):
    if rules.opens(rounds=rounds + 1, gathered=gathered, danger=False):
        assert rules.opens(rounds=rounds, gathered=gathered, danger=False)
    assert not rules.opens(rounds=rules.MOST_ROUNDS + 1, gathered=gathered, danger=True)


def test_lanes():
    lane = rules.lane_of
    assert lane(category="fraud", danger=True, trusted=False, muted=False) == 0
    assert lane(category="child_safety", danger=False, trusted=False, muted=False) == 0
    assert lane(category="fraud", danger=False, trusted=True, muted=False) == 2
    assert lane(category="fraud", danger=False, trusted=False, muted=False) == 5
    assert lane(category="fraud", danger=True, trusted=True, muted=True) == 5
