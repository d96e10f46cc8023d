"""The edit that takes a suggestion: exactly the wrong word gives way, whatever stands around it."""

import pytest

from trustdesk.engine import Problem
from trustdesk.policy.mending import extent_of, mend_of


def mended(source: str, column: int, nearest: str) -> str | None:
    mend = mend_of(Problem("wrong", line=3, column=column, source=source, nearest=nearest))
    if mend is None:
        return None
    assert mend.line == 3
    return source[: mend.start - 1] + mend.text + source[mend.end - 1 :]


@pytest.mark.parametrize(
    ("source", "column", "nearest", "wanted"),
    [
        ("when: acount.age < days(3)", 7, "account.age", "when: account.age < days(3)"),
        ('has_any(item.text, list("wepons"))', 25, "weapons", 'has_any(item.text, list("weapons"))'),
        ("labels: [fraud.of_platform, x]", 10, "fraud.off_platform", "labels: [fraud.off_platform, x]"),
        ('item.kind == "adz"', 14, "ad", 'item.kind == "ad"'),
        ("near(item.text, 'a', 'b', witin=4)", 33, "within", "near(item.text, 'a', 'b', within=4)"),
        ("then: rejct", 7, "reject", "then: reject"),
        ("    whn: True", 5, "when", "    when: True"),
        ("item.a and item.a.b or item.aa", 24, "item.ab", "item.a and item.a.b or item.ab"),
    ],
)
def test_the_wrong_word_gives_way(source, column, nearest, wanted):
    assert mended(source, column, nearest) == wanted


@pytest.mark.parametrize(
    ("source", "column", "nearest"),
    [("null == 3", 1, "missing(…)"), ("- 1 +", 1, "account.age"), ("", 1, "x"), ("abc", 1, "")],
)
def test_what_cannot_be_mended_by_one_word_is_left(source, column, nearest):
    assert mended(source, column, nearest) is None


def test_a_finding_without_a_place_has_no_mend():
    assert mend_of(Problem("wrong", nearest="x")) is None


def test_what_is_underlined():
    assert extent_of(Problem("", line=1, column=7, source="when: acount.age < 3")) == (7, 17)
    assert extent_of(Problem("", line=1, column=3, source="a + b")) == (3, 4)
    assert extent_of(Problem("", line=1, column=1, source="")) == (1, 2)
