"""Decoding strangers' pictures from here: a few child processes, kept and used again, ended when they take too long.

`decode(bytes)` gives upright RGB pictures without metadata, or raises `Refused`. A picture costs the child's time and one
copy through a pipe (about 5 ms for four megapixels); starting a child, 0.2 s, is paid once in hundreds of pictures.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass

from trustdesk.pictures import kinds
from trustdesk.pictures.opening import Refused

WALL_SECONDS = 30.0
EDGE = 2_048  # pixels of the longer side that are handed on
MORE = 7  # frames of an animation beyond the first
MORE_EDGE = 1_024
CHILDREN = 2  # at once in one process: each may take 1.5 GiB for a moment
TASKS = 500  # a child that decoded so many gives way to a fresh one


@dataclass(frozen=True)
class Frame:
    """One decoded picture: RGB, one byte a channel, rows from the top."""

    width: int
    height: int
    number: int
    rgb: bytes


@dataclass(frozen=True)
class Decoded:
    """`width` and `height` are the original's, turned upright; `pictures` begin with the first frame."""

    media_type: str
    width: int
    height: int
    frames: int
    pictures: tuple[Frame, ...]


class _Child:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-m", "trustdesk.pictures.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        )
        self.owner = os.getpid()
        self.tasks = 0

    def ask(self, data: bytes, task: dict, wall: float) -> tuple[dict, list[bytes]]:
        """Raises EOFError when the child ended before it had answered."""
        self.tasks += 1
        source, out = self.process.stdin, self.process.stdout
        assert source is not None  # noqa: S101  for the type checker: both are pipes
        assert out is not None  # noqa: S101
        late = threading.Timer(wall, self.process.kill)
        late.start()
        try:
            source.write(json.dumps(task).encode() + b"\n")
            source.write(data)
            source.flush()
            answer = json.loads(out.readline() or _gone())
            pixels = [_exactly(out.read(width * height * 3), width * height * 3) for width, height, _ in _pages(answer)]
        except (BrokenPipeError, ValueError) as error:
            raise EOFError from error
        finally:
            late.cancel()
        return answer, pixels

    def end(self) -> int:
        """Ends the child; returns its exit code, a negative signal number when it was killed."""
        if self.owner != os.getpid():
            return 0  # a copy of its parent's: not ours to end
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            return self.process.wait(0.5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def _gone() -> bytes:
    raise EOFError


def _exactly(data: bytes, count: int) -> bytes:
    return data if len(data) == count else _gone()


def _pages(answer: dict) -> list[tuple[int, int, int]]:
    return [(int(width), int(height), int(frame)) for width, height, frame in answer.get("pictures", ())]


_idle: list[_Child] = []
_lock = threading.Lock()
_room = threading.BoundedSemaphore(CHILDREN)


def decode(
    data: bytes,
    *,
    declared: str = "",
    edge: int = EDGE,
    more: int = MORE,
    wall: float = WALL_SECONDS,
) -> Decoded:
    """The picture in `data`; `declared` is the type that its sender or its name says. Raises Refused."""
    reason = kinds.refusal_of_picture(data[: kinds.HEAD], declared, len(data))
    if reason:
        raise Refused(reason, _told(data) if reason in {"dangerous_type", "not_what_it_says"} else "")
    media_type = kinds.sniff(data[: kinds.HEAD])
    task = {"type": media_type, "bytes": len(data), "edge": edge, "more": more, "more_edge": min(edge, MORE_EDGE)}
    with _room:
        child = _take()
        try:
            answer, pixels = child.ask(data, task, wall)
        except EOFError:
            code = child.end()
            costly = code in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}
            raise Refused("too_costly" if costly else "broken", f"the decoder ended with {code}") from None
        except BaseException:
            child.end()
            raise
        _give_back(child, fit=answer.get("reason") != "too_costly")
    if "reason" in answer:
        raise Refused(str(answer["reason"]), str(answer.get("detail", "")))
    return Decoded(
        media_type=media_type,
        width=int(answer["width"]),
        height=int(answer["height"]),
        frames=int(answer["frames"]),
        pictures=tuple(
            Frame(width, height, number, rgb)
            for (width, height, number), rgb in zip(_pages(answer), pixels, strict=True)
        ),
    )


def _told(data: bytes) -> str:
    head = data[: kinds.HEAD].lower()
    if b"<svg" in head:
        return "SVG with script" if b"<script" in data.lower() or b"javascript:" in data.lower() else "SVG"
    return kinds.sniff(data[: kinds.HEAD])


def _take() -> _Child:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.owner != os.getpid():
                continue  # after a fork the parent's children stay the parent's
            if child.process.poll() is None:
                return child
            child.end()
    return _Child()


def _give_back(child: _Child, *, fit: bool) -> None:
    if not fit or child.tasks >= TASKS:
        child.end()
        return
    with _lock:
        _idle.append(child)


@atexit.register
def close() -> None:
    """End the children that wait for work."""
    with _lock:
        while _idle:
            _idle.pop().end()
