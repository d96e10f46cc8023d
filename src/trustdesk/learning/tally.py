"""What a shadow run has counted so far. Pure; ids and scores, no words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

BINS = 20
MOST_SAMPLES = 30


@dataclass(frozen=True)
class Seen:
    """One item as both models scored it; `live` None where nothing answers. `new_at`, `live_at`: where each would act."""

    item: UUID
    version: int
    new: float
    live: float | None
    new_at: float
    live_at: float

    @property
    def apart(self) -> float:
        return abs(self.new - self.live) if self.live is not None else self.new

    @property
    def sides(self) -> str:
        """both, new, live or neither: whose score is above its threshold."""
        new, live = self.new > self.new_at, self.live is not None and self.live > self.live_at
        return "both" if new and live else "new" if new else "live" if live else "neither"


@dataclass
class Tally:
    """`samples`: the items on which the two are on different sides, furthest apart first."""

    items: int = 0
    silent: int = 0  # the live model said nothing
    apart: float = 0.0  # sum of the differences
    sides: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("both", "new", "live", "neither"), 0))
    new: list[int] = field(default_factory=lambda: [0] * BINS)
    live: list[int] = field(default_factory=lambda: [0] * BINS)
    samples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, seen: Seen) -> None:
        self.items += 1
        self.new[_bin(seen.new)] += 1
        if seen.live is None:
            self.silent += 1
        else:
            self.live[_bin(seen.live)] += 1
            self.apart += seen.apart
        self.sides[seen.sides] += 1
        if seen.sides in {"new", "live"}:
            sample = {"item": str(seen.item), "version": seen.version, "new": round(seen.new, 4), "side": seen.sides}
            sample["live"] = None if seen.live is None else round(seen.live, 4)
            self.samples.append(sample)
            self.samples.sort(key=lambda one: -abs(one["new"] - (one["live"] or 0.0)))
            del self.samples[MOST_SAMPLES:]

    @property
    def disagreements(self) -> int:
        return self.sides["new"] + self.sides["live"]

    @property
    def mean_apart(self) -> float | None:
        known = self.items - self.silent
        return self.apart / known if known else None

    def to_json(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Tally":
        return cls(**told)


def _bin(score: float) -> int:
    return min(BINS - 1, max(0, int(score * BINS)))
