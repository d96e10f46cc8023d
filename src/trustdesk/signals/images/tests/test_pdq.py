import cv2
import numpy as np
import pytest

from trustdesk.signals.images import pdq
from trustdesk.signals.images.tests.makers import scene


def bits(row: np.ndarray) -> np.ndarray:
    return np.unpackbits(np.ascontiguousarray(row, "<u8").view(np.uint8), bitorder="little")


def turned(rgb: np.ndarray) -> list[np.ndarray]:
    """The picture in the order of pdq.VARIANTS, made by turning its pixels."""
    left = np.rot90(rgb)
    return [
        rgb,
        left,
        np.rot90(rgb, 2),
        np.rot90(rgb, 3),
        rgb[::-1],
        rgb[:, ::-1],
        np.rot90(rgb[:, ::-1]),
        left[:, ::-1],
    ]


def test_the_hash_of_a_turned_picture_is_among_the_variants():
    for seed in range(4):
        rgb = scene(seed, 400, 400)
        variants = pdq.hash_picture(rgb).hashes
        for name, other in zip(pdq.VARIANTS, turned(rgb), strict=True):
            own = pdq.hash_picture(np.ascontiguousarray(other)).hashes[0]
            near = [pdq.distance(own, variant) for variant in variants]
            assert min(near) <= 20, name
            assert int(np.argmin(near)) == pdq.VARIANTS.index(name), name
            assert sorted(near)[1] > pdq.SAME, name


def test_small_changes_stay_near_and_other_pictures_far():
    hashes = []
    for seed in range(12):
        rgb = scene(seed)
        first = pdq.hash_picture(rgb)
        smaller = cv2.resize(rgb, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
        packed = cv2.imdecode(cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)
        for near in (smaller, packed, np.clip(rgb * 0.7, 0, 255).astype(np.uint8)):
            assert pdq.distance(first.hashes[0], pdq.hash_picture(near).hashes[0]) <= pdq.SAME
        assert first.quality == 100
        hashes.append(first.hashes[0])
    assert min(pdq.distance(one, other) for at, one in enumerate(hashes) for other in hashes[:at]) > 80


def test_a_flat_picture_says_that_it_has_no_shape():
    assert pdq.hash_picture(np.full((200, 200, 3), 90, np.uint8)).quality == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 600), (63, 65), (700, 3), (513, 1200)])
def test_any_size_has_a_hash(shape):
    rgb = np.random.default_rng(1).integers(0, 256, (*shape, 3)).astype(np.uint8)
    assert pdq.hash_picture(rgb).hashes.shape == (8, 4)


def test_hexadecimal_goes_both_ways():
    rows = pdq.hash_picture(scene(3)).hashes
    texts = [pdq.to_hex(row) for row in rows]
    assert (pdq.from_hexes(texts) == rows).all()
    assert int(texts[0], 16) == sum(int(part) << 64 * at for at, part in enumerate(rows[0]))
    for wrong in ("", "abc", "zz" * 32, "00" * 31):
        with pytest.raises(ValueError, match=r"."):
            pdq.from_hex(wrong)


def same_as_reference(rgb: np.ndarray) -> int:
    """Asserts that all eight hashes are the reference's; returns how many bits differ by rounding alone.

    The reference sums in single precision, in which two coefficients beside the median may change places.
    """
    import pdqhash

    theirs, quality = pdqhash.compute_dihedral(rgb)
    mine = pdq.hash_luma(pdq.luma(rgb))
    differing = [
        int((bits(row) != np.asarray(other)[::-1]).sum()) for row, other in zip(mine.hashes, theirs, strict=True)
    ]
    assert mine.quality == quality
    assert max(differing) <= 2, differing
    return sum(differing)


NEEDS = "developers only: `pip install pdqhash` (it needs a C compiler) proves our PDQ equal to it"


def test_it_is_the_reference():
    pytest.importorskip("pdqhash", reason=NEEDS)
    differing = [same_as_reference(scene(seed, 300 + 41 * seed, 700 - 37 * seed)) for seed in range(12)]
    assert sum(differing) <= 4


@pytest.mark.corpus
def test_it_is_the_reference_on_photos(corpus):
    pytest.importorskip("pdqhash", reason=NEEDS)
    from PIL import Image

    photos = [path for folder in ("pdq", "near_dup_gen") for path in (corpus / "images" / folder).rglob("*.jpg")]
    differing = [same_as_reference(np.asarray(Image.open(path).convert("RGB"))) for path in photos]
    assert len(differing) > 90
    assert sum(count > 0 for count in differing) <= len(differing) / 50


@pytest.mark.corpus
def test_the_official_turned_pictures_are_known_again(corpus):
    from PIL import Image

    folder = corpus / "images" / "pdq" / "reg-test-input" / "dih"
    files = sorted(folder.iterdir())
    hashed = [pdq.hash_picture(np.asarray(Image.open(path).convert("RGB"))) for path in files]
    for other in hashed[1:]:
        assert min(pdq.distance(other.hashes[0], variant) for variant in hashed[0].hashes) <= pdq.SAME
    assert min(pdq.distance(hashed[0].hashes[0], other.hashes[0]) for other in hashed[1:]) > pdq.SAME
