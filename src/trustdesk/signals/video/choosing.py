"""Which frames of a video are looked at: those that show something else than those chosen before. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import pdq
from trustdesk.signals.video.differing import CHANGE, CUT, change


@dataclass(frozen=True)
class Candidate:
    """A frame that may be looked at: its time in seconds, its hash, the same made small and grey."""

    at: float
    hashed: pdq.Hashed
    small: NDArray[np.int16]


def alike(one: Candidate, other: Candidate) -> bool:
    """Do two frames show the same picture? By PDQ where both have enough shape, else (black, fog) by their greys."""
    if min(one.hashed.quality, other.hashed.quality) >= pdq.GOOD_QUALITY:
        return pdq.distance(one.hashed.hashes[0], other.hashed.hashes[0]) <= pdq.SAME
    return change(one.small, other.small)[0] < CUT / 2


def choose(candidates: Sequence[Candidate], *, most: int) -> list[int]:
    """The places of those to look at, in order, at most `most`.

    First each picture unlike all before it; then, while there is room, the same pictures with something new in them (a
    caption, a code), since PDQ calls a picture with other words on it the same. Where there are too many, they are
    thinned out evenly.
    """
    scenes: list[int] = []
    changed: list[int] = []
    for place, mine in enumerate(candidates):
        same = [other for other in (*scenes, *changed) if alike(mine, candidates[other])]
        if not same:
            scenes.append(place)
        elif all(change(mine.small, candidates[other].small)[1] >= CHANGE for other in same):
            changed.append(place)
    chosen = _thinned(scenes, most)
    return sorted([*chosen, *_thinned(changed, most - len(chosen))])


def _thinned(places: Sequence[int], most: int) -> list[int]:
    if len(places) <= most:
        return list(places)
    if most <= 1:
        return list(places[:most])
    return [places[round(step * (len(places) - 1) / (most - 1))] for step in range(most)]
