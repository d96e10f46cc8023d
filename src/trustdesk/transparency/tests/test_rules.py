"""Figures that do not add up are caught, each in words; 0 is not empty; accuracy never stands alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.transparency.rules import (
    DATE,
    HOURS,
    NONE,
    SHARE,
    Confusion,
    Figure,
    NotUnderstood,
    confusion,
    from_csv,
    middle,
    problems,
    split,
    to_csv,
    told,
    whole,
)

SUMS = {("actions", "all"): (("actions", "own"), ("actions", "noticed"))}
SPLITS = {("actions", "all"): ("market",)}


def report(*more):
    return [whole("report", "from", "2026-01-01", DATE), whole("report", "to", "2026-03-31", DATE), *more]


def found(*figures):
    return problems(report(*figures), sums=SUMS, splits=SPLITS)


GOOD = (
    whole("actions", "all", 7),
    *split("actions", "all", "market", {"ID": 4, "": 3}),
    whole("actions", "own", 5),
    whole("actions", "noticed", 2),
    whole("people", "median_hours", None, HOURS),
    *told("automation", "golden", Confusion(right=3, wrong=1, missed=2, left=4)),
)


def test_what_adds_up_passes_and_survives_the_file():
    assert found(*GOOD) == []
    assert from_csv(to_csv(GOOD)) == list(GOOD)
    assert {one.key for one in GOOD if one.by == "market"} == {"ID", NONE}


def changed(**fields):
    """The good figures with one changed: by its name."""
    name, value = fields.pop("name"), fields.pop("value")
    return [replace(one, value=value) if one.name == name else one for one in GOOD]


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        (changed(name="actions.all", value=8), "parts by market add up to 7, the whole is 8"),
        (changed(name="actions.all", value=None), "was not measured, yet parts by market are told"),
        (changed(name="actions.all.market.ID", value=None), "0 and empty are not the same"),
        (changed(name="actions.own", value=6), "actions.own + actions.noticed is 8"),
        (changed(name="actions.own", value=5.0), "a count is a whole number"),
        (changed(name="actions.own", value=-5), "a count is a whole number"),
        (changed(name="actions.own", value=True), "a count is a whole number"),
        (changed(name="people.median_hours", value=float("nan")), "0 or more"),
        (changed(name="automation.precision.sample.golden", value=1.5), "between 0 and 1"),
        (changed(name="automation.recall.sample.golden", value=None), "accuracy alone"),
        (changed(name="automation.missed.sample.golden", value=9), "10 cases, but"),
        ([whole("automation", "accuracy", 0.99, SHARE)], "accuracy alone"),
        ([*GOOD, GOOD[0]], "stands twice"),
        ([one for one in GOOD if one.by != "market"], "its parts by market are not told"),
        ([one for one in GOOD if one.name != "actions.all"], "its whole is not told"),
        ([Figure("actions", "all", 1, by="market")], "names both"),
        ([whole("actions", "all", 0, "pieces")], "the unit 'pieces'"),
        ([whole("report", "from", "2026-02-30", DATE)], "there is no such date"),
        ([whole("report", "to", "31.03.2026", DATE)], "there is no such date"),
        ([whole("report", "to", "2025-12-31", DATE)], "ends (2025-12-31) before it begins"),
    ],
)
def test_each_thing_that_does_not_add_up_is_told(figures, says):
    assert any(says in why for why in found(*figures)), found(*figures)


def test_a_report_says_its_days():
    assert problems([], sums={}, splits={}) == ["The report does not say from when to when it is."]


def test_what_is_not_measured_is_empty_and_what_there_was_none_of_is_zero():
    assert to_csv([whole("notices", "received", None)]).endswith("notices,received,,,count,,no\n")
    assert to_csv([whole("notices", "received", 0)]).endswith("notices,received,,,count,0,yes\n")
    nothing = {one.measure: one.value for one in told("automation", "golden", None)}
    assert set(nothing.values()) == {None}
    empty = {one.measure: one.value for one in told("automation", "golden", Confusion())}
    assert empty.pop("cases") == 0
    assert set(empty.values()) == {None}


def test_a_sample_of_alarms_alone_says_nothing_of_what_was_missed():
    seen = {
        one.measure: one.value for one in told("automation", "appeals", Confusion(right=3, wrong=1, sees_missed=False))
    }
    assert (seen["precision"], seen["recall"], seen["missed"], seen["accuracy"]) == (0.75, None, None, None)
    assert found(*told("automation", "appeals", Confusion(right=3, wrong=1, sees_missed=False))) == [
        "actions.all is not told, not even as empty."
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Line 1"),
        ("section,measure\n", "Line 1"),
        (to_csv([]) + "a,b,,,count,,yes\n", "Line 2"),
        (to_csv([]) + "a,b,,,count,0,no\n", "Line 2"),
        (to_csv([]) + "a,b,,,hours,soon,yes\n", "'soon' is no number"),
        (to_csv([]) + "a,b,count,1,yes\n", "5 columns"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(text, says):
    with pytest.raises(NotUnderstood, match=says):
        from_csv(text)


def test_the_middle_is_of_raw_durations():
    assert middle([1, 2, 30]) == 2
    assert middle([1, 2, 3, 30]) == 2.5
    assert middle([]) is None


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_every_case_is_counted_once(pairs):
    counted = confusion(pairs)
    assert counted.cases == len(pairs)
    assert counted.right == sum(said and is_one for said, is_one in pairs)
    assert counted.missed == sum(is_one and not said for said, is_one in pairs)
    assert problems(report(*told("x", "golden", counted)), sums={}, splits={}) == []
