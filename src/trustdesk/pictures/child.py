"""Decodes one picture after the other for the process that started it: `python -I -m trustdesk.pictures.child`.

Hostile bytes meet decoders here: limits on memory, CPU time and output, no environment, no file but what it was given.
Reads a line of JSON {"type", "bytes", "edge", "more", "more_edge"} and that many bytes; writes a line of JSON, {"reason",
"detail"} or {"width", "height", "frames", "pictures": [[width, height, frame], …]}, and each picture as RGB bytes.
"""

import json
import resource
import sys
from typing import IO

from PIL import Image

from trustdesk.pictures.opening import CPU_SECONDS, Refused, limit, opened, orientation, upright

GROUND = "white"  # what shines through where a picture is transparent


def serve(source: IO[bytes], out: IO[bytes]) -> None:
    """Answer until the input ends."""
    while line := source.readline():
        task = json.loads(line)
        data = source.read(task["bytes"])
        if len(data) < task["bytes"]:
            return
        _allow(CPU_SECONDS)
        pictures: list[tuple[Image.Image, int]] = []
        try:
            answer = _decode(data, task, pictures)
        except Refused as refused:
            answer, pictures = {"reason": refused.reason, "detail": refused.detail}, []
        except MemoryError:
            answer, pictures = {"reason": "too_costly", "detail": "memory"}, []
        out.write(json.dumps(answer).encode() + b"\n")
        for picture, _ in pictures:
            out.write(picture.tobytes())
        out.flush()


def _allow(seconds: int) -> None:
    """CPU seconds for the next picture, on top of what was used; past them the kernel ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit_at = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit_at, resource.RLIM_INFINITY))


def _decode(data: bytes, task: dict, pictures: list[tuple[Image.Image, int]]) -> dict:
    with opened(data, task["type"]) as (image, frames):
        width, height = image.size
        turned = orientation(image) >= 5 and task["type"] != "image/heic"
        if task["type"] == "image/jpeg":
            image.draft("RGB", (task["edge"], task["edge"]))
        pictures.append((_flat(upright(image, task["edge"])), 0))
        for frame in _spread(frames, task["more"]):
            image.seek(frame)
            pictures.append((_flat(upright(image, task["more_edge"])), frame))
    if turned:
        width, height = height, width
    return {
        "width": width,
        "height": height,
        "frames": frames,
        "pictures": [[picture.width, picture.height, frame] for picture, frame in pictures],
    }


def _spread(frames: int, more: int) -> list[int]:
    """Up to `more` frames after the first, evenly spread, the last among them."""
    count = min(more, frames - 1)
    return sorted({round(n * (frames - 1) / count) for n in range(1, count + 1)}) if count > 0 else []


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, GROUND)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


if __name__ == "__main__":
    limit(output=0, seconds=None)
    serve(sys.stdin.buffer, sys.stdout.buffer)
