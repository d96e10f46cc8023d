"""Word-by-word English for languages the sentence encoder never learned (Hindi, Vietnamese), from our own short lists.

Not a translation: it gives the encoder the words that matter for hostility and the groups it is about, in the order they
stand. A text is glossed when enough of its words are known; any other text is left as it is.
"""

import re
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "gloss"
_DEVANAGARI = re.compile("[\u0904-\u0939]")
# Letters and tones that only Vietnamese writes.
_VIETNAMESE = re.compile("[đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_WORD = re.compile('[\\w\u0900-\u0963\u0966-\u097f]+|[.!?,"“”«»|।]')
_LONGEST = 4
# Of the words, how many must be known; and how many letters tell the language.
LEAST_KNOWN = 0.4
MOST = 400


def language(text: str) -> str | None:
    """The glossed language a text is written in, by its letters."""
    if text.isascii():
        return None
    head = text[:MOST]
    letters = sum(map(str.isalpha, head))
    if 2 * len(_DEVANAGARI.findall(head)) > letters:
        return "hi"
    return "vi" if 12 * len(_VIETNAMESE.findall(head)) > letters else None


def glossed(text: str) -> str:
    """English words for a text in a glossed language; other texts as they are."""
    code = language(text)
    if code is None:
        return text
    known = _words(code)
    words = [word.casefold() for word in _WORD.findall(text[: MOST * 2])]
    told: list[str] = []
    found = seen = at = 0
    while at < len(words):
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            meaning = known.get(" ".join(words[at : at + size]))
            if meaning is not None:
                told.append(meaning)
                found += size
                seen += size
                at += size
                break
        else:
            word = words[at]
            at += 1
            if word[0].isalnum() or word[0] >= "\u0900":
                seen += 1
                if word.isascii():
                    told.append(word)
            elif told or word == '"':
                told.append("." if word == "।" else word)
    if not seen or found < LEAST_KNOWN * seen:
        return text
    return " ".join(told)


@lru_cache(maxsize=4)
def _words(code: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for line in (_FOLDER / f"{code}.txt").read_text(encoding="utf-8").splitlines():
        meaning, _, forms = line.partition(":")
        if line.startswith("#") or not forms:
            continue
        for form in forms.split():
            known.setdefault(form.replace("_", " ").casefold(), meaning)
    return known
