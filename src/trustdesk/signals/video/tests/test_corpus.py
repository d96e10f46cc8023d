"""Real clips of the corpus: the same film with and without bars and logos, against hashes others made of them."""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from trustdesk.signals.images import pdq
from trustdesk.signals.images.looking import Look
from trustdesk.signals.video.looking import look_video

pytestmark = [pytest.mark.corpus, pytest.mark.slow]


@pytest.fixture(scope="module")
def clips() -> Path:
    named = os.environ.get("TRUSTDESK_CORPUS")
    if not named:
        pytest.skip("set TRUSTDESK_CORPUS")
    return Path(named) / "images" / "video"


def _hash_only(rgb, *, want):
    hashed = pdq.hash_picture(rgb)
    return Look(pdq=pdq.to_hex(hashed.hashes[0]), quality=hashed.quality)


@cache
def _seen(path: Path):
    """Each film is looked at once: that takes its time."""
    return look_video(path, look=_hash_only)


def _reference(path: Path) -> tuple[np.ndarray, np.ndarray]:
    rows = [line.split(",") for line in path.read_text().splitlines() if line.strip()]
    return pdq.from_hexes([row[2] for row in rows]), np.array([float(row[3]) for row in rows])


@pytest.mark.parametrize("name", ["doorknob-hd-no-bar", "pattern-sd-grey-bar", "pattern-sd-with-small-logo-bar"])
def test_frames_are_those_that_others_hashed_at_the_same_times(clips, name):
    seen = _seen(clips / f"{name}.mp4")
    hashes, times = _reference(clips / f"vpdq-{name}.txt")
    assert not seen.refusal
    assert abs(seen.seconds - times[-1]) < 0.1
    found = 0
    for at, (text, quality) in zip(seen.times, seen.hashes, strict=True):
        nearest = hashes[np.abs(times - at).argmin()]
        found += quality < pdq.GOOD_QUALITY or pdq.distance(pdq.from_hex(text), nearest) <= pdq.SAME
    assert found == len(seen.times)


def test_a_film_with_a_logo_is_known_again_by_its_frames(clips):
    one, other, stranger = (
        _seen(clips / f"{name}.mp4")
        for name in ("pattern-sd-grey-bar", "pattern-sd-with-small-logo-bar", "doorknob-hd-no-bar")
    )
    assert _shared(one, other) > 0.5
    assert _shared(one, stranger) == 0.0


def _shared(one, other) -> float:
    """The share of a film's frames that are near one of another's."""
    mine, theirs = (pdq.from_hexes([text for text, _ in each.hashes]) for each in (one, other))
    apart = np.bitwise_count(mine[:, None] ^ theirs[None, :]).sum(axis=2)
    return float((apart.min(axis=1) <= pdq.SAME).mean())
