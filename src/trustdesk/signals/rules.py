"""Signals' pure parts: how finely counts are kept, when a signal is left alone."""

import re
from dataclasses import dataclass, replace
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


# A signal that fails this often in a row, with different questions, within so long, is not asked for a while.
OPENS_AFTER = 3
FAILURES_COUNT_FOR = timedelta(minutes=10)
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=5)
# Beyond its time-out, how long a probe may take before another process may probe.
PROBE_GRACE = timedelta(seconds=30)

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


@dataclass(frozen=True)
class Breaker:
    """A circuit breaker. `failing`: digests of the batches that failed since the last answer, each once, so that one
    question that breaks a signal does not speak for all. `pauses`: how often in a row it opened."""

    state: str = CLOSED
    failing: tuple[str, ...] = ()
    failed_at: datetime | None = None
    probe_at: datetime | None = None
    pauses: int = 0

    def admits(self, now: datetime) -> str:
        """`call` it, `probe` it (as the only one), or `wait`."""
        if self.state == CLOSED:
            return "call"
        # A time too far ahead was written by a clock that was: nobody waits for it.
        due = self.probe_at is None or not now < self.probe_at <= now + LONGEST_PAUSE * 2
        return "probe" if due else "wait"

    def probing(self, now: datetime, *, timeout: float) -> "Breaker":
        """Half-open: until then nobody else probes."""
        return replace(self, state=HALF_OPEN, probe_at=now + timedelta(seconds=min(timeout, 240.0)) + PROBE_GRACE)

    def failed(self, digest: str, now: datetime, *, probe: bool) -> "Breaker":
        """One more failure; a failed probe opens at once, for twice as long. A call that began before it opened tells
        nothing new."""
        if self.state != CLOSED:
            if not probe:
                return self
            return replace(self, state=OPEN, failed_at=now, probe_at=now + pause(self.pauses), pauses=self.pauses + 1)
        old = self.failed_at is None or abs(now - self.failed_at) > FAILURES_COUNT_FOR
        failing = () if old else self.failing
        if digest not in failing:
            failing = (*failing, digest)
        if len(failing) < OPENS_AFTER:
            return replace(self, failing=failing, failed_at=now)
        return Breaker(state=OPEN, failing=failing, failed_at=now, probe_at=now + pause(0), pauses=1)


def pause(pauses: int) -> timedelta:
    """How long an open breaker waits before it probes: 15 s, 30 s, 1 min … 5 min."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(pauses, 10))


# Banks. An entry floods when it matches more in an hour than its limit, and more than so many times its usual hour.
FLOOD_LIMIT = 100
FLOOD_FACTOR = 10
# People found it wrong so often, and not right more often: it stops.
WRONG_SUSPENDS = 3


def floods(*, hour: int, week: int, limit: int) -> bool:
    """Does an entry match far more than it should? `hour` and `week`: its matches in the last hour and seven days."""
    usual = max(0, week - hour) / (7 * 24 - 1)
    return hour > limit and hour > FLOOD_FACTOR * usual


def suspends(*, right: int, wrong: int) -> bool:
    return wrong >= WRONG_SUSPENDS and wrong > right


CODE_OF_BANK = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
LONGEST_ENTRY = 20_000
MOST_AT_ONCE = 5_000
MOST_HASHES = 50_000
