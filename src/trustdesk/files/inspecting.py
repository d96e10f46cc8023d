"""What arrived is looked into before any transaction: type, dangers, renditions."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from trustdesk.files import rules
from trustdesk.files.storing import CHUNK, Incoming

log = structlog.get_logger(__name__)

WALL_SECONDS = 40
# Pictures of one web or worker process that are decoded at once: each may take 1.5 GiB for a moment.
_room = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Inspection:
    """What the bytes are; `reason` (a code of rules.REASONS) is empty when they are ready."""

    media_type: str
    declared_type: str
    reason: str = ""
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    renditions: tuple[str, ...] = ()


def inspect(incoming: Incoming, *, declared_type: str, workroom: Path) -> Inspection:
    """Judge the bytes; a picture's renditions are written into `workroom` as `<rendition>.webp`. Takes up to 40 s."""
    declared = rules.clean_type(declared_type)
    with incoming.path.open("rb") as handle:
        media_type = rules.sniff(handle.read(rules.HEAD))
    carries = _carries(incoming.path, rules.MALWARE_MARKS)
    reason = rules.MALWARE if carries else rules.refusal_of_type(media_type, declared, incoming.size)
    if reason or media_type not in rules.IMAGES:
        return Inspection(media_type=media_type, declared_type=declared, reason=reason)
    found = _look(incoming.path, media_type, workroom)
    if "reason" in found:
        return Inspection(media_type=media_type, declared_type=declared, reason=str(found["reason"]))
    return Inspection(
        media_type=media_type,
        declared_type=declared,
        width=found["width"],
        height=found["height"],
        frames=found["frames"],
        renditions=tuple(found["renditions"]),
    )


def _carries(path: Path, marks: Sequence[bytes]) -> bool:
    """Does one of these marks stand anywhere in the bytes? Read piece by piece, in constant memory."""
    keep = max(map(len, marks)) - 1
    tail = b""
    with path.open("rb") as handle:
        while piece := handle.read(CHUNK):
            seen = tail + piece
            if any(mark in seen for mark in marks):
                return True
            tail = seen[-keep:]
    return False


def _look(path: Path, media_type: str, workroom: Path) -> dict:
    command = [sys.executable, "-I", "-m", "trustdesk.files.picture", str(path), media_type, str(workroom)]
    with _room:
        try:
            done = subprocess.run(  # noqa: S603  our own module, our own paths
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=WALL_SECONDS, check=False, env={}
            )
        except subprocess.TimeoutExpired:
            return {"reason": "too_costly"}
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}:
        return {"reason": "too_costly"}
    try:
        found: dict = json.loads(done.stdout)
    except ValueError:
        log.warning(
            "a picture ended its decoder", code=done.returncode, error=done.stderr[-500:].decode(errors="replace")
        )
        return {"reason": "broken"}
    return found
