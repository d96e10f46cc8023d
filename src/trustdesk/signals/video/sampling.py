"""One round of watching a livestream: fetch the playlist, look at what is new, say what the stream is up to. Pure.

Fetching is given by the caller, who guards it: every address is checked by `Reach` before it is asked for, each hop of a
redirect too.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trustdesk.signals.images import pdq
from trustdesk.signals.images.looking import Look, look_frame
from trustdesk.signals.video import live
from trustdesk.signals.video.choosing import Candidate, alike, choose
from trustdesk.signals.video.decoding import Footage, decoded
from trustdesk.signals.video.differing import CHANGE, change, small_grey
from trustdesk.signals.video.limits import Limits, VideoRefused
from trustdesk.signals.video.live import Glimpse, Watch
from trustdesk.signals.video.looking import WANT, frame_of
from trustdesk.signals.video.playlists import MOST_BYTES, Master, Media, Reach, Segment, StreamRefused, read

SEGMENT_BYTES = 32 * 2**20
START_BYTES = 2**20
LOOKS = 3  # frames of one segment that the image signals look at
FRAME_EDGE = 320  # pixels of the longer side of what is kept for people
SEGMENT = Limits(
    size=SEGMENT_BYTES + START_BYTES, candidates=8, kept=LOOKS, edge=960, step=2.0, budget=8.0, wall=20.0, samples=8
)

Picture = NDArray[np.uint8]


class FetchTrouble(Exception):
    """A file could not be fetched, for now or for good."""


class Fetch(Protocol):
    def __call__(self, address: str, *, most: int, reach: Reach) -> AbstractContextManager[tuple[Path, str]]:
        """At most `most` bytes as a file, and the address they came from in the end. Raises FetchTrouble, StreamRefused."""
        ...


@dataclass(frozen=True)
class Sample:
    """A frame that was looked at, as people see it. `at`: seconds since the watch began."""

    at: float
    webp: bytes
    width: int
    height: int
    adult: float | None
    news: bool


@dataclass(frozen=True)
class Sampled:
    """What a round brought. `news`: the running verdict holds something it did not hold before."""

    watch: Watch
    samples: tuple[Sample, ...] = ()
    news: bool = False


def sample(
    watch: Watch,
    *,
    address: str,
    hosts: Iterable[str],
    fetch: Fetch,
    clock: Callable[[], float],
    look: Callable[..., Look] = look_frame,
    limits: Limits = SEGMENT,
) -> Sampled:
    """One round. `clock`: Unix seconds. Never raises for what a stream does."""
    reach = Reach.of(address, hosts)
    try:
        media = _playlist(address, reach, fetch)
    except StreamRefused as refusal:
        if refusal.code == "not_hls" and watch.fresh:  # an error page for a while; a stream that is over ends as one
            return Sampled(live.unreachable(watch, now=clock()))
        return Sampled(live.refused(watch, refusal.code, now=clock()))
    except FetchTrouble:
        return Sampled(live.unreachable(watch, now=clock()))
    planned = live.plan(watch, media, now=clock())
    watch, news = planned.watch, False
    samples: list[Sample] = []
    for segment in planned.segments:
        try:
            with _segment(segment, reach, fetch) as path, decoded(path, limits=limits) as footage:
                watch = live.passed(watch, media, segment, looked=True)
                at = max(0.0, clock() - watch.began - watch.lag - segment.seconds)
                watch, found, new = _look_at(watch, footage, at=at, now=clock(), look=look, limits=limits)
        except StreamRefused as refusal:
            return Sampled(live.refused(watch, refusal.code, now=clock()), tuple(samples), news)
        except (FetchTrouble, VideoRefused):
            watch = live.passed(watch, media, segment, looked=False)
            continue
        samples += found
        news |= new
    return Sampled(live.after(watch, ended=planned.ended, now=clock()), tuple(samples), news)


def _playlist(address: str, reach: Reach, fetch: Fetch) -> Media:
    for _ in range(2):
        with fetch(reach.check(address), most=MOST_BYTES, reach=reach) as (path, last):
            found = read(path.read_bytes(), address=reach.check(last), reach=reach)
        if isinstance(found, Media):
            return found
        address = _best(found)
    raise StreamRefused("nested")


def _best(found: Master) -> str:
    return found.best.address


class _segment(AbstractContextManager[Path]):  # noqa: N801  used as a function
    """A segment as one file that can be decoded by itself: what its decoder must read first, then its own bytes."""

    def __init__(self, segment: Segment, reach: Reach, fetch: Fetch) -> None:
        self._segment, self._reach, self._fetch = segment, reach, fetch
        self._open = ExitStack()

    def __enter__(self) -> Path:
        with ExitStack() as opening:
            path, _ = opening.enter_context(self._fetch(self._segment.address, most=SEGMENT_BYTES, reach=self._reach))
            if self._segment.start:
                first, _ = opening.enter_context(self._fetch(self._segment.start, most=START_BYTES, reach=self._reach))
                folder = opening.enter_context(tempfile.TemporaryDirectory(prefix="segment-"))
                whole = Path(folder) / "whole"
                with whole.open("wb") as out:
                    for part in (first, path):
                        with part.open("rb") as handle:
                            shutil.copyfileobj(handle, out)
                path = whole
            self._open = opening.pop_all()
        return path

    def __exit__(self, *about: object) -> None:
        self._open.close()


def _look_at(
    watch: Watch, footage: Footage, *, at: float, now: float, look: Callable[..., Look], limits: Limits
) -> tuple[Watch, list[Sample], bool]:
    pictures = [np.array(rgb) for _, rgb in footage.frames()]
    candidates = [
        Candidate(at=shape.at, hashed=pdq.hash_picture(rgb), small=small_grey(rgb))
        for shape, rgb in zip(footage.shapes, pictures, strict=True)
    ]
    last = watch.picture()
    glimpses: list[Glimpse] = []
    before = last.small if last is not None else None
    for one in candidates:
        moved = change(one.small, before)[1] if before is not None else 255.0
        shaped = one.hashed.quality >= pdq.GOOD_QUALITY
        glimpses.append(
            Glimpse(
                at=round(now - (footage.seconds - one.at), 3),
                hash=pdq.to_hex(one.hashed.hashes[0]) if shaped else "",
                grey=round(float(one.small.mean()), 1),
                moved=round(moved, 2),
            )
        )
        before = one.small
    samples: list[Sample] = []
    news = False
    running = watch.running
    places = choose(candidates, most=limits.kept)
    for place in places:
        mine = candidates[place]
        # What shows the same as what was looked at last tells nothing new.
        if last is not None and alike(mine, last) and change(mine.small, last.small)[1] < CHANGE:
            continue
        seen = look(pictures[place], want=WANT)
        new = running.add(frame_of(seen, round(at + mine.at, 3)))
        news |= new
        samples.append(_sample(pictures[place], at + mine.at, seen.adult, new))
        last = mine
    if not samples and candidates:
        place = len(candidates) - 1
        running.until = max(running.until, round(at + candidates[place].at, 3))
        samples.append(_sample(pictures[place], at + candidates[place].at, None, False))
    watch = live.saw(watch, glimpses)
    return replace(watch, running=running, shown=live.packed(last) if last is not None else watch.shown), samples, news


def _sample(rgb: Picture, at: float, adult: float | None, news: bool) -> Sample:
    picture = Image.fromarray(rgb)
    picture.thumbnail((FRAME_EDGE, FRAME_EDGE), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(out, "WEBP", quality=80, method=2)
    return Sample(round(at, 3), out.getvalue(), picture.width, picture.height, adult, news)
