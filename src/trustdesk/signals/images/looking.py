"""The front of the image signals: bytes, a file or a frame in, a `Look` out.

    look(path_or_bytes, want=EVERYTHING) -> Look     hostile bytes: decoded in a child with limits, refusals are values
    look_frame(rgb, want=QUICK) -> Look              a frame that is decoded already: (height, width, 3) uint8, RGB
    look_many(paths, want=…) -> iterator of (path, Look)
    models() -> list of Model                        what could answer here, without loading it; VERSION names all of it

`want` is any of "hash", "adult", "texts", "codes", "faces". Neither raises on bad input, nor when a signal cannot work:
`Look.refusal` says why bytes were not opened, `Look.unknown` why a signal has no answer. `Look.as_json()` and
`Look.from_json()` are what is stored; boxes are fractions of the upright picture. Texts take most of the time (0.3 to
several seconds); everything else together less than 150 ms for a photo. Models load at first use, once a process.
"""

import hashlib
import mimetypes
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trustdesk.pictures import kinds
from trustdesk.pictures.decoder import Decoded, decode
from trustdesk.pictures.opening import Refused
from trustdesk.signals.images import adult, codes, faces, pdq, texts, weights
from trustdesk.signals.images.shapes import Box, Code, Look, Model, Text

__all__ = [
    "EVERYTHING",
    "QUICK",
    "VERSION",
    "Box",
    "Code",
    "Look",
    "Model",
    "Text",
    "first_picture",
    "look",
    "look_frame",
    "look_many",
    "models",
]

EVERYTHING = frozenset({"hash", "adult", "texts", "codes", "faces"})
QUICK = frozenset({"hash", "adult", "codes"})  # what a picture costs less than 150 ms for

VERSIONS = {
    "hash": f"pdq-{pdq.VERSION}",
    "adult": adult.VERSION,
    "texts": texts.VERSION,
    "codes": codes.VERSION,
    "faces": faces.VERSION,
}
VERSION = " ".join(VERSIONS[name] for name in sorted(VERSIONS))
_FILES: dict[str, tuple[str, ...]] = {
    "hash": (),
    "adult": ("adult",),
    "texts": ("text_boxes", "text_lines", "text_turns"),
    "codes": (),
    "faces": ("faces_p", "faces_r", "faces_o"),
}
# Two frames of an animation whose hashes differ in fewer bits show the same text and codes.
_STILL = 24
_TEXT_FRAMES = 3

Picture = NDArray[np.uint8]


def look(source: Path | str | bytes, *, want: Collection[str] = EVERYTHING, declared: str = "") -> Look:
    """Look at a file or at bytes. `declared` is the media type the sender says; a file's name says one by itself."""
    _known(want)
    began = time.perf_counter()
    try:
        data, declared = _read(source, declared)
        decoded = decode(data, declared=declared)
    except Refused as refused:
        kind = kinds.sniff(data[: kinds.HEAD]) if refused.reason not in {"unreadable", "empty"} else ""
        return Look(type=kind, refusal=refused.reason, detail=refused.detail)
    digest = hashlib.sha256(data).hexdigest()
    took = {"decode": _since(began)}
    seen = _look_at(_arrays(decoded), want, took)
    return replace(
        seen,
        type=decoded.media_type,
        width=decoded.width,
        height=decoded.height,
        frames=decoded.frames,
        sha256=digest,
    )


def first_picture(source: Path | str | bytes, *, declared: str = "") -> Picture:
    """The first frame, upright, (height, width, 3) RGB: for what is not a signal. Raises pictures.opening.Refused."""
    data, declared = _read(source, declared)
    return _arrays(decode(data, declared=declared, more=0))[0]


def look_frame(rgb: Picture, *, want: Collection[str] = QUICK, hashed: pdq.Hashed | None = None) -> Look:
    """Look at one decoded picture, (height, width, 3) RGB of one byte a channel: a frame of a video.

    `hashed` spares the hash where the caller has it already.
    """
    _known(want)
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or 0 in rgb.shape:
        raise ValueError("a frame is (height, width, 3), uint8")
    seen = _look_at([np.ascontiguousarray(rgb)], want, {}, hashed)
    return replace(seen, type="image/x-frame", width=rgb.shape[1], height=rgb.shape[0], frames=1)


