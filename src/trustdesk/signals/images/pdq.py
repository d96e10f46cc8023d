"""PDQ, the perceptual hash of pictures by Facebook's ThreatExchange (2019), written anew in NumPy from its description.

A picture's brightness is blurred by two passes of box filters, sampled at 64 × 64 points and taken through a discrete
cosine transform; of the 256 coefficients of frequencies 1 to 16 those above their median are the bits that are set. The
blur and the sampling are linear, so that both are one matrix on either side, made once for each size.

The hashes of the seven turned and mirrored pictures follow from the same coefficients by signs and transposing.
Distance is the number of differing bits: up to 31 of 256 is the usual "same picture".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

VERSION = "1"
BITS = 256
SAME = 31  # differing bits up to which two pictures count as the same
GOOD_QUALITY = 50  # below, a picture has too little shape to be told from others by its hash
EDGE = 512  # a larger picture is brought to this first: the blur would take the rest away in any case
# The order of variants: as it is, turned left by 90°, 180°, 270°, upside down, mirrored, over one diagonal, over the other.
VARIANTS = ("original", "rotate90", "rotate180", "rotate270", "flipx", "flipy", "flipplus1", "flipminus1")

_SAMPLES, _SIDE = 64, 16
_ODD = np.arange(_SIDE) % 2 == 1
_ROWS = np.where(_ODD, 1.0, -1.0)[:, None]
_COLUMNS = np.where(_ODD, 1.0, -1.0)[None, :]


@dataclass(frozen=True)
class Hashed:
    """`hashes`: (8, 4) uint64, in the order of VARIANTS, the least bits first; `quality`: 0 to 100."""

    hashes: NDArray[np.uint64]
    quality: int

    def hexes(self) -> tuple[str, ...]:
        return tuple(to_hex(row) for row in self.hashes)


def hash_picture(rgb: NDArray[np.uint8]) -> Hashed:
    """All eight hashes of a picture: (height, width, 3) RGB or (height, width) grey, one byte a channel."""
    height, width = rgb.shape[:2]
    if max(height, width) > EDGE:
        scale = EDGE / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if rgb.ndim == 3:
            rgb = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    return hash_luma(luma(rgb))


def luma(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Brightness 0 to 255, by the weights of ITU-R BT.601."""
    if rgb.ndim == 2:
        return rgb.astype(np.float32)
    return np.asarray(cv2.transform(rgb.astype(np.float32), np.array([[0.299, 0.587, 0.114]], np.float32)))


def hash_luma(light: NDArray[np.float32]) -> Hashed:
    """All eight hashes of the brightness of a picture, which is not made smaller before."""
    height, width = light.shape
    sampled = _sampling(height) @ light.astype(np.float64) @ _sampling(width).T
    cosines = _cosines()
    found = cosines @ sampled @ cosines.T
    return Hashed(hashes=_bits(_turned(found)), quality=_quality(sampled))


def _turned(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """The coefficients of the eight pictures from those of one: turning and mirroring change signs and order alone."""
    other = found.T
    return np.stack(
        [
            found,
            _ROWS * other,
            _ROWS * _COLUMNS * found,
            _COLUMNS * other,
            _ROWS * found,
            _COLUMNS * found,
            other,
            _ROWS * _COLUMNS * other,
        ]
    )


def _bits(found: NDArray[np.float64]) -> NDArray[np.uint64]:
    flat = found.reshape(len(found), BITS)
    middle = np.partition(flat, BITS // 2 - 1, axis=1)[:, BITS // 2 - 1]  # the lower of the two in the middle
    packed = np.packbits(flat > middle[:, None], axis=1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u8").astype(np.uint64)


def _quality(sampled: NDArray[np.float64]) -> int:
    steps = sum(
        float(np.abs(np.trunc(np.diff(sampled.astype(np.float32), axis=axis) * 100 / 255)).sum()) for axis in (0, 1)
    )
    return min(100, int(steps / 90))


@lru_cache(maxsize=256)
def _sampling(length: int) -> NDArray[np.float64]:
    """(64, length): two box blurs, then 64 points."""
    window = -(-length // (2 * _SAMPLES))
    ahead = (window + 2) // 2
    at = np.arange(length)
    start, end = np.clip(at + ahead - window, 0, None), np.clip(at + ahead, None, length)
    place = np.arange(length)[None, :]
    box = ((place >= start[:, None]) & (place < end[:, None])) / (end - start)[:, None]
    points = ((np.arange(_SAMPLES) + 0.5) * length / _SAMPLES).astype(int)
    return np.asarray(box[points] @ box)


@lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float64]:
    frequency, at = np.arange(1, _SIDE + 1)[:, None], np.arange(_SAMPLES)[None, :]
    return np.sqrt(2 / _SAMPLES) * np.cos(np.pi / 2 / _SAMPLES * frequency * (2 * at + 1))


def to_hex(row: NDArray[np.uint64]) -> str:
    """64 hexadecimal digits, as everybody writes PDQ."""
    return np.ascontiguousarray(row, dtype="<u8").tobytes()[::-1].hex()


def from_hex(text: str) -> NDArray[np.uint64]:
    """(4,) uint64. Raises ValueError when it is not 64 hexadecimal digits."""
    raw = bytes.fromhex(text)
    if len(raw) != BITS // 8:
        raise ValueError("a PDQ hash is 64 hexadecimal digits")
    return np.frombuffer(raw[::-1], "<u8").astype(np.uint64)


def from_hexes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """(n, 4) uint64."""
    return np.stack([from_hex(text) for text in texts]) if texts else np.empty((0, 4), np.uint64)


def distance(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> int:
    """Differing bits of two hashes."""
    return int(np.bitwise_count(one ^ other).sum())
