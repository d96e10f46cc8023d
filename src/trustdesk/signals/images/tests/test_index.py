"""Exactness: whatever lies within the distance is found, and nothing else, however entries come and go."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustdesk.signals.images import index
from trustdesk.signals.images.index import HashIndex


def random_hashes(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def flipped(row: np.ndarray, bits: list[int]) -> np.ndarray:
    made = row.copy()
    for bit in bits:
        made[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return made


def by_hand(hashes: np.ndarray, wanted: np.ndarray, distance: int) -> list[tuple[int, int]]:
    far = np.bitwise_count(hashes ^ wanted).sum(axis=1, dtype=int)
    return sorted(((int(at), int(far[at])) for at in np.flatnonzero(far <= distance)), key=lambda one: (one[1], one[0]))


@pytest.fixture(scope="module")
def crowd() -> np.ndarray:
    """Hashes with neighbours at every distance: 60 centres with 100 entries each around them, and strangers."""
    chance = np.random.default_rng(7)
    centres = random_hashes(60, 2)
    around = [flipped(centre, list(chance.choice(256, at, replace=False))) for centre in centres for at in range(100)]
    return np.concatenate([np.array(around), random_hashes(3_000, 3), np.zeros((40, 4), np.uint64)])


@pytest.mark.parametrize("distance", [0, 15, 16, 31, 32, 47, 48, 90])
def test_all_within_the_distance_are_found(crowd, distance):
    found = HashIndex()
    found.add(range(len(crowd)), crowd)
    for wanted in (*random_hashes(60, 2)[::7], crowd[5], np.zeros(4, np.uint64)):
        assert found.search(wanted, distance) == by_hand(crowd, wanted, distance)


@given(data=st.data())
@settings(max_examples=30)
def test_every_pattern_of_31_bits_is_found(crowd, data):
    """Also the worst for the tables: one or two bits in each word."""
    bits = data.draw(st.lists(st.integers(0, 255), unique=True, max_size=32))
    found = _standing(crowd)
    centre = random_hashes(60, 2)[data.draw(st.integers(0, 59))]
    wanted = flipped(centre, bits)
    near = found.search(wanted)
    assert near == by_hand(crowd, wanted, 31)
    if len(bits) <= 31:
        assert len(bits) in [far for _, far in near]


_kept: dict[int, HashIndex] = {}


def _standing(crowd: np.ndarray) -> HashIndex:
    if 0 not in _kept:
        _kept[0] = HashIndex()
        _kept[0].add(range(len(crowd)), crowd)
    return _kept[0]


def test_entries_come_and_go(monkeypatch):
    monkeypatch.setattr(index, "_LOOSE", 300)
    monkeypatch.setattr(index, "_FEW", 100)
    chance = np.random.default_rng(4)
    found: HashIndex[str] = HashIndex()
    standing: dict[str, np.ndarray] = {}
    centre = random_hashes(1)[0]
    for step in range(60):
        names = [f"{step}-{at}" for at in range(int(chance.integers(1, 90)))]
        rows = np.array(
            [flipped(centre, list(chance.choice(256, chance.integers(0, 60), replace=False))) for _ in names]
        )
        found.add(names, rows)
        standing |= dict(zip(names, rows, strict=True))
        going = list(chance.choice(list(standing), min(len(standing), int(chance.integers(0, 60))), replace=False))
        assert found.remove([*going, "never there"]) == len(going)
        for name in going:
            del standing[name]
        assert len(found) == len(standing)
        near = dict(found.search(centre))
        assert near == {
            name: far for name, row in standing.items() if (far := int(np.bitwise_count(row ^ centre).sum())) <= 31
        }
    assert found.remove(list(standing)) == len(found.search(centre, 256)) + len(standing)
    assert found.search(centre, 256) == []


def test_an_empty_index_finds_nothing_and_lengths_must_agree():
    found = HashIndex()
    assert found.search(np.zeros(4, np.uint64)) == []
    assert found.search_many(np.zeros((2, 4), np.uint64)) == [[], []]
    with pytest.raises(ValueError, match="2 ids for 1 hashes"):
        found.add([1, 2], np.zeros((1, 4), np.uint64))
