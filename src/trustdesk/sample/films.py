"""Short videos of the sample desk: `film("bicycle", 7)` moves slowly over three drawings of one motif, as a hand would.

Made with PyAV when the desk is filled, so that the package carries no film.
"""

import io
from fractions import Fraction

import av
from PIL import Image

from trustdesk.sample import draw

SIZE = (480, 330)
RATE = 10  # frames a second
EACH = 2  # seconds of one drawing
SCENES = 3


def film(motif: str, seed: int) -> bytes:
    """WebM bytes, six seconds, 480 × 330, without sound: about half a second of one core. Raises UnknownMotif."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=RATE, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 300_000
        for scene in range(SCENES):
            drawn = Image.open(io.BytesIO(draw.picture(motif, seed + scene))).convert("RGB")
            for place in range(EACH * RATE):
                frame = av.VideoFrame.from_image(_seen(drawn, place / (EACH * RATE)))
                frame.pts, frame.time_base = scene * EACH * RATE + place, Fraction(1, RATE)
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def _seen(drawn: Image.Image, share: float) -> Image.Image:
    """The part of the drawing the camera shows after this share of its scene: it comes a little nearer."""
    inset = 0.06 + 0.05 * share
    wide, high = drawn.size
    shift = (share - 0.5) * 0.08 * wide
    box = (wide * inset + shift, high * inset, wide * (1 - inset) + shift, high * (1 - inset))
    return drawn.resize(SIZE, Image.Resampling.BILINEAR, box=box)
