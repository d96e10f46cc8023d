"""In which order work is dealt: lane, then rank, then age."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

# Waiting is worth one point of score an hour: enough that a small thing passes a middling newer one the next day.
AGEING_PER_SECOND = 1 / 3600

# Every tenth claim takes the oldest item, so that nothing waits for ever below newer, heavier work.
OLDEST_EVERY = 10


# Late work is dealt before everything that is not late of this lane and those after it: in it, above any score.
LATE_LANE = 2
LATE_POINTS = 1_000_000.0


@dataclass(frozen=True)
class Part:
    """One factor of a score, as people read it: Part("severity", 3.0, "serious (3 of 5)")."""

    name: str
    value: float
    says: str


def rank(*, score: float, opened_at: datetime) -> float:
    """Time-invariant rank: score − ageing · opened_at (seconds since 1970). Higher is dealt earlier.

    The effective score at any moment, score + ageing · (now − opened_at), differs from it by the same amount for all
    items, so the order never changes with time and an index can keep it.
    """
    return score - AGEING_PER_SECOND * opened_at.timestamp()


def dealt_in(lane: int, *, late: bool) -> tuple[int, float]:
    """The lane work of this lane is dealt in, and what its rank gains: late work moves up, never past graver lanes."""
    return (LATE_LANE, LATE_POINTS) if late and lane >= LATE_LANE else (lane, 0.0)


def is_oldest_turn(taken: int) -> bool:
    """Does a claimer's `taken`-th claim (from 1) go to the oldest item?"""
    return taken % OLDEST_EVERY == 0


def parts_as_json(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [asdict(part) for part in parts]
