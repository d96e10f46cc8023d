"""A drawing surface in units of 960 × 660, drawn three times as large and reduced, so that edges are smooth.

Every shape becomes a polygon before it is drawn: that is what lets a whole motif be moved, scaled, mirrored or turned.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from math import cos, pi, radians, sin

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 960, 660
_OVER = 3  # supersampling: three pixels a unit, averaged at the end

Point = tuple[float, float]
Colour = tuple[int, int, int] | tuple[int, int, int, int]
_Matrix = tuple[
    float, float, float, float, float, float
]  # x' = a·x + b·y + e, y' = c·x + d·y + f as (a, b, c, d, e, f)


def colour(code: str) -> tuple[int, int, int]:
    """`#rrggbb` as three numbers of 0 to 255."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(first: Colour, second: Colour, share: float) -> tuple[int, int, int]:
    """`first` with `share` (0 to 1) of `second` in it."""
    r, g, b = (round(x + (y - x) * share) for x, y in zip(first[:3], second[:3], strict=True))
    return r, g, b


def lighter(tone: Colour, by: float = 0.2) -> tuple[int, int, int]:
    return mix(tone, (255, 255, 255), by)


def darker(tone: Colour, by: float = 0.2) -> tuple[int, int, int]:
    return mix(tone, (18, 20, 26), by)


def _times(m: _Matrix, n: _Matrix) -> _Matrix:
    """The matrix that does `n` first and `m` after."""
    a, b, c, d, e, f = m
    g, h, i, j, k, l = n  # noqa: E741  the six cells in order
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, a * k + b * l + e, c * k + d * l + f


