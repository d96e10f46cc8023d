"""Telephone numbers in a text, spans in the original.

What is a telephone number is asked of `phonenumbers`, but only after the shape of the digits was weighed: prices,
dates, serial numbers and measures are valid numbers surprisingly often. Digits may be spaced or dotted apart one by
one, stand in any script, be written as words or hidden as letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberMatcher

from .rewriting import Rewritten, Span, plain, widest
from .spoken import in_digits, with_letters_read

# More than this in one text tell nothing new; the bound keeps a wall of digits cheap.
MIN_DIGITS, MAX_FOUND, MAX_TRIES = 7, 50, 6
# Who spells a number out means it: then it need not be one of the item's own market.
SPELLED_REGIONS = ("US", "GB", "ID", "IN", "ES", "FR", "DE", "BR", "MX")

_GAP = r"[ \t.\-()/·•_*~|…]{0,5}"
# What no telephone book puts between digits.
_ODD = re.compile(r"[·•_*~|…]|[ \t]{2}")
_RUN = re.compile(rf"[+(]{{0,2}}\d(?:{_GAP}\d){{6,59}}")
_ONE_BY_ONE = re.compile(r"\+?\d(?:[ \t.\-·•_*~]{1,3}\d(?!\d)){6,16}")
_PRICE_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_DATE = re.compile(r"(?:\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)")
_MONEY_BEFORE = re.compile(r"(?:\b(?:rp|idr|sgd|usd|eur|myr|rm)|[$€£¥])[.:]?\s*$", re.IGNORECASE)
_PRICE_BEFORE = re.compile(r"\b(?:harga|price)\s*[:=]?\s*$", re.IGNORECASE)
_BEGINNING = re.compile(r"(?<=[ \t/])(?:0\d|\+\d)")
_PREFIXED = re.compile(r"[A-Za-z]{1,4}-?$")
_MONEY_AFTER = re.compile(r"\s*(?:,-|(?:rb|ribu|juta|jt|rupiah|idr|usd|sgd|eur|dollars?|euros?)\b)", re.IGNORECASE)
_LABEL_BEFORE = re.compile(
    r"\b(?:part|p/?n|sku|serial|s/?n|seri|model|type|tipe|isbn|issn|ean|upc|imei|vin|rangka|mesin|barcode|article"
    r"|order|invoice|resi|awb|tracking|kode|code|ref(?:erence)?|nik|ktp|npwp|rekening|rek|iban|ticket)"
    r"(?:\s*(?:number|num|no|nr|nomor|code|part|produk|barang|pesanan))?\s*[.:#]*\s*$",
    re.IGNORECASE,
)
_CALL_BEFORE = re.compile(
    r"\b(?:call|tel|telp|telepon|telephone|phone|ph|mobile|cell|text|sms|wa|w\.a|whatsapp|hp|hubungi|kontak|contact"
    r"|no\s*hp|nomor|number|telegram|viber|line)\b[\s\w.:;,=\-]{0,15}$",
    re.IGNORECASE,
)


def phones(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of telephone numbers. National forms count in `regions` (codes such as ID) only, +… everywhere."""
    return [span for span, _ in _found(text, regions)]


def numbers(text: str, regions: tuple[str, ...] = ()) -> list[tuple[Span, str]]:
    """Each telephone number with its international form (E.164, +6281234567890); its digits where that is unknown."""
    return [(span, _international(digits, (*regions, *SPELLED_REGIONS))) for span, digits in _found(text, regions)]


def _found(text: str, regions: tuple[str, ...]) -> list[tuple[Span, str]]:
    """Spans of numbers with what is written there once it is read plainly."""
    read = plain(text)
    known = [region for region in regions if region in phonenumbers.SUPPORTED_REGIONS]
    found: dict[Span, str] = {}
    if _enough(read.text):
        styled = not text.isascii() and _STYLED.search(text) is not None
        for start, end in _in_reading(read, known, spelled=styled):
            found[read.span(start, end)] = read.text[start:end]
    for hidden, regions_ in ((with_letters_read(read), known), (in_digits(read), [*known, *SPELLED_REGIONS])):
        if hidden is not None and len(found) < MAX_FOUND:
            for start, end in _hidden(*hidden, regions_):
                found[hidden[0].span(start, end)] = hidden[0].text[start:end]
    return [(span, found[span]) for span in widest(found)][:MAX_FOUND]


