"""Signals' pure parts: how finely counts are kept."""

from datetime import UTC, datetime, timedelta

# What was counted is kept in buckets of a second, an hour later of a minute, a day later of an hour. A window is cut at
# a border of the buckets that are kept as long as it is: its edge is off by less than one of them.
TIERS: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(hours=1), timedelta(seconds=1)),
    (timedelta(days=1), timedelta(minutes=1)),
    (timedelta(days=100), timedelta(hours=1)),
)
# Counts and remembered texts older than this are gone; a longer window cannot be answered.
KEPT = TIERS[-1][0]
# A process whose clock is behind by up to this much counts into the newest bucket; beyond, the newest is what was wrong.
CLOCK_TOLERANCE = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def width_for(window: timedelta) -> timedelta:
    """The bucket by which a window's edge may be off. Raises ValueError for a window longer than KEPT."""
    for longest, width in TIERS:
        if window <= longest:
            return width
    raise ValueError(f"counts are kept for {KEPT.days} days")


def floor(at: datetime, width: timedelta) -> datetime:
    """The start of the bucket that holds a moment."""
    return at - (at - _EPOCH) % width


def since(at: datetime, window: timedelta) -> datetime:
    """Where a window that ends at `at` begins: at a border, less than one bucket early."""
    return floor(at - window, width_for(window))
