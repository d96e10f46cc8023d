"""Opens one picture in a process of its own and makes the renditions: `python -I -m trustdesk.files.picture …`.

Decoders meet hostile bytes here: the process has limits on memory, time and output, and nothing of the desk in reach.
Prints one JSON object: {"width", "height", "frames", "renditions"} or {"reason"} (a code of rules.REASONS).
"""

import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from trustdesk.files import rules
from trustdesk.pictures.opening import Refused, limit, opened, orientation, upright

OUTPUT = 32 * 2**20  # bytes of one file
SHEET = 3  # frames a side of the sheet that shows an animation


def look(source: Path, media_type: str, folder: Path) -> dict[str, Any]:
    """Check, decode and write `<rendition>.webp` files into `folder`. Raises Refused."""
    with opened(source, media_type) as (image, frames):
        return _render(image, frames, media_type, folder)


def _render(image: Image.Image, frames: int, media_type: str, folder: Path) -> dict[str, Any]:
    width, height = image.size
    turned = orientation(image) >= 5
    if media_type == "image/jpeg":
        # Decodes at a half, quarter or eighth of the size where that is enough: all bytes are still read.
        image.draft("RGB", (rules.SHOWN_EDGE, rules.SHOWN_EDGE))
    first = upright(image, rules.SHOWN_EDGE)
    made = [_write(first, "shown", rules.SHOWN_EDGE, folder), _write(first, "thumb", rules.THUMB_EDGE, folder)]
    if frames > 1:
        made.append(_sheet(image, frames, folder))
    if turned:
        width, height = height, width
    return {"width": width, "height": height, "frames": frames, "renditions": made}


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


def main(arguments: list[str]) -> int:
    source, media_type, folder = arguments
    limit(output=OUTPUT)
    try:
        answer = look(Path(source), media_type, Path(folder))
    except Refused as refused:
        # To who uploads, damaged and cut short are the same.
        answer = {"reason": "broken" if refused.reason == "truncated" else refused.reason}
    except MemoryError:
        answer = {"reason": "too_costly"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
