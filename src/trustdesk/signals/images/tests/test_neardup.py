"""The same picture is known again after what people do to it; pictures that share a part are two pictures."""

import cv2
import numpy as np
import pytest

from trustdesk.signals.images.borders import Content, content
from trustdesk.signals.images.neardup import alike, find_pairs, signature
from trustdesk.signals.images.tests.makers import scene
from trustdesk.signals.training.image_changes import CHANGES

SCENES = range(40, 46)


@pytest.fixture(scope="module")
def signed():
    return [signature(scene(seed)) for seed in SCENES]


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_copy_is_known_again_and_no_other(signed, name):
    chance = np.random.default_rng(11)
    copies = [signature(CHANGES[name](scene(seed), chance)) for seed in SCENES]
    near = np.array([[alike(one, copy).near for copy in copies] for one in signed])
    assert near.diagonal().sum() >= len(SCENES) - 1
    assert near.sum() == near.diagonal().sum()


def test_the_kind_says_what_was_done(signed):
    rgb = scene(40)
    kinds = [
        alike(signed[0], signature(np.ascontiguousarray(other))).kind
        for other in (rgb, rgb[:, ::-1], rgb[20:, 24:], scene(99))
    ]
    assert kinds == ["same", "turned", "part", "other"]
    assert alike(signed[0], signed[0]).confidence == 1


def advert(words: str, seed: int) -> np.ndarray:
    """Two ads of one maker: the same frame and logo, other words and another photo."""
    made = np.full((360, 480, 3), (240, 235, 225), np.uint8)
    made[:50] = (30, 60, 120)
    cv2.putText(made, "MEGA MARKET", (20, 36), cv2.FONT_HERSHEY_DUPLEX, 1, (255, 255, 255), 2, cv2.LINE_AA)
    made[70:290, 20:260] = scene(seed, 240, 220)
    for row, word in enumerate(words.split()):
        cv2.putText(made, word, (275, 110 + 50 * row), cv2.FONT_HERSHEY_DUPLEX, 1, (10, 10, 10), 2, cv2.LINE_AA)
    return made


def test_what_shares_a_frame_or_a_part_is_not_the_same():
    ads = [signature(advert(*each)) for each in (("Oak table cheap", 1), ("Garden chair new", 2), ("Blue bicycle", 3))]
    assert not [1 for at, one in enumerate(ads) for other in ads[:at] if alike(one, other).near]


def test_plain_pictures_are_alike_only_when_they_are_equal():
    white, black = (signature(np.full((200, 300, 3), level, np.uint8)) for level in (255, 0))
    assert alike(white, white).near
    assert not alike(white, black).near
    tiny = signature(np.random.default_rng(1).integers(0, 256, (1, 1, 3)).astype(np.uint8))
    assert not alike(tiny, white).near


def test_borders_are_found_and_pictures_kept_whole():
    rgb = np.ascontiguousarray(scene(50)[:, :, 1])
    assert content(rgb) == Content(0, 0, *rgb.shape)
    framed = cv2.copyMakeBorder(rgb, 11, 22, 33, 44, cv2.BORDER_CONSTANT, value=7)
    assert content(framed) == Content(11, 33, 11 + 360, 33 + 480)
    assert content(np.zeros((50, 60), np.uint8)) == Content(0, 0, 50, 60)


def test_pairs_of_a_crowd_are_found_with_those_that_they_suggest():
    chance = np.random.default_rng(3)
    pictures, groups = [], []
    for seed in range(60, 75):
        pictures.append(scene(seed))
        groups.append(seed)
    for name in ("turned 90", "framed", "cut 5 %", "written on", "mirrored, framed", "smaller"):
        for seed in (60, 61, 62):
            pictures.append(CHANGES[name](scene(seed), chance))
            groups.append(seed)
    told = []
    found = list(find_pairs([signature(one) for one in pictures], progress=lambda done, of: told.append((done, of))))
    assert all(groups[pair.first] == groups[pair.second] for pair in found)
    assert len(found) >= 0.9 * 3 * 21
    assert len({(pair.first, pair.second) for pair in found}) == len(found)
    assert told[-1][0] == told[-1][1]
    assert list(find_pairs([])) == []
    assert list(find_pairs([signature(scene(1))])) == []


@pytest.mark.corpus
@pytest.mark.slow
def test_copies_in_the_corpus_are_known_again(corpus):
    from trustdesk.signals.training import images
    from trustdesk.signals.training.corpus import Corpus

    figures = list(images.near_duplicates(Corpus(corpus)))
    assert [figure.name for figure in figures if figure.reached is False] == []
