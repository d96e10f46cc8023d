"""Splits that stay the same: which part a group of rows is in is drawn by its hash, not by its place in the file."""

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def drawn(group: str, seed: int) -> float:
    """A number from 0 (in) to 1 (out) drawn by a group's name and the seed."""
    digest = hashlib.blake2b(f"{seed}:{group}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def split(rows: Iterable[T], *, group: Callable[[T], str], seed: int, held_out: float = 0.2) -> tuple[list[T], list[T]]:
    """(train, held out): rows of one group are never in both."""
    train: list[T] = []
    out: list[T] = []
    for row in rows:
        (out if drawn(group(row), seed) < held_out else train).append(row)
    return train, out


def words_key(text: str) -> str:
    """The words of a text without case, digits and order of spaces: copies of one text are one group."""
    return " ".join("".join(mark if mark.isalpha() else " " for mark in text.casefold()).split())
