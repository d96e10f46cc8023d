"""Where faces are, so that reviewers may see pictures with faces blurred. Nobody is recognised, nothing is kept of a face.

MTCNN (Zhang, Zhang, Li, Qiao 2016): three small networks, the first over the picture in many sizes, the others over what
it proposes. The weights come with the package `mtcnn` (MIT); the networks are computed here, in NumPy. It finds faces that
look at the camera and are at least SMALLEST pixels wide; from the side, masked or turned by more than 45° it misses many.
Where it cannot run, faces are unknown, and who wants to be safe blurs the whole picture.
"""

import threading
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import weights
from trustdesk.signals.images.shapes import Box

VERSION = f"mtcnn-{weights.version_of('faces_o')}"
EDGE = 640  # pixels of the longer side that are searched
SMALLEST = 24  # pixels of a face, at that size
MOST = 100
_SURE = (0.6, 0.7, 0.85)  # of the three networks
_STEP = 0.709
_CELL, _STRIDE = 12, 2
_MOST_PROPOSED = 400

Array = NDArray[np.float32]
_loading = threading.Lock()


def find(rgb: NDArray[np.uint8]) -> list[Box]:
    """Boxes of faces, the surest first; about 0.1 to 0.4 s. Raises weights.Unavailable."""
    proposing, refining, judging = _networks()
    height, width = rgb.shape[:2]
    scale = min(1.0, EDGE / max(height, width))
    small = rgb if scale == 1 else cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    light = np.asarray((np.asarray(small, np.float32) - 127.5) / 128, np.float32)
    boxes = _proposed(light, proposing)
    for size, network, sure in ((24, refining, _SURE[1]), (48, judging, _SURE[2])):
        if not len(boxes):
            return []
        boxes = _square(boxes)
        offsets, scores = network(_patches(light, boxes, size))
        sides = np.stack([boxes[:, 2] - boxes[:, 0] + 1, boxes[:, 3] - boxes[:, 1] + 1] * 2, axis=1)
        boxes = np.column_stack([boxes[:, :4] + offsets * sides, scores])[scores > sure]
        boxes = _distinct(boxes, 0.7 if size == 24 else 0.5, of_smaller=size == 48)
    high, wide = light.shape[:2]
    return [
        Box(*(round(float(part), 4) for part in (left, top, right - left, bottom - top)))
        for left, top, right, bottom in np.clip(boxes[:MOST, :4] / [wide, high, wide, high], 0, 1)
    ]


