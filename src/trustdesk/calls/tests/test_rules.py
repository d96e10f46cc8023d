"""The course of a call, whatever order it is told in; numbers as people and machines write them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.calls import rules
from trustdesk.calls.rules import Course

START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
TOLD = st.tuples(st.sampled_from(rules.EVENTS), st.integers(0, 60))


def course(told):
    found = Course(START + timedelta(hours=1))
    for event, second in told:
        found = rules.hear(found, event, START + timedelta(seconds=second))
    return found


@given(told=st.lists(TOLD, min_size=1, max_size=7), data=st.data())
def test_the_order_in_which_it_is_told_does_not_matter_nor_how_often(told, data):
    once = course(told)
    again = course(data.draw(st.permutations([*told, *told])))
    assert (once, once.state, once.ended_at) == (again, again.state, again.ended_at)
    assert once.state in rules.STATES
    assert (once.ended_at is None) == (once.state in rules.GOING)
    moments = [one for one in (once.began_at, once.answered_at, once.ended_at) if one is not None]
    assert all(one <= other for one, other in pairwise(moments))


def test_the_next_extension_answers_what_the_first_missed():
    assert course([("ringing", 0), ("missed", 20), ("answered", 25)]).state == "answered"
    assert course([("ringing", 0), ("missed", 20)]).state == "missed"
    assert course([("ended", 9), ("ringing", 0)]).state == "ended"
    assert course([("ended", 30), ("missed", 30)]).state == "missed"


@pytest.mark.parametrize(
    ("said", "region", "e164", "shown"),
    [
        ("0811-1234-567", "ID", "+628111234567", "+62 811-1234-567"),
        ("+65 6123 4567", "ID", "+6561234567", "+65 6123 4567"),
        ("tel:+628111234567", "", "+628111234567", "+62 811-1234-567"),
        ("anonymous", "ID", "", ""),
        ("  ", "ID", "", ""),
        ("Restricted", "ID", "", ""),
        ("204", "ID", "", "204"),
        ("1-800-FLOWERS", "US", "", "1-800-FLOWERS"),
        ("<script>alert(1)</script>", "ID", "", "<script>alert(1)</script>"),
        ("++++\n\x00", "ID", "", "++++"),
        ("9" * 80, "ID", "", "9" * 40),
    ],
)
def test_numbers(said, region, e164, shown):
    found = rules.number_of(said, region)
    assert (found.e164, found.shown) == (e164, shown)


@given(said=st.text(max_size=80), region=st.sampled_from(["ID", "SG", "", "XX"]))
def test_no_number_breaks_it(said, region):
    found = rules.number_of(said, region)
    assert len(found.e164) <= 16
    assert len(found.shown) <= 40
    assert found.shown.isprintable()


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://calls.example.com/r/1?token=a", True),
        ("http://calls.example.com/r/1", False),
        ("javascript:alert(1)", False),
        ("https://user:secret@calls.example.com/", False),
        ("https:///nothing", False),
        ("https://a.example.com/\nx", False),
        ("https://[broken/", False),
        ("https://a.example.com/" + "x" * 2_000, False),
    ],
)
def test_links_to_recordings(url, fine):
    assert rules.is_link(url) is fine
