"""Telephone numbers, e-mail addresses and web addresses in a text: pure, spans in the original text.

What is a telephone number is asked of `phonenumbers`, but only after the shape of the digits was weighed: prices,
dates, serial numbers and measures are valid numbers surprisingly often. Digits may be spaced or dotted apart one by
one and stand in any script. Spelled-out digits and other hiding places come with a later version.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import phonenumbers
from linkify_it import LinkifyIt
from phonenumbers import Leniency, PhoneNumber, PhoneNumberMatcher

Span = tuple[int, int]
Finder = Callable[[str, tuple[str, ...]], list[Span]]
# More than this in one text tell nothing new; the bound keeps a wall of digits cheap.
MIN_DIGITS, MAX_FOUND, MAX_TRIES, MAX_TOKEN = 7, 50, 6, 2_000

# Telephone numbers

_GAP = r"[ \t.\-()/·•_*~]{0,3}"
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
_INVISIBLE = {"Cf", "Mn"}


def phones(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of telephone numbers. National forms count in `regions` (codes such as ID) only, +… everywhere."""
    if sum(map(str.isdecimal, text)) < MIN_DIGITS:
        return []
    plain, places = _plain_digits(text)
    known = [region for region in regions if region in phonenumbers.SUPPORTED_REGIONS]
    found: list[Span] = []
    for window in _RUN.finditer(plain):
        for start, end in _numbers(plain, window.span(), known):
            found.append((start, end) if places is None else (places[start], places[end - 1] + 1))
        if len(found) >= MAX_FOUND:
            break
    return found[:MAX_FOUND]


def _plain_digits(text: str) -> tuple[str, list[int] | None]:
    """Digits of all scripts as 0–9, dashes as -, invisible marks out; places in the original if any are out."""
    if text.isascii():
        return text, None
    plain = text.translate(_PLAIN)
    if len(plain) == len(text):
        return plain, None
    return plain, [at for at, mark in enumerate(text) if _PLAIN[ord(mark)]]


def _plain_mark(mark: str) -> str:
    if mark.isascii():
        return mark
    if mark.isdecimal():
        return str(unicodedata.decimal(mark))
    category = unicodedata.category(mark)
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    if category in _INVISIBLE:
        return ""
    return {"＋": "+", "（": "(", "）": ")", "．": "."}.get(mark, mark)


class _PlainMarks(dict[int, str]):
    """Filled as marks are met, each becomes one mark or none."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain_mark(chr(code))
        return plain


_PLAIN = _PlainMarks()


def _numbers(text: str, window: Span, regions: list[str]) -> Iterator[Span]:
    """Numbers within one run of digits; what is plainly something else is left out."""
    start, end = window
    run = text[start:end]
    before = text[max(0, start - 40) : start]
    digits = sum(map(str.isdigit, run))
    called = _CALL_BEFORE.search(before) is not None
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
        return digits.startswith("0")
    groups = [len(group) for group in re.findall(r"\d+", raw)]
    return called or (len(groups) > 1 and groups[-1] == 4) or (prefix is None and len(str(number.national_number)) >= 8)


def _one_by_one(run: str, regions: list[str]) -> int:
    """Length of the number in `0 8 1 2 . 3 4 5 6 …`; nothing when the digits make none."""
    places = [at for at, mark in enumerate(run) if mark.isdigit()]
    for count in range(min(len(places), 15), 8, -1):
        digits = "".join([run[at] for at in places[:count]])
        if run.startswith("+"):
            if _valid("+" + digits, None):
                return places[count - 1] + 1
        elif any(_valid(digits, region) for region in regions if digits.startswith("0")):
            return places[count - 1] + 1
    return 0


def _with_country_code(run: str, region: str) -> bool:
    digits = re.sub(r"\D", "", run)
    code = str(phonenumbers.country_code_for_region(region))
    if not digits.startswith(code) or len(digits) < len(code) + 8 or "." in run:
        return False
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return False
    mobile = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in mobile


def _valid(digits: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, region))
    except phonenumbers.NumberParseException:
        return False


# Addresses

_LINKS = LinkifyIt(options={"fuzzy_ip": True})
_TOKEN = re.compile(r"\S+")
# Endings that are also words or file types: "condition.No defects" is a missing space, not a Norwegian site.
_DOUBTFUL = (
    " no it is in at so my me to be do am as by us la ke ga an ma pa ci es et im je mu ne ni pro re sa se si st"
    " md py rs sh ps pl ms mt name web "
)


def emails(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of e-mail addresses."""
    del regions
    return [span for span, schema, _ in _links(text, "@") if schema == "mailto:"]


def urls(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of web addresses, with a scheme or without; a missing space after a full stop is none."""
    del regions
    return [span for span, schema, found in _links(text, ".") if schema != "mailto:" and _is_site(schema, found)]


def _links(text: str, sign: str) -> Iterator[tuple[Span, str, str]]:
    """No address holds a space, so each word is read for itself: the work stays linear."""
    if sign not in text and "://" not in text:
        return
    count = 0
    for token in _TOKEN.finditer(text):
        word = token.group()
        if (sign not in word and "://" not in word) or len(word) > MAX_TOKEN:
            continue
        for match in _LINKS.match(word) or ():
            yield (token.start() + match.index, token.start() + match.last_index), match.schema, match.text
            count += 1
        if count >= MAX_FOUND:
            return


def _is_site(schema: str, found: str) -> bool:
    if schema:
        return True
    host, slash, path = found.partition("/")
    labels = host.split(":")[0].split(".")
    if labels[0].lower() == "www" or (slash and path):
        return True
    last = labels[-1]
    if all(map(str.isdigit, labels)):  # 1.2.3.4 is a version or a clause unless it has a path
        return False
    if f" {last.lower()} " in _DOUBTFUL:
        return len(labels) > 2 and not last[:1].isupper()
    return last.islower() or not last[:1].isupper() or last.isupper()


ENTITIES: dict[str, Finder] = {"phones": phones, "emails": emails, "urls": urls}