def _international(written: str, regions: tuple[str, ...]) -> str:
    digits = re.sub(r"[^0-9+]", "", written)
    for region in (None, *regions):
        for given in (digits, "+" + digits):
            try:
                number = phonenumbers.parse(given, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            if given.startswith("+"):
                break
    return digits


# Digits of full width, in circles, superscript, mathematical, on key caps: nobody prices a chair in them.
_STYLED = re.compile("[\uff10-\uff19\u2460-\u24ff\u2776-\u2793\u20e3\u2070-\u2089\U0001d7ce-\U0001d7ff]")


def _enough(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= MIN_DIGITS


def _in_reading(read: Rewritten, regions: list[str], *, spelled: bool = False) -> list[Span]:
    found: list[Span] = []
    for window in _RUN.finditer(read.text):
        found += _numbers(read.text, window.span(), regions, spelled=spelled)
        if len(found) >= MAX_FOUND:
            break
    return found


def _hidden(read: Rewritten, changed: list[Span], regions: list[str]) -> Iterator[Span]:
    """Numbers that only this reading shows: those that hold something it changed."""
    places = iter(changed)
    place = next(places, None)
    for start, end in _in_reading(read, regions, spelled=True):
        while place is not None and place[1] <= start:
            place = next(places, None)
        digits = re.sub(r"\D", "", read.text[start:end])
        if place is not None and place[0] < end and digits not in _COUNTED:
            yield start, end


# One to ten is how people count.
_COUNTED = frozenset({"12345678910", "1234567890", "0123456789", "123456789", "10987654321", "987654321"})


def _numbers(text: str, window: Span, regions: list[str], *, spelled: bool = False) -> Iterator[Span]:
    """Numbers within one run of digits; what is plainly something else is left out."""
    start, end = window
    run = text[start:end]
    before = text[max(0, start - 40) : start]
    digits = sum(map(str.isdigit, run))
    called = spelled or _CALL_BEFORE.search(before) is not None
    if (_PREFIXED.search(before) and not called and not before[-1:].isspace()) or before[-1:] in {"#", "="}:
        return  # GT-0812345678 is the name of a thing, WA-0812345678 is not
    if _MONEY_AFTER.match(text, end) or text[end : end + 1].isalpha() or digits > 45:
        return
    # A price, date or serial number may stand first in the run; then a number can only begin after it.
    other = _DATE.match(run) or _MONEY_BEFORE.search(before) or (run[0] not in "+0" and _PRICE_BEFORE.search(before))
    if not other and not run.startswith(("+", "00", "(+")):
        other = _PRICE_GROUPS.fullmatch(run) or _LABEL_BEFORE.search(before)
    if not other and _ONE_BY_ONE.match(run):
        length = _one_by_one(run, regions)
        if length:
            yield start, start + length
            return
    if not other and _ODD.search(run):
        length = _one_by_one(run, regions)
        if length and not run[length : length + 1].isdigit():
            yield start, start + length
            return
    beginnings = [match.start() for match in _BEGINNING.finditer(run)][:MAX_TRIES]
    for offset in beginnings if other else [0, *beginnings]:
        found = _matched(run[offset:], regions, called)
        if found:
            yield from ((start + offset + first, start + offset + last) for first, last in found)
            return
    if regions and digits <= 15 and not other:  # 62812…: the country's code without its plus
        yield from ((start, end) for region in regions if _with_country_code(run, region))


def _matched(run: str, regions: list[str], called: bool) -> list[Span]:
    """The valid numbers `phonenumbers` sees in a run that are also written like one."""
    found: list[Span] = []
    for region in [*regions, None]:
        for match in PhoneNumberMatcher(run, region, leniency=Leniency.VALID, max_tries=20):
            raw = match.raw_string
            if raw.startswith("+") or _national(raw, match.number, region, called):
                found.append((match.start, match.end))
        if found:
            break
    return found


def _national(raw: str, number: PhoneNumber, region: str | None, called: bool) -> bool:
    """Whether a valid national number is also written like one."""
    if region is None:
        return False
    digits = re.sub(r"\D", "", raw)
    prefix = phonenumbers.ndd_prefix_for_region(region, True)
    if prefix == "0":
        bare = called or region in _BARE_MOBILES
        if digits.startswith("0") or (bare and len(digits) >= 10 and _is_mobile(number)):
            return True
    groups = [len(group) for group in re.findall(r"\d+", raw)]
    usual = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    plain_usual = re.sub(r"\D", "", usual)
    with_prefix = digits.startswith(prefix or "") if prefix != "0" else not plain_usual.startswith("0")
    if prefix and len(groups) > 1 and with_prefix and digits.removeprefix(prefix) == plain_usual.removeprefix(prefix):
        return True  # Brazil writes (11) 91234-5678 without its 0, Russia 8 912 345-67-89 with its 8
    if prefix == "0":
        return False
    return called or (len(groups) > 1 and groups[-1] == 4) or (prefix is None and len(str(number.national_number)) >= 8)


def _one_by_one(run: str, regions: list[str]) -> int:
    """Length of the number in `0 8 1 2 . 3 4 5 6 …`; nothing when the digits make none."""
    places = [at for at, mark in enumerate(run) if mark.isdigit()]
    for count in range(min(len(places), 15), 8, -1):
        digits = "".join([run[at] for at in places[:count]])
        if run.startswith("+"):
            if _valid("+" + digits, None):
                return places[count - 1] + 1
        elif any(_valid(digits, region) for region in regions if _dialled_apart(digits, region)):
            return places[count - 1] + 1
    return 0


def _dialled_apart(digits: str, region: str) -> bool:
    """Digits one by one are meant as a number when they begin with 0, or where no number does."""
    if digits.startswith("0"):
        return True
    national = phonenumbers.ndd_prefix_for_region(region, True) != "0" or region in _BARE_MOBILES
    return national and len(digits) >= 10 and digits not in _COUNTED


def _with_country_code(run: str, region: str) -> bool:
    digits = re.sub(r"\D", "", run)
    code = str(phonenumbers.country_code_for_region(region))
    if not digits.startswith(code) or len(digits) < len(code) + 8 or "." in run:
        return False
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) and _is_mobile(number)


# Where mobile numbers are written without the 0 that stands before others.
_BARE_MOBILES = frozenset({"CN", "IN"})


def _is_mobile(number: PhoneNumber) -> bool:
    mobile = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return phonenumbers.number_type(number) in mobile


def _valid(digits: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, region))
    except phonenumbers.NumberParseException:
        return False
