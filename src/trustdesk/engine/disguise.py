"""The second reading of a text: words written to be read by people and missed by filters.

Look-alike letters (wеapon with a Cyrillic е), leetspeak (w3ap0n, a$$), letters spaced or dotted apart (w e a p o n,
w.e.a.p.o.n), repeated letters (weeeapon). A text without signs of these is not read twice.

It only adds: a phrase that stands in the text plainly is found by the first reading, whatever this one makes of it.
Two steps: a coarse form in which all spellings of a word fall together (its *skeleton*) finds candidates in the same
automaton; then each word is compared with the phrase letter by letter (`spells`), so that "bobs" is not "boobs", the
Galaxy A55 is no insult, and "mp3" stays itself.

Letters of other scripts are read as Latin only inside a word that also has Latin letters, or when the whole word is
drawn in look-alikes and most letters of the text are Latin: a Russian text keeps its words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise
from statistics import mode

import re2

from .folding import ASCII_DROPPED, TABLE
from .lookalikes import DRAWN_LIKE

# What a mark can stand for; the first is its skeleton. 1, ! and | are drawn for i and for l, so those fall together.
LEET = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "il",
    "|": "il",
    "+": "t",
    "€": "e",
    "£": "l",
    "¢": "c",
}
STANDS_FOR = {
    letter: "".join([letter, *(mark for mark, letters in LEET.items() if letter in letters)]) for letter in "abceoilstg"
}
_SKELETON = str.maketrans({**{mark: letters[0] for mark, letters in LEET.items()}, "l": "i"})
_SYMBOLS = "@$!|+€£¢"


def _signs(pattern: bytes) -> re2._Regexp:
    """RE2 over bytes: one quick pass however many signs there are. They may ring once too often, never too seldom."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(pattern, options)


# In the raw text; every byte outside ASCII passes for a letter.
_RAW_SIGNS = _signs(
    rb"[A-Za-z\x80-\xff][013457-9@$!|+]+[A-Za-z\x80-\xff]"
    rb"|(?:^|[^0-9A-Za-z\x80-\xff])(?:[@$|!][A-Za-z\x80-\xff]{2}|[013457-9]{1,2}[A-Za-z\x80-\xff]{3})"
    rb"|[A-Za-z\x80-\xff]{4}[013457-9]{1,2}(?:[^0-9A-Za-z\x80-\xff]|$)|[A-Za-z\x80-\xff][@$](?:[^0-9A-Za-z.\x80-\xff]|$)"
)
# In the folded text: three letters apart (Latin to Arabic are two bytes, what has no spaces is three), or one letter
# three times (spelled out: there are no back-references).
_LETTER = rb"(?:[a-z0-9]|[\xc3-\xdf][\x80-\xbf])"
_ALPHABETS = ((0x61, 0x7A), (0x3B1, 0x3C9), (0x430, 0x45F), (0x5D0, 0x5EA), (0x621, 0x64A))
_FOLDED_SIGNS = _signs(
    b"|".join(
        [
            b" %b %b %b " % (_LETTER, _LETTER, _LETTER),
            *((chr(letter) * 3).encode() for low, high in _ALPHABETS for letter in range(low, high + 1)),
        ]
    )
)
_WORD = re.compile(rf"(?:[@$€|!](?=[^\W_]))?[^\W_]+(?:[{_SYMBOLS}]+[^\W_]+)*(?:[@$€]{{1,2}}(?![\w.]))?")
_ASCII_WORD = re.compile(
    r"(?:[@$|!](?=[A-Za-z0-9]))?[A-Za-z0-9]+(?:[@$!|+]+[A-Za-z0-9]+)*(?:[@$]{1,2}(?![\w.]))?", re.ASCII
)
_DRAWN = re.compile(f"[{''.join(DRAWN_LIKE)}]")
_PLAIN = re.compile("[A-Za-z]")
_RUN = re.compile(r"(.)\1+", re.DOTALL)
_STRETCHED = re.compile(r"(.)\1\1", re.DOTALL)
_NAME = re.compile(r"\d+[^\W\d_]{1,2}|[^\W\d_]{1,3}\d+")
_LONG_RUN = re.compile(r"(.)\1{4,}", re.DOTALL)
MAX_WORD, MAX_GAP = 100, 3
# Letters spaced apart without wider gaps between the words ("s e l l w e a p o n"): a word at either end of the run is
# read if it is long enough, and so is the rest, not to find one in a word that was only spaced ("t h e r a p i s t").
LEAST_PART, LEAST_REST, MAX_RUN = 5, 4, 60
SEPARATOR = "\x1f"


