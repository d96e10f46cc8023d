"""What a breach counts for follows from what is still in force or in reach: the rest of a long past need not be read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from trustdesk.decisions.folding import Breach, count
from trustdesk.decisions.terms import parse

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TERMS = parse(
    {
        "lesson": {"most_gravity": 2, "again_after_days": 30},
        "expiry_days": {"1": 20, "2": 40, "3": 60, "4": 80, "5": 100},
        "incident_hours": 72,
        "old_after_days": 50,
        "steps": [{"at": 2, "kind": "ban_sell", "days": 3}, {"at": 4, "kind": "end_account", "days": None}],
        "features": {"sell": [{"at": 3, "kind": "ban_sell", "days": 9}]},
    }
)
ONES = st.lists(
    st.tuples(
        st.integers(0, 24 * 30),  # hours since the one before
        st.integers(0, 24 * 60),  # hours since it was posted
        st.integers(1, 4),  # which item
        st.integers(1, 5),  # gravity
        st.sampled_from(["", "sell"]),
        st.integers(1, 3),  # strikes it is worth
    ),
    min_size=1,
    max_size=14,
)


@given(given_=ONES)
def test_the_past_out_of_reach_changes_nothing(given_):
    at, breaches = BEGAN, []
    for n, (hours, posted, item, gravity, feature, weighs) in enumerate(given_):
        at += timedelta(hours=hours)
        breaches.append(
            Breach(
                decision=UUID(int=n),
                at=at,
                posted_at=at - timedelta(hours=posted),
                item=UUID(int=item),
                version=1,
                weighs=weighs,
                gravity=gravity,
                feature=feature,
                zero_tolerance=False,
                terms=TERMS,
            )
        )
    whole = count(breaches)
    last = breaches[-1]
    reach = max(TERMS.lesson_again, TERMS.incident)
    kept = [
        (one, whole[one.decision])
        for one in breaches[:-1]
        if whole[one.decision].kind in {"lesson", "strike"}
        and (whole[one.decision].expires_at > at or one.at >= at - reach or one.item == last.item)
    ]
    assert count([last], after=kept)[last.decision] == whole[last.decision]
