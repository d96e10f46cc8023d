"""How much two frames differ, from small grey pictures of them. Pure; the decoder's process knows no more than this."""

import numpy as np
from numpy.typing import NDArray

SIDE = 32  # cells a side of the small grey picture
CUT = 20.0  # mean difference of grey (of 255) that is a cut
CHANGE = 28.0  # difference of the most changed twentieth of the cells that is a change worth a look


def change(one: NDArray[np.int16], other: NDArray[np.int16]) -> tuple[float, float]:
    """How much two small grey pictures of one size differ, of 255: all over, and in the twentieth of the cells that
    differs most (a caption changes little of the whole)."""
    apart = np.abs(one - other).ravel()
    count = max(1, apart.size // 20)
    most = np.partition(apart, -count)[-count:]
    return float(apart.mean()), float(most.mean())


def small_grey(rgb: NDArray[np.uint8]) -> NDArray[np.int16]:
    """A picture as SIDE × SIDE greys: means of its cells, (height, width, 3) RGB or at least SIDE pixels a side; smaller
    ones by their nearest pixels."""
    grey = rgb.astype(np.int32) @ np.array([77, 150, 29]) >> 8  # ITU-R BT.601 in 256ths
    rows, columns = (np.linspace(0, length, SIDE + 1).astype(int) for length in grey.shape)
    if min(grey.shape) < SIDE:
        grey = grey[np.clip(rows[:-1], 0, grey.shape[0] - 1)][:, np.clip(columns[:-1], 0, grey.shape[1] - 1)]
        return grey.astype(np.int16)
    sums = np.add.reduceat(np.add.reduceat(grey, rows[:-1], axis=0), columns[:-1], axis=1)
    return (sums / np.outer(np.diff(rows), np.diff(columns))).astype(np.int16)
