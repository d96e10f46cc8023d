"""Where a picture's content is: frames, bars and empty margins around it are left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_UNLIKE = 12  # levels of brightness from a line's middle value
_SHARE = 0.03  # of a line's pixels that may be unlike and the line still counts as plain
_DRIFT = 14  # levels that plain lines may differ from the outermost
_LEAST = 0.3  # of height and width that must be left, else nothing is taken for a border


@dataclass(frozen=True)
class Content:
    """Rows `top` to `bottom` and columns `left` to `right`, the ends excluded, in pixels."""

    top: int
    left: int
    bottom: int
    right: int

    def of(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return grey[self.top : self.bottom, self.left : self.right]


def content(grey: NDArray[np.uint8]) -> Content:
    """The content of a grey picture; the whole picture where it has no border."""
    height, width = grey.shape
    top = _plain(grey)
    bottom = height - _plain(grey[::-1]) if top < height else height
    rows = grey[top:bottom] if top < bottom else grey
    left = _plain(rows.T)
    right = width - _plain(rows.T[::-1]) if left < width else width
    if bottom - top < _LEAST * height or right - left < _LEAST * width:
        return Content(0, 0, height, width)
    return Content(top, left, bottom, right)


def _plain(lines: NDArray[np.uint8]) -> int:
    """How many lines from the first on are of one colour, the same for all."""
    middle = np.median(lines, axis=1)
    unlike = np.abs(lines - middle[:, None]) > _UNLIKE
    plain = (unlike.mean(axis=1) <= _SHARE) & (np.abs(middle - middle[0]) <= _DRIFT)
    return len(plain) if plain.all() else int(np.argmin(plain))
