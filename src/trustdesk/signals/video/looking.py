"""The front of the video signals: a file in, a `VideoLook` out.

    look_video(path) -> VideoLook        hostile bytes are decoded in a child with limits; a refusal is a value
    look_footage(footage) -> VideoLook   what is decoded already

The frames worth looking at go through the image signals one by one; what they found is added up with times. A
`VideoLook` as JSON is that of a picture with several frames (`signals.images.looking.Look`) and one key more, `video`, so
that whoever reads looks of pictures reads those of videos too.
"""

import hashlib
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import pdq
from trustdesk.signals.images.looking import Code, Look, Text, look_frame
from trustdesk.signals.video.choosing import Candidate, choose
from trustdesk.signals.video.decoding import Footage, decoded
from trustdesk.signals.video.differing import small_grey
from trustdesk.signals.video.limits import Limits, VideoRefused
from trustdesk.signals.video.running import Frame, Running

VERSION = "1"
WANT = frozenset({"hash", "adult", "texts", "codes"})
SURE = 0.7  # confidence below which the reader of texts guesses: patterns are taken for letters
LOOK_SECONDS = 90.0  # of looking at frames, models and all; those that are left then are not looked at

Picture = NDArray[np.uint8]
LookAt = Callable[..., Look]
Shown = Callable[[int, float, Picture], None]


