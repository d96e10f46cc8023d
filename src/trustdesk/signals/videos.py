"""Videos looked into: the front of `signals.video` as a looker. What people see of a video is made on the way."""

import hashlib
import shutil
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.conf import settings

from trustdesk.files import actions as files
from trustdesk.files.actions import Closer
from trustdesk.files.queries import FileView
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.signals.images import looking as pictures
from trustdesk.signals.images.shapes import Box, Code, Text
from trustdesk.signals.looking import Part, Seen, SeenFrame
from trustdesk.signals.video import speech
from trustdesk.signals.video.decoding import sound_of
from trustdesk.signals.video.limits import VideoRefused
from trustdesk.signals.video.looking import VERSION, WANT, VideoLook, look_video
from trustdesk.signals.video.showing import Reel

LEASE = 240.0  # seconds: a minute of decoding, a minute and a half of looking, on a busy machine

# Codes of signals.video.limits.REASONS as `files.rules.REASONS` has them: words like "broken" are said of pictures there.
_REFUSALS = {
    "broken": "video_broken",
    "too_many_pixels": "video_too_large",
    "too_many_streams": "video_too_large",
    "too_large": "video_too_large",
    "too_costly": "video_too_costly",
}


def version() -> str:
    told = " ".join(f"{name}={pictures.VERSIONS[name]}" for name in sorted(WANT))
    told += f" speech={speech.VERSION}" if settings.SPEECH else ""
    return f"video-{VERSION}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def look(handle: BinaryIO, view: FileView) -> Seen:
    """Decoded in a process of its own; frames worth a look go through the image signals. Keeps poster, sheet and strip as
    renditions of the file; what is refused is refused as a file, too."""
    with ExitStack() as stack:
        room = Path(stack.enter_context(TemporaryDirectory(prefix="video-look-")))
        source = room / "source"
        with source.open("wb") as out:
            shutil.copyfileobj(handle, out)
        reel = Reel(room)
        found = look_video(source, shown=reel.add)
        if found.refusal:
            reason = _REFUSALS.get(found.refusal, found.refusal)
            files.look_closer(actor=SYSTEM, file_id=view.id, found=Closer(reason=reason), now=now())
            return Seen(refusal=reason)
        closer = Closer(
            width=found.look.width,
            height=found.look.height,
            seconds=found.seconds,
            frames=len(found.times),
            folder=room,
            renditions=reel.finish(),
            times=reel.times,
        )
        files.look_closer(actor=SYSTEM, file_id=view.id, found=closer, now=now())
        seen = seen_of(found)
        if not settings.SPEECH or not found.sound:
            return seen
        said, part = hear(source)
        return replace(seen, texts=(*seen.texts, *said), parts=(*seen.parts, part))


def hear(source: Path) -> tuple[tuple[dict[str, Any], ...], Part]:
    """What is said in a video, line by line with its second; and how the machine fared that listens."""
    began, error = time.perf_counter(), ""
    lines: tuple[speech.Line, ...] = ()
    try:
        with sound_of(source) as sound:
            lines = speech.transcribe(sound.samples).lines
    except speech.SpeechUnavailable as missing:
        error = missing.code
    except VideoRefused:
        pass  # a sound track without sound: nothing is said
    except Exception:  # a model may fail in any way; what was seen is seen all the same
        error = "failed"
    took = (time.perf_counter() - began) * 1000
    said = tuple({"text": one.text, "at": round(one.start, 1), "heard": True} for one in lines)
    return said, Part(name="video.speech", version=speech.VERSION, error=error, milliseconds=took)


def seen_of(found: VideoLook) -> Seen:
    return Seen(
        width=found.look.width,
        height=found.look.height,
        seconds=found.seconds,
        adult=found.look.adult,
        adult_at=_adult_at(found),
        texts=tuple(_line(text, found, score=text.confidence) for text in found.look.texts or ()),
        codes=tuple(_line(code, found, format=code.kind) for code in found.look.codes or ()),
        frames=_frames(found),
        parts=_parts(found),
        told={
            "claimed": found.claimed,
            "codec": found.codec,
            "rate": found.rate,
            "sound": found.sound,
            "notes": list(found.notes),
        },
    )


def _adult_at(found: VideoLook) -> float | None:
    score = found.running.scores.get("adult") if found.running else None
    return round(score.at, 1) if score else None


def _line(one: Text | Code, found: VideoLook, **more: Any) -> dict[str, Any]:
    return {"text": one.text, "box": _box(one.box), "at": round(found.times[one.frame], 1), **more}


def _box(box: Box) -> list[float]:
    return [box.x, box.y, box.width, box.height]


def _frames(found: VideoLook) -> tuple[SeenFrame, ...]:
    """A hash and score for each frame that was looked at."""
    return tuple(
        SeenFrame(hashes=bytes.fromhex(hash_hex) if hash_hex else b"", quality=quality, adult=adult, at=at)
        for at, adult, (hash_hex, quality) in zip(found.times, found.adult, found.hashes, strict=True)
    )


def _parts(found: VideoLook) -> tuple[Part, ...]:
    look = found.look
    return tuple(
        Part(
            name=f"picture.{name}",
            version=pictures.VERSIONS[name],
            error=look.unknown.get(name, ""),
            milliseconds=float(look.milliseconds.get(name, 0.0)),
        )
        for name in sorted(WANT)
        if name in look.versions or name in look.unknown
    )