def smoothed(points: Sequence[Point], *, closed: bool, steps: int = 14) -> list[Point]:
    """A Catmull-Rom curve through `points`, as `steps` straight pieces between each two."""
    count = len(points)
    out: list[Point] = []
    for at in range(count if closed else count - 1):
        if closed:
            p0, p1, p2, p3 = (points[(at + off) % count] for off in (-1, 0, 1, 2))
        else:
            p0, p1, p2, p3 = (points[min(max(at + off, 0), count - 1)] for off in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            out.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    if not closed:
        out.append(points[-1])
    return out


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


class Canvas:
    """What motifs draw on. Lengths are units of the 960 × 660 picture; colours may carry an alpha."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * _OVER, HEIGHT * _OVER), (255, 255, 255))
        # Blending asks every pixel; most shapes are opaque and go the quick way.
        self._solid, self._glaze = ImageDraw.Draw(self._image), ImageDraw.Draw(self._image, "RGBA")
        self._at: _Matrix = (_OVER, 0.0, 0.0, _OVER, 0.0, 0.0)

    # -- where things go

    @contextmanager
    def placed(
        self, *, scale: float = 1.0, dx: float = 0.0, dy: float = 0.0, mirrored: bool = False, foot: float = 560.0
    ) -> Iterator[None]:
        """Inside the block everything is scaled about the middle of the floor (480, `foot`), moved, perhaps mirrored."""
        flip = -scale if mirrored else scale
        with self._moved((flip, 0.0, 0.0, scale, 480 - flip * 480 + dx, foot - scale * foot + dy)):
            yield

    @contextmanager
    def turned(self, x: float, y: float, degrees: float) -> Iterator[None]:
        """Inside the block everything is turned clockwise about (x, y)."""
        c, s = cos(radians(degrees)), sin(radians(degrees))
        with self._moved((c, -s, s, c, x - c * x + s * y, y - s * x - c * y)):
            yield

    @contextmanager
    def _moved(self, matrix: _Matrix) -> Iterator[None]:
        before, self._at = self._at, _times(self._at, matrix)
        try:
            yield
        finally:
            self._at = before

    def _map(self, points: Sequence[Point]) -> list[Point]:
        a, b, c, d, e, f = self._at
        return [(a * x + b * y + e, c * x + d * y + f) for x, y in points]

    def _size(self) -> float:
        """Pixels a unit under the present placing (all placings keep proportions)."""
        a, _, c, _, _, _ = self._at
        return float((a * a + c * c) ** 0.5)

    def _pen(self, fill: Colour) -> ImageDraw.ImageDraw:
        return self._glaze if len(fill) == 4 and fill[3] < 255 else self._solid

    # -- shapes

    def poly(self, points: Sequence[Point], fill: Colour) -> None:
        self._pen(fill).polygon(self._map(points), fill=fill)

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """A closed shape with a smooth edge through `points`."""
        self.poly(smoothed(points, closed=True), fill)

    def rect(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, *, r: float = 0.0) -> None:
        """A rectangle by two corners, rounded by `r`."""
        if r <= 0:
            self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], fill)
            return
        r = min(r, abs(x1 - x0) / 2, abs(y1 - y0) / 2)
        corners = ((x1 - r, y0 + r, -90), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180))
        self.poly(
            [
                (x + r * cos(radians(start + turn)), y + r * sin(radians(start + turn)))
                for x, y, start in corners
                for turn in range(0, 91, 10)
            ],
            fill,
        )

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """An ellipse by its middle and two radii."""
        self.poly([(x + rx * cos(turn * pi / 40), y + ry * sin(turn * pi / 40)) for turn in range(80)], fill)

    def disc(self, x: float, y: float, r: float, fill: Colour) -> None:
        self.oval(x, y, r, r, fill)

    def ring(self, x: float, y: float, r: float, width: float, fill: Colour, *, ry: float | None = None) -> None:
        """The edge of an ellipse, `width` thick, its middle line at radius `r` (and `ry`)."""
        tall = r if ry is None else ry
        edge = [(cos(turn * pi / 48), sin(turn * pi / 48)) for turn in range(97)]
        outer = [(x + (r + width / 2) * c, y + (tall + width / 2) * s) for c, s in edge]
        inner = [(x + (r - width / 2) * c, y + (tall - width / 2) * s) for c, s in reversed(edge)]
        self.poly(outer + inner, fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A stroke of `width` with round ends and joints."""
        mapped, thick = self._map(points), width * self._size()
        pen = self._pen(fill)
        pen.line(mapped, fill=fill, width=max(1, round(thick)), joint="curve")
        if pen is self._solid:  # a see-through end would show twice
            half = thick / 2
            for x, y in (mapped[0], mapped[-1]):
                pen.ellipse((x - half, y - half, x + half, y + half), fill=fill)

    def curve(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """A smooth stroke through `points`."""
        self.line(smoothed(points, closed=False), width, fill)

    def arc(
        self, middle: Point, r: float, sweep: tuple[float, float], width: float, fill: Colour, *, ry: float = 0.0
    ) -> None:
        """Part of an ellipse's edge: `sweep` is where it starts and ends, in degrees clockwise from the right."""
        x, y = middle
        start, end = sweep
        tall = ry or r
        steps = max(8, round(abs(end - start) / 5))
        turns = (radians(start + (end - start) * step / steps) for step in range(steps + 1))
        self.line([(x + r * cos(turn), y + tall * sin(turn)) for turn in turns], width, fill)

    def shadow(self, x: float, y: float, rx: float, ry: float, *, deep: int = 26) -> None:
        """What a standing thing throws on the floor: three ellipses, darker towards the middle."""
        for share in (1.0, 0.9, 0.78):
            self.oval(x, y, rx * share, ry * share, (24, 22, 20, deep))

    def text(self, x: float, y: float, words: str, size: float, fill: Colour) -> None:
        """Words around a middle point; they are never mirrored or turned."""
        ((px, py),) = self._map([(x, y)])
        font = ImageFont.load_default(size=size * self._size())
        self._solid.text((px, py), words, font=font, fill=fill, anchor="mm", align="center")

    # -- out

    def png(self) -> bytes:
        """The finished picture, 960 × 660, as PNG bytes."""
        out = BytesIO()
        self._image.reduce(_OVER).save(out, "PNG", optimize=False, compress_level=4)
        return out.getvalue()
