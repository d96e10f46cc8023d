"""Texts to cluster: campaigns as people make them, word by word from a seed, beside unrelated texts."""

import random
from itertools import accumulate

_ONSETS = ("b", "d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "w", "j", "h")
_WORDS = [
    f"{a}{v}{b}{e}{z}"
    for z in ("", "n", "k", "s", "h")
    for a in _ONSETS
    for v in "aeiou"
    for b in "nrlt"
    for e in "aio"
]
# As often as the words of a language: B. Mandelbrot's form of Zipf's law, the most frequent about one in twenty.
_MORE = list(accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(1, len(_WORDS) + 1)))


def words(drawn: random.Random, length: int) -> list[str]:
    return drawn.choices(_WORDS, cum_weights=_MORE, k=length)


def swapped(drawn: random.Random, text: list[str], share: float) -> list[str]:
    """Every so many words another one."""
    return [drawn.choice(_WORDS) if drawn.random() < share else word for word in text]


def noisy(drawn: random.Random, text: list[str], share: float) -> list[str]:
    """As long by a share, at the end: tags, greetings, nonsense."""
    return [*text, *(drawn.choice(_WORDS) for _ in range(max(1, round(len(text) * share))))]


def moved(drawn: random.Random, text: list[str]) -> list[str]:
    """Sentences in another order: pieces of seven words."""
    pieces = [text[at : at + 7] for at in range(0, len(text), 7)]
    drawn.shuffle(pieces)
    return [word for piece in pieces for word in piece]


def foreign(text: list[str]) -> list[str]:
    """The same in another language: no word is the same."""
    return [word[::-1] + "k" for word in text]


def campaign(drawn: random.Random, size: int, *, length: int = 40, share: float = 0.1) -> list[str]:
    """Texts of one hand: a text, and others with words swapped, noise appended or sentences moved."""
    first = words(drawn, length)
    ways = (
        lambda: swapped(drawn, first, share),
        lambda: noisy(drawn, swapped(drawn, first, share / 2), 0.25),
        lambda: moved(drawn, swapped(drawn, first, share / 2)),
    )
    return [" ".join(first), *(" ".join(drawn.choice(ways)()) for _ in range(size - 1))]
