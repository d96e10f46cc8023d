from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.webhooks import rules


def test_the_tries_of_one_delivery_span_about_three_days():
    total = sum((rules.wait_before(tries, luck=0.5) for tries in range(1, rules.MOST_TRIES)), timedelta())
    assert timedelta(hours=68) < total < timedelta(hours=76)
    assert rules.wait_before(rules.MOST_TRIES, luck=0.5) is None


@given(st.integers(1, rules.MOST_TRIES - 1), st.floats(0, 1))
def test_waits_grow_whatever_the_luck_and_stay_within_a_fifth(tries, luck):
    wait = rules.wait_before(tries, luck=luck)
    middle = rules.wait_before(tries, luck=0.5)
    assert abs(wait - middle) <= middle * 0.2 + timedelta(microseconds=2)
    if tries < 6:
        assert rules.wait_before(tries + 1, luck=0) > wait


def test_an_endpoint_may_ask_for_a_longer_wait_but_not_for_ever():
    assert rules.wait_before(1, luck=0.5, asked=timedelta(minutes=10)) == timedelta(minutes=10)
    assert rules.wait_before(1, luck=0.5, asked=timedelta(days=400)) == timedelta(hours=24)
    assert rules.wait_before(5, luck=0.5, asked=timedelta(seconds=1)) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("status", "yes"), [(200, True), (204, True), (299, True), (302, False), (404, False), (500, False)]
)
def test_only_a_2xx_is_a_yes(status, yes):
    assert rules.delivered(status) is yes


def test_listening():
    assert rules.hears(["*"], "decision.made")
    assert rules.hears(["decision.made"], "decision.made")
    assert not rules.hears(["item.screened"], "decision.made")
