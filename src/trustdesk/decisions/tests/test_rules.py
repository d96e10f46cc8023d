from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.decisions.dates import add_months
from trustdesk.decisions.rules import OUTCOMES, RESTRICTION_KINDS, Held, Standing, is_hidden, status_of
from trustdesk.kernel.base.ids import uuid7

AT = datetime(2026, 3, 10, tzinfo=UTC)


def standing(version, outcome, made_by="person"):
    return Standing(id=uuid7(), version=version, outcome=outcome, made_by=made_by, made_at=AT)


def held(kind, version=1):
    return Held(decision=uuid7(), kind=kind, version=version, made_by="rule")


@pytest.mark.parametrize(
    ("verdict", "decisions", "restrictions", "status"),
    [
        (None, [], [], "pending"),
        ("approve", [], [], "live"),
        ("review", [], [], "in_review"),
        ("review", [standing(1, "approve")], [], "live"),
        ("review", [standing(1, "remove")], [held("remove")], "rejected"),
        ("reject", [standing(1, "remove")], [held("remove")], "rejected"),
        ("hold", [standing(1, "hold")], [held("disable")], "held"),
        ("limit", [standing(1, "limit")], [held("demote")], "limited"),
        ("approve", [standing(1, "flag")], [], "live"),
        ("review", [standing(1, "warn", made_by="rule")], [], "in_review"),
        ("review", [standing(1, "warn")], [], "live"),
    ],
)
def test_the_table_of_outcomes(verdict, decisions, restrictions, status):
    assert (
        status_of(withdrawn=False, version=1, verdict=verdict, decisions=decisions, restrictions=restrictions) == status
    )


def test_an_approval_of_an_older_version_changes_nothing():
    assert (
        status_of(withdrawn=False, version=2, verdict="review", decisions=[standing(1, "approve")], restrictions=[])
        == "in_review"
    )


def test_a_restriction_of_an_older_version_stays_until_the_newer_is_judged():
    assert (
        status_of(
            withdrawn=False, version=2, verdict=None, decisions=[standing(1, "remove")], restrictions=[held("remove")]
        )
        == "rejected"
    )


@given(
    withdrawn=st.booleans(),
    version=st.integers(1, 3),
    verdict=st.sampled_from([None, "approve", "limit", "review", "hold", "reject"]),
    decisions=st.lists(st.builds(standing, st.integers(1, 3), st.sampled_from(OUTCOMES)), max_size=4),
    restrictions=st.lists(st.builds(held, st.sampled_from(RESTRICTION_KINDS)), max_size=3),
)
def test_status_is_total_and_the_strictest_restriction_shows(withdrawn, version, verdict, decisions, restrictions):
    status = status_of(
        withdrawn=withdrawn, version=version, verdict=verdict, decisions=decisions, restrictions=restrictions
    )
    kinds = {one.kind for one in restrictions}
    if withdrawn:
        assert status == "withdrawn"
    elif "remove" in kinds:
        assert status == "rejected"
    elif "disable" in kinds:
        assert status == "held"
    else:
        assert status in {"pending", "in_review", "limited", "live"}
    # The order in which restrictions are read never matters.
    assert status == status_of(
        withdrawn=withdrawn, version=version, verdict=verdict, decisions=decisions, restrictions=restrictions[::-1]
    )
    if status in {"rejected", "held", "withdrawn"}:
        assert is_hidden(status=status, publish="after")


def test_six_months_end_on_the_last_day_of_a_shorter_month():
    assert add_months(datetime(2025, 8, 31, 12, tzinfo=UTC), 6) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert add_months(datetime(2023, 8, 31, tzinfo=UTC), 6) == datetime(2024, 2, 29, tzinfo=UTC)
    assert add_months(datetime(2026, 11, 5, tzinfo=UTC), 6) == datetime(2027, 5, 5, tzinfo=UTC)
