"""`make models` gives the shipped heads again; what is farther off than the tolerance is told."""

import math

import numpy as np
import pytest

from trustdesk.signals.training.__main__ import TOLERANCE, difference, main


def test_arrays_are_compared_by_the_greatest_of_each():
    ours = {"a": np.array([0.0, 10.0]), "b": np.array([1, 2], dtype=np.int8)}
    assert difference(ours, ours) == 0
    assert difference(ours, {**ours, "a": np.array([0.0, 9.0])}) == pytest.approx(0.05)
    assert difference(ours, {**ours, "b": np.array([2], dtype=np.int8)}) == math.inf
    assert difference(ours, {"a": ours["a"]}) == math.inf
    assert TOLERANCE < 0.05


@pytest.mark.corpus
@pytest.mark.usefixtures("corpus")
def test_training_gives_the_shipped_head_again(capsys):
    assert main(["check", "urgency"]) == 0
    assert "urgency: urgency: " in capsys.readouterr().out
