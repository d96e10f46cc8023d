"""What people do to a picture so that it is not known again, made anew with a seed: for figures, never for training."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Change = Callable[[Picture, np.random.Generator], Picture]


def _turned(turns: int, *, mirrored: bool = False) -> Change:
    def change(picture: Picture, chance: np.random.Generator) -> Picture:  # noqa: ARG001  every change is given one
        return np.ascontiguousarray(np.rot90(picture[:, ::-1] if mirrored else picture, turns))

    return change


def _framed(picture: Picture, chance: np.random.Generator) -> Picture:
    """A border of one colour, 3 to 12 percent, not the same on all sides."""
    top, bottom, left, right = (int(max(picture.shape[:2]) * part) for part in chance.uniform(0.03, 0.12, 4))
    colour = [int(part) for part in chance.choice([[0] * 3, [255] * 3, list(chance.integers(0, 256, 3))])]
    return np.asarray(
        cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT, value=colour), np.uint8
    )


def _barred(picture: Picture, chance: np.random.Generator) -> Picture:
    """Black bars over what is above and below, 8 to 14 percent each."""
    made = picture.copy()
    bar = int(picture.shape[0] * chance.uniform(0.08, 0.14))
    made[:bar] = 0
    made[-bar:] = 0
    return made


def _written_on(picture: Picture, chance: np.random.Generator) -> Picture:
    """Two lines of words, in white with a black edge."""
    made = picture.copy()
    height, width = picture.shape[:2]
    for place in (0.18, 0.9):
        words = " ".join(chance.choice(["BEST", "PRICE", "TODAY", "CALL", "NOW", "ONLY", "FREE"], 3))
        size = width / 320 * float(chance.uniform(0.8, 1.1))
        at = (int(width * 0.05), int(height * place))
        for colour, thick in (((0, 0, 0), 6), ((255, 255, 255), 2)):
            cv2.putText(made, words, at, cv2.FONT_HERSHEY_DUPLEX, size, colour, max(1, int(thick * size)), cv2.LINE_AA)
    return np.asarray(made, np.uint8)


def _stamped(picture: Picture, chance: np.random.Generator) -> Picture:
    """A logo: a filled box of 20 to 30 percent of both sides, somewhere at the edge."""
    made = picture.copy()
    height, width = (int(side * chance.uniform(0.2, 0.3)) for side in picture.shape[:2])
    top = int(chance.choice([0, picture.shape[0] - height]))
    left = int(chance.integers(0, picture.shape[1] - width))
    made[top : top + height, left : left + width] = chance.integers(0, 256, 3)
    return made


def _cut(most: float) -> Change:
    def change(picture: Picture, chance: np.random.Generator) -> Picture:
        height, width = picture.shape[:2]
        above, below, left, right = chance.uniform(most / 3, most, 4)
        return picture[int(height * above) : int(height * (1 - below)), int(width * left) : int(width * (1 - right))]

    return change


def _repacked(picture: Picture, chance: np.random.Generator) -> Picture:
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(10, 40))])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _smaller(picture: Picture, chance: np.random.Generator) -> Picture:
    part = float(chance.uniform(0.3, 0.7))
    return np.asarray(cv2.resize(picture, None, fx=part, fy=part, interpolation=cv2.INTER_AREA), np.uint8)


def _blurred(picture: Picture, chance: np.random.Generator) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), float(chance.uniform(1, 2.5))), np.uint8)


def _lit(picture: Picture, chance: np.random.Generator) -> Picture:
    return np.clip(picture * chance.uniform(0.6, 1.4) + chance.uniform(-20, 20), 0, 255).astype(np.uint8)


def _tilted(picture: Picture, chance: np.random.Generator) -> Picture:
    """Turned by 2 to 6 degrees; the corners are cut."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(chance.uniform(2, 6) * chance.choice([-1, 1])), 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _both(first: Change, second: Change) -> Change:
    return lambda picture, chance: second(first(picture, chance), chance)


CHANGES: dict[str, Change] = {
    "mirrored": _turned(0, mirrored=True),
    "upside down": _turned(2, mirrored=True),
    "turned 90": _turned(1),
    "turned 180": _turned(2),
    "turned 270": _turned(3),
    "framed": _framed,
    "barred": _barred,
    "written on": _written_on,
    "stamped": _stamped,
    "cut 5 %": _cut(0.05),
    "cut 10 %": _cut(0.10),
    "repacked": _repacked,
    "smaller": _smaller,
    "blurred": _blurred,
    "lit": _lit,
    "tilted": _tilted,
    "mirrored, framed": _both(_turned(0, mirrored=True), _framed),
    "turned 90, cut 5 %": _both(_turned(1), _cut(0.05)),
    "written on, repacked": _both(_written_on, _repacked),
    "cut 5 %, framed": _both(_cut(0.05), _framed),
    "mirrored, cut 5 %, smaller": _both(_both(_turned(0, mirrored=True), _cut(0.05)), _smaller),
}