# One word of the second reading: what it looks like, and its span. A plain tuple: thousands are made.
Spelled = tuple[str, int, int]


class Unmasked:
    """The second reading: skeletons joined by a mark that parts words here and nowhere else."""

    __slots__ = ("_at", "text", "words")

    def __init__(self, words: list[Spelled]) -> None:
        self.words = words
        skeletons = [skeleton(form) for form, _, _ in words]
        self.text = f"{SEPARATOR}{SEPARATOR.join(skeletons)}{SEPARATOR}"
        self._at = list(accumulate((len(each) + 1 for each in skeletons), initial=1))

    def spelled(self, start: int, phrase: str) -> tuple[int, int] | None:
        """The original span of a candidate that begins at `start` of `text`, if its words do spell the phrase."""
        first = bisect_right(self._at, start) - 1
        wanted = phrase.split(" ")
        found = self.words[first : first + len(wanted)]
        if len(found) == len(wanted) and all(spells(word[0], want) for word, want in zip(found, wanted, strict=True)):
            return found[0][1], found[-1][2]
        return None


def unmask(text: str, folded: str) -> Unmasked | None:
    """The second reading, or nothing when the text shows no sign of disguise."""
    drawn = False
    if not text.isascii():
        drawn = _DRAWN.search(text) is not None and _PLAIN.search(folded) is not None
    if not drawn and not _shows_signs(text, folded):
        return None
    clean, places = _without_marks(text)
    latin = drawn and _mostly_latin(clean)
    words: list[Spelled] = []
    singles: list[Spelled] = []
    extra: list[Spelled] = []
    plain = clean.isascii()
    if plain:
        clean = clean.lower()
    for match in (_ASCII_WORD if plain else _WORD).finditer(clean):
        start, end = match.span()
        form = match.group() if plain and end - start <= MAX_WORD else _form(match.group(), latin)
        if len(form) == 1:
            if singles and start - singles[-1][2] > MAX_GAP:
                _join(singles, words, extra)
            singles.append((form, start, end))
        else:
            if singles:
                _join(singles, words, extra)
            words.append((form, start, end))
    _join(singles, words, extra)
    for word in extra:  # parted, so that no phrase runs from the text into them
        words += [("", word[1], word[1]), word]
    if places is not None:
        words = [(form, places[start], places[end - 1] + 1 if end else 0) for form, start, end in words]
    return Unmasked(words) if words else None


def _shows_signs(text: str, folded: str) -> bool:
    if _FOLDED_SIGNS.search(folded.encode()) or _RAW_SIGNS.search(text.encode(errors="replace")):
        return True
    return not text.isascii() and any(mark in text for mark in "€£¢")


def skeleton_phrase(phrase: str) -> str:
    """The skeleton of a folded phrase, word by word."""
    return SEPARATOR.join(map(skeleton, phrase.split(" ")))


@lru_cache(maxsize=65_536)
def skeleton(form: str) -> str:
    """All spellings of a word fall together: leet marks become letters, runs one letter."""
    if len(form) > MAX_WORD:
        form = form[:MAX_WORD]
    if _reads_as_letters(form):
        form = form.translate(_SKELETON)
    return form if form.isdigit() else _RUN.sub(r"\1", form)