def _proposed(light: Array, network: "_Proposing") -> Array:
    found = []
    scale = _CELL / SMALLEST
    while min(light.shape[:2]) * scale >= _CELL:
        smaller = cv2.resize(light, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        offsets, scores = network(np.asarray(smaller, np.float32))
        rows, columns = np.nonzero(scores > _SURE[0])
        at = np.stack([columns, rows, columns, rows], axis=1) * _STRIDE
        corners = at + np.array([1, 1, _CELL, _CELL]) + offsets[rows, columns] * (_CELL - 1)
        found.append(_distinct(np.column_stack([corners / scale, scores[rows, columns]]), 0.5))
        scale *= _STEP
    return _distinct(np.concatenate(found), 0.7)[:_MOST_PROPOSED] if found else np.empty((0, 5), np.float32)


def _square(boxes: Array) -> Array:
    middle = (boxes[:, :2] + boxes[:, 2:4]) / 2
    half = (boxes[:, 2:4] - boxes[:, :2]).max(axis=1, keepdims=True) / 2
    return np.column_stack([middle - half, middle + half, boxes[:, 4]])


def _patches(light: Array, boxes: Array, size: int) -> Array:
    """(n, size, size, 3): what lies in the boxes; nothing lies beyond the edges."""
    made = np.zeros((len(boxes), size, size, 3), np.float32)
    for at, (left, top, right, bottom) in enumerate(boxes[:, :4]):
        x, y = (size - 1) / max(1.0, right - left), (size - 1) / max(1.0, bottom - top)
        made[at] = cv2.warpAffine(
            light, np.array([[x, 0, -left * x], [0, y, -top * y]]), (size, size), flags=cv2.INTER_LINEAR
        )
    return made


def _distinct(boxes: Array, overlap: float, *, of_smaller: bool = False) -> Array:
    """The surest of boxes that overlap by more than this share of their union, or of the smaller one."""
    boxes = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    area = np.clip(boxes[:, 2] - boxes[:, 0], 0, None) * np.clip(boxes[:, 3] - boxes[:, 1], 0, None)
    kept: list[int] = []
    left = np.arange(len(boxes))
    while len(left):
        first, rest = left[0], left[1:]
        kept.append(int(first))
        low = np.maximum(boxes[first, :2], boxes[rest, :2])
        shared = np.clip(np.minimum(boxes[first, 2:4], boxes[rest, 2:4]) - low, 0, None).prod(axis=1)
        whole = np.minimum(area[first], area[rest]) if of_smaller else area[first] + area[rest] - shared
        left = rest[shared <= overlap * np.maximum(whole, 1e-6)]
    return boxes[kept]


def _convolved(given: Array, kernel: Array, bias: Array) -> Array:
    """(n, h, w, c) with (kh, kw, c, m), no padding."""
    high, wide = kernel.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(given, (high, wide), axis=(1, 2))
    n, rows, columns = windows.shape[:3]
    flat = windows.transpose(0, 1, 2, 4, 5, 3).reshape(n * rows * columns, -1)
    return (flat @ kernel.reshape(-1, kernel.shape[3]) + bias).reshape(n, rows, columns, -1)


def _bent(given: Array, slope: Array) -> Array:
    """PReLU with a slope for each channel."""
    return np.asarray(np.maximum(given, 0) + slope.reshape(-1) * np.minimum(given, 0))


def _pooled(given: Array, size: int, *, padded: bool) -> Array:
    """The largest of each `size` × `size` window, two apart; `padded` as TensorFlow's "same"."""
    if padded:
        pads = [max((-(-length // 2) - 1) * 2 + size - length, 0) for length in given.shape[1:3]]
        around = [(0, 0), *((pad // 2, pad - pad // 2) for pad in pads), (0, 0)]
        given = np.pad(given, around, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(given, (size, size), axis=(1, 2))
    return np.asarray(windows[:, ::2, ::2].max(axis=(4, 5)), np.float32)


def _sure(given: Array) -> Array:
    """The second of two classes, by softmax."""
    return np.asarray(1 / (1 + np.exp(given[..., 0] - given[..., 1])))


class _Proposing:
    def __init__(self, parts: list[Array]) -> None:
        self.parts = parts

    def __call__(self, light: Array) -> tuple[Array, Array]:
        w = self.parts
        given = _pooled(_bent(_convolved(light[None], w[0], w[1]), w[2]), 2, padded=True)
        given = _bent(_convolved(given, w[3], w[4]), w[5])
        given = _bent(_convolved(given, w[6], w[7]), w[8])
        return _convolved(given, w[9], w[10])[0], _sure(_convolved(given, w[11], w[12])[0])


class _Judging:
    """The second and third network: convolutions, one dense layer, offsets and a score."""

    def __init__(self, parts: list[Array], pools: tuple[tuple[int, bool] | None, ...]) -> None:
        self.parts, self.pools = parts, pools

    def __call__(self, patches: Array) -> tuple[Array, Array]:
        w, given = self.parts, patches
        for step, pool in enumerate(self.pools):
            given = _bent(_convolved(given, w[3 * step], w[3 * step + 1]), w[3 * step + 2])
            given = _pooled(given, pool[0], padded=pool[1]) if pool else given
        after = 3 * len(self.pools)
        flat = given.transpose(0, 2, 1, 3).reshape(len(given), -1)
        flat = _bent(flat @ w[after] + w[after + 1], w[after + 2])
        offsets, scores = w[after + 3 : after + 5], w[-2:]
        return flat @ offsets[0] + offsets[1], _sure(flat @ scores[0] + scores[1])


@cache
def _loaded() -> tuple[_Proposing, _Judging, _Judging]:
    import joblib

    # The format could run code when it is read: only files whose checksum we know are.
    first, second, third = (
        [np.asarray(part, np.float32) for part in joblib.load(weights.path_of(name))]
        for name in ("faces_p", "faces_r", "faces_o")
    )
    return (
        _Proposing(first),
        _Judging(second, ((3, True), (3, False), None)),
        _Judging(third, ((3, True), (3, False), (2, True), None)),
    )


def _networks() -> tuple[_Proposing, _Judging, _Judging]:
    with _loading:
        try:
            return _loaded()
        except weights.Unavailable:
            raise
        except Exception as error:
            raise weights.Unavailable("failed", f"faces: {error}") from error
