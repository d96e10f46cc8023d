"""The circuit breaker's rules: when it opens, who may probe, how long it waits."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trustdesk.signals.rules import (
    CLOSED,
    FAILURES_COUNT_FOR,
    HALF_OPEN,
    LONGEST_PAUSE,
    OPEN,
    OPENS_AFTER,
    Breaker,
    pause,
)

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)


def failing(breaker, *digests, at=AT, probe=False):
    for digest in digests:
        breaker = breaker.failed(digest, at, probe=probe)
    return breaker


def test_it_opens_after_three_different_failures_in_a_row():
    assert failing(Breaker(), "a", "b").state == CLOSED
    opened = failing(Breaker(), "a", "b", "c")
    assert (opened.state, opened.probe_at, opened.pauses) == (OPEN, AT + pause(0), 1)


def test_one_question_that_breaks_a_signal_does_not_speak_for_all():
    assert failing(Breaker(), *["a"] * 50).state == CLOSED


def test_failures_long_ago_do_not_count():
    old = failing(Breaker(), "a", "b")
    assert failing(old, "c", at=AT + FAILURES_COUNT_FOR + timedelta(seconds=1)).state == CLOSED
    assert failing(old, "c", at=AT + FAILURES_COUNT_FOR).state == OPEN


def test_while_open_nobody_calls_until_its_time_then_one_probes():
    opened = failing(Breaker(), "a", "b", "c")
    assert opened.admits(AT + timedelta(seconds=14)) == "wait"
    due = AT + timedelta(seconds=15)
    assert opened.admits(due) == "probe"
    probing = opened.probing(due, timeout=20)
    assert (probing.state, probing.admits(due)) == (HALF_OPEN, "wait")
    assert probing.admits(due + timedelta(seconds=50)) == "probe", "who probed is gone"


def test_a_failed_probe_waits_twice_as_long_and_never_longer_than_five_minutes():
    breaker, at, pauses = failing(Breaker(), "a", "b", "c"), AT, []
    for _ in range(8):
        at = breaker.probe_at
        breaker = failing(breaker.probing(at, timeout=1), "d", at=at, probe=True)
        pauses.append((breaker.probe_at - at).total_seconds())
    assert pauses == [30, 60, 120, 240, 300, 300, 300, 300]


def test_a_call_that_began_before_it_opened_tells_nothing_new():
    opened = failing(Breaker(), "a", "b", "c")
    assert failing(opened, "d", at=AT + timedelta(seconds=1)) == opened
    probing = opened.probing(AT + timedelta(seconds=15), timeout=1)
    assert failing(probing, "e", at=AT + timedelta(seconds=16)) == probing


def test_a_probe_time_written_by_a_clock_far_ahead_is_not_waited_for():
    opened = failing(Breaker(), "a", "b", "c", at=AT + timedelta(days=300))
    assert opened.admits(AT) == "probe"


@given(
    st.lists(
        st.tuples(st.sampled_from(["fail", "answer"]), st.integers(0, 400), st.sampled_from("abcdef")), max_size=60
    )
)
def test_an_answer_always_closes_and_an_open_one_is_always_asked_again(steps):
    breaker, at, in_a_row = Breaker(), AT, set()
    for what, seconds, digest in steps:
        at += timedelta(seconds=seconds)
        admitted = breaker.admits(at)
        if admitted == "wait":
            assert breaker.probe_at - at <= LONGEST_PAUSE
            continue
        if what == "answer":
            breaker, in_a_row = Breaker(), set()
            continue
        if admitted == "probe":
            breaker = breaker.probing(at, timeout=5)
        breaker = breaker.failed(digest, at, probe=admitted == "probe")
        in_a_row.add(digest)
        assert breaker.state == CLOSED or len(in_a_row) >= OPENS_AFTER
