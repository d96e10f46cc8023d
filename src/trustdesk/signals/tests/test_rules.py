"""Where windows begin."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.signals.rules import KEPT, floor, since, width_for

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.timedeltas(timedelta(seconds=1), KEPT))
def test_a_window_begins_less_than_a_bucket_early_and_at_a_border(at, window):
    width = width_for(window)
    begins = since(at, window)
    assert timedelta(0) <= (at - window) - begins < width
    assert floor(begins, width) == begins


@pytest.mark.parametrize(
    ("window", "width"),
    [
        (timedelta(seconds=10), timedelta(seconds=1)),
        (timedelta(hours=1), timedelta(seconds=1)),
        (timedelta(hours=2), timedelta(minutes=1)),
        (timedelta(days=1), timedelta(minutes=1)),
        (timedelta(days=7), timedelta(hours=1)),
        (timedelta(days=100), timedelta(hours=1)),
    ],
)
def test_the_longer_the_window_the_wider_the_buckets(window, width):
    assert width_for(window) == width


def test_a_window_longer_than_what_is_kept_has_no_answer():
    with pytest.raises(ValueError, match="100 days"):
        width_for(KEPT + timedelta(seconds=1))
