"""Pictures of the sample desk: `picture("bicycle", 7)` draws, always the same way, what a seller might have photographed.

A motif is a small program (see `motifs`); the seed chooses backdrop, colours, place, size and side, so that two ads
with a bicycle do not show the same pixels.
"""

from functools import cache
from random import Random

from trustdesk.sample import motifs
from trustdesk.sample.backdrops import BACKDROPS
from trustdesk.sample.canvas import Canvas
from trustdesk.sample.motifs.paint import MOTIFS, Motif, Paint


class UnknownMotif(KeyError):
    """There is no program that draws this."""


def picture(motif: str, seed: int) -> bytes:
    """PNG bytes, 960 × 660, of the named motif. Raises UnknownMotif.

    Deterministic for one version of Pillow: the same motif and seed give the same bytes.
    """
    known = _motifs().get(motif)
    if known is None:
        raise UnknownMotif(motif)
    rng = Random(f"{motif}/{seed}")
    canvas = Canvas()
    BACKDROPS[rng.choice(known.backdrops)](canvas, rng)
    scale = rng.uniform(0.9, 1.06)
    with canvas.placed(
        scale=scale,
        dx=rng.uniform(-46, 46),
        dy=rng.uniform(-8, 12),
        mirrored=known.mirrors and rng.random() < 0.5,
        foot=known.foot,
    ):
        known.draw(canvas, Paint.of(rng))
    return canvas.png()


def names() -> list[str]:
    """All motifs that can be drawn, sorted."""
    return sorted(_motifs())


@cache
def _motifs() -> dict[str, Motif]:
    motifs.load()
    return MOTIFS
