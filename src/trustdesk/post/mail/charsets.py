"""Bytes as words: as declared, else UTF-8, else a guess, else as Western programs mean them. Never raises."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

# What programs declare and what they mean by it: the larger set where one holds the other, as browsers read them.
_ALIASES = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-8-i": "iso-8859-8",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "x-unknown": "utf-8",
    "unknown-8bit": "utf-8",
    "default": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
}
# Python knows these as text encodings; nobody writes mail in them, and some take quadratic time.
_NEVER = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_GUESSED = (
    "cp1251", "koi8_r", "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1250", "cp1252", "cp1253", "cp1254", "cp1255",
    "cp1256", "cp874",
)  # fmt: skip
_SAMPLE = 8_192  # bytes a guess is made of
_LEAST = 24  # bytes above ASCII: of fewer, a guess is a throw of dice
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass
class Guesses:
    """How many more parts of this mail may be guessed at; a guess costs more than all the rest."""

    left: int = 4


def in_words(content: bytes, charset: str = "", *, guesses: Guesses | None = None) -> str:
    """The text of bytes whose sender declared `charset` ("" for nothing)."""
    declared = _codec(charset)
    for name in dict.fromkeys((declared or "utf-8", "utf-8")):
        try:
            return content.decode(name).removeprefix("\ufeff")
        except (ValueError, LookupError):
            continue
    # A declared charset that holds but for a few bytes is better than another one.
    for name in dict.fromkeys((declared or "utf-8", "utf-8")):
        text = content.decode(name, "replace")
        wrong = text.count("\ufffd")
        if sum(1 for mark in text if mark > "\x7f") > 8 * wrong:
            return text
    guess = _guess(content, guesses) if guesses is not None else ""
    return content.decode(guess or "cp1252", "replace")


def _codec(charset: str) -> str:
    """The codec a declared name stands for, "" where there is none."""
    wanted = charset.strip().strip("\"'").lower()[:60]
    try:
        name = codecs.lookup(_ALIASES.get(wanted, wanted)).name
        b"".decode(name)  # some codecs make no text
    except (LookupError, ValueError):
        return ""
    return "" if name.replace("-", "_") in _NEVER else _ALIASES.get(name, name)


def _guess(content: bytes, guesses: Guesses) -> str:
    sample = content[:_SAMPLE]
    if guesses.left <= 0 or len(_HIGH.findall(sample)) < _LEAST:
        return ""
    guesses.left -= 1
    best = from_bytes(sample, cp_isolation=list(_GUESSED), enable_fallback=False).best()
    return best.encoding if best else ""
