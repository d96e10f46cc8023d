"""The table of states, as a person would meet it."""

import pytest

from trustdesk.workforce.rules import AUX, AVAILABLE, OFFLINE, STATES, TABLE, WRAP_UP, judge


@pytest.mark.parametrize("now", STATES)
@pytest.mark.parametrize("asked", STATES)
def test_every_change_is_either_made_or_refused_in_a_sentence(now, asked):
    judged = judge(now=now, asked=asked, reason="lunch" if now == AUX else "", asked_reason="break")
    assert set(TABLE[now]) == set(STATES)
    if judged.when == "never":
        assert judged.why.endswith(".")
        assert (asked == WRAP_UP and now != AVAILABLE) or now == asked
    else:
        assert judged.when == "now"


def test_away_for_another_reason_is_a_change_and_for_the_same_is_none():
    assert judge(now=AUX, asked=AUX, reason="lunch", asked_reason="meeting").when == "now"
    assert (
        judge(now=AUX, asked=AUX, reason="lunch", asked_reason="lunch").why == "You are away for this reason already."
    )


@pytest.mark.parametrize("asked", [AUX, WRAP_UP, OFFLINE])
def test_with_something_in_hand_leaving_waits_unless_it_must_be_at_once(asked):
    assert judge(now=AVAILABLE, asked=asked, in_hand=True).when == "later"
    assert judge(now=AVAILABLE, asked=asked, in_hand=True, at_once=True).when == "now"


@pytest.mark.parametrize("now", [AUX, WRAP_UP, OFFLINE])
def test_coming_back_never_waits(now):
    assert judge(now=now, asked=AVAILABLE, in_hand=True).when == "now"
