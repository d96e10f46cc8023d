"""Debian's tesseract as a second reader, for scripts that the first has no letters for. Optional; nothing is installed.

It runs as a process of its own on a picture that we encoded ourselves, and is ended when it takes too long.
"""

import os
import shutil
import subprocess
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images.shapes import Box, Text

ENGINE = "tesseract"
SURE = 60  # of 100: below, a word is not handed on
# Packs of scripts that the first reader lacks; any that is installed is used, at most four at a time.
SCRIPTS = ("ara", "hin", "rus", "tha", "kor", "ben", "tam", "tel", "heb", "ell", "ukr", "fas", "urd", "mar", "bul")
_MOST = 4


@cache
def scripts() -> tuple[str, ...]:
    """The installed packs among SCRIPTS; empty where tesseract is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return ()
    try:
        listed = subprocess.run(  # noqa: S603  the program we found, fixed arguments
            [program, "--list-langs"], capture_output=True, text=True, timeout=10, check=False
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(name for name in SCRIPTS if name in listed)[:_MOST]


def read(rgb: NDArray[np.uint8], places: list[Box], *, seconds: float) -> list[Text]:
    """Lines in these places of the picture; empty when nothing is read in time."""
    from PIL import Image

    program = shutil.which("tesseract")
    if program is None:
        return []
    out = BytesIO()
    Image.fromarray(rgb).save(out, "PNG", compress_level=1)
    command = [program, "stdin", "stdout", "-l", "+".join(scripts()), "--psm", "11", "tsv"]
    environment = {name: value for name in ("TESSDATA_PREFIX",) if (value := os.environ.get(name))}
    try:
        done = subprocess.run(  # noqa: S603  the program we found, a picture we encoded
            command,
            input=out.getvalue(),
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment | {"OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return _lines(done.stdout.decode(errors="replace"), rgb.shape[1], rgb.shape[0], places)


def _lines(table: str, width: int, height: int, places: list[Box]) -> list[Text]:
    """Words of tesseract's table put together to lines, where they lie in one of the places."""
    lines: dict[tuple[str, ...], list[tuple[str, float, list[int]]]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or not cells[11].strip() or float(cells[10]) < SURE:
            continue
        left, top, wide, high = (int(cell) for cell in cells[6:10])
        middle = ((left + wide / 2) / width, (top + high / 2) / height)
        if any(one.x <= middle[0] <= one.x + one.width and one.y <= middle[1] <= one.y + one.height for one in places):
            lines.setdefault(tuple(cells[2:5]), []).append(
                (cells[11].strip(), float(cells[10]) / 100, [left, top, left + wide, top + high])
            )
    found = []
    for words in lines.values():
        corners = np.array([word[2] for word in words])
        (left, top), (right, bottom) = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
        box = Box(
            round(float(left / width), 4),
            round(float(top / height), 4),
            round(float((right - left) / width), 4),
            round(float((bottom - top) / height), 4),
        )
        sure = float(np.mean([word[1] for word in words]))
        found.append(Text(" ".join(word[0] for word in words), box, round(sure, 4), ENGINE))
    return found
