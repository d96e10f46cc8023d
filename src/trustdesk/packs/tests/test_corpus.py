"""Ordinary text of real people and shops, by the thousand: the pack must let it be."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from . import makers

ROWS = 800


def outcomes(file: str, kind: str, *labels: str) -> Counter[str]:
    """What the pack says to the first rows of a file of the corpus; lookups answer 0."""
    folder = os.environ.get("TRUSTDESK_CORPUS")
    if not folder:
        pytest.skip("set TRUSTDESK_CORPUS")
    told: Counter[str] = Counter()
    with gzip.open(Path(folder) / "text" / file, "rt", encoding="utf-8", newline="") as lines:
        rows = (row for row in csv.DictReader(lines) if not labels or row["label"] in labels)
        for row in islice(rows, ROWS):
            title, _, body = row["text"].partition("\n")
            words = {"text": row["text"]} if kind == "message" else {"title": title[:200], "text": body or title}
            told[makers.verdict(kind=kind, market="SG", account={"age": "100 days"}, **words).outcome] += 1
    assert sum(told.values()) >= 200, "the corpus has hardly any such rows"
    return told


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("file", "kind", "labels", "touched"),
    [
        ("listings.csv.gz", "listing", (), 0.001),
        ("jobs.csv.gz", "ad", ("real",), 0.005),
        ("reviews.csv.gz", "review", (), 0.001),
        ("tickets.csv.gz", "message", (), 0.001),
        ("spam.csv.gz", "message", ("ham",), 0.003),
    ],
)
def test_ordinary_text_is_let_be(file: str, kind: str, labels: tuple[str, ...], touched: float) -> None:
    told = outcomes(file, kind, *labels)
    assert told["reject"] == 0
    assert 1 - told["approve"] / told.total() <= touched, dict(told)


@pytest.mark.corpus
def test_some_of_the_bait_is_caught_without_any_model() -> None:
    told = outcomes("spam.csv.gz", "message", "smishing")
    assert 1 - told["approve"] / told.total() > 0.1, dict(told)
