"""Having a video decoded by a process of its own, and reading what it left: raw pixels, whose size is checked."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trustdesk.signals.video.limits import REASONS, Limits, VideoRefused

HEAD = 4_096  # bytes that are enough to know a container
# Raw numbers for libraries that would start a thread for every core.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_LISTS = (b"#extm3u", b"ffconcat", b"[playlist]", b"<mpd", b"<smil", b"<asx", b"<playlist", b"http://", b"https://")


@dataclass(frozen=True)
class Shape:
    """A frame that left the decoder: its time (seconds), its size (pixels), its place in the file of frames (bytes)."""

    at: float
    width: int
    height: int
    offset: int


@dataclass(frozen=True)
class Footage:
    """A decoded video. Frames are read one at a time: together they may be large."""

    width: int
    height: int
    seconds: float
    claimed: float
    codec: str
    sound: bool
    decoded: int
    notes: tuple[str, ...]
    shapes: tuple[Shape, ...]
    raw: Path
    rate: float = 0.0  # frames a second, as the file says; 0 where it does not

    def pixels(self, shape: Shape) -> np.ndarray:
        """RGB, uint8, (height, width, 3)."""
        with self.raw.open("rb") as handle:
            handle.seek(shape.offset)
            data = handle.read(shape.width * shape.height * 3)
        return np.frombuffer(data, dtype=np.uint8).reshape(shape.height, shape.width, 3)

    def frames(self) -> Iterator[tuple[Shape, np.ndarray]]:
        for shape in self.shapes:
            yield shape, self.pixels(shape)


@dataclass(frozen=True)
class Sound:
    """Sound as 16 kHz mono 16 bit little-endian samples."""

    seconds: float
    notes: tuple[str, ...]
    samples: np.ndarray


def container_of(head: bytes) -> str:
    """FFmpeg's name of the container bytes like these begin: mov, matroska, mpegts. Raises VideoRefused.

    The decoder is told, and never guesses: what guesses can be led to open a list of addresses.
    """
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"styp", b"moof", b"sidx", b"emsg", b"free", b"skip"}:
        return "mov"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    if head[:1] == b"\x47" and (len(head) <= 188 or head[188:189] == b"\x47"):
        return "mpegts"
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_LISTS) or (start.startswith(b"<?xml") and any(mark in start for mark in _LISTS)):
        raise VideoRefused("playlist")
    raise VideoRefused("not_a_video")


@contextmanager
def decoded(path: Path, *, limits: Limits | None = None) -> Iterator[Footage]:
    """The frames of a video that are worth a look, until the block ends. Raises VideoRefused. Takes up to a minute."""
    limits = limits or Limits()
    with _ran(path, "scenes", limits) as (found, raw):
        yield _footage(found, raw, limits)


@contextmanager
def sound_of(path: Path, *, limits: Limits | None = None) -> Iterator[Sound]:
    """The sound of a video. Raises VideoRefused."""
    with _ran(path, "sound", limits or Limits()) as (found, raw):
        samples = np.memmap(raw, dtype="<i2", mode="r")
        yield Sound(seconds=float(found["seconds"]), notes=tuple(found["notes"]), samples=samples)


@contextmanager
def _ran(path: Path, mode: str, limits: Limits) -> Iterator[tuple[dict[str, Any], Path]]:
    if path.stat().st_size > limits.size:
        raise VideoRefused("too_large")
    with path.open("rb") as handle:
        container = container_of(handle.read(HEAD))
    with tempfile.TemporaryDirectory(prefix="video-") as folder:
        raw = Path(folder) / "raw"
        found = _child(path, raw, {"mode": mode, "format": container, "limits": limits.to_json()}, limits)
        if "reason" in found:
            raise VideoRefused(found["reason"] if found["reason"] in REASONS else "broken")
        yield found, raw


def _child(path: Path, raw: Path, request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", "trustdesk.signals.video.decoder", str(path), str(raw), json.dumps(request)]
    try:
        done = subprocess.run(  # noqa: S603  our own module, our own paths
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.wall,
            check=False,
            env=_ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        return {"reason": "too_costly"}
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}:
        return {"reason": "too_costly"}
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return {"reason": "broken"}
    return found if isinstance(found, dict) else {"reason": "broken"}


def _footage(found: dict[str, Any], raw: Path, limits: Limits) -> Footage:
    """What the process said, believed only where it fits what it wrote. Raises VideoRefused."""
    shapes: list[Shape] = []
    offset, size = 0, raw.stat().st_size
    try:
        for one in found["frames"][: limits.candidates]:
            shape = Shape(float(one["at"]), int(one["width"]), int(one["height"]), offset)
            offset += shape.width * shape.height * 3
            if not (0 < shape.width <= limits.edge and 0 < shape.height <= limits.edge and offset <= size):
                raise VideoRefused("broken")
            shapes.append(shape)
        return Footage(
            width=int(found["width"]),
            height=int(found["height"]),
            seconds=float(found["seconds"]),
            claimed=float(found["claimed"]),
            rate=float(found.get("rate", 0.0)),
            codec=str(found["codec"])[:40],
            sound=bool(found["sound"]),
            decoded=int(found["decoded"]),
            notes=tuple(str(note) for note in found["notes"]),
            shapes=tuple(shapes),
            raw=raw,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise VideoRefused("broken") from error
