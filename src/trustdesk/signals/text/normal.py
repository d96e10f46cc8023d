"""Reading a text as people read it, before a model does.

`plain` undoes what only machines notice: zero-width marks, full-width and mathematical letters, letters of another
script drawn alike, ornaments piled on letters. A text without such marks comes back as it was.

`decoded` undoes what people read with a smile: leetspeak (h4te), letters spaced or dotted apart, emoji or stars inside
words, letters repeated, words run together. It guesses by a vocabulary of words in order of frequency and changes a
word only into one it knows, so that "mp3", "covid19" and an address stay themselves.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from trustdesk.engine.disguise import LEET
from trustdesk.engine.lookalikes import DRAWN_LIKE, LETTERS

# Format marks that part nothing: zero-width, soft hyphen, directions, tags; fillers that are drawn as nothing.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_JOINER = re.compile("(?<=[A-Za-z\u00c0-\u052f])[\u200c\u200d\ufe00-\ufe0f]|[\u200c\u200d](?=[A-Za-z\u00c0-\u052f])")
# Ornaments that composed with no letter: zalgo, strike-through, circles around letters.
_ORNAMENT = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_COMPOSING = 2  # Vietnamese piles two marks on a letter, and they compose.
_SMALL_CAPITALS = {code: letter for code, letter in LETTERS.items() if code >= 0x250}
# 🇦…🇿 say letters only where they are no flag: three or more in a row.
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]{3,}")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")
_DRAWN = re.compile(f"[{''.join(DRAWN_LIKE)}]")
# The other way round: a Cyrillic word with Latin letters put in.
_CYRILLIC = str.maketrans("aceopxykmhtbACEOPXYKMHTB", "асеорхукмнтвАСЕОРХУКМНТВ")
_OWN_CYRILLIC = re.compile("[бгджзилпфцчшщъыьэюяБГДЖЗИЛПФЦЧШЩЪЫЬЭЮЯ]")


def plain(text: str) -> str:
    """The text without what only machines notice. Linear; lone surrogates become a question mark."""
    if text.isascii():
        return text
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = _INVISIBLE.sub("", _JOINER.sub("", _INVISIBLE.sub("", text)))
    text = _ORNAMENT.sub(lambda found: found.group()[:_COMPOSING], text)
    text = unicodedata.normalize("NFKC", text)
    text = _ORNAMENT.sub("", text)
    text = text.translate(_SMALL_CAPITALS)
    text = _REGIONAL.sub(lambda found: "".join(chr(ord(mark) - 0x1F1E6 + 97) for mark in found.group()), text)
    if _DRAWN.search(text):
        latin = 2 * len(_LATIN.findall(text)) > sum(map(str.isalpha, text))
        text = _WORD.sub(lambda found: _one_script(found.group(), latin), text)
    return text


@lru_cache(maxsize=16_384)
def _one_script(word: str, latin: bool) -> str:
    if word.isascii() or not _DRAWN.search(word):
        return word
    plain_letters = len(_LATIN.findall(word))
    if not plain_letters:
        # Drawn in look-alikes from first to last, in a text that is mostly Latin.
        whole = latin and all(mark in DRAWN_LIKE for mark in word)
        return "".join(DRAWN_LIKE[mark] for mark in word) if whole else word
    if _OWN_CYRILLIC.search(word) and 2 * plain_letters <= len(word) and not latin:
        return word.translate(_CYRILLIC)
    return "".join(DRAWN_LIKE.get(mark, mark) for mark in word)


# Signs that a second reading may find more. Cheap, and may ring once too often.
_PICTURE = "\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\u200d"
_BETWEEN = rf"[*._\-~^|/\\,;:+#=•·{_PICTURE}]"
_SPLIT = re.compile(rf"(?<![^\W_])[^\W\d_]{{1,4}}(?:(?:{_BETWEEN}){{1,3}}[^\W\d_]{{1,6}})+(?![^\W_])")
_INNER_PICTURE = re.compile(rf"(?<=[^\W\d_])[{_PICTURE}]+(?=[^\W\d_])")
_SPACED = re.compile(r"(?<!\S)(?:[^\W_]|[@$!|€£])(?:[ \t]{1,3}(?:[^\W_]|[@$!|€£])){2,}(?!\S)")
_LEETED = re.compile(
    r"(?<![^\s\"'“(\[*_])(?=\S*[^\W\d_])(?=\S*[0-9@$!|+€£¢])[^\W_@$!|+€£¢]*[0-9@$!|+€£¢](?:[^\W_]|[@$!|+€£¢])*"
)
_STARRED = re.compile(
    r"(?<![\w*])[^\W\d_]+(?:[*#%@$!?_\-.]{1,4}[^\W\d_]+)+(?![\w*])|(?<![\w*])[^\W\d_]{1,3}\*{1,4}(?![\w*])"
)
_STRETCHED = re.compile(r"[^\W\d_]*([^\W\d_])\1{2,}[^\W\d_]*")
_LONG = re.compile(r"(?<![\w@#/.:-])[a-z]{9,40}(?![\w@/.:-])", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+\.\w+|(?:https?://|www\.)\S+|\S+\.(?:com|net|org|id|io|de|co)\b\S*", re.IGNORECASE)
_MAX = 20_000
# An ambiguous mark is tried as each of its letters, so few of them.
_MAX_AMBIGUOUS = 4
_HIDDEN_MAX = 12
HIDING = 8


class Vocabulary:
    """Words by frequency: the most frequent first. `sharp`: those worth hiding, preferred when a letter is missing."""

    def __init__(self, words: Sequence[str], sharp: Sequence[str] = ()) -> None:
        self.rank = {word: at for at, word in enumerate(words)}
        self.sharp = frozenset(sharp)
        for word in sharp:
            self.rank.setdefault(word, len(self.rank))
        self._by_length: dict[tuple[str, int], list[str]] = {}
        for word in self.rank:
            if len(word) <= _HIDDEN_MAX:
                self._by_length.setdefault((word[0], len(word)), []).append(word)
        # Zipf: the cost of a word grows with the logarithm of its rank.
        self._split_words = {word: at for word, at in self.rank.items() if len(word) > 1 or word in {"i", "a", "u"}}

    def __contains__(self, word: str) -> bool:
        return word in self.rank

    def best(self, candidates: Sequence[str]) -> str | None:
        known = [word for word in candidates if word in self.rank]
        return min(known, key=self._unlikely) if known else None

    def _unlikely(self, word: str) -> float:
        """Its rank; a word worth hiding is that much likelier to be the hidden one, and no more."""
        return (self.rank[word] + 1) / (HIDING if word in self.sharp else 1)

    @lru_cache(maxsize=4_096)  # noqa: B019 - one vocabulary a process
    def parted(self, run: str, most: int | None = None) -> tuple[str, ...] | None:
        """The likeliest words a run of letters is made of, or nothing. Viterbi over word ranks; at most 80 letters."""
        from math import log

        if len(run) > 80:
            return None
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(run) + 1):
            found = (float("inf"), end - 1)
            for start in range(max(0, end - 16), end):
                rank = self._split_words.get(run[start:end])
                if rank is not None and best[start][0] + 5.0 + log(rank + 2) < found[0]:
                    found = (best[start][0] + 5.0 + log(rank + 2), start)
            best.append(found)
        if best[-1][0] == float("inf"):
            return None
        words: list[str] = []
        end = len(run)
        while end:
            start = best[end][1]
            words.append(run[start:end])
            end = start
        return tuple(reversed(words)) if most is None or len(words) <= most else None

    def hidden(self, pattern: str) -> str | None:
        """The word a pattern stands for (`.` for any letter): one worth hiding first, else the most frequent."""
        first = pattern[0]
        wanted = re.compile(pattern)
        found = [word for word in self._by_length.get((first, len(pattern)), ()) if wanted.fullmatch(word)]
        return self.best(found)


def decoded(text: str, words: Vocabulary) -> str:
    """The second reading of a plain text; the same text when it shows no sign of disguise."""
    if len(text) > _MAX:
        return decoded(text[:_MAX], words) + text[_MAX:]
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found.group())
        return f"\x00{len(kept) - 1}\x00"

    read = _ADDRESS.sub(keep, text) if "." in text or "://" in text else text
    if not read.isascii():
        read = _INNER_PICTURE.sub("", read)
    read = _SPACED.sub(lambda found: _spaced(found.group(), words), read)
    read = _STARRED.sub(lambda found: _starred(found.group(), words), read)
    read = _SPLIT.sub(lambda found: _split(found.group(), words), read)
    read = _LEETED.sub(lambda found: _leet(found.group(), words), read)
    read = _STRETCHED.sub(lambda found: _stretched(found.group(), words), read)
    read = _LONG.sub(lambda found: _run_together(found.group(), words), read)
    for at, told in enumerate(kept):
        read = read.replace(f"\x00{at}\x00", told)
    return read


def _spaced(run: str, words: Vocabulary) -> str:
    """ "h a t e  u": wide gaps part words; where all gaps are alike, the vocabulary does."""
    told = []
    for part in re.split(r"[ \t]{2,}", run):
        letters = "".join(part.split()).lower()
        letters = _letters(letters, words) if not letters.isalpha() else letters
        if len(letters) < 3 or not any(map(str.isalpha, letters)):
            told.append(part)
        elif letters in words:
            told.append(letters)
        else:
            parted = words.parted(letters)
            told.append(" ".join(parted) if parted else letters)
    return " ".join(told)


def _split(word: str, words: Vocabulary) -> str:
    """ "w.o.m.e.n", "ha-te", "k*i*l*l": joined when that gives a known word and the parts are none."""
    parts = [part for part in re.split(rf"{_BETWEEN}+", word.lower()) if part]
    joined = "".join(parts)
    if joined in words and (len(parts) >= 3 or not all(part in words and len(part) > 2 for part in parts)):
        return joined
    if len(parts) >= 4 and sum(len(part) == 1 for part in parts) >= len(parts) - 1:
        parted = words.parted(joined)
        return " ".join(parted) if parted else joined
    return word


def _leet(word: str, words: Vocabulary) -> str:
    tail = ""
    form = word.lower()
    while form and form[-1] in "!|+" and form[:-1].isalpha():  # "great!" ends a sentence
        tail, form = form[-1] + tail, form[:-1]
    if form.isalpha() or form in words:
        return word
    digits = sum(not mark.isalpha() for mark in form)
    if (
        digits > len(form) * 0.7
        or len(form) < 3
        or (re.fullmatch(r"[^\W\d_]{1,3}\d+|\d+[^\W\d_]{1,2}|\d+[^\W\d_]+", form) and not _known_leet(form, words))
    ):
        return word
    told = _letters(form, words)
    return word if told == form else told + tail


def _known_leet(form: str, words: Vocabulary) -> bool:
    return len(form) > 3 and _letters(form, words) in words.sharp


def _letters(form: str, words: Vocabulary) -> str:
    """The known word that leet marks stand for; the form itself when there is none."""
    options = [""]
    ambiguous = 0
    for mark in form:
        letters = LEET.get(mark, mark)
        if len(letters) > 1:
            ambiguous += 1
        if ambiguous > _MAX_AMBIGUOUS:
            letters = letters[0]
        options = [told + letter for told in options for letter in letters]
    best = words.best(options)
    if best is not None:
        return best
    shorter = words.best([re.sub(r"(.)\1+", r"\1", told) for told in options])
    if shorter is not None:
        return shorter
    if sum(not mark.isalpha() for mark in form) >= 2:
        for told in options:
            parted = words.parted(told, 4)
            if parted and len(min(parted, key=len)) > 1:
                return " ".join(parted)
    return form


def _starred(word: str, words: Vocabulary) -> str:
    """ "f*ck", "b**ch", "sh**": one letter for each star, or any few letters for one."""
    form = word.lower()
    if not re.search(r"[*#%@$!?]", form):
        return word
    letters = re.sub(r"[^a-zà-ÿ]", "", form)
    if letters in words and (letters in words.sharp or len(re.findall(r"[*#%@$!?_\-.]+", form)) >= len(letters) - 1):
        return letters
    marks = re.sub(r"[*#%@$!?_\-.]", ".", form)
    found = words.hidden(marks)
    if found is None:
        for more in (2, 3):
            found = words.hidden(re.sub(r"\.+", "." * more, marks))
            if found in words.sharp:
                break
            found = None
    if found is None or (found not in words.sharp and "*" not in form):
        return word
    return found


def _stretched(word: str, words: Vocabulary) -> str:
    form = word.lower()
    for told in (re.sub(r"(.)\1{2,}", r"\1", form), re.sub(r"(.)\1{2,}", r"\1\1", form)):
        if told in words:
            return told
    return word


def _run_together(word: str, words: Vocabulary) -> str:
    """ "ihatewomen": three words or more, one of them worth hiding, in a run nobody knows as a word."""
    form = word.lower()
    if form in words:
        return word
    parted = words.parted(form)
    if parted and len(parted) >= 2 and any(part in words.sharp for part in parted) and len(form) / len(parted) >= 2.5:
        return " ".join(parted)
    return word
