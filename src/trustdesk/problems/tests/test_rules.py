"""What is alike, and when a fix holds."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trustdesk.problems import rules

TODAY = date(2026, 3, 30)


def days(*counts, end=TODAY):
    return {end - timedelta(days=len(counts) - 1 - n): count for n, count in enumerate(counts)}


def test_the_words_most_of_them_have_come_first():
    said = [
        ("The code does not arrive", "I wait for the login code, please help"),
        ("Login", "no code arrives on my phone"),
        ("Code?", "your code never came"),
    ]
    assert rules.words_of(said).split()[0] == "code"
    assert rules.words_of([("Where is my parcel", "Hello, where is it?")]) == "parcel"
    assert rules.words_of([]) == rules.words_of([("?", "!")]) == ""


def test_a_fix_holds_after_enough_quiet_whole_days():
    fixed = TODAY - timedelta(days=6)
    linked = days(4, 6, 5, 9, 1, 0, 1, 1, 0, 7)  # the day of the fix and today count for nobody
    found = rules.course(linked, {}, fixed=fixed, today=TODAY, share=20, first=TODAY - timedelta(days=9))
    assert found.before == 5
    assert found.limit == 1
    assert found.quiet == 5
    assert found.holds(5)
    assert not found.holds(6)
    again = rules.course(linked | {TODAY - timedelta(days=1): 2}, {}, fixed=fixed, today=TODAY, share=20, first=None)
    assert again.quiet == 0
    alike = rules.course(linked, {TODAY - timedelta(days=2): 3}, fixed=fixed, today=TODAY, share=20, first=None)
    assert alike.quiet == 1


def test_without_a_fix_or_without_cases_before_it_nothing_holds():
    assert not rules.course(days(0, 0, 0), {}, fixed=None, today=TODAY, share=20, first=None).holds(1)
    early = rules.course({}, {}, fixed=TODAY - timedelta(days=20), today=TODAY, share=20, first=None)
    assert not early.holds(1)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=80), st.integers(0, 70), st.integers(0, 100))
def test_the_chart_is_as_high_as_its_numbers(counts, ago, share):
    found = rules.course(days(*counts), {}, fixed=TODAY - timedelta(days=ago), today=TODAY, share=share, first=None)
    bars = rules.bars(found)
    assert all(0 <= one.y_high <= one.y_low <= 100 for one in bars)
    assert [one.day for one in bars] == sorted(one.day for one in bars)
    assert sum(one.linked for one in bars) == sum(counts[-len(bars) :])
    assert found.quiet <= max(0, ago - 1)
