"""What a motif is, and the paints it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from trustdesk.sample.canvas import Canvas, colour

Tone = tuple[int, int, int]

MAIN = [
    colour(code)
    for code in ("#22707a", "#b9603f", "#c7962f", "#5f8264", "#34506f", "#74506a", "#9c4a4a", "#55687a", "#7b7440")
]
ACCENT = [colour(code) for code in ("#e0b45c", "#8fb3c2", "#d89a80", "#a9bf98", "#cdb8c8", "#e3cfae")]
INK = colour("#2b2f36")
STEEL = colour("#9aa3ab")
SILVER = colour("#c9ced2")
WHITE = colour("#f4f1ea")
CREAM = colour("#eadfca")
WOOD = colour("#a4764c")
LEAF = colour("#5d8a5c")
BLACK = colour("#22252a")


@dataclass(frozen=True)
class Paint:
    """The seed's choice: a strong colour, one that goes with it, and more chance for details."""

    main: Tone
    accent: Tone
    rng: Random

    @classmethod
    def of(cls, rng: Random) -> "Paint":
        return cls(main=rng.choice(MAIN), accent=rng.choice(ACCENT), rng=rng)

    def pick(self, *codes: str) -> Tone:
        """One of the colours that this thing has in life."""
        return colour(self.rng.choice(codes))


@dataclass(frozen=True)
class Motif:
    """A thing that can be drawn: how, in front of what, and about which floor line it is scaled."""

    name: str
    draw: Callable[[Canvas, Paint], None]
    backdrops: tuple[str, ...]
    foot: float
    mirrors: bool


MOTIFS: dict[str, Motif] = {}

Drawing = Callable[[Canvas, Paint], None]


def motif(*backdrops: str, foot: float = 560.0, mirrors: bool = True) -> Callable[[Drawing], Drawing]:
    """Make a drawing known under its function's name (underscores as spaces). `foot` is where it touches the floor."""

    def keep(draw: Drawing) -> Drawing:
        name = draw.__name__.replace("_", " ")
        MOTIFS[name] = Motif(name=name, draw=draw, backdrops=backdrops, foot=foot, mirrors=mirrors)
        return draw

    return keep
