"""Where a picture's content is: frames, bars and empty margins around it are left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_UNLIKE = 12  # levels of brightness from a line's middle value
_SHARE = 0.03  # of a line's pixels that may be unlike and the line still counts as plain
_DRIFT = 14  # levels that plain lines may differ from the outermost
_MOST = 4  # borders within borders
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
    """The content of a grey picture; the whole picture where it has no border.

    Borders within borders are left out too, so that a framed picture has the content that it had without its frame.
    """
    height, width = grey.shape
    found = Content(0, 0, height, width)
    for _ in range(_MOST):
        top, left, bottom, right = _within(found.of(grey))
        if bottom - top < _LEAST * height or right - left < _LEAST * width:
            break
        inner = Content(found.top + top, found.left + left, found.top + bottom, found.left + right)
        if inner == found:
            break
        found = inner
    return found


def _within(grey: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    height, width = grey.shape
    top = _plain(grey)
    bottom = height - _plain(grey[::-1]) if top < height else 0
    if top >= bottom:
        return 0, 0, 0, 0
    rows = grey[top:bottom].T
    left = _plain(rows)
    right = width - _plain(rows[::-1]) if left < width else 0
    return top, left, bottom, right


def _plain(lines: NDArray[np.uint8]) -> int:
    """How many lines from the first on are of one colour, the same for all."""
    middle = np.median(lines, axis=1)
    unlike = np.abs(lines - middle[:, None]) > _UNLIKE
    plain = (unlike.mean(axis=1) <= _SHARE) & (np.abs(middle - middle[0]) <= _DRIFT)
    return len(plain) if plain.all() else int(np.argmin(plain))