def look_many(sources: Iterable[Path], *, want: Collection[str] = EVERYTHING) -> Iterator[tuple[Path, Look]]:
    """Look at one file after the other, in order; no file stops the run."""
    for source in sources:
        yield source, look(source, want=want)


def models() -> list[Model]:
    """Each signal with its version and what keeps it from working; reads model files, loads none."""
    found = []
    for name, parts in _FILES.items():
        problem = next((code for part in parts if (code := weights.problem_of(part))), "")
        found.append(Model(name, VERSIONS[name], problem))
    return found


def _known(want: Collection[str]) -> None:
    if not EVERYTHING.issuperset(want):
        raise ValueError(f"unknown signals: {sorted(set(want) - EVERYTHING)}")


def _read(source: Path | str | bytes, declared: str) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, declared
    path = Path(source)
    try:
        if not path.is_file():
            raise Refused("unreadable", "not a file")
        with path.open("rb") as handle:
            # One byte more than is opened at most, so that a file that grows is refused and not cut.
            data = handle.read(kinds.MOST_IMAGE_BYTES + 1)
    except OSError as error:
        raise Refused("unreadable", type(error).__name__) from error
    return data, declared or mimetypes.guess_type(path.name)[0] or ""


def _arrays(decoded: Decoded) -> list[Picture]:
    return [np.frombuffer(frame.rgb, np.uint8).reshape(frame.height, frame.width, 3) for frame in decoded.pictures]


def _look_at(
    pictures: list[Picture], want: Collection[str], took: dict[str, float], given: pdq.Hashed | None = None
) -> Look:
    unknown: dict[str, str] = {}

    def ask(name: str, work: Callable[[], Any]) -> Any:
        if name not in want:
            return None
        began = time.perf_counter()
        try:
            return work()
        except weights.Unavailable as error:
            unknown[name] = error.code
        except Exception:  # a model may fail on a picture in any way; the other signals still answer
            unknown[name] = "failed"
        finally:
            took[name] = _since(began)
        return None

    hashed: list[pdq.Hashed] = []
    if given is None and ("hash" in want or len(pictures) > 1):
        began = time.perf_counter()
        hashed = [pdq.hash_picture(picture) for picture in pictures]
        took["hash"] = _since(began)
    first = (given or hashed[0]) if "hash" in want else None
    changing = _changing(hashed)
    found = {
        "adult": ask("adult", lambda: max(adult.score(picture) for picture in pictures)),
        "codes": ask("codes", lambda: _over_frames(codes.read, pictures, changing)),
        "texts": ask("texts", lambda: _over_frames(texts.read, pictures, changing[:_TEXT_FRAMES])),
        "faces": ask("faces", lambda: tuple(faces.find(pictures[0]))),
    }
    return Look(
        pdq=pdq.to_hex(first.hashes[0]) if first else None,
        quality=first.quality if first else None,
        variants=first.hexes() if first else (),
        frame_hashes=tuple(pdq.to_hex(one.hashes[0]) for one in hashed[1:]) if first else (),
        **found,
        unknown=unknown,
        versions={name: VERSIONS[name] for name in sorted(want) if name not in unknown},
        milliseconds={name: round(value, 2) for name, value in took.items()},
    )


def _changing(hashed: list[pdq.Hashed]) -> list[int]:
    """The frames that do not look like one before them."""
    kept = [0]
    for number in range(1, len(hashed)):
        near = (pdq.distance(hashed[number].hashes[0], hashed[other].hashes[0]) < _STILL for other in kept)
        if not any(near):
            kept.append(number)
    return kept


def _over_frames(read: Callable[[Picture], list[Any]], pictures: list[Picture], numbers: list[int]) -> tuple[Any, ...]:
    """What is read from these frames, what was read before in another frame left out."""
    found: dict[str, Any] = {}
    for number in numbers:
        for one in read(pictures[number]):
            found.setdefault(f"{one.text}" if number else f"{one.text}\0{one.box}", replace(one, frame=number))
    firsts = {one.text for one in found.values() if one.frame == 0}
    return tuple(one for one in found.values() if one.frame == 0 or one.text not in firsts)


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
