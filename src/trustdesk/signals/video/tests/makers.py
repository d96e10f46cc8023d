"""Making videos, kind and hostile, with PyAV."""

import io
import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import av
import av.stream
import numpy as np
from PIL import Image, ImageDraw, ImageFont

Painter = Callable[[int], np.ndarray]


def scene(seed: int, size: tuple[int, int] = (160, 120)) -> np.ndarray:
    """A picture of its own for each seed: patches with soft edges, RGB, (height, width, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BOX))


def with_words(picture: np.ndarray, words: str, *, size: int = 22) -> np.ndarray:
    """The picture with a caption across its lower half."""
    image = Image.fromarray(picture.copy())
    draw = ImageDraw.Draw(image)
    width, height = image.size
    draw.rectangle((0, height * 0.6, width, height), fill="white")
    draw.text((8, height * 0.65), words, fill="black", font=ImageFont.load_default(size))
    return np.asarray(image)


def cuts(seeds: Sequence[int], *, each: int, size: tuple[int, int] = (160, 120)) -> Painter:
    """Frame number to picture: `each` frames of every scene."""
    pictures = [scene(seed, size) for seed in seeds]
    return lambda number: pictures[min(number // each, len(pictures) - 1)]


def film(
    paint: Painter,
    frames: int,
    *,
    rate: int = 10,
    kind: str = "mp4",
    codec: str = "libx264",
    sound: bool = False,
    gop: int = 10,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    step: int = 1,
    turned: int = 0,
) -> bytes:
    """A video of `frames` painted frames. `step`: how many ticks of 1/rate one frame lasts (for very long ones);
    `turned`: degrees by which a player shall turn it to the left."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind, container_options=container_options or {}) as container:
        first = paint(0)
        stream = container.add_stream(
            codec,
            rate=rate,
            options={"preset": "ultrafast", **(options or {})} if codec == "libx264" else options or {},
        )
        stream.width, stream.height = first.shape[1], first.shape[0]
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.gop_size = gop
        if turned:
            stream.set_display_rotation(turned)
        noise = (
            container.add_stream("aac" if kind in {"mp4", "mov", "mpegts"} else "libopus", rate=48_000)
            if sound
            else None
        )
        container.start_encoding()
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(paint(number)), format="rgb24")
            frame.pts, frame.time_base = number * step, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if noise is not None:
            _tone(container, noise)
    return out.getvalue()


def song(*, cover: bytes = b"") -> bytes:
    """Sound in an MP4 file, with a cover picture if given."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        noise = container.add_stream("aac", rate=48_000)
        picture = None
        if cover:
            picture = container.add_stream("mjpeg", rate=1)
            picture.width, picture.height, picture.pix_fmt = 160, 120, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
        _tone(container, noise)
        if picture is not None:
            packet = av.Packet(cover)
            packet.stream, packet.pts, packet.dts, packet.time_base = picture, 0, 0, Fraction(1, 1)
            container.mux(packet)
    return out.getvalue()


def cover_song() -> bytes:
    """A song whose only picture is its cover."""
    cover = io.BytesIO()
    Image.fromarray(scene(3)).save(cover, "JPEG")
    return song(cover=cover.getvalue())


def _tone(container: Any, stream: Any) -> None:
    tone = (np.sin(np.arange(48_000) * 0.06) * 8_000).astype(np.int16)
    for place in range(0, 48_000 - 1_024, 1_024):
        piece = av.AudioFrame.from_ndarray(tone[None, place : place + 1_024], format="s16", layout="mono")
        piece.sample_rate, piece.pts = 48_000, place
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))


def with_box(good: bytes, target: str) -> bytes:
    """An MP4 whose data reference says that the frames lie in another file: `dref` with a `url ` that is not itself."""
    at = good.index(b"url \0\0\0\x01") - 4
    path = b"file://" + target.encode() + b"\0"
    entry = struct.pack(">I", 12 + len(path)) + b"url \0\0\0\0" + path
    grown = len(entry) - 12
    patched = bytearray(good[:at] + entry + good[at + 12 :])
    for box in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        place = patched.rindex(box, 0, at + 4) - 4
        (size,) = struct.unpack(">I", patched[place : place + 4])
        patched[place : place + 4] = struct.pack(">I", size + grown)
    return bytes(patched)
