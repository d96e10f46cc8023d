"""Opens one picture in a process of its own and makes the renditions: `python -I -m trustdesk.files.picture …`.

Decoders meet hostile bytes here: the process has limits on memory, time and output, and nothing of the desk in reach.
Prints one JSON object: {"width", "height", "frames", "renditions"} or {"reason"} (a code of rules.REASONS).
"""

import contextlib
import json
import mmap
import re
import resource
import sys
import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from trustdesk.files import rules

MEMORY = 1536 * 2**20  # bytes of address space
CPU_SECONDS = 20
OUTPUT = 32 * 2**20  # bytes of one file
SHEET = 3  # frames a side of the sheet that shows an animation

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/avif": "AVIF"}
# What a browser or an unpacker would follow if somebody handed it the picture as something else.
_FOREIGN = re.compile(
    rb"<script|<\?php|<html|<iframe|<svg|<!doctype html|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c", re.IGNORECASE
)


class Refused(Exception):
    """Why this picture is not opened: a code of rules.REASONS."""


def look(source: Path, media_type: str, folder: Path) -> dict[str, Any]:
    """Check, decode and write `<rendition>.webp` files into `folder`. Raises Refused."""
    _refuse_polyglot(source)
    Image.MAX_IMAGE_PIXELS = rules.MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        if media_type == "image/png":
            with Image.open(source, formats=["PNG"]) as whole:
                whole.verify()  # every checksum up to the last chunk; decoding alone forgives a cut tail
        with Image.open(source, formats=[_FORMATS[media_type]]) as image:
            return _render(image, media_type, folder)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except MemoryError as error:
        raise Refused("too_costly") from error
    except Refused:
        raise
    except Exception as error:  # decoders raise whatever they like on hostile bytes
        raise Refused("broken") from error


def _refuse_polyglot(source: Path) -> None:
    with source.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as view:
        if _FOREIGN.search(view) or b"%PDF-" in view[:1024]:
            raise Refused("polyglot")
    with (
        contextlib.suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError),
        zipfile.ZipFile(source) as z,
    ):
        if z.infolist():
            raise Refused("polyglot")


def _render(image: Image.Image, media_type: str, folder: Path) -> dict[str, Any]:
    width, height = image.size
    if width * height > rules.MOST_PIXELS:
        raise Refused("too_many_pixels")
    frames = 1 if media_type == "image/jpeg" else int(getattr(image, "n_frames", 1))
    if frames < 1:
        raise Refused("broken")
    if frames > rules.MOST_FRAMES or frames * width * height > max(rules.MOST_FRAME_PIXELS, width * height):
        raise Refused("too_many_frames")
    turned = _orientation(image) >= 5
    if media_type == "image/jpeg":
        # Decodes at a half, quarter or eighth of the size where that is enough: all bytes are still read.
        image.draft("RGB", (rules.SHOWN_EDGE, rules.SHOWN_EDGE))
    first = _upright(image)
    made = [_write(first, "shown", rules.SHOWN_EDGE, folder), _write(first, "thumb", rules.THUMB_EDGE, folder)]
    if frames > 1:
        made.append(_sheet(image, frames, folder))
    if turned:
        width, height = height, width
    return {"width": width, "height": height, "frames": frames, "renditions": made}


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # a broken EXIF block costs the turning, not the picture
        return 1


def _upright(image: Image.Image) -> Image.Image:
    """The current frame as sRGB with or without alpha, turned upright, without metadata, at most SHOWN_EDGE."""
    image.load()
    frame = image
    with contextlib.suppress(Exception):
        frame = ImageOps.exif_transpose(image)
    if frame.mode.startswith("I"):  # 16 bits a pixel
        frame = frame.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    alpha = frame.has_transparency_data
    profile = frame.info.get("icc_profile")
    small = frame if frame.mode in {"RGB", "RGBA", "L", "CMYK"} else frame.convert("RGBA" if alpha else "RGB")
    small = small.copy() if small is image else small
    small.thumbnail((rules.SHOWN_EDGE, rules.SHOWN_EDGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if profile and small.mode in {"RGB", "CMYK"}:
        with contextlib.suppress(Exception):  # a profile that does not fit is left out
            converted = ImageCms.profileToProfile(
                small, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            small = converted or small
    plain = small.convert("RGBA" if alpha else "RGB")
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    return clean


def _write(picture: Image.Image, name: str, edge: int, folder: Path) -> str:
    sized = picture.copy()
    sized.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    sized.save(folder / f"{name}.webp", "WEBP", quality=82, method=2)
    return name


def _sheet(image: Image.Image, frames: int, folder: Path) -> str:
    """Up to nine frames, evenly spread, on one sheet: what an animation hides in its middle is seen too."""
    count = min(SHEET * SHEET, frames)
    picks = sorted({round(n * (frames - 1) / max(1, count - 1)) for n in range(count)})
    edge = rules.THUMB_EDGE
    sheet = Image.new("RGB", (edge * min(SHEET, count), edge * -(-count // SHEET)), "#808080")
    for place, pick in enumerate(picks):
        image.seek(pick)
        cell = image.convert("RGBA")
        cell.thumbnail((edge, edge))
        sheet.paste(cell, (edge * (place % SHEET), edge * (place // SHEET)), cell)
    return _write(sheet, "frames", edge * SHEET, folder)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))


def main(arguments: list[str]) -> int:
    source, media_type, folder = arguments
    _limit()
    try:
        answer = look(Path(source), media_type, Path(folder))
    except Refused as refused:
        answer = {"reason": str(refused)}
    except MemoryError:
        answer = {"reason": "too_costly"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
