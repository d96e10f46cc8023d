"""Digits hidden as words ("nine one two", "nol delapan satu dua") or as letters ("O812"), as digits again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from .rewriting import Rewritten

# Zero to nine. Words that are mostly something else (Danish to, Turkish on, Hindi do) are left out, "-" in their place.
_DIGITS = (
    "zero one two three four five six seven eight nine",  # English
    "nol satu dua tiga empat lima enam tujuh delapan sembilan",  # Indonesian
    "kosong satu dua tiga empat lima enam tujuh lapan sembilan",  # Malay
    "cero uno dos tres cuatro cinco seis siete ocho nueve",  # Spanish
    "zero um dois tres quatro cinco seis sete oito nove",  # Portuguese
    "zero un deux trois quatre cinq six sept huit neuf",  # French
    "null eins zwei drei vier funf sechs sieben acht neun",  # German
    "null ein zwo drei vier fuenf sechs sieben acht neun",
    "zero uno due tre quattro cinque sei sette otto nove",  # Italian
    "nul een twee drie vier vijf zes zeven acht negen",  # Dutch
    "zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec",  # Polish
    "sifir bir iki uc dort bes alti yedi sekiz dokuz",  # Turkish
    "sıfır bir iki uc dort bes altı yedi sekiz dokuz",
    "ноль один два три четыре пять шесть семь восемь девять",  # Russian
    "нуль один два три чотири пять шість сім вісім девять",  # Ukrainian
    "صفر واحد اثنان ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة",  # Arabic
    "صفر واحد اثنين ثلاثه اربعه خمسه سته سبعه ثمانيه تسعه",
    "صفر یک دو سه چهار پنج شش هفت هشت نه",  # Persian
    "शून्य एक दो तीन चार पांच छह सात आठ नौ",  # Hindi
    "जीरो एक दो तीन चार पाँच छः सात आठ नौ",
    "shunya ek - teen chaar paanch chhe saat aath nau",  # Hindi in Latin letters
    "khong mot hai ba bon nam sau bay tam chin",  # Vietnamese
    "sero isa dalawa tatlo apat lima anim pito walo siyam",  # Tagalog
    "sifuri moja mbili tatu nne tano sita saba nane tisa",  # Swahili
    "ศูนย์ หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า",  # Thai
    "শূন্য এক দুই তিন চার পাঁচ ছয় সাত আট নয়",  # Bengali
    "noll ett tva tre fyra fem sex sju atta nio",  # Swedish
    "oh - - tree fower fife - - ait niner",  # as on the radio
    "o - - - - - - - - -",
    "nil - - - - - - - ate -",
)
_ENGLISH_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SPANISH_LOW = (
    "diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos "
    "veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve"
)
_SPANISH_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"
_PORTUGUESE_LOW = "dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove"
_PORTUGUESE_TENS = "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"
_FRENCH_LOW = "dix onze douze treize quatorze quinze seize dix_sept dix_huit dix_neuf"
_FRENCH_TENS = "vingt trente quarante cinquante soixante"
_ITALIAN_LOW = "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove"
_ITALIAN_TENS = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta"
_GERMAN_LOW = "zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn"
_GERMAN_TENS = "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig"
TIMES = {"double": 2, "dobel": 2, "doble": 2, "duplo": 2, "doppelt": 2, "triple": 3, "tripel": 3, "treble": 3}
HUNDREDS = {"hundred": "00", "thousand": "000"}

# Words between marks and digits; scripts whose vowels are no letters to Python stay whole.
_TOKEN = re.compile(r"[0-9]+|[^\s0-9.,;:!?()\[\]{}<>/\\|*_~\"'+=#@&%$^\-–—…·•]+")
_GAP = re.compile(r"[\s.,\-_*/·•~|+()…\"'&]{0,4}")
_LONGEST = 5
MIN_DIGITS = 7


def bare(word: str) -> str:
    """In small letters, without accents on Latin ones."""
    word = word.lower()
    if word.isascii():
        return word
    return "".join(
        mark
        for mark in unicodedata.normalize("NFD", word.replace("ß", "ss"))
        if not "\u0300" <= mark <= "\u036f" and mark not in "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
    ).replace("أ", "ا")


@lru_cache(maxsize=1)
def number_words() -> dict[tuple[str, ...], str]:
    """Each number in words, as its words, with its digits."""
    found: dict[tuple[str, ...], str] = {}

    def add(words: str, digits: str) -> None:
        if words not in {"-", "_"}:
            found.setdefault(tuple(bare(words).replace("_", " ").split()), digits)

    for line in _DIGITS:
        for digit, word in enumerate(line.split()):
            add(word, str(digit))
    for offset, low in ((10, _ENGLISH_TEENS), (10, _SPANISH_LOW), (10, _PORTUGUESE_LOW), (10, _FRENCH_LOW)):
        for step, word in enumerate(low.split()):
            add(word, str(offset + step))
    for low in (_ITALIAN_LOW, _GERMAN_LOW):
        for step, word in enumerate(low.split()):
            add(word, str(10 + step))
    english, spanish, portuguese, french = (_DIGITS[at].split() for at in (0, 3, 4, 5))
    italian, german = _DIGITS[8].split(), _DIGITS[6].split()
    for ten, word in enumerate(_ENGLISH_TENS.split(), 2):
        _with_units(add, ten, word, english, "{ten} {unit}")
    for ten, word in enumerate(_SPANISH_TENS.split(), 3):
        _with_units(add, ten, word, spanish, "{ten} y {unit}")
    for ten, word in enumerate(_PORTUGUESE_TENS.split(), 2):
        _with_units(add, ten, word, portuguese, "{ten} e {unit}")
    for ten, word in enumerate(_ITALIAN_TENS.split(), 2):
        _with_units(add, ten, word, italian, "{ten}{unit}")
        add(word[:-1] + "uno", f"{ten}1")
        add(word[:-1] + "otto", f"{ten}8")
    for ten, word in enumerate(_GERMAN_TENS.split(), 2):
        _with_units(add, ten, word, ["", "ein", *german[2:]], "{unit}und{ten}")
    below = [*french[1:], *_FRENCH_LOW.split()]
    for ten, word in enumerate(_FRENCH_TENS.split(), 2):
        add(word, str(ten * 10))
        for unit in range(1, 20 if ten == 6 else 10):
            add(f"{word} {'et ' if unit in {1, 11} else ''}{below[unit - 1]}", str(ten * 10 + unit))
    for eighty in ("quatre vingt", "quatre vingts"):
        add(eighty, "80")
        for unit in range(1, 20):
            add(f"{eighty} {below[unit - 1]}", str(80 + unit))
    indonesian = _DIGITS[1].split()
    add("sepuluh", "10")
    add("sebelas", "11")
    for unit in range(2, 10):
        add(f"{indonesian[unit]} belas", f"1{unit}")
        _with_units(add, unit, f"{indonesian[unit]} puluh", indonesian, "{ten} {unit}")
    return found


def _with_units(add: Callable[[str, str], None], ten: int, word: str, units: list[str], shape: str) -> None:
    add(word, f"{ten}0")
    for unit in range(1, 10):
        add(shape.format(ten=word, unit=units[unit]), f"{ten}{unit}")


def _may_hide(text: str) -> bool:
    """A quick look: enough number words to make a telephone number with the digits there are."""
    digits = sum(map(str.isdigit, text))
    most = sum(2 + (word in TIMES) for word in _TOKEN.findall(bare(text)) if word in _first_words())
    return most >= 1 and digits + most >= MIN_DIGITS


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset({*(words[0] for words in number_words()), *TIMES})


@lru_cache(maxsize=4)
def in_digits(read: Rewritten) -> tuple[Rewritten, list[tuple[int, int]]] | None:
    """The reading with number words as digits, and where in it they are; nothing where there are none to speak of.

    One word alone counts when digits stand on both sides of it or touch it; three in a row count by themselves. "Buy
    one 0812…" keeps its one.
    """
    original = read.text
    text = _script_digits(original)
    if text is original and not _may_hide(text):
        return None
    read = Rewritten(text, read.starts, read.ends)
    pieces: list[tuple[int, int, str]] = []
    for group in _groups(text):
        pieces += _pieces(group)
    if not pieces:
        scripted = [match.span() for match in _IN_SCRIPT.finditer(original)] if text is not original else []
        return (read, scripted) if scripted else None
    spans: list[tuple[int, int]] = []
    moved = 0
    for start, end, instead in pieces:
        spans.append((start + moved, start + moved + len(instead)))
        moved += len(instead) - (end - start)
    return read.replaced(pieces), [span for span in spans if span[1] > span[0]]


# One number of a group: its span, its digits, whether it is written in words.
_Number = tuple[int, int, str, bool]


def _groups(text: str) -> Iterator[list[_Number]]:
    """Numbers that follow each other with next to nothing between them, together at least seven digits, some in words."""
    group: list[_Number] = []
    for number in _numbers(text):
        if group and not _GAP.fullmatch(text, group[-1][1], number[0]):
            if _is_hidden(group):
                yield group
            group = []
        group.append(number)
    if _is_hidden(group):
        yield group


def _is_hidden(group: list[_Number]) -> bool:
    return any(spoken for *_, spoken in group) and sum(len(digits) for _, _, digits, _ in group) >= MIN_DIGITS


def _numbers(text: str) -> Iterator[_Number]:
    """Each number in digits or in the longest run of words that makes one."""
    known, first = number_words(), _first_words()
    if text.isascii():
        tokens = [(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(text.lower())]
    else:
        tokens = [(match.start(), match.end(), bare(match.group())) for match in _TOKEN.finditer(text)]
    at, times = 0, (0, 0)
    while at < len(tokens):
        start, end, word = tokens[at]
        if word not in first and word not in HUNDREDS:
            if word[0] in "0123456789":
                yield start, end, word, False
            at, times = at + 1, (0, 0)
            continue
        if word in TIMES:
            at, times = at + 1, (TIMES[word], start)
            continue
        taken, digits = 1, HUNDREDS.get(word, "")
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            words = tuple(tokens[step][2] for step in range(at, at + length))
            if words in known:
                taken, digits = length, known[words]
                break
        if digits:
            began, repeat = (times[1], times[0]) if times[0] else (start, 1)
            yield began, tokens[at + taken - 1][1], digits * repeat, True
        at, times = at + taken, (0, 0)


def _pieces(group: list[_Number]) -> Iterator[tuple[int, int, str]]:
    spoken = sum(each for *_, each in group)
    last = len(group) - 1
    taken = [
        each[3]
        and (
            spoken >= 3
            or 0 < at < last
            or (at > 0 and (group[at - 1][1] == each[0] or len(group[at - 1][2]) == 1))
            or (at < last and (group[at + 1][0] == each[1] or len(group[at + 1][2]) == 1))
        )
        for at, each in enumerate(group)
    ]
    for at, (start, end, digits, _) in enumerate(group):
        if taken[at]:
            yield start, end, digits
        if at == last or group[at + 1][0] == end or not any(taken):
            continue
        # What stands between two digits in words is nothing, what stands before digits is a space.
        yield end, group[at + 1][0], "" if taken[at] and taken[at + 1] else " "


def _script_digits(text: str) -> str:
    """Chinese and Korean digits that follow each other, as digits: same length."""
    if text.isascii():
        return text
    changed = _IN_SCRIPT.sub(lambda match: match.group().translate(_SCRIPT), text)
    return text if changed == text else changed


_SCRIPT = (
    {
        ord(mark): digit
        for marks, digits in (("零〇○一二三四五六七八九", "000123456789"), ("공영일이삼사오육칠팔구", "00123456789"))
        for mark, digit in zip(marks, digits, strict=True)
    }
    | {ord(mark): str(digit) for digit, mark in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
    | {ord("幺"): "1", ord("两"): "2"}
)
_CHINESE, _KOREAN = "零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "공영일이삼사오육칠팔구"
_IN_SCRIPT = re.compile(rf"[{_CHINESE}](?:[ \-]?[{_CHINESE}0-9]){{6,20}}|[{_KOREAN}](?:[ \-]?[{_KOREAN}0-9]){{6,20}}")

# Letters for digits

_LETTERS = str.maketrans("oOlIi|оОοΟ", "0011110000")
_L = "oOlIi|оОοΟ"
_LETTERED = re.compile(rf"(?<![^\W_])[+(]{{0,2}}[0-9{_L}](?:[ \t.\-()/·•_*~]{{0,3}}[0-9{_L}]){{6,24}}(?![^\W_])")
_PART = re.compile(rf"[0-9{_L}]+")


@lru_cache(maxsize=4)
def with_letters_read(read: Rewritten) -> tuple[Rewritten, list[tuple[int, int]]] | None:
    """The reading with o and l as 0 and 1 inside of numbers, and where they stand; nothing where there are none.

    Same length. A letter counts in a piece that also has digits; alone only where each digit stands alone.
    """
    text = read.text
    if sum(map(str.isdigit, text)) < 4:
        return None
    spans: list[tuple[int, int]] = []
    marks: list[str] | None = None
    for match in _LETTERED.finditer(text):
        run = match.group()
        parts = [(part.start(), part.group()) for part in _PART.finditer(run)]
        single = sum(len(part) == 1 for _, part in parts) * 2 > len(parts)
        digits = sum(map(str.isdigit, run))
        letters = sum(mark in _L for mark in run)
        if not letters or digits < 2 * letters:
            continue
        for at, part in parts:
            if any(map(str.isdigit, part)) or (single and len(part) == 1):
                for step, mark in enumerate(part):
                    if mark in _L:
                        marks = marks or list(text)
                        place = match.start() + at + step
                        marks[place] = mark.translate(_LETTERS)
                        spans.append((place, place + 1))
    return (Rewritten("".join(marks), read.starts, read.ends), spans) if marks else None
