"""Ways people disguise words, to measure what that does to the head. Every word of four letters or more is disguised,
which is more than people do."""

import random
import re
from collections.abc import Callable

_WORD = re.compile(r"[A-Za-z]{4,}")
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_EMOJI = "🔥😂💩👍🙃"
_VOWELS = "aeiou"


def _homoglyphs(word: str, rng: random.Random) -> str:
    lower = [at for at, mark in enumerate(word) if mark in "aceopxyi"]
    if not lower:
        return word
    chosen = set(rng.sample(lower, max(1, len(lower) // 2)))
    common = dict(zip("aceopxyi", "асеорхуі", strict=True))
    return "".join(common[mark] if at in chosen else mark for at, mark in enumerate(word))


def _zero_width(word: str, rng: random.Random) -> str:
    return rng.choice(_ZERO_WIDTH).join(word)


def _full_width(word: str, _: random.Random) -> str:
    return "".join(chr(ord(mark) + 0xFEE0) for mark in word)


def _mathematical(word: str, _: random.Random) -> str:
    return "".join(chr(0x1D41A + ord(mark) - 97) if mark.islower() else chr(0x1D400 + ord(mark) - 65) for mark in word)


def _leet(word: str, rng: random.Random) -> str:
    places = [at for at, mark in enumerate(word) if mark.lower() in _LEET]
    chosen = set(rng.sample(places, (len(places) + 1) // 2)) if places else set()
    return "".join(rng.choice(_LEET[mark.lower()]) if at in chosen else mark for at, mark in enumerate(word))


def _spaced(word: str, _: random.Random) -> str:
    return " ".join(word)


def _starred(word: str, rng: random.Random) -> str:
    inner = [at for at, mark in enumerate(word) if mark.lower() in _VOWELS and 0 < at < len(word) - 1]
    if not inner:
        return word
    at = rng.choice(inner)
    return f"{word[:at]}*{word[at + 1 :]}"


def _emoji(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return f"{word[:at]}{rng.choice(_EMOJI)}{word[at:]}"


FIRST: dict[str, Callable[[str, random.Random], str]] = {
    "homoglyphs": _homoglyphs,
    "zero-width": _zero_width,
    "full-width": _full_width,
    "mathematical letters": _mathematical,
}
SECOND: dict[str, Callable[[str, random.Random], str]] = {
    "leetspeak": _leet,
    "spaced letters": _spaced,
    "stars": _starred,
    "emoji in words": _emoji,
}


def disguised(text: str, way: str, *, seed: int = 1) -> str:
    """The text with its words disguised one way."""
    how = (FIRST | SECOND)[way]
    rng = random.Random(f"{seed}:{way}:{text}")
    return _WORD.sub(lambda found: how(found.group(), rng), text)
