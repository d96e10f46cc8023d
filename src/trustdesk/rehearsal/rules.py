"""Pure parts: what a share may really be, what a span of time is called, where a version stands in its life."""

import math
import re
from dataclasses import dataclass
from datetime import timedelta

_Z = 1.959964  # 95 %
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST = timedelta(days=3650)
SHADOW_DAYS = 7  # a shadow run ends by itself after so many days, if nobody says otherwise
MOST_SHADOW_DAYS = 60


@dataclass(frozen=True)
class Share:
    """`hits` of `of`, with the 95 % interval in which the true share lies (Wilson 1927). Of nothing: 0 to 1."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        p, n, z2 = self.hits / self.of, self.of, _Z * _Z
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        # The ends are exact where all or none hit; the formula leaves a rounding error there.
        low = 0.0 if self.hits == 0 else max(0.0, middle - half)
        return low, 1.0 if self.hits == n else min(1.0, middle + half)


def parse_span(text: str) -> timedelta | None:
    """`30d`, `12h`, `4w` → a length of time up to ten years; None when it is not understood."""
    found = re.fullmatch(r"([1-9][0-9]{0,4})([hdw])", text.strip().lower())
    length = int(found[1]) * _UNITS[found[2]] if found else None
    return length if length is not None and length <= LONGEST else None


def chunk_size(items: int) -> int:
    """Items a process takes at once: small enough to show progress and lose little, large enough to cost nothing."""
    return max(1_000, min(5_000, items // 200))


def time_left(*, done: int, items: int, seconds: float) -> float | None:
    """Seconds to go at the pace so far; None while that cannot be said."""
    if not done or seconds <= 0:
        return None
    return (items - done) * seconds / done
