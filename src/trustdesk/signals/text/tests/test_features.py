"""Hashed n-grams: the same in one batch and alone, and nothing that is sent breaks them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trustdesk.signals.text.features import LONGEST, NGrams, bounded

GRAMS = NGrams(chars=(2, 4), words=(1, 2), bits=14)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_a_text_has_the_same_columns_alone_and_in_a_batch(texts):
    together = GRAMS.counts(texts)
    for row, text in enumerate(texts):
        alone = GRAMS.counts([text])
        assert np.array_equal(together[row].indices, alone.indices)
        assert np.allclose(together[row].data, alone.data)


def test_each_kind_of_n_gram_has_length_one():
    counts = GRAMS.counts(["one two three two", "四五六"])
    chars, words = counts[:, : 1 << 14], counts[:, 1 << 14 :]
    assert np.allclose(chars.multiply(chars).sum(axis=1), 1, atol=1e-5)
    assert np.allclose(words.multiply(words).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", "a", "\ud800", "\0\0", "😀", "z̸͓͝" * 500, "9" * 1_000_000], ids=range(7))
def test_any_text_is_counted(text):
    assert np.isfinite(GRAMS.counts([text, "plain"]).data).all()


def test_of_a_long_text_beginning_and_end_are_read():
    text = "a" * LONGEST + "the end"
    assert len(bounded(text)) == LONGEST
    assert bounded(text).endswith("the end")
