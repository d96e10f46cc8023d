"""Near duplicates: the same picture turned, mirrored, framed, written on, cut by a few percent, packed again.

Two steps. The first proposes: PDQ hashes of the picture and of its content without borders, in all eight positions; and the
correlation of both contents at 16 × 16 points. The second checks: the pictures are laid over each other, as the hashes'
position says or as corners found in both do (ORB, Rublee et al. 2011; the transform that most of them agree on), and in
each of about a hundred small blocks the details must agree. So two ads with the same frame and other words, or the same
code in them, are two pictures.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from trustdesk.signals.images import pdq
from trustdesk.signals.images.borders import Content, content

VERSION = "1"
# Which pairs are proposed: correlation of the small pictures, and how many neighbours of each picture.
LEAST_CORRELATION = 0.35
NEIGHBOURS = 12

_SMALL = 16
_SIDE = 256  # pixels of the longer side in which corners are looked for
_CHECKED = 144  # … and in which details are compared
_CORNERS = 220
_MATCH = 64  # bits of 256 in which descriptors of one corner may differ
_OFF = 4.0  # pixels of _SIDE by which a corner may miss its place
_LEAST_CORNERS = 10
_BLOCK = 12  # pixels of _CHECKED
_LEAST_BLOCKS = 6
_AGREES = 0.6  # correlation of a block from which its details agree
_TEXTURE = 4.0  # levels; a block with less in it says nothing
_HASH_SHARE = 0.45  # of blocks that agree, where the hashes say that it is the same picture
_SHARE = 0.7  # … and where they do not
_SHARE_OF_MANY = 0.6  # … of so many that chance, a tenth of them, cannot reach it
_SHARE_OF_NEAR = 0.5  # … where the hashes are rather near as well
_MANY_BLOCKS = 40
_RATHER_NEAR = 64  # bits; of two pictures that have nothing in common the least is about 90
_ENOUGH_BLOCKS = 16
_SAME_SHAPE = 0.97  # correlation of the small pictures of two that have no details
_COVERAGE = 0.4  # of the details of the fuller picture
_GROUP = 64  # pictures of one group up to which all of its pairs are compared

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Corners:
    """Places in pixels of _SIDE, (n, 2), and descriptors, (n, 32) bytes."""

    places: Floats
    descriptors: NDArray[np.uint8]


@dataclass(frozen=True)
class Signature:
    """What is kept of a picture to know it again: about 35 kB."""

    hashed: pdq.Hashed
    inner: pdq.Hashed  # of the content without borders; the same where there are none
    small: Floats  # (16, 16), mean 0, length 1; zeros for a flat picture
    grey: Grey  # its longer side _CHECKED
    content: Content  # in pixels of `grey`
    corners: tuple[Corners, Corners]  # of the picture, and of the mirrored one


@dataclass(frozen=True)
class Likeness:
    """`kind`: same, turned (or mirrored), part (cut, moved, framed, turned by another angle) or other.

    `distance`: differing bits of the nearest hashes; `confidence`: 0 to 1, the share of details that agree.
    """

    kind: str
    distance: int
    confidence: float

    @property
    def near(self) -> bool:
        return self.kind != "other"


@dataclass(frozen=True)
class Agreement:
    """Of blocks with something in them, how many were laid over each other; the share of those whose details agree; and
    which share of all such blocks of the fuller picture those that agree are."""

    blocks: int
    share: float
    coverage: float

    def passes(self, far: int) -> bool:
        """`far`: differing bits of the hashes. What shares a frame and a logo agrees by half, too, but is farther."""
        least = _SHARE
        if self.blocks >= _MANY_BLOCKS:
            least = _SHARE_OF_MANY if far > _RATHER_NEAR else _SHARE_OF_NEAR
        return self.blocks >= _ENOUGH_BLOCKS and self.share >= least and self.coverage >= _COVERAGE


@dataclass(frozen=True)
class Pair:
    """Two pictures by their places in the list they came in."""

    first: int
    second: int
    likeness: Likeness


def signature(picture: NDArray[np.uint8]) -> Signature:
    """Of (height, width, 3) RGB or (height, width) grey; 15 to 25 ms."""
    whole = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8) if picture.ndim == 3 else picture
    fit = _sized(whole, _SIDE)
    inside = content(fit)
    hashed = pdq.hash_picture(picture)
    rows, columns = whole.shape[0] / fit.shape[0], whole.shape[1] / fit.shape[1]
    framed = inside != Content(0, 0, *fit.shape)
    cut = whole[
        int(inside.top * rows) : max(1, round(inside.bottom * rows)),
        int(inside.left * columns) : max(1, round(inside.right * columns)),
    ]
    checked = _sized(fit, _CHECKED)
    scale = checked.shape[0] / fit.shape[0], checked.shape[1] / fit.shape[1]
    return Signature(
        hashed=hashed,
        inner=pdq.hash_picture(cut) if framed else hashed,
        small=_small(inside.of(fit)),
        grey=np.asarray(cv2.GaussianBlur(checked, (0, 0), 0.8), np.uint8),
        content=Content(
            int(np.ceil(inside.top * scale[0])),
            int(np.ceil(inside.left * scale[1])),
            int(inside.bottom * scale[0]),
            int(inside.right * scale[1]),
        ),
        corners=(_corners(fit), _corners(np.ascontiguousarray(fit[:, ::-1]))),
    )


def alike(one: Signature, other: Signature) -> Likeness:
    """Whether two pictures are near duplicates; 1 to 5 ms."""
    if np.array_equal(one.grey, other.grey):
        return Likeness("same", 0, 1.0)
    far, position = _hash_distance(one, other)
    likest, second = _small_position(one, other)
    for tried in dict.fromkeys((position, second)):
        found = _agreement(one, other, _laid_over(one, other, tried), mirrored=False)
        by_hash = tried == position and far <= pdq.SAME
        if found.passes(far) or (by_hash and _confirmed(one, other, found, likest)):
            kind = ("turned" if tried else "same") if by_hash else "part"
            return Likeness(kind, far, round(max(found.share, 0.5), 3))
    best = max(_by_corners(one, other, far, mirrored) for mirrored in (False, True))
    return Likeness("part" if best else "other", far, round(best, 3))


def _confirmed(one: Signature, other: Signature, found: Agreement, likest: float) -> bool:
    """Whether what lies over each other bears out that the hashes are near. Pictures without details, of skies or out of
    focus, have nothing to compare: there the hashes must be of good quality, or the rough shapes the same."""
    if found.blocks >= _LEAST_BLOCKS:
        return found.share >= _HASH_SHARE
    return likest >= _SAME_SHAPE or min(one.inner.quality, other.inner.quality) >= pdq.GOOD_QUALITY


def find_pairs(
    signatures: Sequence[Signature], *, progress: Callable[[int, int], None] | None = None
) -> Iterator[Pair]:
    """Every pair of near duplicates that the first step proposes, then those that the pairs found suggest: what is like
    one picture of a group is compared with all of them.

    `progress` is told how many pairs were compared, of how many so far. 5,000 pictures propose some ten thousands.
    """
    waiting = _proposed(signatures)
    compared = set(waiting)
    groups = {at: {at} for at in range(len(signatures))}
    done = 0
    while waiting:
        joined: list[set[int]] = []
        for first, second in waiting:
            likeness = alike(signatures[first], signatures[second])
            done += 1
            if progress is not None:
                progress(done, len(compared))
            if likeness.near:
                yield Pair(first, second, likeness)
                if groups[first] is not groups[second]:
                    both = groups[first] | groups[second]
                    groups.update(dict.fromkeys(both, both))
                    joined.append(both)
        grown = {id(group): group for each in joined for group in (groups[next(iter(each))],)}
        more = {pair for group in grown.values() if len(group) <= _GROUP for pair in combinations(sorted(group), 2)}
        waiting = sorted(more - compared)
        compared.update(waiting)


def _sized(grey: Grey, side: int) -> Grey:
    scale = side / max(grey.shape)
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.uint8)


def _small(grey: Grey) -> Floats:
    blurred = cv2.GaussianBlur(grey, (0, 0), max(grey.shape) / _SMALL / 2.5)
    made = np.asarray(cv2.resize(blurred, (_SMALL, _SMALL), interpolation=cv2.INTER_AREA), np.float32)
    made -= made.mean()
    length = float(np.linalg.norm(made))
    return made / length if length > _SMALL else np.zeros_like(made)


@cache
def _orb() -> Any:
    return cv2.ORB.create(nfeatures=_CORNERS, scaleFactor=1.2, nlevels=8, edgeThreshold=16, fastThreshold=7)


def _corners(grey: Grey) -> Corners:
    points, descriptors = _orb().detectAndCompute(grey, None)
    if descriptors is None:
        return Corners(np.empty((0, 2), np.float32), np.empty((0, 32), np.uint8))
    return Corners(np.array([point.pt for point in points], np.float32).reshape(-1, 2), descriptors)


def _hash_distance(one: Signature, other: Signature) -> tuple[int, int]:
    """The least distance of the hashes, with and without borders, and the position in which `other` shows `one`."""
    best, position = pdq.BITS, 0
    for mine in (one.hashed, one.inner):
        for theirs in (other.hashed, other.inner):
            far = np.bitwise_count(mine.hashes ^ theirs.hashes[0]).sum(axis=1)
            at = int(np.argmin(far))
            if far[at] < best:
                best, position = int(far[at]), at
    return best, position


def _small_position(one: Signature, other: Signature) -> tuple[float, int]:
    """The highest correlation of the small pictures, and the position in which `other` then shows `one`."""
    small = other.small
    # Turned back to how it stands in `one`: by 90° to the right where it was turned to the left, and so on.
    back = (
        small,
        np.rot90(small, -1),
        np.rot90(small, -2),
        np.rot90(small, -3),
        small[::-1],
        small[:, ::-1],
        small.T,
        np.rot90(small, 2).T,
    )
    likest = [float((one.small * each).sum()) for each in back]
    return max(likest), int(np.argmax(likest))


def _laid_over(one: Signature, other: Signature, position: int) -> NDArray[np.float64]:
    """(2, 3): from `one`'s content to `other`'s, which shows it in this position of pdq.VARIANTS."""
    mine, theirs = one.content, other.content
    # Where the corners of the content lie in the other picture: upper left, upper right, lower left.
    left, top, right, bottom = theirs.left, theirs.top, theirs.right, theirs.bottom
    places = {
        0: ((left, top), (right, top), (left, bottom)),
        1: ((left, bottom), (left, top), (right, bottom)),
        2: ((right, bottom), (left, bottom), (right, top)),
        3: ((right, top), (right, bottom), (left, top)),
        4: ((left, bottom), (right, bottom), (left, top)),
        5: ((right, top), (left, top), (right, bottom)),
        6: ((left, top), (left, bottom), (right, top)),
        7: ((right, bottom), (right, top), (left, bottom)),
    }
    given = np.array([(mine.left, mine.top), (mine.right, mine.top), (mine.left, mine.bottom)], np.float32)
    return np.asarray(cv2.getAffineTransform(given, np.array(places[position], np.float32)), np.float64)


def _by_corners(one: Signature, other: Signature, far: int, mirrored: bool) -> float:
    """The share of details that agree when corners are laid over each other; 0 when they cannot be."""
    mine, theirs = one.corners[0], other.corners[int(mirrored)]
    if min(len(mine.places), len(theirs.places)) < _LEAST_CORNERS:
        return 0.0
    matches = [
        match
        for match in cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(mine.descriptors, theirs.descriptors)
        if match.distance <= _MATCH
    ]
    if len(matches) < _LEAST_CORNERS:
        return 0.0
    begin = mine.places[[match.queryIdx for match in matches]]
    end = theirs.places[[match.trainIdx for match in matches]]
    transform, agreeing = cv2.estimateAffinePartial2D(
        begin, end, method=cv2.RANSAC, ransacReprojThreshold=_OFF, maxIters=500, confidence=0.99
    )
    if transform is None or int(agreeing.sum()) < _LEAST_CORNERS:
        return 0.0
    if not 0.4 < float(np.hypot(transform[0, 0], transform[0, 1])) < 2.5:
        return 0.0
    placed = np.asarray(transform, np.float64) * np.array([1, 1, _CHECKED / _SIDE])
    found = _agreement(one, other, placed, mirrored=mirrored)
    return found.share if found.passes(far) else 0.0


def _agreement(one: Signature, other: Signature, transform: NDArray[np.float64], *, mirrored: bool) -> Agreement:
    """What of `one`, laid over `other` by this transform, agrees with it, block by block."""
    onto, place = other.grey, other.content
    if mirrored:
        onto = np.ascontiguousarray(onto[:, ::-1])
        place = Content(place.top, onto.shape[1] - place.right, place.bottom, onto.shape[1] - place.left)
    size = (onto.shape[1], onto.shape[0])
    mask = np.zeros(one.grey.shape, np.uint8)
    one.content.of(mask)[:] = 255
    laid = np.asarray(cv2.warpAffine(one.grey, transform, size, flags=cv2.INTER_LINEAR), np.uint8)
    covered = np.asarray(cv2.warpAffine(mask, transform, size, flags=cv2.INTER_NEAREST), np.uint8)
    a, b, whole = (_blocks(np.asarray(place.of(part), np.float32)) for part in (laid, onto, covered))
    used = whole.min(axis=1) > 0
    a, b = _centred(a[used]), _centred(b[used])
    spread = _spread(a), _spread(b)
    textured = np.maximum(*spread) > _TEXTURE
    agree = (a * b).mean(axis=1) / np.maximum(spread[0] * spread[1], 1e-3) >= _AGREES
    count, right = int(textured.sum()), int((agree & textured).sum())
    scale = abs(float(np.linalg.det(transform[:, :2])))  # of one's blocks to other's
    fuller = max(_textured(one) * scale, _textured(other), 1.0)
    return Agreement(count, right / count if count else 0.0, min(1.0, right / fuller))


def _textured(one: Signature) -> int:
    return int((_spread(_centred(_blocks(np.asarray(one.content.of(one.grey), np.float32)))) > _TEXTURE).sum())


def _centred(blocks: Floats) -> Floats:
    return np.asarray(blocks - blocks.mean(axis=1, keepdims=True), np.float32)


def _spread(blocks: Floats) -> Floats:
    return np.asarray(np.sqrt((blocks**2).mean(axis=1)), np.float32)


def _blocks(part: Floats) -> Floats:
    """(n, _BLOCK²): what lies in each whole block."""
    rows, columns = part.shape[0] // _BLOCK, part.shape[1] // _BLOCK
    cut = part[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return cut.transpose(0, 2, 1, 3).reshape(rows * columns, _BLOCK * _BLOCK)


def _proposed(signatures: Sequence[Signature]) -> list[tuple[int, int]]:
    """Pairs of places, the smaller first, that are worth the second step."""
    if len(signatures) < 2:
        return []
    from trustdesk.signals.images.index import HashIndex

    pairs: set[tuple[int, int]] = set()
    index: HashIndex[int] = HashIndex()
    for at, one in enumerate(signatures):
        index.add([at, at], np.stack([one.hashed.hashes[0], one.inner.hashes[0]]))
    for at, one in enumerate(signatures):
        both = np.concatenate([one.hashed.hashes, one.inner.hashes])
        pairs |= {
            (min(at, near), max(at, near)) for found in index.search_many(both) for near, _ in found if near != at
        }
    small = np.stack([one.small for one in signatures])
    flat = small.reshape(len(small), -1)
    turned = [np.rot90(side, turns, axes=(1, 2)) for side in (small, small[:, :, ::-1]) for turns in range(4)]
    for begin in range(0, len(flat), 1_024):
        part = flat[begin : begin + 1_024]
        likest = np.max([part @ other.reshape(len(flat), -1).T for other in turned], axis=0)
        likest[np.arange(len(part)), begin + np.arange(len(part))] = -1
        most = min(NEIGHBOURS, len(flat) - 1)
        nearest = np.argpartition(-likest, most - 1, axis=1)[:, :most]
        for row, columns in enumerate(nearest):
            at = begin + row
            pairs |= {
                (min(at, int(near)), max(at, int(near))) for near in columns if likest[row, near] >= LEAST_CORRELATION
            }
    return sorted(pairs)
