"""Pictures with shape: hashes of flat ones say nothing."""

import cv2
import numpy as np


def scene(seed: int, width: int = 480, height: int = 360) -> np.ndarray:
    """(height, width, 3): hills, discs and grain, another picture for each seed."""
    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, 256, (6, 8, 3)).astype(np.uint8)
    made = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(25):
        at = (int(chance.integers(0, width)), int(chance.integers(0, height)))
        colour = tuple(int(part) for part in chance.integers(0, 256, 3))
        if chance.random() < 0.5:
            cv2.circle(made, at, int(chance.integers(8, 60)), colour, -1, cv2.LINE_AA)
        else:
            size = chance.integers(10, 90, 2)
            cv2.rectangle(made, at, (at[0] + int(size[0]), at[1] + int(size[1])), colour, -1)
    grain = chance.normal(0, 6, made.shape)
    return np.clip(made + grain, 0, 255).astype(np.uint8)


def png(rgb: np.ndarray) -> bytes:
    return cv2.imencode(".png", rgb[:, :, ::-1])[1].tobytes()


def jpeg(rgb: np.ndarray, quality: int = 90) -> bytes:
    return cv2.imencode(".jpg", rgb[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
