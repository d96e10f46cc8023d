"""When somebody is asked how the desk helped, and how answers add up. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

SCORES = (1, 2, 3, 4, 5)
GOOD = 4  # from here on somebody was content: the share of these is the CSAT
STATES = ("planned", "asked", "dropped")
# Why nobody was asked.
WHYS = ("off", "reopened", "merged", "no_address", "machine", "returned", "stopped", "lately", "kept_waiting")
LONGEST_SAID = 1000
ANSWER_WITHIN = timedelta(days=30)  # of being asked; until then an answer may be changed
LONGEST_WAIT = timedelta(days=7)  # a worker that stood still does not ask about what is long forgotten
FEWEST = 5  # answers, below which a group's score says more about somebody than about the work
MOST_HOURS, MOST_DAYS = 24 * 14, 365


@dataclass(frozen=True)
class Asking:
    """The desk's settings: so many hours after a case was resolved, at most once in so many days."""

    on: bool = True
    after_hours: int = 24
    rest_days: int = 30


@dataclass(frozen=True)
class Tally:
    """How a group was judged. `score` is the mean and `good` the share of 4 and 5 in percent, None while there are too few
    answers; `rate` the share of those asked who answered, in percent, None when nobody was asked."""

    asked: int
    answered: int
    rate: int | None
    score: float | None
    good: int | None


def tally(*, asked: int, scores: Iterable[int], fewest: int = FEWEST) -> Tally:
    given = list(scores)
    enough = len(given) >= max(fewest, 1)
    return Tally(
        asked=asked,
        answered=len(given),
        rate=round(100 * len(given) / asked) if asked else None,
        score=round(sum(given) / len(given), 2) if enough else None,
        good=round(100 * sum(one >= GOOD for one in given) / len(given)) if enough else None,
    )
