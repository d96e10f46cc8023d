"""Text in pictures: PP-OCRv6 by rapidocr (Apache-2.0), and Debian's tesseract, where it is installed, for other scripts.

The detector runs first; a picture without text costs no more than that. rapidocr reads Latin, Chinese and Japanese; lines
that it finds but cannot read with any confidence are what tesseract is asked for, with the scripts it has packs for.
Lines are read in order from the top; a picture has at most MOST_LINES, and reading gives up after SECONDS.
"""

import threading
import time
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import tesseract, weights
from trustdesk.signals.images.shapes import Box, Text

VERSION = f"ppocrv6-{weights.version_of('text_boxes')}-{weights.version_of('text_lines')}"
ENGINE = "rapidocr"
SURE = 0.5  # below this confidence a line is not handed on
SURE_OF_ONE = 0.9  # the same for a line of one letter: round things look like 0 and 8
MOST_LINES = 150
SECONDS = 20.0
_BATCH = 24
_SEARCHED = 1_280  # pixels of the longer side in which lines are looked for; they are read from the full picture
_SMALL = 400  # a picture smaller than this is read at twice its size
_reading = threading.Lock()


def read(rgb: NDArray[np.uint8]) -> list[Text]:
    """Lines of text from the top, 0.3 s without text, one to several seconds with.

    Raises weights.Unavailable, also (late) where there is more text than can be read in time: a part of it is no answer.
    """
    height, width = rgb.shape[:2]
    with _reading:  # the engine keeps state between its steps
        engine, crop = _engine()
        # Of this thread's own time: a busy machine reads slowly and must not see less.
        ends = time.thread_time() + SECONDS
        picture = np.ascontiguousarray(rgb[:, :, ::-1])
        if max(height, width) < _SMALL:
            picture = np.asarray(cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
        boxes = engine(picture, use_det=True, use_cls=False, use_rec=False).boxes
        corners = [] if boxes is None else [np.asarray(box, np.float32) for box in boxes[:MOST_LINES]]
        lines: list[tuple[str, float]] = []
        for start in range(0, len(corners), _BATCH):
            if time.thread_time() > ends:
                raise weights.Unavailable("late", f"more text than can be read in {SECONDS:g} s")
            cut = [crop(picture, box.copy()) for box in corners[start : start + _BATCH]]
            upright, _ = engine.cls_and_rotate(cut)
            answer = engine.recognize_txt(upright)
            lines += zip(answer.txts, (float(score) for score in answer.scores), strict=True)
    high, wide = picture.shape[:2]
    found = [
        Text(text.strip(), _box(box, wide, high), round(sure, 4), ENGINE)
        for (text, sure), box in zip(lines, corners, strict=False)
        if sure >= (SURE if len(text.strip()) > 1 else SURE_OF_ONE) and text.strip()
    ]
    unread = [_box(box, wide, high) for (text, sure), box in zip(lines, corners, strict=False) if sure < SURE]
    if unread and tesseract.scripts():
        found += tesseract.read(rgb, unread, seconds=max(1.0, ends - time.thread_time()))
    return sorted(found, key=lambda one: (round(one.box.y, 2), one.box.x))


def _box(corners: NDArray[np.float32], width: int, height: int) -> Box:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    x, y = min(max(left / width, 0), 1), min(max(top / height, 0), 1)
    return Box(
        round(float(x), 4),
        round(float(y), 4),
        round(float(min(right / width, 1) - x), 4),
        round(float(min(bottom / height, 1) - y), 4),
    )


@cache
def _engine() -> tuple[Any, Any]:
    files = {part: str(weights.path_of(name)) for part, name in _PARTS.items()}
    try:
        from rapidocr import RapidOCR
        from rapidocr.utils.process_img import get_rotate_crop_image

        threads = "EngineConfig.onnxruntime"
        settings: dict[str, Any] = {f"{part}.model_path": path for part, path in files.items()}
        settings |= {f"{threads}.intra_op_num_threads": 1, f"{threads}.inter_op_num_threads": 1}
        # As it comes, the shorter side is brought up to 736 pixels: three times the time for the same letters.
        settings |= {"Det.limit_type": "max", "Det.limit_side_len": _SEARCHED, "Global.log_level": "critical"}
        return RapidOCR(params=settings), get_rotate_crop_image
    except Exception as error:
        raise weights.Unavailable("failed", f"rapidocr: {error}") from error


_PARTS = {"Det": "text_boxes", "Cls": "text_turns", "Rec": "text_lines"}
