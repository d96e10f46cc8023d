"""Curves as SVG coordinates: templates put them into attributes, style sheets colour them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from trustdesk.learning.estimating import Point

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 34


@dataclass(frozen=True)
class Tick:
    """A grid line: where it is, and what stands beside it."""

    at: float
    word: str


@dataclass(frozen=True)
class Chart:
    """`line` and `band` are lists of points for <polyline> and <polygon>. `marks`: (x, y, what) of chosen thresholds."""

    line: str
    band: str
    other_line: str
    other_band: str
    marks: tuple[tuple[float, float, str], ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def precision_recall(points: Sequence[Point], marks: Sequence[tuple[float, float, str]]) -> Chart:
    """Precision up, recall across; `marks` in these units: (recall, precision, what)."""
    ordered = sorted(points, key=lambda point: (point.recall.value, -point.precision.value))
    xs = [point.recall.value for point in ordered]
    lowest = _floor(point.precision.low for point in ordered if point.recall.value >= 0.05)
    return Chart(
        line=_line(xs, [point.precision.value for point in ordered], lowest),
        band=_band(xs, [(point.precision.low, point.precision.high) for point in ordered], lowest),
        other_line="",
        other_band="",
        marks=tuple((_x(x), _y(y, lowest), what) for x, y, what in marks),
        across=_ticks_across(),
        up=_ticks_up(lowest),
    )


def by_score(points: Sequence[Point], marks: Sequence[tuple[float, float, str]]) -> Chart:
    """Precision and recall up, the score across; `marks`: (score, share, what)."""
    ordered = sorted(points, key=lambda point: point.score)
    xs = [point.score for point in ordered]
    return Chart(
        line=_line(xs, [point.precision.value for point in ordered], 0.0),
        band=_band(xs, [(point.precision.low, point.precision.high) for point in ordered], 0.0),
        other_line=_line(xs, [point.recall.value for point in ordered], 0.0),
        other_band=_band(xs, [(point.recall.low, point.recall.high) for point in ordered], 0.0),
        marks=tuple((_x(x), _y(y, 0.0), what) for x, y, what in marks),
        across=_ticks_across(),
        up=_ticks_up(0.0),
    )


def bars(counts: Sequence[int], others: Sequence[int]) -> list[tuple[float, float, float, float]]:
    """Two histograms side by side: (x, height, x of the other, its height), in a box of 400 × 100, heights by the square
    root so that few can be seen beside many."""
    most = max([*counts, *others, 1]) ** 0.5
    wide = 400 / max(1, len(counts))
    return [
        (
            round(place * wide + 1, 1),
            round(100 * mine**0.5 / most, 1),
            round(place * wide + wide / 2, 1),
            round(100 * other**0.5 / most, 1),
        )
        for place, (mine, other) in enumerate(zip(counts, others, strict=True))
    ]


def _floor(values: object) -> float:
    """The lowest tenth that shows all of them, at most one half: so that a good model's curve is no line at the top."""
    least = min(values, default=0.0)  # type: ignore[call-overload]
    return max(0.0, min(0.5, int(least * 10) / 10))


def _x(share: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, share)), 1)


def _y(share: float, lowest: float) -> float:
    part = (min(1.0, max(lowest, share)) - lowest) / (1.0 - lowest)
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part, 1)


def _line(xs: Sequence[float], ys: Sequence[float], lowest: float) -> str:
    return " ".join(f"{_x(x)},{_y(y, lowest)}" for x, y in zip(xs, ys, strict=True))


def _band(xs: Sequence[float], bounds: Sequence[tuple[float, float]], lowest: float) -> str:
    over = [f"{_x(x)},{_y(high, lowest)}" for x, (_, high) in zip(xs, bounds, strict=True)]
    under = [f"{_x(x)},{_y(low, lowest)}" for x, (low, _) in zip(xs, bounds, strict=True)]
    return " ".join([*over, *reversed(under)])


def _ticks_across() -> tuple[Tick, ...]:
    return tuple(Tick(_x(share / 10), f"{share / 10:g}") for share in range(0, 11, 2))


def _ticks_up(lowest: float) -> tuple[Tick, ...]:
    step = 0.1 if lowest >= 0.5 else 0.2
    count = round((1.0 - lowest) / step + 1e-9)
    return tuple(Tick(_y(1.0 - step * n, lowest), f"{100 * (1.0 - step * n):.0f} %") for n in range(int(count) + 1))
