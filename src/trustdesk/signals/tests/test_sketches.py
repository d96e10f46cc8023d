"""Likeness of texts and pictures, and marks: pure."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.signals.marks import Mark, digest_of, marks_in, weight
from trustdesk.signals.sketches import (
    ALIKE,
    KEPT_HASHES,
    image_sketch,
    likeness,
    probes,
    text_sketch,
)

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("", "n", "ra", "ko", "ti")]
AD = (
    "Bicycle trailer for two children, blue cover, both wheels new this spring. Folds flat, fits a small car. "
    "Collect near the north gate, evenings only, cash or transfer on handing over."
)


def like(left, right):
    (how,) = likeness(text_sketch(left), [text_sketch(right).body])
    return how


def share(left, right):
    return len(set(text_sketch(left).bands) & set(text_sketch(right).bands))


def test_disguise_and_numbers_make_no_difference():
    same = AD.upper().replace("O", "О").replace("  ", " ")  # a Cyrillic letter for a Latin one
    assert like(AD, same) == 1.0
    assert text_sketch(AD).digest == text_sketch(same).digest
    assert like(f"{AD} Call 0812 111 2222", f"{AD} Call 0899 765 4321") == 1.0


def test_a_changed_word_is_alike_another_text_is_not():
    assert like(AD, AD.replace("blue", "red").replace("small", "compact")) > 0.7
    assert share(AD, AD.replace("blue", "red").replace("small", "compact")) > 0
    assert like(AD, "Two kittens, nine weeks old, looking for a patient home with a sunny window sill.") < 0.1


def test_of_few_words_only_the_same_are_candidates():
    assert share("is this available", "Is this AVAILABLE") == 1
    assert share("is this available", "is it available") == 0
    assert text_sketch(" \n") is None
    assert text_sketch("!!! 🙂") is None


@given(st.integers(0, 10_000), st.integers(8, 700), st.integers(0, 60))
def test_the_sketch_tells_the_jaccard_index(seed, length, swapped):
    """Exactly while all hashes are kept, else within what 256 of them can tell (five standard deviations)."""
    drawn = random.Random(seed)
    words = [drawn.choice(WORDS) for _ in range(length)]
    other = list(words)
    for _ in range(swapped):
        other[drawn.randrange(length)] = drawn.choice(WORDS)
    sets = [{*each, *(f"{a} {b}" for a, b in pairwise(each))} for each in (words, other)]
    true = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
    told = like(" ".join(words), " ".join(other))
    assert told == like(" ".join(other), " ".join(words))
    if max(map(len, sets)) < KEPT_HASHES:
        assert told == pytest.approx(true, abs=0.02)  # folding may make one of two words
    else:
        assert told == pytest.approx(true, abs=5 * 0.5 / KEPT_HASHES**0.5)


def test_texts_of_any_kind_have_a_sketch():
    for text in ("x" * 1_000_000, "a b " * 300_000, "字" * 50_000, "\ud800 broken", "1 2 3 4 5 6 7", "é́́́ " * 900):
        sketch = text_sketch(text)
        assert sketch is not None
        assert len(sketch.body) <= 4 * KEPT_HASHES
        assert likeness(sketch, [sketch.body]) == [1.0]


@given(st.binary(min_size=32, max_size=32), st.lists(st.integers(0, 255), max_size=31, unique=True))
def test_no_picture_within_31_bits_escapes_the_bands(pdq, flips):
    bits = np.unpackbits(np.frombuffer(pdq, np.uint8))
    bits[flips] ^= 1
    other = image_sketch(np.packbits(bits).tobytes())
    assert set(probes(image_sketch(pdq))) & set(other.bands)
    (how,) = likeness(image_sketch(pdq), [other.body])
    assert how == pytest.approx(1 - len(flips) / 256)
    assert how >= ALIKE["image"]


def test_a_hash_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        image_sketch(b"short")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("call 0812-3456-7890", [("phone", "+6281234567890")]),
        ("wa.me/6281234567890 or +62 812 3456 7890", [("phone", "+6281234567890")]),
        ("write to Budi.S+ads@Gmail.com", [("email", "budis@gmail.com")]),
        ("see https://www.cheap-keys.example.co.id/a?b=1", [("url", "example.co.id")]),
        ("https://facebook.com and https://m.facebook.com", []),
        ("https://www.facebook.com/budi.jaya?ref=1", [("handle", "facebook:budi.jaya")]),
        ("https://www.tokopedia.com/toko-cepat/kursi", [("url", "tokopedia.com/toko-cepat/kursi")]),
        ("t.me/quick_money", [("handle", "telegram:quick_money")]),
        ("nol delapan satu dua tiga empat lima enam tujuh delapan sembilan nol", [("phone", "+6281234567890")]),
        (
            "IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111",
            [("iban", "DE89370400440532013000"), ("card", "4111111111111111")],
        ),
        ("budi.wordpress.com", [("url", "budi.wordpress.com")]),
        ("price 4.500.000, part 0812345678", []),
    ],
)
def test_marks(text, marks):
    assert [(mark.kind, mark.value) for mark in marks_in(text, regions=("ID",))] == marks


def test_marks_are_hashed_with_a_key_and_weigh_less_the_more_share_them():
    mark = Mark("phone", "+6281234567890")
    assert digest_of(mark, b"one") != digest_of(mark, b"two")
    assert digest_of(mark, b"one") != digest_of(Mark("handle", mark.value), b"one")
    assert [weight("phone", n) for n in (1, 2, 5, 50, 51)] == [0, 1, 0.25, 1 / 49, 0]
