"""Conditions of queues: what they take, and that an overlap is exactly work that both take."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.kernel.work.rules.conditions import Values, but, in_words, matches, overlap, read, these, written

DIMENSIONS = ("kind", "market")
# "new" is a value that no condition names: a market opened tomorrow.
UNIVERSE = ("", "a", "b", "c", "new")
SETS = st.builds(Values, st.frozensets(st.sampled_from(UNIVERSE[:-1])), st.booleans())
CONDITIONS = st.dictionaries(st.sampled_from(DIMENSIONS), SETS)
ITEMS = [dict(zip(DIMENSIONS, values, strict=True)) for values in product(UNIVERSE, repeat=len(DIMENSIONS))]


@given(CONDITIONS, CONDITIONS)
def test_two_conditions_overlap_exactly_if_something_matches_both(one, other):
    both = [item for item in ITEMS if matches(one, item) and matches(other, item)]
    found = overlap(one, other)
    assert (found is not None) == bool(both)
    if found is not None:
        assert [item for item in ITEMS if matches(found, item)] == both, "and it is just what both take"


@given(CONDITIONS)
def test_what_is_written_is_read_again(condition):
    # The empty set means any where people write it; in memory it can only come from an intersection.
    full = {dimension: values for dimension, values in condition.items() if values}
    again = read(written(full))
    assert all(matches(again, item) == matches(full, item) for item in ITEMS)


def test_words_and_refused_shapes():
    assert in_words({"kind": these("ad", "shop"), "market": but("DE"), "family": these("")}) == (
        "family none; kind ad, shop; market not DE"
    )
    assert in_words({}) == "everything"
    assert read({"kind": {"in": []}, "market": {"not": []}}) == {}
    for wrong in ({"kind": "ad"}, {"kind": {"in": "ad"}}, {"kind": {"in": [1]}}, {"kind": {"in": [], "not": []}}):
        with pytest.raises(ValueError, match="kind"):
            read(wrong)
