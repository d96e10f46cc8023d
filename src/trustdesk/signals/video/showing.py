"""What people see of a video without playing it: a poster, a sheet and a filmstrip, as WebP. Pure.

Made from raw pixels, so nothing of the file itself (places, cameras, scripts) can come along.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

POSTER_EDGE = 960  # pixels of the longer side
FRAME_EDGE = 320
SIDE = 3  # frames a side of the sheet
MOST = 24  # frames of the filmstrip

Picture = NDArray[np.uint8]


@dataclass
class Reel:
    """Writes the renditions of a video into a folder as `<name>.webp`, a frame at a time."""

    folder: Path
    times: dict[str, float] = field(default_factory=dict)  # frame's rendition → seconds
    _cells: list[Image.Image] = field(default_factory=list)
    _poster: tuple[float, Image.Image] | None = None

    def add(self, number: int, at: float, rgb: Picture) -> None:
        """One more frame of the strip; the one with most to see becomes the poster, earlier ones before later ones."""
        if number >= MOST:
            return
        picture = Image.fromarray(rgb)
        detail = float(np.std(rgb[::4, ::4])) * (0.97**number)
        if self._poster is None or detail > self._poster[0]:
            self._poster = (detail, picture.copy())
        picture.thumbnail((FRAME_EDGE, FRAME_EDGE), Image.Resampling.LANCZOS)
        name = f"frame{number + 1:02}"
        self._write(picture, name)
        self.times[name] = round(at, 3)
        self._cells.append(picture)

    def finish(self) -> tuple[str, ...]:
        """Poster (`shown`, `thumb`), the sheet of up to nine frames (`frames`) and the strip: names of all renditions."""
        if self._poster is None:
            return ()
        _, poster = self._poster
        poster.thumbnail((POSTER_EDGE, POSTER_EDGE), Image.Resampling.LANCZOS)
        self._write(poster, "shown")
        poster.thumbnail((FRAME_EDGE, FRAME_EDGE), Image.Resampling.LANCZOS)
        self._write(poster, "thumb")
        self._sheet()
        return ("shown", "thumb", "frames", *self.times)

    def _sheet(self) -> None:
        count = min(SIDE * SIDE, len(self._cells))
        picks = [self._cells[round(place * (len(self._cells) - 1) / max(1, count - 1))] for place in range(count)]
        edge = FRAME_EDGE
        sheet = Image.new("RGB", (edge * min(SIDE, count), edge * -(-count // SIDE)), "#808080")
        for place, cell in enumerate(picks):
            left, top = edge * (place % SIDE), edge * (place // SIDE)
            sheet.paste(cell, (left + (edge - cell.width) // 2, top + (edge - cell.height) // 2))
        self._write(sheet, "frames")

    def _write(self, picture: Image.Image, name: str) -> None:
        picture.convert("RGB").save(self.folder / f"{name}.webp", "WEBP", quality=82, method=2)