@lru_cache(maxsize=65_536)
def spells(form: str, word: str) -> bool:
    """Whether a written form can be read as the word: same letters or their leet marks, longer runs if stretched."""
    if form == word:
        return True
    if len(form) > MAX_WORD:
        return False
    stretched = _STRETCHED.search(form) is not None
    return bool(_speller(word, _reads_as_letters(form), stretched).fullmatch(form))


@lru_cache(maxsize=8_192)
def _speller(word: str, leet: bool, stretched: bool) -> re2._Regexp:
    parts: list[str] = []
    for match in re.finditer(r"(.)\1*", word, re.DOTALL):
        letter, count = match.group(1), match.end() - match.start()
        marks = STANDS_FOR.get(letter, letter) if leet else letter
        many = f"{{{count},}}" if stretched else f"{{{count}}}"
        parts.append(f"[{re2.escape(marks)}]{many}")
    return re2.compile("".join(parts))


def _reads_as_letters(form: str) -> bool:
    """w3ap0n is a word; PS4, 5kg, A55 and 256gb are names and measures: few letters, or fewer than digits."""
    form = _RUN.sub(r"\1", form)
    digits = sum(map(str.isdigit, form))
    return digits == 0 or (2 * digits <= len(form) and _NAME.fullmatch(form) is None)


def _without_marks(text: str) -> tuple[str, list[int] | None]:
    """The text without what folding drops (zero-width marks, accents), and where each mark was if any is gone."""
    if text.isascii() and len(text.encode().translate(None, ASCII_DROPPED)) == len(text):
        return text, None
    table = TABLE
    if all(table[ord(mark)] for mark in set(text)):
        return text, None
    places = [at for at, mark in enumerate(text) if table[ord(mark)]]
    return "".join([text[at] for at in places]), places


def _mostly_latin(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return 2 * len(_PLAIN.findall(text)) > letters


def _form(word: str, latin: bool) -> str:
    """The word folded, its leet marks kept, its look-alike letters read as Latin where that is fair."""
    return (
        _formed(word, latin) if len(word) <= MAX_WORD else _formed.__wrapped__(_LONG_RUN.sub(r"\1\1\1\1", word), latin)
    )


@lru_cache(maxsize=16_384)
def _formed(word: str, latin: bool) -> str:
    if word.isascii():
        return word.lower()
    folded = "".join([mark if mark in _SYMBOLS else TABLE[ord(mark)].replace(" ", "") for mark in word])
    drawn = _DRAWN.search(word) is not None
    if not drawn:
        return folded
    if not _PLAIN.search(folded) and not (latin and all(m in DRAWN_LIKE or not m.isalpha() for m in word)):
        return folded
    return "".join(
        [DRAWN_LIKE.get(mark) or (mark if mark in _SYMBOLS else TABLE[ord(mark)].replace(" ", "")) for mark in word]
    )


def _join(singles: list[Spelled], words: list[Spelled], extra: list[Spelled]) -> None:
    """Letters spaced apart become one word; gaps wider than the usual one part words. Empties `singles`."""
    if len(singles) < 3:
        words += singles
        singles.clear()
        return
    gaps = [after[1] - before[2] for before, after in pairwise(singles)]
    usual = mode(sorted(gaps))
    first = 0
    for at in range(len(singles)):
        if at < len(gaps) and gaps[at] <= usual:
            continue
        group = singles[first : at + 1]
        first = at + 1
        form = "".join([part[0] for part in group])
        if len(group) < 3 or not _reads_as_letters(form):
            words += group
            continue
        words.append((form, group[0][1], group[-1][2]))
        if form[0] in "ai" and len(form) > 4:  # "a w e a p o n": the article is spaced like the word
            extra.append((form[1:], group[1][1], group[-1][2]))
        if LEAST_PART + LEAST_REST <= len(form) <= MAX_RUN:
            last = len(form) - LEAST_REST
            extra += [(form[:cut], group[0][1], group[cut - 1][2]) for cut in range(LEAST_PART, last + 1)]
            last = len(form) - LEAST_PART
            extra += [(form[cut:], group[cut][1], group[-1][2]) for cut in range(LEAST_REST, last + 1)]
    singles.clear()