@dataclass(frozen=True)
class VideoLook:
    """What was seen in a video. In `look`, `frame` numbers are places in `times`; `notes` are codes of limits.NOTES."""

    look: Look
    seconds: float = 0.0
    claimed: float = 0.0
    codec: str = ""
    rate: float = 0.0
    sound: bool = False
    notes: tuple[str, ...] = ()
    times: tuple[float, ...] = ()  # seconds from the start, of each frame that was looked at
    adult: tuple[float | None, ...] = ()  # of each of them
    hashes: tuple[tuple[str, int], ...] = ()  # of each of them: PDQ (hex, "" where unknown) and its quality
    running: Running | None = None

    @property
    def refusal(self) -> str:
        return self.look.refusal

    def as_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`; `Look.from_json` reads them, too."""
        value = self.look.as_json()
        value["video"] = {
            "seconds": self.seconds,
            "claimed": self.claimed,
            "codec": self.codec,
            "rate": self.rate,
            "sound": self.sound,
            "notes": list(self.notes),
            "times": list(self.times),
            "adult": list(self.adult),
            "hashes": [list(one) for one in self.hashes],
            "running": self.running.to_json() if self.running else {},
            "version": VERSION,
        }
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "VideoLook":
        kept = value.get("video", {})
        return cls(
            look=Look.from_json(value),
            seconds=float(kept.get("seconds", 0.0)),
            claimed=float(kept.get("claimed", 0.0)),
            codec=str(kept.get("codec", "")),
            rate=float(kept.get("rate", 0.0)),
            sound=bool(kept.get("sound")),
            notes=tuple(kept.get("notes", ())),
            times=tuple(kept.get("times", ())),
            adult=tuple(kept.get("adult", ())),
            hashes=tuple((str(text), int(quality)) for text, quality in kept.get("hashes", ())),
            running=Running.from_json(kept["running"]) if kept.get("running") else None,
        )


def look_video(
    path: Path,
    *,
    limits: Limits | None = None,
    want: Collection[str] = WANT,
    look: LookAt = look_frame,
    shown: Shown | None = None,
    budget: float = LOOK_SECONDS,
) -> VideoLook:
    """Look into a video file. Takes up to two minutes; never raises on bad input.

    `shown` is called with each frame that was chosen (place, seconds, RGB) before it is looked at, in order of time.
    """
    limits = limits or Limits()
    try:
        with decoded(path, limits=limits) as footage:
            seen = look_footage(footage, limits=limits, want=want, look=look, shown=shown, budget=budget)
    except VideoRefused as refused:
        return VideoLook(Look(type="", refusal=refused.code))
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return replace(seen, look=replace(seen.look, sha256=digest))


def look_footage(
    footage: Footage,
    *,
    limits: Limits,
    want: Collection[str] = WANT,
    look: LookAt = look_frame,
    shown: Shown | None = None,
    budget: float = LOOK_SECONDS,
) -> VideoLook:
    """Choose among the decoded frames, look at each, add up."""
    began = time.monotonic()
    candidates = [
        Candidate(at=shape.at, hashed=pdq.hash_picture(rgb), small=small_grey(rgb)) for shape, rgb in footage.frames()
    ]
    places = choose(candidates, most=limits.kept)
    chosen = [footage.shapes[place] for place in places]
    if shown is not None:
        for number, shape in enumerate(chosen):
            shown(number, shape.at, footage.pixels(shape))
    looks: dict[int, Look] = {}
    for number in _spread(len(chosen)):
        if looks and time.monotonic() - began > budget:
            break
        looks[number] = look(footage.pixels(chosen[number]), want=want)
    notes = set(footage.notes)
    if len(looks) < len(chosen):
        notes.add("cut_short")
    running = Running()
    for number in sorted(looks):
        running.add(frame_of(looks[number], chosen[number].at))
    return VideoLook(
        look=_together(looks, width=footage.width, height=footage.height),
        seconds=footage.seconds,
        claimed=footage.claimed,
        codec=footage.codec,
        rate=footage.rate,
        sound=footage.sound,
        notes=tuple(sorted(notes)),
        times=tuple(shape.at for shape in chosen),
        adult=tuple(looks[number].adult if number in looks else None for number in range(len(chosen))),
        hashes=tuple(
            (looks[number].pdq or "", looks[number].quality or 0) if number in looks else ("", 0)
            for number in range(len(chosen))
        ),
        running=running,
    )


def frame_of(look: Look, at: float) -> Frame:
    """One look as the running verdict takes it."""
    return Frame(
        at=at,
        scores={} if look.adult is None else {"adult": look.adult},
        texts=tuple(text.text for text in look.texts or () if text.confidence >= SURE),
        codes=tuple((code.text, code.kind) for code in look.codes or ()),
        faces=len(look.faces or ()),
        hash=look.pdq if look.pdq and (look.quality or 0) >= pdq.GOOD_QUALITY else "",
        silent=tuple(sorted(look.unknown)),
    )


def _spread(count: int) -> list[int]:
    """0 to count-1, so that those asked first are spread over all: when time runs out, no end is left unseen."""
    width = max(1, count - 1).bit_length()
    turned = sorted(range(1 << width), key=lambda number: f"{number:0{width}b}"[::-1])
    return [number for number in turned if number < count]


def _together(looks: Mapping[int, Look], *, width: int, height: int) -> Look:
    """The looks at single frames as one look at a picture of several frames; a text or code once, where it came first."""
    numbers = sorted(looks)
    texts: dict[str, Text] = {}
    codes: dict[str, Code] = {}
    unknown: dict[str, str] = {}
    versions: dict[str, str] = {}
    milliseconds: dict[str, float] = {}
    for number in numbers:
        one = looks[number]
        for text in one.texts or ():
            texts.setdefault(" ".join(text.text.casefold().split()), replace(text, frame=number))
        for code in one.codes or ():
            codes.setdefault(code.text, replace(code, frame=number))
        unknown |= one.unknown
        versions |= one.versions
        for step, took in one.milliseconds.items():
            milliseconds[step] = round(milliseconds.get(step, 0.0) + took, 2)
    hashed = [looks[number] for number in numbers if looks[number].pdq]
    best = max(hashed, key=lambda one: one.quality or 0, default=None)
    scores = [score for number in numbers if (score := looks[number].adult) is not None]
    return Look(
        type="video",
        width=width,
        height=height,
        frames=len(numbers),
        pdq=best.pdq if best else None,
        quality=best.quality if best else None,
        variants=best.variants if best else (),
        frame_hashes=tuple(
            dict.fromkeys(str(one.pdq) for one in hashed if one is not best and (one.quality or 0) >= pdq.GOOD_QUALITY)
        ),
        adult=max(scores) if scores else None,
        texts=tuple(texts.values()) if any(looks[number].texts is not None for number in numbers) else None,
        codes=tuple(codes.values()) if any(looks[number].codes is not None for number in numbers) else None,
        unknown=unknown,
        versions={name: said for name, said in versions.items() if name not in unknown},
        milliseconds=milliseconds,
    )
