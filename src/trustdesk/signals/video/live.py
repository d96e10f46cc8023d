"""Watching a livestream: which of its segments is looked at now, and what the stream is up to. Pure, and without a clock.

`Watch` is what is known between two rounds; it becomes JSON and comes back. One round: the playlist is read, `plan` says
which segments to fetch, their frames are looked at, `saw` and `after` take them in. When rounds take longer than the stream
runs, what lies between is skipped and counted: the lag never grows beyond a bound.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from trustdesk.signals.images import pdq
from trustdesk.signals.video.choosing import Candidate
from trustdesk.signals.video.differing import SIDE
from trustdesk.signals.video.playlists import Media, Segment
from trustdesk.signals.video.running import Running
from trustdesk.signals.video.states import ENDED, LIVE, LOOPING, LYING, REFUSED, STALLED, WAITING

STALLED_AFTER = 3.0  # target durations without a new segment
LEAST_STALL = 8.0  # seconds
GONE_AFTER = 600.0  # seconds without a new segment after which a stream counts as ended
MOST_LAG = 3.0  # target durations that may lie between what was looked at last and the live edge
ROUND = 2  # segments looked at in one round
MEMORY = 120  # frames that are remembered
WINDOW = 12  # frames that must all have been seen before for a loop
SCENES = 3  # different pictures there must be among them
VERY_SAME = 12  # differing bits of PDQ up to which two frames are the same recording
STILL_SECONDS = 45.0  # of nothing but black, or of one still picture
STILL_FRAMES = 8
STILL_CHANGE = 2.0  # of 255, of the most changed twentieth of the cells: less than noise
BLACK = 18  # mean grey below which a frame is black
REPENT = 60.0  # seconds for which a stream that went backwards is still called lying


@dataclass(frozen=True)
class Glimpse:
    """A frame as the watch remembers it: when it was seen (Unix seconds), its hash, its mean grey, how much it differs from
    the frame before it."""

    at: float
    hash: str
    grey: float
    moved: float


@dataclass(frozen=True)
class Watch:
    """What is known of a stream between two rounds. Times are Unix seconds."""

    began: float
    state: str = WAITING
    reason: str = ""
    since: float = 0.0
    last: int = -1  # number of the last segment that was looked at or skipped
    edge: int = -1  # number of the newest segment there was
    fresh: float = 0.0  # when a new segment last appeared
    target: float = 0.0
    lag: float = 0.0  # seconds of the stream between what was looked at last and its live edge
    skipped: int = 0
    looked: int = 0
    backwards_at: float = 0.0
    failures: int = 0  # rounds in a row in which nothing could be fetched
    shown: tuple[str, int, str] | None = None  # what was looked at last: its hash, its quality, its greys in base64
    glimpses: tuple[Glimpse, ...] = ()
    running: Running = field(default_factory=Running)

    def to_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in _PLAIN}
        return {
            **plain,
            "shown": list(self.shown) if self.shown else None,
            "glimpses": [[one.at, one.hash, one.grey, one.moved] for one in self.glimpses],
            "running": self.running.to_json(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Watch":
        return cls(
            **{name: kept[name] for name in _PLAIN if name in kept},
            shown=tuple(kept["shown"]) if kept.get("shown") else None,
            glimpses=tuple(Glimpse(*one) for one in kept.get("glimpses", ())),
            running=Running.from_json(kept.get("running", {})),
        )

    def picture(self) -> Candidate | None:
        """What was looked at last."""
        if self.shown is None:
            return None
        text, quality, greys = self.shown
        hashed = pdq.Hashed(pdq.from_hex(text)[None, :], quality)
        small = np.frombuffer(base64.b64decode(greys), np.uint8).reshape(SIDE, SIDE).astype(np.int16)
        return Candidate(at=0.0, hashed=hashed, small=small)


def packed(picture: Candidate) -> tuple[str, int, str]:
    """For `Watch.shown`."""
    greys = base64.b64encode(picture.small.astype(np.uint8).tobytes()).decode()
    return pdq.to_hex(picture.hashed.hashes[0]), picture.hashed.quality, greys


_PLAIN = (
    "began", "state", "reason", "since", "last", "edge", "fresh", "target", "lag", "skipped", "looked", "backwards_at", "failures",
)  # fmt: skip


@dataclass(frozen=True)
class Round:
    """What to fetch now, and the watch as it is if that comes."""

    watch: Watch
    segments: tuple[Segment, ...]
    ended: bool


def plan(watch: Watch, media: Media, *, now: float) -> Round:
    """Which segments to look at: the oldest new ones while they lie within the bound of lag, else those at the live edge."""
    newest = media.first + len(media.segments) - 1
    backwards = bool(media.segments) and watch.edge >= 0 and newest < watch.edge
    if backwards:
        # The numbering began anew. We go on with it, but say so.
        watch = replace(watch, last=-1, backwards_at=now)
    new = [segment for segment in media.segments if segment.number > watch.last]
    came = newest > watch.edge or backwards
    watch = replace(
        watch,
        edge=newest if media.segments else watch.edge,
        target=media.target,
        fresh=now if media.segments and (came or not watch.fresh) else watch.fresh,
        failures=0,
    )
    most = MOST_LAG * media.target
    skip = 0
    if watch.last < 0:
        skip = max(0, len(new) - ROUND)  # a stream is joined at its live edge
    else:
        while len(new) - skip > ROUND and sum(segment.seconds for segment in new[skip + ROUND :]) > most:
            skip += 1
    if skip and watch.last >= 0:
        watch = replace(watch, skipped=watch.skipped + skip)
    wanted = [segment for segment in new[skip : skip + ROUND] if not segment.gap]
    if skip:
        watch = replace(watch, last=new[skip - 1].number)
    return Round(watch, tuple(wanted), media.ended)


def passed(watch: Watch, media: Media, segment: Segment, *, looked: bool) -> Watch:
    """A segment is done with, looked at or not to be had."""
    behind = sum(one.seconds for one in media.segments if one.number > segment.number)
    return replace(
        watch,
        last=segment.number,
        lag=round(behind, 3),
        looked=watch.looked + looked,
        skipped=watch.skipped + (not looked),
    )


def saw(watch: Watch, glimpses: Sequence[Glimpse]) -> Watch:
    return replace(watch, glimpses=(*watch.glimpses, *glimpses)[-MEMORY:])


def after(watch: Watch, *, ended: bool, now: float) -> Watch:
    """What the stream is up to after a round."""
    state, reason = _judged(watch, ended=ended, now=now)
    if (state, reason) == (watch.state, watch.reason):
        return watch
    return replace(watch, state=state, reason=reason, since=now)


def unreachable(watch: Watch, *, now: float) -> Watch:
    """A round in which the playlist could not be fetched."""
    return after(replace(watch, failures=watch.failures + 1), ended=False, now=now)


def refused(watch: Watch, code: str, *, now: float) -> Watch:
    return replace(watch, state=REFUSED, reason=code, since=now)


def _judged(watch: Watch, *, ended: bool, now: float) -> tuple[str, str]:
    silent = now - (watch.fresh or watch.began)
    if ended and watch.last >= watch.edge:
        return ENDED, ""
    if silent > GONE_AFTER:
        return ENDED, "gone"
    if not watch.fresh:
        return WAITING, ""
    if silent > max(LEAST_STALL, STALLED_AFTER * watch.target):
        return STALLED, ""
    if watch.backwards_at and now - watch.backwards_at < REPENT:
        return LYING, "backwards"
    if still := _still(watch.glimpses):
        return LYING, still
    if _loops(watch.glimpses):
        return LOOPING, ""
    return (LIVE if watch.looked else WAITING), ""


def _still(glimpses: Sequence[Glimpse]) -> str:
    """`black` or `frozen` when that is all there was for STILL_SECONDS."""
    if not glimpses:
        return ""
    end = glimpses[-1].at
    recent = [one for one in glimpses if end - one.at <= STILL_SECONDS]
    if len(recent) < STILL_FRAMES or end - glimpses[0].at < STILL_SECONDS:
        return ""
    if all(one.grey < BLACK for one in recent):
        return "black"
    return "frozen" if all(one.moved < STILL_CHANGE for one in recent) else ""


def _loops(glimpses: Sequence[Glimpse]) -> bool:
    """Were the newest frames, of which several differ, all seen before as they are?

    A camera that stands still has one picture, two cameras in turn have two; a recording played again brings three and
    more back, bit for bit.
    """
    shaped = [one for one in glimpses if one.hash]
    if len(shaped) < 2 * WINDOW:
        return False
    hashes = pdq.from_hexes([one.hash for one in shaped])
    apart = np.bitwise_count(hashes[-WINDOW:, None] ^ hashes[None, :]).sum(axis=2)
    before = apart[:, : len(shaped) - WINDOW]
    if not (before.min(axis=1) <= VERY_SAME).all():
        return False
    scenes: list[int] = []
    for place in range(WINDOW):
        mine = apart[place, len(shaped) - WINDOW :]
        if all(mine[other] > pdq.SAME for other in scenes):
            scenes.append(place)
    return len(scenes) >= SCENES
