"""Opens one video in a process of its own: `python -I -m trustdesk.signals.video.decoder SOURCE TARGET REQUEST`.

Decoders meet hostile bytes here. The process has limits on memory, time and output, and once the source is open it
cannot open anything else: the most file descriptors it may have is set to none, so neither a playlist, nor a data
reference, nor a codec's trick reaches a file or a socket. The container's format is given, never guessed.

REQUEST is JSON: {"mode": "scenes" | "sound", "format": …, "limits": {…}}. Frames go to TARGET as raw RGB one after the
other (or sound as 16 kHz mono 16 bit), what is known about them to standard output as one JSON object.
"""

import importlib
import json
import math
import os
import pkgutil
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

import av
import av.stream
import numpy as np

from trustdesk.signals.video.differing import CHANGE, CUT, SIDE, change
from trustdesk.signals.video.limits import Limits, VideoRefused

# What phones, browsers and platforms write. Others are refused before their decoder sees a byte.
DECODERS = frozenset(
    {"h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "mpeg4", "mjpeg", "prores", "mpeg2video"}
)
SOUND_DECODERS = frozenset({"aac", "aac_latm", "mp3", "mp3float", "opus", "libopus", "vorbis", "flac", "pcm_s16le"})
CALM = 0.25  # seconds between two changes that are no cuts
RATE = 16_000  # samples a second of sound


def _nothing(url: str, flags: int, options: Any) -> Any:  # noqa: ARG001  PyAV's signature
    raise PermissionError("a video opens no other file")


class Scenes:
    """The frames worth keeping, at most so many: when there are too many, the one most like the one before it goes."""

    def __init__(self, limits: Limits, *, step: float) -> None:
        self._limits = limits
        self._step = step
        self.kept: list[tuple[float, np.ndarray, np.ndarray]] = []  # (seconds, small grey, RGB)
        self.crowded = False
        self._signs: list[float] = []

    def clear(self) -> None:
        self.kept.clear()
        self._signs.clear()
        self.crowded = False

    def offer(self, at: float, frame: Any, *, whatever: bool = False) -> None:
        """Keep the frame if it shows something new, or if nothing was kept for a while. `whatever`: keep it anyway."""
        small = frame.reformat(width=SIDE, height=SIDE, format="gray").to_ndarray().astype(np.int16)
        if self.kept and not whatever:
            last_at, last, _ = self.kept[-1]
            mean, most = change(small, last)
            cut = mean >= CUT
            moved = most >= CHANGE and at - last_at >= CALM
            if not (cut or moved or at - last_at >= self._step):
                return
        self.kept.append((at, small, upright(frame, self._limits.edge)))
        self._signs.append(change(small, self.kept[-2][1])[1] if len(self.kept) > 1 else math.inf)
        if len(self.kept) > self._limits.candidates:
            gone = min(range(1, len(self.kept)), key=self._signs.__getitem__)
            self.crowded |= self._signs[gone] >= CHANGE
            del self.kept[gone], self._signs[gone]
            if gone < len(self.kept):
                self._signs[gone] = change(self.kept[gone][1], self.kept[gone - 1][1])[1]


def upright(frame: Any, edge: int) -> np.ndarray:
    """The frame as RGB, turned as a player would show it, its longer side at most `edge`."""
    scale = min(1.0, edge / max(frame.width, frame.height))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    rgb = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    quarter = round(int(frame.rotation or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(rgb, quarter)) if quarter else rgb


class Video:
    """One opened video stream, read within its budget."""

    def __init__(self, handle: BinaryIO, container_format: str, limits: Limits) -> None:
        self._limits = limits
        self._began = time.monotonic()
        self.notes: set[str] = set()
        self.errors = self.decoded = 0
        self.container = opened(handle, container_format, limits, DECODERS)
        self.stream = self._video_stream()
        context = self.stream.codec_context
        if context is None or context.codec is None or context.name not in DECODERS:
            raise VideoRefused("unknown_codec")
        if context.width * context.height > limits.pixels:
            raise VideoRefused("too_many_pixels")
        context.thread_type, context.thread_count = "NONE", 1
        context.options = {"max_pixels": str(limits.pixels)}
        self.start: float | None = None
        self.last = 0.0

    def _video_stream(self) -> Any:
        cover = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails
        for stream in self.container.streams.video:
            if not stream.disposition & cover:
                return stream
        raise VideoRefused("no_video")

    @property
    def claimed(self) -> float:
        """Seconds by the file's own word; 0 where it says nothing believable."""
        stream, whole = self.stream, self.container.duration
        said = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        said = said or (whole / av.time_base if whole else 0.0)
        return said if math.isfinite(said) and 0 < said < 1e7 else 0.0

    def spent(self) -> float:
        """The share of the budget that is used."""
        return (time.monotonic() - self._began) / self._limits.budget

    def frames(self) -> Iterator[tuple[float, Any]]:
        """Frames from here on with their time in seconds from the first; damaged packets are passed over."""
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
                found = packet.decode()
            except StopIteration:
                return
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                self.errors += 1
                self.notes.add("damaged")
                if self.errors > self._limits.errors:
                    return
                continue
            for frame in found:
                if frame.width * frame.height > self._limits.pixels:
                    raise VideoRefused("too_many_pixels")
                self.decoded += 1
                if frame.is_corrupt:
                    self.notes.add("damaged")
                yield self._time(frame), frame

    def _time(self, frame: Any) -> float:
        said = frame.time
        if said is None or not math.isfinite(said):
            rate = float(self.stream.average_rate or 25) or 25.0
            said = (self.start or 0.0) + self.last + 1.0 / rate
        if self.start is None:
            self.start = float(said)
        self.last = min(max(0.0, float(said) - self.start), 1e7)
        return self.last


def opened(handle: BinaryIO, container_format: str, limits: Limits, decoders: frozenset[str]) -> Any:
    """The container, with nothing but itself in reach. Raises VideoRefused."""
    try:
        container = av.open(
            handle,
            format=container_format,
            io_open=_nothing,
            container_options={
                "protocol_whitelist": "none",
                "codec_whitelist": ",".join(sorted(decoders)),
                "probesize": str(8 * 2**20),
                "analyzeduration": str(10 * av.time_base),
                "max_streams": str(limits.streams + 1),
                **({"enable_drefs": "0", "use_absolute_path": "0"} if container_format == "mov" else {}),
            },
            metadata_errors="replace",
        )
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError, UnicodeError) as error:
        raise VideoRefused("broken") from error
    if len(container.streams) > limits.streams:
        raise VideoRefused("too_many_streams")
    return container


def scenes(handle: BinaryIO, container_format: str, target: BinaryIO, limits: Limits) -> dict[str, Any]:
    """Write the frames worth a look to `target`; what is known about the video. Raises VideoRefused."""
    video = Video(handle, container_format, limits)
    context, claimed = video.stream.codec_context, video.claimed
    frames = video.stream.frames or claimed * float(video.stream.average_rate or 25)
    found = Scenes(limits, step=max(limits.step, claimed / limits.candidates))
    if frames * context.width * context.height > limits.full_pixels:
        _samples(video, found, claimed, limits)
    if "sampled" not in video.notes:
        _every_frame(video, found, claimed, limits)
    if not found.kept:
        raise VideoRefused("broken" if video.errors else "no_frames")
    if found.crowded:
        video.notes.add("crowded")
    seconds = video.last
    whole = "sampled" not in video.notes and "cut_short" not in video.notes
    if claimed and whole and abs(claimed - seconds) > max(1.0, 0.1 * max(claimed, seconds)):
        video.notes.add("lying_length")
    found.kept.sort(key=lambda one: one[0])
    shapes = []
    for at, _, rgb in found.kept:
        target.write(rgb.tobytes())
        shapes.append({"at": round(at, 3), "width": rgb.shape[1], "height": rgb.shape[0]})
    return {
        "width": context.width,
        "height": context.height,
        "seconds": round(seconds if whole else max(seconds, claimed), 3),
        "claimed": round(claimed, 3),
        "codec": context.name,
        "rate": round(float(video.stream.average_rate or 0.0), 3),
        "sound": bool(video.container.streams.audio),
        "decoded": video.decoded,
        "damaged": video.errors,
        "notes": sorted(video.notes),
        "frames": shapes,
    }


def _every_frame(video: Video, found: Scenes, claimed: float, limits: Limits) -> None:
    """All frames; once half the budget is gone, key frames only."""
    last: tuple[float, Any] | None = None
    for at, frame in video.frames():
        found.offer(at, frame)
        last = (at, frame)
        if video.spent() > 1.0:
            video.notes.add("cut_short")
            return
        if video.spent() > 0.5 and "sampled" not in video.notes:
            video.notes.add("sampled")
            if claimed - at > limits.step:
                _samples(video, found, claimed, limits, after=at)
                return
            video.stream.codec_context.skip_frame = "NONKEY"
    if last is not None and found.kept and last[0] - found.kept[-1][0] > CALM:
        found.offer(*last, whatever=True)  # how it ends is looked at, too


def _samples(video: Video, found: Scenes, claimed: float, limits: Limits, *, after: float = 0.0) -> None:
    """Key frames evenly spread over what the file says it holds.

    Says "sampled" only if that worked: a file whose index or length is a lie brings the same few frames again and
    again, and is then read from its start instead.
    """
    seen: set[float] = set()
    video.stream.codec_context.skip_frame = "NONKEY"
    base = video.start or 0.0
    for place in range(limits.samples):
        goal = after + (claimed - after) * place / limits.samples
        try:
            video.container.seek(int((base + goal) * av.time_base), backward=True)
        except (av.error.FFmpegError, ValueError, OverflowError):
            video.notes.add("damaged")
            break
        at, frame = next(video.frames(), (0.0, None))
        if frame is not None and at not in seen:
            seen.add(at)
            found.offer(at, frame, whatever=True)
        if video.spent() > 1.0:
            video.notes.add("cut_short")
            break
    if len(seen) >= min(4, limits.samples) or after:
        video.notes.add("sampled")
        return
    found.clear()
    video.stream.codec_context.skip_frame = "DEFAULT"
    video.container.seek(0, backward=True)


def sound(handle: BinaryIO, container_format: str, target: BinaryIO, limits: Limits) -> dict[str, Any]:
    """Write the first sound track as 16 kHz mono 16 bit. Raises VideoRefused."""
    container = opened(handle, container_format, limits, SOUND_DECODERS | DECODERS)
    stream = next(iter(container.streams.audio), None)
    if stream is None or stream.codec_context is None or stream.codec_context.name not in SOUND_DECODERS:
        raise VideoRefused("no_sound")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    written, errors, began, notes = 0, 0, time.monotonic(), set()
    packets = container.demux(stream)
    while written < limits.sound * RATE and errors <= limits.errors and time.monotonic() - began < limits.budget:
        try:
            for frame in next(packets).decode():
                for part in resampler.resample(frame):
                    target.write(part.to_ndarray().astype("<i2").tobytes())
                    written += part.samples
        except (StopIteration, av.error.EOFError):
            break
        except (av.error.FFmpegError, ValueError):
            errors += 1
            notes.add("damaged")
    else:
        notes.add("cut_short")
    if not written:
        raise VideoRefused("no_sound")
    return {"seconds": round(written / RATE, 3), "notes": sorted(notes)}


def _load_all() -> None:
    """PyAV imports kinds of streams when it meets them; by then no file can be opened any more."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.startswith(("av.__main__", "av.datasets")):
            importlib.import_module(module.name)


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.wall), int(limits.wall)))
    most = max(limits.candidates * limits.edge * limits.edge * 3, int(limits.sound) * RATE * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def main(arguments: list[str]) -> int:
    source, target, request = arguments[0], arguments[1], json.loads(arguments[2])
    limits = Limits(**request["limits"])
    os.environ["AV_LOG_FORCE_NOCOLOR"] = "1"
    _limit(limits)
    _load_all()
    work = {"scenes": scenes, "sound": sound}[request["mode"]]
    with open(source, "rb") as handle, open(target, "wb") as out:  # noqa: PTH123
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        try:
            answer = work(handle, request["format"], out, limits)
        except VideoRefused as refused:
            answer = {"reason": refused.code}
        except MemoryError:
            answer = {"reason": "too_costly"}
        except Exception as error:  # decoders raise whatever they like on hostile bytes
            answer = {"reason": "broken", "error": type(error).__name__}
        out.flush()
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # what a decoder left behind is not taken apart piece by piece


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
