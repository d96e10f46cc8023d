"""QR and bar codes in a picture, by zxing-cpp (Apache-2.0).

One pass over the picture finds most. A small picture is tried once more, larger. Where a code was seen and could not be
read, it is tried again: larger, darker, sharper, turned a little, with one threshold for the whole picture. Formats without a check digit
(Code 39, ITF, Codabar) are not read: they find codes in fences and text.
"""

import time
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import weights
from trustdesk.signals.images.shapes import Box, Code

SECONDS = 0.5  # after which no further try begins
MOST = 32
_SMALL = 480  # pixels: a code in a smaller picture has dots of one or two pixels
_SIDE = 960  # pixels of the longer side in which the others are looked for, which take ten times as long as QR codes
_QR = ("QRCode",)
_OTHERS = ("MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "EAN13", "EAN8", "UPCA", "Code128")

Grey = NDArray[np.uint8]
Turn = NDArray[np.float64]  # (2, 3): from the picture tried to the picture given

try:
    VERSION = f"zxing-cpp-{version('zxing-cpp')}"
except PackageNotFoundError:
    VERSION = ""


def read(rgb: NDArray[np.uint8]) -> list[Code]:
    """Every code that is read, 10 to 30 ms; where one is seen but not read up to SECONDS. Raises weights.Unavailable."""
    zxing = _zxing()
    ends = time.monotonic() + SECONDS
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    found, seen = _scan(zxing, grey, "LocalAverage", back=np.eye(2, 3), shape=grey.shape)
    scale = min(1.0, _SIDE / max(grey.shape))
    small = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    back = np.array([[1 / scale, 0, 0], [0, 1 / scale, 0]])
    others, _ = _scan(zxing, np.asarray(small, np.uint8), "LocalAverage", back=back, shape=grey.shape, names=_OTHERS)
    found += others
    if not found and (seen or max(grey.shape) <= _SMALL):
        for tried, binarizer, turned_back in _tries(grey):
            found, _ = _scan(zxing, tried, binarizer, back=turned_back, shape=grey.shape)
            if found or not seen or time.monotonic() > ends:
                break
    return found[:MOST]


@cache
def _zxing() -> Any:
    try:
        import zxingcpp
    except ImportError as error:
        raise weights.Unavailable("not_installed", "zxing-cpp is not installed") from error
    return zxingcpp


def _scan(
    zxing: Any, grey: Grey, binarizer: str, *, back: Turn, shape: tuple[int, ...], names: tuple[str, ...] = _QR
) -> tuple[list[Code], bool]:
    """The codes that were read, and whether one was seen that was not."""
    formats = zxing.BarcodeFormats([getattr(zxing.BarcodeFormat, name) for name in names])
    found, seen = [], False
    for one in zxing.read_barcodes(
        grey,
        formats=formats,
        binarizer=getattr(zxing.Binarizer, binarizer),
        text_mode=zxing.TextMode.Plain,
        return_errors=True,
    ):
        if one.valid and one.text:
            found.append(Code(one.format.name, one.text, _box(one.position, back, shape)))
        else:
            seen = True
    return found, seen


def _tries(grey: Grey) -> Iterator[tuple[Grey, str, Turn]]:
    if max(grey.shape) <= 1_200:
        larger = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        yield np.asarray(larger, np.uint8), "LocalAverage", np.array([[0.5, 0, 0], [0, 0.5, 0]])
    same = np.eye(2, 3)
    yield (255 * (grey / 255.0) ** 2).astype(np.uint8), "LocalAverage", same
    blurred = cv2.GaussianBlur(grey, (0, 0), 3)
    yield np.asarray(cv2.addWeighted(grey, 2.5, blurred, -1.5, 0), np.uint8), "LocalAverage", same
    yield grey, "GlobalHistogram", same
    height, width = grey.shape
    for degrees in (20, 45):
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        turned = cv2.warpAffine(grey, turn, (width, height), borderValue=(200,))
        yield np.asarray(turned, np.uint8), "GlobalHistogram", np.asarray(cv2.invertAffineTransform(turn))


def _box(position: Any, back: Turn, shape: tuple[int, ...]) -> Box:
    corners = [position.top_left, position.top_right, position.bottom_right, position.bottom_left]
    points = np.array([[corner.x, corner.y, 1.0] for corner in corners]) @ back.T
    points = np.clip(points / np.array([shape[1], shape[0]]), 0, 1)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return Box(
        round(float(left), 4), round(float(top), 4), round(float(right - left), 4), round(float(bottom - top), 4)
    )
