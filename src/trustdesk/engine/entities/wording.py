"""Tables of short words are written as text: easier to read, to sort and to compare than a column of quotes."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())
