"""When to try again, what counts as delivered, which events there are. Pure."""

from collections.abc import Sequence
from datetime import timedelta

# What an endpoint can listen to; forms.WORDS says it to people.
EVENTS = (
    "item.screened",
    "decision.made",
    "restriction.applied",
    "restriction.changed",
    "restriction.lifted",
    "strike.changed",
    "appeal.opened",
    "appeal.decided",
    "evidence.asked",
    "notice.received",
    "notice.decided",
    "case.opened",
    "case.replied",
    "case.resolved",
    "policy.published",
    "rule.braked",
)
ALL = "*"

# Waits after the first, second, … failed try: together a little under three days. Jitter is added.
WAITS: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=18),
    timedelta(hours=20),
)
MOST_TRIES = len(WAITS) + 1
LONGEST_ASKED_WAIT = timedelta(hours=24)
OLD_SECRET_LIVES = timedelta(hours=24)
CALL_SECONDS = 15.0  # a whole call: name, connection, answer
LEASE = timedelta(seconds=60)  # longer than any call, so nobody sends what another worker is sending
AT_ONCE = 4  # calls to one endpoint at the same time


def wait_before(tries: int, *, luck: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after `tries` failed tries (from 1); None when it is time to give up.

    `luck` in 0…1 spreads the wait by ±20 %, so that endpoints that failed together do not return together. `asked` is
    the endpoint's own Retry-After, kept when longer, up to a day.
    """
    if tries >= MOST_TRIES:
        return None
    wait = WAITS[tries - 1] * (0.8 + 0.4 * luck)
    return max(wait, min(asked, LONGEST_ASKED_WAIT)) if asked else wait


def hears(events: Sequence[str], event: str) -> bool:
    return ALL in events or event in events


def delivered(status: int) -> bool:
    """Standard Webhooks: any 2xx is a yes, everything else (redirects too) a no."""
    return 200 <= status < 300


def gone(status: int) -> bool:
    """410 asks never to be called again."""
    return status == 410
