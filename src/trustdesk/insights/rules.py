"""What the figures of the board say. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

HOURS = 12  # of the lines of a lane
WIDTH, HEIGHT, EDGE = 120.0, 28.0, 2.0


def line(values: Sequence[float], most: float) -> str:
    """A path through these values, oldest first, in a box of 120 × 28; `most` is the value at the upper edge."""
    if not values:
        return ""
    step = WIDTH / max(1, len(values) - 1)
    return " ".join(
        f"{'M' if n == 0 else 'L'}{round(n * step, 1):g} {round(height(value, most), 1):g}"
        for n, value in enumerate(values)
    )


def height(value: float, most: float) -> float:
    """Where a value lies in the box, from above."""
    share = max(0.0, min(1.0, value / most)) if most > 0 else 0.0
    return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)


def pace(decided: Sequence[float], *, into_hour: float) -> float:
    """Decisions an hour: of the last three hours and what has gone by of this one (0 to 1). `decided`: by hour, this last."""
    hours = min(3, len(decided) - 1) + into_hour
    return sum(decided[-4:]) / hours if hours > 0 else 0.0


def clear_by(*, waiting: int, per_hour: float, now: datetime) -> datetime | None:
    """When nothing is left at this pace, if nothing came in any more; None when nobody works on it."""
    if waiting and per_hour <= 0:
        return None
    return now + timedelta(minutes=ceil(60 * waiting / per_hour)) if waiting else now


def shade(value: float, most: float) -> float:
    """How dark a field of the heat map is: 0.05 (nothing) to 1."""
    return round(0.05 + 0.95 * (value / most), 2) if most > 0 else 0.05
